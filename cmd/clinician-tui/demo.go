package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/tui"
)

// runDemo starts a server with demo data as a process of its own and opens the
// screens on it, logged in. The people are there before the screens open; the
// documents follow in the background. Without o.Keep all of it is removed.
func runDemo(ctx context.Context, a *app, o demoOptions) (err error) {
	if o.JSON {
		return usagef("the demo does not speak JSON; 'server demo-data --json' prints the logins")
	}
	if !a.plain && (!a.interactive() || !isTerminal(a.io.out)) {
		return usagef("the demo needs a terminal")
	}
	program, err := findServer()
	if err != nil {
		return err
	}
	dir := o.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "clinician-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := own(dir); err != nil {
		return err
	}
	fmt.Fprintln(a.io.err, "Preparing the demo: a server and forty-two patients who do not exist. It opens within some ten seconds;\n"+
		"their documents come within two minutes, and the screens say how many are there.")
	s, err := startDemoServer(ctx, program, dir)
	if err != nil {
		return err
	}
	defer s.stop()

	c, err := clinicianapi.New(clinicianapi.Options{Address: s.at.URL, ReadOnly: a.readOnly,
		Vault: keyring.Memory("this is a demo: the session ends with it")})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Login(ctx, s.at.Email, s.at.Password); err != nil {
		return err
	}
	err = a.show(ctx, tui.Options{Backend: c, Demo: true, Making: s.next, Ephemeral: o.Keep == "", DemoPassword: s.at.Password})
	if o.Keep != "" {
		fmt.Fprintf(a.io.err, "The data is in %s; the demo's login is %s with the password %s.\n", dir, s.at.Email, s.at.Password)
	}
	return err
}

// own makes the demo's directory, or one that is there and empty, unreadable for others,
// as the server wants it. One that holds something is left as it is, for the server to
// take up or refuse.
func own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return usagef("--keep: the directory %s cannot be made", dir)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return usagef("--keep: %s is no directory that can be read", dir)
	}
	if len(list) > 0 {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return usagef("--keep: %s belongs to somebody else; name a directory of your own", dir)
	}
	return nil
}
