package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // and with it the "sqlite" driver
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is all that this package says in other words to one SQL database than
// to another. Triggers, views and indexes stand in the migrations.
type dialect struct {
	migrations string // folder below migrations
	goose      goose.Dialect

	rebind func(text string) string // writes placeholders as the database wants them
	begin  string                   // a transaction that nobody writes beside

	insertID func(ctx context.Context, tx *Tx, text string, args []any) (int64, error) // runs an INSERT, gives the new row's id

	ids   string // the list of whole numbers in a parameter made by jsonList, as in "id IN "+ids
	texts string // the same of texts

	indexedBy func(index string) string  // names the index to walk, behind a table
	least     func(a, b string) string   // the smaller of two values
	day       func(micros string) string // the day of a stored time, UTC, as text
	isUnique  func(err error) bool       // a key is there already
	isForeign func(err error) bool       // what a key names is not there
}

func newSQLite() *dialect {
	return &dialect{
		migrations: "migrations/sqlite",
		goose:      goose.DialectSQLite3,
		rebind:     func(text string) string { return text },
		begin:      "BEGIN IMMEDIATE",
		insertID: func(ctx context.Context, tx *Tx, text string, args []any) (int64, error) {
			// Not RETURNING: with that each statement keeps a journal, and a long
			// import walks through all of it for every row.
			res, err := tx.Exec(ctx, text, args...)
			if err != nil {
				return 0, err
			}
			return res.LastInsertId()
		},
		ids:   "(SELECT value FROM json_each(?))",
		texts: "(SELECT value FROM json_each(?))",
		// Without statistics the planner may prefer an index that only saves a sort.
		indexedBy: func(index string) string { return " INDEXED BY " + index },
		least:     func(a, b string) string { return "MIN(" + a + ", " + b + ")" },
		day:       func(micros string) string { return "date(" + micros + " / 1000000, 'unixepoch')" },
		isUnique: func(err error) bool {
			return hasCode(err, sqlite3.SQLITE_CONSTRAINT_UNIQUE) || hasCode(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
		},
		isForeign: func(err error) bool { return hasCode(err, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY) },
	}
}

func hasCode(err error, code int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == code
}

// openSQLite opens the file at path with so many connections: WAL, each commit
// on disk before it is answered, and other processes waited for.
func openSQLite(path, txlock string, conns int, pragmas ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {txlock}, "_pragma": append([]string{
		"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-4096)",
	}, pragmas...)}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: abs}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// copySQLite copies a database, as it is at one moment, into an empty file.
func copySQLite(ctx context.Context, from, to string) error {
	db, err := openSQLite(from, "deferred", 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, db.Close())
}

// integrityOf says what is damaged in a database.
func integrityOf(ctx context.Context, q querier) ([]string, error) {
	problems, err := column[string](ctx, q, "SELECT integrity_check FROM pragma_integrity_check")
	if err != nil {
		return nil, err
	}
	problems = slices.DeleteFunc(problems, func(p string) bool { return p == "ok" })
	loose, err := column[string](ctx, q, `SELECT "table" FROM pragma_foreign_key_check LIMIT 20`)
	for _, table := range loose {
		problems = append(problems, "a row of "+table+" points to one that is not there")
	}
	return problems, err
}
