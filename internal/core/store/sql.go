package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// Statements are texts with ? for each parameter. What was sent to us is only
// ever a parameter, so there are few texts and each is prepared once for each
// connection. What one SQL database says in other words than another stands in
// the dialect.

// querier asks the database: readers of their own, or the transaction of a
// change, which sees what the change has done so far.
type querier interface {
	Query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// maxPrepared bounds how many texts are kept prepared: searches have many shapes.
const maxPrepared = 400

// pool asks through connections that only read. Safe for many goroutines.
type pool struct {
	*sql.DB
	d        *dialect
	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

func newPool(db *sql.DB, d *dialect) *pool {
	return &pool{DB: db, d: d, prepared: map[string]*sql.Stmt{}}
}

// Query asks with a prepared statement. The caller closes the rows.
func (p *pool) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := p.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return p.QueryContext(ctx, p.d.rebind(text), clean(args)...)
	}
	return stmt.QueryContext(ctx, clean(args)...)
}

// statement gives the prepared statement of text; nil when there are too many.
func (p *pool) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	p.mu.RLock()
	stmt, n := p.prepared[text], len(p.prepared)
	p.mu.RUnlock()
	if stmt != nil || n >= maxPrepared {
		return stmt, nil
	}
	stmt, err := p.PrepareContext(ctx, p.d.rebind(text))
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.prepared[text]; other != nil { // somebody was faster
		return other, stmt.Close()
	}
	p.prepared[text] = stmt
	return stmt, nil
}

// Tx is the transaction that a change is made in; see DB.Write. One goroutine
// uses it, and not after the change has returned.
type Tx struct {
	conn     *sql.Conn
	d        *dialect
	prepared map[string]*sql.Stmt // as long as the connection lives

	head  *signedHead // the audit log's, without its signature; nil: not read in this transaction
	grown bool        // the transaction appends to the audit log
}

func newTx(ctx context.Context, db *sql.DB, d *dialect) (*Tx, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &Tx{conn: conn, d: d, prepared: map[string]*sql.Stmt{}}, nil
}

// begin starts a transaction that nobody else writes beside.
func (tx *Tx) begin(ctx context.Context) error {
	tx.head, tx.grown = nil, false
	_, err := tx.Exec(ctx, tx.d.begin)
	return err
}

// lost reports whether err means that the connection is gone for good.
func lost(err error) bool {
	return errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn)
}

func (tx *Tx) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt := tx.prepared[text]; stmt != nil || len(tx.prepared) >= maxPrepared {
		return stmt, nil
	}
	stmt, err := tx.conn.PrepareContext(ctx, tx.d.rebind(text))
	if err != nil {
		return nil, err
	}
	tx.prepared[text] = stmt
	return stmt, nil
}

// Query asks with a prepared statement. The caller closes the rows.
func (tx *Tx) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := tx.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return tx.conn.QueryContext(ctx, tx.d.rebind(text), clean(args)...)
	}
	return stmt.QueryContext(ctx, clean(args)...)
}

// Exec runs a prepared statement that gives no rows.
func (tx *Tx) Exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	stmt, err := tx.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return tx.conn.ExecContext(ctx, tx.d.rebind(text), clean(args)...)
	}
	return stmt.ExecContext(ctx, clean(args)...)
}

// Close gives the connection and its statements back.
func (tx *Tx) Close() error {
	for _, stmt := range tx.prepared {
		stmt.Close()
	}
	clear(tx.prepared)
	if err := tx.conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}

// snapshot asks within one reading transaction: what it sees does not change.
type snapshot struct {
	*sql.Tx
	d *dialect
}

// Query asks with a statement of its own. The caller closes the rows.
func (s snapshot) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return s.QueryContext(ctx, s.d.rebind(text), clean(args)...)
}

// clean makes text from outside text that every database takes: what is not
// UTF-8 in it becomes the replacement character. It may write into args.
func clean(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok && !utf8.ValidString(s) {
			args[i] = strings.ToValidUTF8(s, "\ufffd")
		}
	}
	return args
}

// oneRowOf is an answer of which the first row is wanted.
type oneRowOf struct {
	rows *sql.Rows
	err  error
}

// ask asks for one row. It is not interrupted when ctx ends: watching for that takes
// two goroutines a question, and costs more than most answers do.
func ask(ctx context.Context, q querier, text string, args ...any) oneRowOf {
	if err := ctx.Err(); err != nil {
		return oneRowOf{err: err}
	}
	rows, err := q.Query(context.WithoutCancel(ctx), text, args...)
	return oneRowOf{rows, err}
}

// into reads the first row's columns; sql.ErrNoRows when there is none.
func (r oneRowOf) into(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// rowsOf reads every row. fields gives where the columns of a row go, in the order
// of the statement's columns.
func rowsOf[T any](ctx context.Context, q querier, fields func(*T) []any, text string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	var one, empty T
	dest := fields(&one)
	for rows.Next() {
		one = empty
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// column reads every row of an answer that has one column.
func column[T any](ctx context.Context, q querier, text string, args ...any) ([]T, error) {
	return rowsOf(ctx, q, func(v *T) []any { return []any{v} }, text, args...)
}

// changes collects what an UPDATE sets.
type changes struct {
	columns []string
	args    []any
}

// set adds assignments and the parameters in them: "title = ?".
func (c *changes) set(assignments string, args ...any) {
	c.columns = append(c.columns, assignments)
	c.args = append(c.args, args...)
}

// apply runs the UPDATE on the rows where says.
func (c *changes) apply(ctx context.Context, tx *Tx, table, where string, args ...any) (sql.Result, error) {
	return tx.Exec(ctx, "UPDATE "+table+" SET "+strings.Join(c.columns, ", ")+" WHERE "+where, append(c.args, args...)...)
}

// insert is the INSERT of so many columns, which are named with commas between them.
func insert(table, columns string) string {
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", table, columns, strings.Repeat(", ?", strings.Count(columns, ",")))
}

// jsonList is the parameter for dialect.ids and dialect.texts.
func jsonList[T int64 | string](list []T) string {
	b, err := json.Marshal(list)
	if err != nil || list == nil { // numbers and strings always encode
		return "[]"
	}
	return string(b)
}
