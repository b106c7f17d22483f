package boot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"clinician/internal/core"
	"clinician/internal/core/store"
	"clinician/internal/core/vault"
)

// What is looked at before a server serves, at the same cost however much is stored: the
// root key, the end of the audit log, the vault. A server that could show nothing, or
// would go on behind what was cut off, does not start, and says what to do.

func vaultDir(c Config) string { return filepath.Join(c.DataDir, "vault") }

// openVaultDir opens the vault, and makes it with new data only: beside a database an
// empty one would pass for one whose documents were removed.
func openVaultDir(c Config) (*vault.Disk, error) {
	dir := vaultDir(c)
	_, err := os.Stat(databasePath(c))
	if _, missing := os.Stat(dir); err == nil && errors.Is(missing, fs.ErrNotExist) {
		return nil, core.Errorf(core.CodeUnavailable,
			"The vault %s is missing, where all documents are. Nothing was started. Mount it or put it back; when it is lost, restore the newest backup (server restore).", dir)
	}
	disk, err := vault.OpenDisk(dir)
	if err != nil {
		return nil, core.Errorf(core.CodeUnavailable,
			"The vault %s cannot be opened. Nothing was started. It must be a directory that belongs to the account of the server.", dir).WithCause(err)
	}
	return disk, nil
}

// badLog says of a database that was not opened what that means for who starts the server.
func badLog(c Config, root vault.RootKey, err error) error {
	switch {
	case errors.Is(err, store.ErrAuditKey):
		return badKey(c, root, err)
	case core.CodeOf(err) == core.CodeInternal || core.CodeOf(err) == core.CodeUnavailable:
		return core.Errorf(core.CodeUnavailable,
			"%s The server does not start on such a log, since it would go on behind what is missing. "+
				"'server audit verify' looks at all of it; 'server restore' puts a backup into another directory.", core.MessageOf(err)).WithCause(causeOf(err))
	}
	return err
}

// badVault says the same of a vault.
func badVault(c Config, root vault.RootKey, err error) error {
	switch {
	case errors.Is(err, vault.ErrAnotherRoot):
		return badKey(c, root, err)
	case errors.Is(err, vault.ErrDamaged):
		return core.Errorf(core.CodeUnavailable,
			"Keys of patients in the database do not open, so their documents would not either. Nothing was started. "+
				"Restore the newest backup (server restore) and compare.").WithCause(causeOf(err))
	}
	return core.Errorf(core.CodeUnavailable,
		"The vault %s cannot be used: %s Nothing was started. Look whether it is mounted, belongs to the account of the server and has room, then start again; "+
			"when it is lost, restore the newest backup (server restore).", vaultDir(c), core.MessageOf(err)).WithCause(causeOf(err))
}

func badKey(c Config, root vault.RootKey, err error) error {
	from := "CLINICIAN_ROOT_KEY"
	if c.RootKey == "" {
		from = fmt.Sprintf("the file %s", rootKeyPath(c))
	}
	return core.Errorf(core.CodeInvalid,
		"The root key %s from %s is not the one of this data. Nothing was started or changed. Give the right one: every copy that is kept of it will do.", root.ID(), from).WithCause(causeOf(err))
}

// causeOf is what is behind an error, beyond its sentence.
func causeOf(err error) error {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Cause
	}
	return err
}
