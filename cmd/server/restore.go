package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newRestore(p *program) *cobra.Command {
	var (
		to, passphrase, identity string
		verify, asJSON           bool
	)
	cmd := &cobra.Command{
		Use:   "restore FROM (--to DIR | --verify)",
		Short: "Make a data directory of a backup, or check every byte of one",
		Long: "restore reads the backup FROM ('-' is standard input) to its end and checks all of it: sums, database, and with the\n" +
			"root key who made it, the audit log and each document. With --to it becomes the data directory DIR, which must be\n" +
			"absent or empty: the restored log says that it was restored, and everybody has to sign in again. With --verify\n" +
			"nothing is kept. The root key is the configured one, for example CLINICIAN_ROOT_KEY_FILE; it is in no backup.",
		Args: oneArg("FROM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if verify == (to != "") {
				return usageError{errors.New("give either --to DIR or --verify")}
			}
			c, err := p.config()
			if err != nil {
				return err
			}
			if args[0] == "-" && passphrase == "-" {
				return usageError{errors.New("backup and passphrase cannot both come from standard input")}
			}
			with, err := identitiesOf(cmd, passphrase, identity)
			if err != nil {
				return err
			}
			from := cmd.InOrStdin()
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer f.Close()
				from = f
			}
			var told boot.Restored
			if verify {
				told, err = boot.VerifyBackup(cmd.Context(), c, from, with)
			} else {
				told, err = boot.RestoreBackup(cmd.Context(), c, from, with, to)
			}
			if err != nil {
				return err
			}
			return sayRestored(cmd, told, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&to, "to", "", "the data directory to make; absent or empty")
	f.BoolVar(&verify, "verify", false, "check everything and keep nothing; exit status 1 when something is wrong")
	f.StringVar(&passphrase, "passphrase-file", "", "file whose first line is the passphrase of an encrypted backup; - is standard input")
	f.StringVar(&identity, "identity", "", "file of the age private key that opens an encrypted backup")
	f.BoolVar(&asJSON, "json", false, "print what was found as JSON")
	return cmd
}

// sayRestored tells what was found. What is wrong with what was backed up makes it a failure.
func sayRestored(cmd *cobra.Command, r boot.Restored, asJSON bool) error {
	if asJSON {
		if err := printJSON(cmd, r); err != nil {
			return err
		}
	} else {
		tellRestored(cmd.OutOrStdout(), r)
	}
	if n := len(r.Problems); n > 0 {
		return fmt.Errorf("the backup is whole, but %s wrong in what was backed up", core.Plural(n, "thing is", "things are"))
	}
	return nil
}

func tellRestored(out io.Writer, r boot.Restored) {
	b := r.Backup
	fmt.Fprintf(out, "Backup of %s (%s), whole: every part is what it was.\n", b.Made.Local().Format(time.DateTime), b.Program)
	if len(r.NotChecked) == 0 {
		fmt.Fprintf(out, "Made by who has root key %s. %s verified, %s read and compared.\n", b.RootKey,
			core.Plural(int(r.Events), "audit event", "audit events"), core.Plural(r.Read, "document", "documents"))
	}
	for _, what := range r.NotChecked {
		fmt.Fprintf(out, "NOT checked: %s.\n", what)
	}
	if b.Elsewhere > 0 {
		fmt.Fprintf(out, "%s kept by file-service and not in it.\n", core.Plural(b.Elsewhere, "document is", "documents are"))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(out, "Problem: %s\n", p)
	}
	if r.To != "" {
		fmt.Fprintf(out, "Restored to %s. Serve it with CLINICIAN_DATA_DIR=%s and the root key %s, which is not in it;\n"+
			"everybody signs in again. Who was locked out after the backup has to be locked out again.\n", r.To, r.To, b.RootKey)
	}
}
