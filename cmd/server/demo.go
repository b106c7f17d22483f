package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"clinician/internal/clients/numbers"
	"clinician/internal/core/boot"
	"clinician/internal/core/wire"
)

func newDemo(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "demo", Short: "Serve made-up patients and records until standard input ends", Args: noArgs,
		Long: "demo serves on a free port of this machine with made-up patients and records, and says who signs in. The\n" +
			"documents come while it runs. It ends with its standard input (Ctrl-D), or as every server. Configuration is\n" +
			"not looked at; the data is removed at the end unless --data names a directory.\n" +
			"'clinician-tui demo' runs it and opens the screens on it.",
		RunE: func(cmd *cobra.Command, _ []string) error { return serveDemo(cmd, p.dataDir, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "say where and who in one line of JSON")
	return cmd
}

// serveDemo serves from dir, or from a directory of its own.
func serveDemo(cmd *cobra.Command, dir string, asJSON bool) (err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "clinician-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	c, err := boot.Load([]string{"CLINICIAN_DATA_DIR=" + dir, "CLINICIAN_ADDR=127.0.0.1:0",
		"CLINICIAN_OCR_JOBS=4"}) // most of what waits was read when the demo was made
	if err != nil {
		return err
	}
	c.NumberReader = numbers.AtHand()
	log, closeLog, err := demoLog(dir)
	if err != nil {
		return err
	}
	defer closeLog()
	s, err := boot.Open(cmd.Context(), c, boot.Options{Log: log, DemoReadings: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	ctx, cancel := context.WithCancel(cmd.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	defer func() { cancel(); err = errors.Join(err, <-served) }()

	login, documents, err := s.LoadDemo(ctx, boot.DemoOptions{Readings: true, Progress: demoProgress(cmd.OutOrStdout(), asJSON)})
	if err != nil {
		return err
	}
	if err := sayDemo(cmd.OutOrStdout(), wire.Demo{URL: s.URL(), Email: login.Email, Password: login.Password}, asJSON); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, cmd.InOrStdin()) // whatever ends it, nobody is there any more
		cancel()
	}()
	if err := documents(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	<-ctx.Done()
	return nil
}

// demoProgress says, once the login was said, how many documents are there: a line of
// JSON for each hundredth, or one for people when all are there.
func demoProgress(w io.Writer, asJSON bool) func(done, total int) {
	said := -1
	return func(done, total int) {
		switch part := 100 * done / max(1, total); {
		case asJSON && part != said:
			said = part
			_ = json.NewEncoder(w).Encode(wire.DemoMaking{Done: done, Total: total}) // whoever is gone needs no word
		case !asJSON && done == total:
			_, _ = fmt.Fprintf(w, "All %d documents are there.\n", total)
		}
	}
}

// sayDemo says where the demo is and who signs in.
func sayDemo(w io.Writer, d wire.Demo, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(d)
	}
	_, err := fmt.Fprintf(w, "The demo is at %s; sign in as %s with the password %s. Ctrl-D ends it.\n", d.URL, d.Email, d.Password)
	return err
}

// demoLog keeps the server's log beside its data: the terminal belongs to whoever
// runs the demo.
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
