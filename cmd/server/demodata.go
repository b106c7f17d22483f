package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"clinician/internal/core/boot"
)

func newDemoData(p *program) *cobra.Command {
	var (
		asJSON bool
		o      boot.DemoOptions
	)
	cmd := &cobra.Command{
		Use:   "demo-data",
		Short: "Fill the database with synthetic people and documents and print the logins",
		Long: `Fill the database with synthetic people, appointments and scanned documents, the same for the same day, and
print the logins. Running it again adds nothing. With --patients N it adds N more patients of the demo clinician,
without documents, to see how things behave at scale.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				if f, ok := cmd.ErrOrStderr().(*os.File); ok && term.IsTerminal(int(f.Fd())) {
					o.Progress = func(done, total int) {
						fmt.Fprintf(f, "\rdocuments %d of %d", done, total)
						if done == total {
							fmt.Fprintln(f)
						}
					}
				}
				logins, err := a.LoadDemo(cmd.Context(), o)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, logins)
				}
				for _, l := range logins.Logins {
					fmt.Fprintf(cmd.OutOrStdout(), "%-16s %-32s %s\n", l.Role, l.Email, l.Name)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "The password of all of them is %s\n", logins.Password)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the logins as JSON")
	cmd.Flags().IntVar(&o.Patients, "patients", 0, "add this many more patients of the demo clinician")
	cmd.Flags().BoolVar(&o.PeopleOnly, "people-only", false, "leave out the documents")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "another seed gives other people")
	return cmd
}
