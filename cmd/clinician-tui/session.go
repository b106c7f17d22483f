package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/core/wire"
)

func newLogin(a *app) *cobra.Command {
	var email string
	var fromStdin, printToken bool
	cmd := &cobra.Command{
		Use:   "login [E-MAIL]",
		Short: "Begin a session and keep it in the keyring",
		Long: "login begins a session; the commands after it use it. It is kept in this machine's keyring.\n" +
			"Where there is none, --print-token prints the tokens for CLINICIAN_TOKEN and CLINICIAN_REFRESH_TOKEN\n" +
			"instead; whoever reads them can act as you until the session ends.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if len(args) == 1 {
				email = args[0]
			}
			vault := keyring.Memory("the tokens are printed and not kept")
			if !printToken {
				vault = keyring.Open(ctx)
				if place, reason := vault.Place(); place == "memory" {
					return core.Errorf(core.CodeUnavailable, "A login would be gone at once: %s. Use login --print-token, or log in on the screens.", reason)
				}
			}
			if email == "" {
				if !a.interactive() {
					return usagef("say who logs in: clinician-tui login E-MAIL")
				}
				var err error
				if email, err = a.ask(ctx, "E-mail:"); err != nil {
					return err
				}
			}
			password, err := a.password(ctx, "Password:", fromStdin)
			if err != nil {
				return err
			}
			return a.login(ctx, vault, email, password, printToken)
		},
	}
	cmd.Flags().StringVar(&email, "email", "", "who logs in")
	cmd.Flags().BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	cmd.Flags().BoolVar(&printToken, "print-token", false, "print the tokens as JSON and keep nothing")
	return cmd
}

func (a *app) login(ctx context.Context, vault core.TokenVault, email, password string, printToken bool) error {
	c, err := a.client(ctx, vault)
	if err != nil {
		return err
	}
	defer c.Close()
	in, err := c.Login(ctx, strings.TrimSpace(email), password)
	if core.CodeOf(err) == core.CodeUnauthenticated {
		return core.Errorf(core.CodeUnauthenticated, "%s", present.NotSignedIn(err)).WithCause(err)
	}
	if err != nil {
		return err
	}
	if printToken {
		return a.emit(in.Tokens)
	}
	if place, reason := c.Keyring(); place == "memory" { // it worked a moment ago
		return core.Errorf(core.CodeUnavailable, "The login is gone already: %s. Use login --print-token.", reason)
	}
	in.Tokens = core.Tokens{}
	return a.answer(in, func() error {
		return a.line("Logged in at %s as %s.", c.Address(), core.DisplayName(in.User.LastName, in.User.FirstName, ""))
	})
}

func newLogout(a *app) *cobra.Command {
	var everywhere bool
	cmd := &cobra.Command{
		Use: "logout", Short: "End the session, here and on the server", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.client(cmd.Context(), a.vault(cmd.Context()))
			if err != nil {
				return err
			}
			defer c.Close()
			if err := a.restore(cmd.Context(), c); err != nil {
				return err
			}
			if err := c.Logout(cmd.Context(), everywhere); err != nil {
				return err
			}
			return a.answer(wire.Message{Message: "Successfully logged out"}, func() error { return a.line("Logged out.") })
		},
	}
	cmd.Flags().BoolVar(&everywhere, "everywhere", false, "end your sessions on all machines")
	return cmd
}

func newWhoami(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "whoami", Short: "Show who is logged in, where", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				p, err := c.Profile(cmd.Context())
				if err != nil {
					return err
				}
				return a.answer(p, func() error {
					special := ""
					if p.SpecializationDetail != nil {
						special = p.SpecializationDetail.CancerType
					}
					_, where := c.Keyring()
					return a.facts(
						[2]string{"Name", core.DisplayName(p.User.LastName, p.User.FirstName, "")},
						[2]string{"E-mail", p.User.Email},
						[2]string{"Role", string(p.User.RoleName)},
						[2]string{"Specialization", special},
						[2]string{"Server", c.Address()},
						[2]string{"Session", where},
					)
				})
			})
		},
	}
}

func newSignup(a *app) *cobra.Command {
	var s core.Signup
	var special string
	var fromStdin bool
	cmd := &cobra.Command{
		Use: "signup", Short: "Make a clinician's account", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			for _, f := range []struct{ name, value string }{{"email", s.Email}, {"first-name", s.FirstName},
				{"last-name", s.LastName}, {"phone", s.PhoneNumber}, {"specialization", special}} {
				if strings.TrimSpace(f.value) == "" {
					return usagef("signup needs --%s", f.name)
				}
			}
			vault := a.vault(ctx)
			c, err := a.client(ctx, vault)
			if err != nil {
				return err
			}
			defer c.Close()
			if s.SpecializationID, err = a.specialization(ctx, c, special); err != nil {
				return err
			}
			if s.Password, err = a.password(ctx, "Password:", fromStdin); err != nil {
				return err
			}
			s.PasswordConfirm = s.Password
			if !fromStdin {
				if s.PasswordConfirm, err = a.password(ctx, "Password again:", false); err != nil {
					return err
				}
			}
			in, err := c.Signup(ctx, s)
			if err != nil {
				return err
			}
			in.Tokens = core.Tokens{}
			return a.answer(in, func() error {
				if place, _ := c.Keyring(); place == "memory" {
					return a.line("The account of %s was made. Log in to use it.", in.User.Email)
				}
				return a.line("The account of %s was made, and is logged in.", in.User.Email)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.Email, "email", "", "e-mail address, with which you log in")
	f.StringVar(&s.FirstName, "first-name", "", "given name")
	f.StringVar(&s.LastName, "last-name", "", "family name")
	f.StringVar(&s.PhoneNumber, "phone", "", "phone number")
	f.StringVar(&special, "specialization", "", "specialization, by name or id")
	f.BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	return cmd
}

func (a *app) specialization(ctx context.Context, c *clinicianapi.Client, want string) (int64, error) {
	list, err := c.Specializations(ctx)
	if err != nil {
		return 0, err
	}
	names := make([]named, len(list))
	for i, s := range list {
		names[i] = named{s.ID, s.CancerType}
	}
	return choose("specialization", want, names)
}

// named is a row of a catalogue.
type named struct {
	id   int64
	name string
}

// choose finds what is meant by an id, a name, or the beginning of one name
// only, in any case.
func choose(what, want string, from []named) (int64, error) {
	want = strings.TrimSpace(want)
	all := make([]string, len(from))
	for i, n := range from {
		all[i] = n.name
		if strconv.FormatInt(n.id, 10) == want {
			return n.id, nil
		}
	}
	i, begins := text.Chosen(want, all)
	switch {
	case i >= 0:
		return from[i].id, nil
	case len(begins) > 1:
		return 0, usagef("%q could be %s", want, quoteNames(begins))
	}
	return 0, usagef("%q is not a %s; there are: %s", want, what, strings.Join(all, ", "))
}

func quoteNames(names []string) string {
	s := make([]string, len(names))
	for i, n := range names {
		s[i] = strconv.Quote(n)
	}
	return strings.Join(s, " or ")
}
