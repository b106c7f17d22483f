package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/core/boot"
	"clinician/internal/tui"
)

// runDemo starts a server with demo data inside this process and opens the
// screens on it, logged in. The people are there before the screens open; the
// documents follow in the background. Without o.Keep all of it is removed.
func runDemo(ctx context.Context, a *app, o demoOptions) (err error) {
	if o.JSON {
		return usagef("the demo does not speak JSON; 'server demo-data --json' prints the logins")
	}
	if !a.plain && (!a.interactive() || !isTerminal(a.io.out)) {
		return usagef("the demo needs a terminal")
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
	config, err := boot.Load([]string{"CLINICIAN_DATA_DIR=" + dir, "CLINICIAN_ADDR=127.0.0.1:0"})
	if err != nil {
		return err
	}
	log, closeLog, err := demoLog(dir)
	if err != nil {
		return err
	}
	defer closeLog()

	fmt.Fprintln(a.io.err, "Preparing the demo: a server and forty-two patients who do not exist …")
	s, err := boot.Open(ctx, config, boot.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	defer func() { cancel(); err = errors.Join(err, <-served) }()

	login, documents, err := s.LoadDemo(ctx, boot.DemoOptions{Seed: 1})
	if err != nil {
		return err
	}
	loaded := make(chan error, 1)
	go func() { loaded <- documents(ctx) }()
	defer func() {
		cancel()
		if e := <-loaded; e != nil && !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
	}()

	c, err := clinicianapi.New(clinicianapi.Options{Address: s.URL(), ReadOnly: a.readOnly,
		Vault: keyring.Memory("this is a demo: the session ends with it")})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Login(ctx, login.Email, login.Password); err != nil {
		return err
	}
	err = a.show(ctx, tui.Options{Backend: c, Demo: true, DemoPassword: login.Password})
	if o.Keep != "" {
		fmt.Fprintf(a.io.err, "The data is in %s; the demo's login is %s with the password %s.\n", dir, login.Email, login.Password)
	}
	return err
}

// demoLog keeps the server's log beside its data: the terminal belongs to the screens.
func demoLog(dir string) (*slog.Logger, func(), error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewJSONHandler(f, nil)), func() { f.Close() }, nil
}
