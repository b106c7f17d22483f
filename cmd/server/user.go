package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newUser(p *program) *cobra.Command {
	group := &cobra.Command{Use: "user", Short: "Administer users", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	group.AddCommand(newUserCreate(p), newUserActive(p, "disable", false), newUserActive(p, "enable", true))
	return group
}

func newUserCreate(p *program) *cobra.Command {
	var (
		u         core.NewUser
		role      string
		fromStdin bool
		phone     string
		asJSON    bool
	)
	cmd := &cobra.Command{
		Use:   "create --email EMAIL --role ROLE --password-stdin",
		Short: "Create a user; the password is the first line of standard input",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if u.Email == "" || role == "" {
				return usageError{errors.New("both --email and --role are needed")}
			}
			if !fromStdin {
				return usageError{errors.New("give the password on standard input and say so with --password-stdin; a password on the command line could be seen by others")}
			}
			password, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
			if password = strings.TrimRight(password, "\r\n"); password == "" {
				return fmt.Errorf("no password on standard input (%v)", err)
			}
			u.Role = core.Role(strings.ToUpper(role))
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				made, err := a.CreateUser(cmd.Context(), u, password, phone)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, made)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Created user %d: %s (%s)\n", made.ID, made.Email, made.RoleName)
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&u.Email, "email", "", "e-mail address, the login name")
	f.StringVar(&role, "role", "", "CLINICIAN, NURSE, CLERK, ADMIN or PRIVACY_OFFICER")
	f.StringVar(&u.FirstName, "first-name", "", "given name (default: taken from the e-mail address)")
	f.StringVar(&u.LastName, "last-name", "", "family name (default: taken from the e-mail address)")
	f.StringVar(&phone, "phone", "", "telephone number of a clinician")
	f.BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	f.BoolVar(&asJSON, "json", false, "print the user as JSON")
	return cmd
}

func newUserActive(p *program, verb string, active bool) *cobra.Command {
	var email string
	cmd := &cobra.Command{
		Use:   verb + " --email EMAIL",
		Short: map[bool]string{true: "Let a user log in again", false: "Lock a user out and end all sessions at once"}[active],
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if email == "" {
				return usageError{errors.New("--email is needed")}
			}
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				if err := a.SetActive(cmd.Context(), email, active); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "User %s is %sd.\n", email, verb)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&email, "email", "", "e-mail address of the user")
	return cmd
}
