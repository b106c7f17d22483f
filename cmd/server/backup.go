package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

// openly is said of a backup that is not encrypted.
const openly = "server: This backup is not encrypted: whoever has it reads names, dates of birth, file names and who looked at whom.\n" +
	"Documents in it are sealed. Keep it where nobody else comes, or use --encrypt.\n"

func newBackup(p *program) *cobra.Command {
	var (
		encrypt, asJSON bool
		passphrase      string
		recipients      []string
		recipientsFile  string
	)
	cmd := &cobra.Command{
		Use:   "backup TO",
		Short: "Write everything that is kept here into one file, while the server runs",
		Long: "backup writes database and sealed documents, as they are at one moment, into the file TO, which must not be there;\n" +
			"in a directory TO it is called by the time. '-' is standard output. It is a tar archive with SHA-256 sums, and with\n" +
			"--encrypt an age file of one, which needs a passphrase or the private key of a recipient. The root key is never in\n" +
			"it: without your copy of that key, no document of a backup can be opened.",
		Args: oneArg("TO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := recipientsOf(cmd, encrypt, passphrase, recipients, recipientsFile)
			if err != nil {
				return err
			}
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				if len(to) == 0 {
					fmt.Fprint(cmd.ErrOrStderr(), openly)
				}
				if args[0] == "-" {
					done, err := a.Backup(cmd.Context(), cmd.OutOrStdout(), to)
					if err != nil {
						return err
					}
					return sayBackup(cmd, cmd.ErrOrStderr(), done, false)
				}
				done, err := a.BackupTo(cmd.Context(), args[0], to)
				if err != nil {
					return err
				}
				return sayBackup(cmd, cmd.OutOrStdout(), done, asJSON)
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&encrypt, "encrypt", false, "encrypt it, with a passphrase that is asked for unless another way is given")
	f.StringVar(&passphrase, "passphrase-file", "", "file whose first line is the passphrase; - is standard input")
	f.StringArrayVar(&recipients, "recipient", nil, "encrypt for this age public key (age1...); may be given several times")
	f.StringVar(&recipientsFile, "recipients-file", "", "file of age public keys, one on a line")
	f.BoolVar(&asJSON, "json", false, "print what was written as JSON")
	return cmd
}

// oneArg wants one argument.
func oneArg(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{fmt.Errorf("%s takes one argument, %s", cmd.CommandPath(), name)}
		}
		return nil
	}
}

// sayBackup tells what was written. What the vault did not have makes it a failure.
func sayBackup(cmd *cobra.Command, out io.Writer, b boot.Backup, asJSON bool) error {
	if asJSON {
		if err := printJSON(cmd, b); err != nil {
			return err
		}
	} else {
		where := ""
		if b.File != "" {
			where = b.File + ": "
		}
		fmt.Fprintf(out, "%s%d bytes, %s, the audit log up to event %d. It belongs to root key %s, which is not in it.\n", where,
			b.Bytes, core.Plural(b.Records-len(b.Missing), "document", "documents"), b.AuditSeq, b.RootKey)
		if b.Elsewhere > 0 {
			fmt.Fprintf(out, "%s kept by file-service and not in it; back that service up too.\n", core.Plural(b.Elsewhere, "document is", "documents are"))
		}
	}
	if len(b.Missing) > 0 {
		return fmt.Errorf("the backup was written, but %s not in the vault; look with 'server vault check':\n  %s",
			core.Plural(len(b.Missing), "document is", "documents are"), strings.Join(b.Missing, "\n  "))
	}
	return nil
}

// recipientsOf gives for whom a backup is encrypted; nobody: it is not.
func recipientsOf(cmd *cobra.Command, encrypt bool, passphraseFile string, list []string, file string) (to []age.Recipient, err error) {
	for _, text := range list {
		more, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return nil, usageError{fmt.Errorf("--recipient: %w", err)}
		}
		to = append(to, more...)
	}
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		more, err := age.ParseRecipients(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		to = append(to, more...)
	}
	switch {
	case len(to) > 0 && passphraseFile != "":
		return nil, usageError{errors.New("encrypt either with a passphrase or for recipients")}
	case len(to) > 0 || !encrypt && passphraseFile == "":
		return to, nil
	}
	secret, err := readPassphrase(cmd, passphraseFile, true)
	if err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(secret)
	return []age.Recipient{r}, err
}

// asked is the passphrase of an encrypted backup, which is asked for when it is needed.
type asked struct{ cmd *cobra.Command }

// Unwrap asks where the backup was encrypted with a passphrase.
func (a asked) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" {
		return nil, age.ErrIncorrectIdentity
	}
	secret, err := askPassphrase(a.cmd, false)
	if err != nil {
		return nil, err
	}
	one, err := age.NewScryptIdentity(secret)
	if err != nil {
		return nil, err
	}
	return one.Unwrap(stanzas)
}

// identitiesOf gives what opens an encrypted backup. When nothing was given it asks, where
// somebody can answer.
func identitiesOf(cmd *cobra.Command, passphraseFile, identityFile string) (with []age.Identity, err error) {
	if identityFile != "" {
		f, err := os.Open(identityFile)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if with, err = age.ParseIdentities(f); err != nil {
			return nil, fmt.Errorf("%s: %w", identityFile, err)
		}
	}
	if passphraseFile != "" {
		secret, err := readPassphrase(cmd, passphraseFile, false)
		if err != nil {
			return nil, err
		}
		one, err := age.NewScryptIdentity(secret)
		if err != nil {
			return nil, err
		}
		with = append(with, one)
	}
	if len(with) == 0 && askable(cmd) != nil {
		with = append(with, asked{cmd})
	}
	return with, nil
}

// askable is where somebody can be asked; nil: nobody can.
func askable(cmd *cobra.Command) *os.File {
	if in, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		return in
	}
	return nil
}

// readPassphrase reads it from a file's first line, or asks at the terminal, twice for a
// new one.
func readPassphrase(cmd *cobra.Command, file string, fresh bool) (string, error) {
	if file == "" {
		return askPassphrase(cmd, fresh)
	}
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, 4096))
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", errors.New("the passphrase is empty; nothing was done")
	}
	return line, nil
}

func askPassphrase(cmd *cobra.Command, fresh bool) (string, error) {
	in := askable(cmd)
	if in == nil {
		return "", usageError{errors.New("there is no terminal to ask for a passphrase; give --passphrase-file, or --recipient")}
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(cmd.ErrOrStderr(), prompt)
		b, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(cmd.ErrOrStderr())
		return string(b), err
	}
	first, err := ask("Passphrase: ")
	if err != nil || first == "" {
		return "", errors.Join(err, errors.New("no passphrase was given; nothing was done"))
	}
	if !fresh {
		return first, nil
	}
	if again, err := ask("The same again: "); err != nil || again != first {
		return "", errors.Join(err, errors.New("the two are not the same; nothing was done"))
	}
	return first, nil
}
