package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
	"clinician/internal/manual"
	"clinician/internal/version"
)

// program carries what every subcommand needs.
type program struct {
	environ []string
	addr    string
	dataDir string
	proxy   bool
}

func newRoot(environ []string) *cobra.Command {
	p := &program{environ: environ}
	root := &cobra.Command{
		Use:           "server",
		Short:         "The backend of Clinician",
		Long:          "server is the backend of Clinician. Without a subcommand it serves until it is stopped.\nIt is configured by environment variables; see docs/operations.md.",
		Version:       version.String(),
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          p.serve,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().StringVar(&p.dataDir, "data", "", "data directory (CLINICIAN_DATA_DIR)")
	serving := func(c *cobra.Command) *cobra.Command {
		c.Flags().StringVar(&p.addr, "addr", "", "address to listen on (CLINICIAN_ADDR; default 127.0.0.1:8003)")
		c.Flags().BoolVar(&p.proxy, "behind-proxy", false, "a proxy in front adds TLS; allows other addresses (CLINICIAN_BEHIND_PROXY)")
		return c
	}
	serving(root)
	root.AddCommand(
		serving(&cobra.Command{Use: "serve", Short: "Serve until stopped (the default)", Args: noArgs, RunE: p.serve}),
		newPatient(p), newAssign(p), newUser(p), newAppointment(p), newNotification(p), newDemoData(p), newDemo(p), newAudit(p), newRecord(p), newVault(p), newConfig(p), newRekey(p), newBackup(p), newRestore(p), newDoctor(p), newOCR(p), newHealth(p), manual.Command(),
	)
	return root
}

// noArgs refuses arguments as wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%q is not a command of %s", args[0], cmd.CommandPath())}
	}
	return nil
}

// config reads the environment; flags win over it.
func (p *program) config() (boot.Config, error) { return boot.Load(p.variables()) }

// variables are the environment with what flags say.
func (p *program) variables() []string {
	environ := slices.Clone(p.environ)
	if p.addr != "" {
		environ = append(environ, "CLINICIAN_ADDR="+p.addr)
	}
	if p.dataDir != "" {
		environ = append(environ, "CLINICIAN_DATA_DIR="+p.dataDir)
	}
	if p.proxy {
		environ = append(environ, "CLINICIAN_BEHIND_PROXY=true")
	}
	return environ
}

// serve runs the server until the context ends.
func (p *program) serve(cmd *cobra.Command, _ []string) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	first, err := boot.ParseLevel(c.LogLevel)
	if err != nil {
		return usageError{err}
	}
	// A few tens of megabytes live here, and most of what a request makes is garbage
	// at its end: collecting half as often costs little memory. GOGC still decides.
	if old := debug.SetGCPercent(200); old != 100 {
		debug.SetGCPercent(old)
	}
	level := new(slog.LevelVar)
	level.Set(first)
	log := boot.NewLog(cmd.OutOrStdout(), level) // as the specification says
	hangup := make(chan os.Signal, 1)            // noticed from now on, so that it never ends the server
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	s, err := boot.Open(cmd.Context(), c, boot.Options{Log: log})
	if err != nil {
		return err
	}
	go p.reloading(cmd.Context(), s, log, level, hangup)
	return errors.Join(s.Serve(cmd.Context()), s.Close())
}

// reloading reads the configuration again at each signal, until ctx ends: the log level,
// the TLS files and the previous keys of tokens. What is wrong changes nothing.
func (p *program) reloading(ctx context.Context, s *boot.Server, log *slog.Logger, level *slog.LevelVar, hangup <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		}
		c, err := p.config()
		var l slog.Level
		if err == nil {
			l, err = boot.ParseLevel(c.LogLevel)
		}
		if err == nil {
			err = s.Reload(c)
		}
		if err != nil {
			log.Error("the configuration was not read again; all stays as it was", "err", err)
			continue
		}
		level.Set(l)
		log.Log(ctx, max(l, slog.LevelInfo), "the configuration was read again", "level", l.String())
	}
}

// withAdmin opens the data directory for one administrative command, beside a
// server that may be running, and closes it again.
func (p *program) withAdmin(cmd *cobra.Command, do func(*boot.Admin) error) (err error) {
	c, err := p.config()
	if err != nil {
		return err
	}
	a, err := boot.OpenAdmin(cmd.Context(), c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return do(a)
}

// printJSON writes one JSON document to standard output.
func printJSON(cmd *cobra.Command, v any) error {
	e := json.NewEncoder(cmd.OutOrStdout())
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// sentence is what a person is told about an error, with the cause: the shell
// is where the administrator looks for it.
func sentence(err error) string {
	var e *core.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s := e.Message
	for name, list := range e.Fields {
		for _, m := range list {
			s += fmt.Sprintf("\n  %s: %s", name, m)
		}
	}
	if e.Cause != nil {
		s += fmt.Sprintf("\n  cause: %v", e.Cause)
	}
	return s
}
