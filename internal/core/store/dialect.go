package store

import (
	"encoding/hex"
	"strings"

	"github.com/uptrace/bun/dialect/sqlitedialect"
)

// dialect is bun's SQLite with NUL characters in text. bun writes values into
// the statement and refuses text that SQLite would take to end there; but what
// people send must be found or not found, never an error of ours.
type dialect struct{ *sqlitedialect.Dialect }

func newDialect() dialect { return dialect{sqlitedialect.New()} }

// AppendString writes s as an SQL value.
func (d dialect) AppendString(b []byte, s string) []byte {
	if strings.IndexByte(s, 0) < 0 {
		return d.Dialect.AppendString(b, s)
	}
	b = append(b, "CAST(X'"...)
	b = hex.AppendEncode(b, []byte(s))
	return append(b, "' AS TEXT)"...)
}
