package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
	"clinician/internal/core/vault"
)

func newRekey(p *program) *cobra.Command {
	var keyFile string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rekey",
		Short: "Change the root key; the server must be stopped",
		Long: "rekey changes the root key: the keys of all patients are wrapped under the new one, documents stay as they are.\n" +
			"Stop the server first. The new key is generated, or read from --key-file; with the key in the environment give\n" +
			"the new one as CLINICIAN_ROOT_KEY and the old one as CLINICIAN_ROOT_KEY_PREVIOUS. When it breaks off, nothing is\n" +
			"lost: run it again and it goes on. Copies of the data made before need the old key: keep it as long as them.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			var fresh vault.RootKey
			if keyFile != "" {
				if c.RootKey != "" {
					return usageError{fmt.Errorf("CLINICIAN_ROOT_KEY is set, so --key-file has no meaning; give the old key as CLINICIAN_ROOT_KEY_PREVIOUS")}
				}
				if fresh, err = vault.LoadRootKey(keyFile, false); err != nil {
					return err
				}
			}
			done, err := boot.Rekey(cmd.Context(), c, fresh)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, done)
			}
			switch {
			case !done.Changed:
				fmt.Fprintf(cmd.OutOrStdout(), "Root key %s is in use already; nothing was changed.\n", done.To)
			default:
				fmt.Fprintf(cmd.OutOrStdout(), "Root key %s is replaced by %s: %s wrapped anew. Keep a copy of the new key elsewhere, and the old one\nas long as backups made with it.\n",
					done.From, done.To, core.Plural(done.Patients, "patient's key was", "patients' keys were"))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&keyFile, "key-file", "", "file with the new key, mode 0600 (default: a generated key)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what was done as JSON")
	return cmd
}
