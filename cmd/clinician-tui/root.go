package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/core"
	"clinician/internal/manual"
	"clinician/internal/tui"
	"clinician/internal/tui/config"
	"clinician/internal/tui/disk"
	"clinician/internal/tui/page"
	lines "clinician/internal/tui/plain"
	"clinician/internal/tui/ui"
	"clinician/internal/version"
)

var _ page.Backend = (*clinicianapi.Client)(nil)

const defaultServer = "http://127.0.0.1:8003"

// app is one run of the program: where it reads and writes, and what the
// global flags say.
type app struct {
	io      stdio
	environ []string
	now     core.Clock
	loc     *time.Location

	server    string
	json      bool
	readOnly  bool
	plainHTTP bool
	ca        string

	settings config.Settings // file, environment and, after parsing, flags
	badFile  error           // why they could not be read; said by what needs them
	plain    bool
	theme    string
	mouse    bool
	debug    string
}

func newApp(io stdio, environ, args []string) *app {
	a := &app{io: io, environ: environ, now: core.SystemClock, loc: time.Local}
	// Known before the flags are parsed, so that errors of parsing obey it.
	a.json = slices.Contains(args, "--json")
	a.settings, a.badFile = config.Load(environ, tui.CheckKeys)
	return a
}

// env gives an environment variable; the last of its name counts.
func (a *app) env(name string) string {
	for _, kv := range slices.Backward(a.environ) {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			return v
		}
	}
	return ""
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "clinician-tui",
		Short: "Patients, records and their text, for clinicians",
		Long: "clinician-tui shows a clinician's patients, their records and what was read from them.\n" +
			"Without a subcommand it opens the screens; the subcommands do the same line by line.",
		Version:       version.String(),
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.openScreens(cmd.Context(), tui.Place{}) },
	}
	root.SetFlagErrorFunc(unknownFlag)
	server := a.settings.Server
	if server == "" {
		server = defaultServer
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if a.badFile != nil {
			return usageError{a.badFile}
		}
		return nil
	}
	a.screenFlags(root)
	f := root.PersistentFlags()
	f.StringVar(&a.server, "server", server, "address of the server")
	f.StringVar(&a.ca, "ca", a.settings.CA, "PEM file of who may sign the server's certificate")
	f.BoolVar(&a.json, "json", a.json, "answer with the API's JSON objects, one on a line")
	f.BoolVar(&a.readOnly, "read-only", a.settings.ReadOnly, "refuse everything that would change something")
	f.BoolVar(&a.plainHTTP, "allow-plain-http", false, "permit http:// to other machines, where others can read along")
	root.AddCommand(
		newLogin(a), newLogout(a), newSignup(a), newWhoami(a), newProfile(a), newTrust(a),
		newToday(a), newAppointments(a), newNotifications(a), newTasks(a), newSearch(a), newResults(a), newTrends(a),
		newOpen(a), newPatients(a), newRecords(a), newAnalyze(a), newJobs(a), newLimits(a),
		newDemo(a), manual.Command(), exitCodesTopic(), environmentTopic(), configTopic(),
	)
	return root
}

// noArgs refuses arguments as wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	return nil
}

// takes wants exactly the arguments named.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usagef("%s takes %s", cmd.CommandPath(), strings.Join(names, " and "))
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
		}
		return usagef("%s needs one of: %s", cmd.CommandPath(), strings.Join(names, ", "))
	}}
	cmd.AddCommand(children...)
	return cmd
}

// client gives a client of the chosen server that keeps its session in vault. Somebody
// who can be asked is asked about a server that nobody knows.
func (a *app) client(ctx context.Context, vault core.TokenVault) (*clinicianapi.Client, error) {
	o, err := a.clientOptions(vault)
	if err != nil {
		return nil, err
	}
	return a.meet(ctx, o)
}

// plain makes an error of the sentence for people only.
func plain(err error) error { return sentence(core.MessageOf(err)) }

type sentence string

func (s sentence) Error() string { return string(s) }

// givenTokens is a session from the environment, as login --print-token gives it.
func (a *app) givenTokens() core.Tokens {
	return core.Tokens{Access: a.env("CLINICIAN_TOKEN"), Refresh: a.env("CLINICIAN_REFRESH_TOKEN")}
}

// vault decides where tokens are kept: nowhere but in memory when they come
// from the environment.
func (a *app) vault(ctx context.Context) core.TokenVault {
	if a.givenTokens() != (core.Tokens{}) {
		return keyring.Memory("the session comes from CLINICIAN_TOKEN and is not kept")
	}
	return keyring.Open(ctx)
}

// withSession calls f with a client that has a session.
func (a *app) withSession(ctx context.Context, f func(c *clinicianapi.Client) error) error {
	c, err := a.client(ctx, a.vault(ctx))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := a.restore(ctx, c); err != nil {
		return err
	}
	err = f(c)
	if given := a.givenTokens(); given.Refresh != "" && c.Tokens().Refresh != given.Refresh {
		a.say("The session was renewed, which spends CLINICIAN_REFRESH_TOKEN: log in again with --print-token before the next command.")
	}
	return err
}

// restore takes the session up. A keyring that does not answer may hold one: that is not
// to be told as having none.
func (a *app) restore(ctx context.Context, c *clinicianapi.Client) error {
	err := c.Restore(ctx)
	if _, reason := c.Keyring(); core.CodeOf(err) == core.CodeUnauthenticated && keyring.NoAnswer(reason) {
		return core.Errorf(core.CodeUnavailable, "The keyring does not answer, so it is not known whether you are logged in. Unlock it and try again, or give the session in CLINICIAN_TOKEN.")
	}
	return err
}

// openScreens shows the screens, beginning with a place, until the user quits.
func (a *app) openScreens(ctx context.Context, to tui.Place) error {
	if a.json {
		return usagef("the screens do not speak JSON; --json needs a subcommand")
	}
	if !a.plain && (!a.interactive() || !isTerminal(a.io.out)) {
		return usagef("the screens need a terminal; scripts use the subcommands, screen readers --plain")
	}
	c, err := a.client(ctx, a.vault(ctx))
	if err != nil {
		return err
	}
	defer c.Close()
	return a.show(ctx, tui.Options{Backend: c, Open: to})
}

// screenFlags are for the screens only; the rest of their settings is in the
// configuration.
func (a *app) screenFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&a.plain, "plain", a.settings.Plain, "line by line, for screen readers")
	f.StringVar(&a.theme, "theme", a.settings.Theme, "colours: "+strings.Join(ui.ThemeNames, ", "))
	f.BoolVar(&a.mouse, "mouse", a.settings.Mouse, "scroll with the wheel, choose rows by a click")
	f.StringVar(&a.debug, "debug", "", "write the kinds of messages, without any content, to this file")
}

// show opens the screens, or the lines of --plain, on a backend.
func (a *app) show(ctx context.Context, o tui.Options) (err error) {
	s := a.settings
	if !slices.Contains(ui.ThemeNames, a.theme) {
		return usagef("--theme takes one of %s", strings.Join(ui.ThemeNames, ", "))
	}
	o.ReadOnly, o.Local, o.Location, o.Clock = a.readOnly, disk.New(s.StartDir), a.loc, a.now
	if a.plain {
		return lines.Run(ctx, lines.Options{Making: o.Making, Backend: o.Backend, In: a.io.in, Out: a.io.out, Clock: a.now, Location: a.loc,
			Local: disk.New(s.StartDir), ReadOnly: a.readOnly, Lock: s.Lock, Logoff: s.Logoff, Clear: a.clearer(),
			Password: func(ctx context.Context) (string, error) { return a.password(ctx, "Password:", !a.interactive()) }})
	}
	if a.debug != "" {
		f, err := os.OpenFile(a.debug, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return usagef("--debug: the file cannot be written")
		}
		defer f.Close() // the dump is a help, not a record
		o.Debug = f
	}
	o.Theme, o.Mouse, o.Lock, o.Logoff, o.NoCopy, o.Images, o.Keys = a.theme, a.mouse, s.Lock, s.Logoff, !s.Copy, s.Images, s.Keys
	return tui.Run(ctx, o)
}

// clearer empties terminal and scrollback, where there are any.
func (a *app) clearer() func() {
	if !isTerminal(a.io.out) {
		return nil
	}
	return func() { fmt.Fprint(a.io.out, "\x1b[H\x1b[2J\x1b[3J") }
}

// interactive reports whether somebody can be asked.
func (a *app) interactive() bool { return isTerminal(a.io.in) }

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
