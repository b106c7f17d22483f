package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"clinician/internal/core"
)

var _ core.AuditLog = (*DB)(nil)

// auditRow is an event as stored. Body is the canonical JSON of the event
// without its hash; the indexed columns repeat parts of it for queries only.
type auditRow struct {
	Seq       int64
	At        int64
	Type      string
	UserID    int64
	PatientID int64
	RecordID  string
	Body      string
	Hash      string
}

const auditColumns = "seq, at, type, user_id, patient_id, record_id, body, hash"

func (r *auditRow) fields() []any {
	return []any{&r.Seq, &r.At, &r.Type, &r.UserID, &r.PatientID, &r.RecordID, &r.Body, &r.Hash}
}

// Append stores ev at the end of the chain. Times are kept to the microsecond,
// whole numbers in Detail as int64.
func (db *DB) Append(ctx context.Context, ev core.AuditEvent) error {
	c := &change{ctx: context.WithoutCancel(ctx), ev: &ev}
	if ctx.Err() == nil {
		if err := db.noteAlone(c); !errors.Is(err, errNoJournal) {
			if err == nil && db.told != nil {
				db.told(ctx, ev)
			}
			return err
		}
	}
	c.fn = func(ctx context.Context, tx *Tx) error { return db.appendAudit(ctx, tx, ev) }
	return db.hand(ctx, c)
}

// complete fills in what an event has from the log but its place in it.
func (db *DB) complete(ev *core.AuditEvent) {
	if ev.At.IsZero() {
		ev.At = db.now()
	}
	ev.At = ev.At.UTC().Truncate(time.Microsecond)
	if ev.Service == "" {
		ev.Service = "clinician-service"
	}
}

// appendAudit adds ev to the chain within tx, a transaction of Write. It gives
// Seq, At (when zero), Service (when empty), PrevHash and Hash. It refuses when
// the log's head is not one that this log signed: then somebody has been at
// the log, and going on would sign what is left of it. The zero event is none: the
// change is accounted for by who makes it (core.Accounted).
func (db *DB) appendAudit(ctx context.Context, tx *Tx, ev core.AuditEvent) error {
	if ev.Type == "" {
		return nil
	}
	if err := stands(ctx, tx, ev.Guard); err != nil {
		return err
	}
	if tx.head == nil {
		last, err := db.endOfLog(ctx, tx)
		if err != nil {
			return err
		}
		tx.head = &last
	}
	ev.Seq, ev.PrevHash, ev.Hash = tx.head.Seq+1, tx.head.Hash, ""
	db.complete(&ev)
	body, err := json.Marshal(ev)
	if err != nil {
		return fmt.Errorf("encode audit event: %w", err)
	}
	hash := db.auditHash(body)
	_, err = tx.Exec(ctx, `INSERT INTO audit_events
		(seq, at, type, user_id, patient_id, record_id, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		ev.Seq, micros(ev.At), ev.Type, ev.UserID, ev.PatientID, ev.RecordID, string(body), hash)
	if err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	tx.head, tx.grown = &signedHead{Seq: ev.Seq, Hash: hash}, true
	if db.told != nil && db.running != nil {
		db.running.events = append(db.running.events, ev)
	}
	return nil
}

// keepHead signs the log's new end, once for a transaction.
func (db *DB) keepHead(ctx context.Context, tx *Tx) error {
	if !tx.grown {
		return nil
	}
	head := db.sign(tx.head.Seq, tx.head.Hash)
	_, err := tx.Exec(ctx, `INSERT INTO audit_head (id, seq, hash, mac) VALUES (1, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, mac = excluded.mac`,
		head.Seq, head.Hash, head.MAC)
	if err != nil {
		return fmt.Errorf("sign the audit log: %w", err)
	}
	return nil
}

// stands refuses when g is an assignment that has ended.
func stands(ctx context.Context, tx *Tx, g *core.Guard) error {
	if g == nil {
		return nil
	}
	var one int
	err := ask(ctx, tx, "SELECT 1 FROM patient_assignments WHERE patient_id = ? AND assigned_clinician_id = ?", g.PatientID, g.ClinicianID).into(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return core.ErrUnassigned
	}
	if err != nil {
		return fmt.Errorf("look for assignment: %w", err)
	}
	return nil
}

// auditHash chains an event: body holds the hash of the one before it.
func (db *DB) auditHash(body []byte) string {
	m := hmac.New(sha256.New, db.auditKey)
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// event gives back what was appended.
func (r auditRow) event() (core.AuditEvent, error) {
	ev, err := decodeEvent([]byte(r.Body))
	ev.Hash = r.Hash
	return ev, err
}

// plainNumbers replaces json.Number by int64 where it is whole, else float64.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k])
		}
	}
	return v
}

// auditWhere is the condition for q without its limit.
func auditWhere(q core.AuditQuery) (string, []any) {
	where, args := "TRUE", []any{}
	and := func(condition string, arg any) { where, args = where+" AND "+condition, append(args, arg) }
	if q.PatientID != 0 {
		// The second half lets SQLite see that the partial index covers this.
		and("patient_id = ? AND patient_id <> 0", q.PatientID)
	}
	if q.UserID != 0 {
		and("user_id = ?", q.UserID)
	}
	if q.RecordID != "" {
		and("record_id = ? AND record_id <> ''", q.RecordID)
	}
	if q.Type != "" {
		and("type = ?", q.Type)
	}
	if q.BeforeSeq > 0 {
		and("seq < ?", q.BeforeSeq)
	}
	return where, args
}

// Query gives the events that match q, newest first.
func (db *DB) Query(ctx context.Context, q core.AuditQuery) ([]core.AuditEvent, error) {
	if err := db.settled(ctx); err != nil {
		return nil, err
	}
	where, args := auditWhere(q)
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	rows, err := rowsOf(ctx, db.read, (*auditRow).fields, "SELECT "+auditColumns+" FROM audit_events WHERE "+where+" ORDER BY seq DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("query the audit log: %w", err)
	}
	events := make([]core.AuditEvent, len(rows))
	for i, r := range rows {
		ev, err := r.event()
		if err != nil {
			return nil, fmt.Errorf("decode audit event %d: %w", r.Seq, err)
		}
		events[i] = ev
	}
	return events, nil
}

// Latest gives the newest acts with a patient. What waits in the journal is newer than
// all that was taken over, so that it need not be taken over for this.
func (db *DB) Latest(ctx context.Context, patientID int64, limit int) ([]core.AuditEvent, error) {
	for range 3 {
		list, times := db.journal.latest(patientID, limit)
		rows, err := rowsOf(ctx, db.read, (*auditRow).fields, "SELECT "+auditColumns+
			" FROM audit_events WHERE patient_id = ? AND patient_id <> 0 ORDER BY seq DESC LIMIT ?", patientID, limit-len(list))
		if err != nil {
			return nil, fmt.Errorf("read the latest acts: %w", err)
		}
		if _, now := db.journal.latest(0, 0); now != times {
			continue // what we have from the journal may be among the rows
		}
		for _, r := range rows {
			ev := core.AuditEvent{At: fromMicros(r.At), Type: r.Type, UserID: r.UserID, PatientID: r.PatientID, RecordID: r.RecordID}
			rest := struct {
				Outcome *core.Outcome `json:"outcome"`
				Service *string       `json:"service"`
			}{&ev.Outcome, &ev.Service}
			if err := json.Unmarshal([]byte(r.Body), &rest); err != nil {
				return nil, fmt.Errorf("decode audit event %d: %w", r.Seq, err)
			}
			list = append(list, ev)
		}
		return list, nil
	}
	return db.Query(ctx, core.AuditQuery{PatientID: patientID, Limit: limit})
}

// Verify walks the chain from its start. It finds changed, inserted, swapped
// and missing events, and with the signed heads (in the database and in the
// file beside it) an end that was cut off.
func (db *DB) Verify(ctx context.Context) (int64, error) {
	// A log that cannot be continued is told of below, and where it breaks.
	_ = db.settled(ctx)
	// Before the log itself is read: it may grow meanwhile, and a head behind
	// the log is fine.
	outside, err := db.head.load()
	if err != nil {
		return 0, err
	}
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, fmt.Errorf("read the audit log: %w", err)
	}
	defer tx.Rollback()
	view := snapshot{tx, db.d}
	last, atOutside, err := db.walk(ctx, view, outside.Seq)
	if err != nil {
		return last.Seq, err
	}
	inside, err := db.readHead(ctx, view)
	if err != nil {
		return last.Seq, err
	}
	return compareHeads(inside, outside, last, atOutside)
}

// walk checks event by event; last is the last good one, mark the hash of the
// event numbered at.
func (db *DB) walk(ctx context.Context, q querier, at int64) (last signedHead, mark string, err error) {
	rows, err := q.Query(ctx, "SELECT "+auditColumns+" FROM audit_events ORDER BY seq")
	if err != nil {
		return last, "", fmt.Errorf("read the audit log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r auditRow
		if err := rows.Scan(r.fields()...); err != nil {
			return last, "", fmt.Errorf("read audit event after %d: %w", last.Seq, err)
		}
		if err := db.checkRow(last, r); err != nil {
			return last, "", err
		}
		last = signedHead{Seq: r.Seq, Hash: r.Hash}
		if r.Seq == at {
			mark = r.Hash
		}
	}
	return last, mark, rows.Err()
}

// checkRow decides whether r follows last.
func (db *DB) checkRow(last signedHead, r auditRow) error {
	if r.Seq != last.Seq+1 {
		return broken(last.Seq+1, "it is missing (the next one is %d)", r.Seq)
	}
	if !db.wrote(r) {
		return broken(r.Seq, "its content does not fit its hash")
	}
	// The hash proves that we wrote the body, but not that it stands in its
	// place and that the columns beside it are its own.
	var ev struct {
		Seq       int64     `json:"seq"`
		At        time.Time `json:"recorded"`
		Type      string    `json:"event_type"`
		UserID    int64     `json:"user_id"`
		PatientID int64     `json:"patient_id"`
		RecordID  string    `json:"record_id"`
		PrevHash  string    `json:"prev_hash"`
	}
	if err := json.Unmarshal([]byte(r.Body), &ev); err != nil {
		return broken(r.Seq, "it cannot be read")
	}
	switch {
	case ev.Seq != r.Seq || ev.PrevHash != last.Hash:
		return broken(r.Seq, "it does not follow the one before it")
	case micros(ev.At) != r.At || ev.Type != r.Type || ev.UserID != r.UserID || ev.PatientID != r.PatientID || ev.RecordID != r.RecordID:
		return broken(r.Seq, "its index does not fit its content")
	}
	return nil
}

// broken says that the log was changed from outside, first at event seq.
func broken(seq int64, format string, args ...any) error {
	why := fmt.Sprintf(format, args...)
	return core.Errorf(core.CodeInternal, "The audit log is broken at event %d: %s. Keep a copy of the data directory and tell your privacy officer.", seq, why).
		WithCause(errors.New(why))
}

// withDetail adds to ev's Detail without touching the caller's map.
func withDetail(ev core.AuditEvent, key string, value any) core.AuditEvent {
	d := maps.Clone(ev.Detail)
	if d == nil {
		d = make(map[string]any)
	}
	d[key] = value
	ev.Detail = d
	return ev
}
