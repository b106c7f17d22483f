// Package archive is the file that a backup is: a tar archive that any tar program
// unpacks, of
//
//	backup.json       what it is of, and when (About)
//	vault/keys/...    sealed keys of the server, when the root key was ever changed
//	clinician.db      the database at one moment
//	vault/...         the sealed content that its rows point to
//	SHA256SUMS        of each part before, as sha256sum --check reads it
//	SHA256SUMS.hmac   who has the root key made SHA256SUMS
//
// in this order. There is one way only to write it, and a Reader takes nothing else: every
// byte is covered, those between the parts too. It may be encrypted as a whole (age).
package archive

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"clinician/internal/core"
)

// Names of parts.
const (
	Database    = "clinician.db"
	VaultPrefix = "vault/"
	aboutName   = "backup.json"
	sumsName    = "SHA256SUMS"
	signedName  = "SHA256SUMS.hmac"
)

// format is the version of the format, which About says.
const format = 1

// About says what a backup is of. It holds no names.
type About struct {
	Format    int       `json:"format"`
	Made      time.Time `json:"made"`      // to the second
	Program   string    `json:"program"`   // its version
	RootKey   string    `json:"root_key"`  // id of the root key that opens it; the key itself is in no backup
	AuditSeq  int64     `json:"audit_seq"` // number of the newest audit event
	AuditHash string    `json:"audit_hash"`
	Records   int       `json:"records"`   // whose content belongs to it
	Pieces    int       `json:"pieces"`    // of uploads that are not complete
	Elsewhere int       `json:"elsewhere"` // records whose content another service keeps, and this does not hold
}

// ErrDamaged is in the chain of every error about a file that is no whole backup.
var ErrDamaged = errors.New("not a whole backup")

func damaged(format string, args ...any) error {
	why := fmt.Sprintf(format, args...)
	return core.Errorf(core.CodeInvalid, "This is no backup, or it is damaged or cut off: %s. Take another copy of it.", why).WithCause(ErrDamaged)
}

// header is the only one that a part of this name and size has.
func header(name string, size int64, made time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: made}
}

// checkName accepts the names of parts that hold data.
func checkName(name string) error {
	if name == Database {
		return nil
	}
	rest, ok := strings.CutPrefix(name, VaultPrefix)
	ok = ok && fs.ValidPath(rest) && rest != "."
	for part := range strings.SplitSeq(rest, "/") {
		ok = ok && !strings.HasPrefix(part, ".")
	}
	for _, c := range []byte(rest) {
		ok = ok && ('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("/._-", c) >= 0)
	}
	if !ok {
		return damaged("it has a part that no backup has")
	}
	return nil
}

func encode(a About) ([]byte, error) {
	b, err := json.MarshalIndent(a, "", "  ")
	return append(b, '\n'), err
}
