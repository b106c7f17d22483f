package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
)

// maxHits is as far as the hits of a search are counted.
const maxHits = 10000

// summaryRow is a patient as lists show it.
type summaryRow struct {
	ID                    int64
	UserID                int64
	Email                 string
	FirstName             string
	LastName              string
	IsActive              bool
	DateJoined            int64
	Mrn                   string
	Title                 string
	PhoneNumber           string
	Address               string
	EmergencyContactName  string
	EmergencyContactPhone string
	DateOfBirth           string
	DeceasedDate          string
	Gender                core.Gender
	CreatedAt             int64
	CancerSubtypeID       *int64
	CancerSubtypeName     string
	Notes                 string
	AssignedAt            int64
	Alike                 string // of another patient whose names sound the same, see alikeColumn; "": there is none
	Unread                int
	ViewedAt              *int64
}

func (r *summaryRow) fields() []any {
	return []any{&r.ID, &r.UserID, &r.Email, &r.FirstName, &r.LastName, &r.IsActive, &r.DateJoined, &r.Mrn, &r.Title,
		&r.PhoneNumber, &r.Address, &r.EmergencyContactName, &r.EmergencyContactPhone, &r.DateOfBirth,
		&r.DeceasedDate, &r.Gender, &r.CreatedAt, &r.CancerSubtypeID, &r.CancerSubtypeName, &r.Notes,
		&r.AssignedAt, &r.Alike, &r.Unread}
}

// viewed is fields with when somebody looked at the patient.
func (r *summaryRow) viewed() []any { return append(r.fields(), &r.ViewedAt) }

// alikeColumn packs what is said of the other patient, most often nothing, into one
// column: each column of each row costs. The names come last, so that whatever
// stands in them shifts nothing.
const alikeColumn = `COALESCE(CASE WHEN k.more THEN '1' ELSE '0' END || '` + alikeSep + `' || o.date_of_birth || '` + alikeSep +
	`' || o.mrn || '` + alikeSep + `' || o.title || '` + alikeSep + `' || ou.first_name || '` + alikeSep + `' || ou.last_name, '')`

const alikeSep = "\x1f"

const summaryColumns = `p.id, u.id AS user_id, u.email, u.first_name, u.last_name, u.is_active, u.date_joined,
	p.mrn, p.title, p.phone_number, p.address, p.emergency_contact_name, p.emergency_contact_phone,
	p.date_of_birth, p.deceased_date, p.gender, p.created_at,
	a.cancer_subtype_id, COALESCE(t.cancer_type, '') AS cancer_subtype_name, a.notes, a.created_at AS assigned_at,
	` + alikeColumn + ` AS alike,
	a.unread_count AS unread`

const summaryJoins = `JOIN patients p ON p.id = a.patient_id JOIN users u ON u.id = p.user_id
	LEFT JOIN cancer_types t ON t.id = a.cancer_subtype_id
	LEFT JOIN name_alikes k ON k.clinician_id = a.assigned_clinician_id AND k.sound_key = a.sound_key
	LEFT JOIN patients o ON o.id = CASE k.first_id WHEN a.patient_id THEN k.second_id ELSE k.first_id END
	LEFT JOIN users ou ON ou.id = o.user_id`

func (r summaryRow) summary() (core.PatientSummary, error) {
	born, err := storedDate(r.DateOfBirth)
	if err != nil {
		return core.PatientSummary{}, err
	}
	died, err := storedDate(r.DeceasedDate)
	if err != nil {
		return core.PatientSummary{}, err
	}
	alert := ""
	if part := strings.SplitN(r.Alike, alikeSep, 6); len(part) == 6 {
		other := alike{DateOfBirth: part[1], Mrn: part[2], Title: part[3], FirstName: part[4], LastName: part[5]}
		alert = other.alert(part[0] == "1")
	}
	return core.PatientSummary{
		ID: r.ID, NameAlert: alert,
		User: core.UserSummary{
			ID: r.UserID, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName,
			IsActive: r.IsActive, DateJoined: fromMicros(r.DateJoined), RoleName: core.RolePatient,
		},
		MRN: shownMRN(r.Mrn), Title: r.Title, PhoneNumber: r.PhoneNumber, Address: r.Address,
		EmergencyContactName: r.EmergencyContactName, EmergencyContactPhone: r.EmergencyContactPhone,
		DateOfBirth: born, DeceasedDate: died, Gender: r.Gender, CreatedAt: fromMicros(r.CreatedAt),
		Assignment: core.AssignmentSummary{
			CancerSubtype: r.CancerSubtypeID, CancerSubtypeName: r.CancerSubtypeName,
			Notes: r.Notes, AssignedAt: fromMicros(r.AssignedAt),
		},
		LastViewedAt: fromMicrosPtr(r.ViewedAt), UnreadRecords: r.Unread,
	}, nil
}

func storedDate(s string) (core.Date, error) {
	if s == "" {
		return core.Date{}, nil
	}
	return core.ParseDate(s)
}

// Patients lists the patients assigned to a clinician. A search gives the hits
// of its likeliest reading first; within a reading they are in the order of
// family name, given name and id (given name first where the given name was
// searched for).
func (db *DB) Patients(ctx context.Context, clinicianID int64, q core.PatientQuery) (core.PatientPage, error) {
	if q.Limit < 0 || q.Limit > 1000 {
		return core.PatientPage{}, invalid("limit", "Ask for 1 to 1000 patients at a time, or for 0 to get all.")
	}
	readings := parseSearch(q.Text, db.now())
	at, err := db.openCursor(ctx, clinicianID, q, len(readings))
	if err != nil {
		return core.PatientPage{}, err
	}
	page := core.PatientPage{Count: at.count, Patients: []core.PatientSummary{}}
	more, step := false, 1
	if q.FromEnd {
		step = -1
		if q.Cursor == "" {
			at.reading = len(readings) - 1
		}
	}
	for i := at.reading; i >= 0 && i < len(readings) && !more; i += step {
		s := search{clinician: clinicianID, readings: readings[:i+1], from: at.keysFor(i), backwards: q.FromEnd}
		had := len(page.Patients)
		if more, err = db.addHits(ctx, s, q.Limit, &page); err != nil {
			return core.PatientPage{}, err
		}
		if len(page.Patients) > had { // the page ends at a row of this reading
			at.reading = i
		}
	}
	if q.Cursor == "" {
		if page.Count, err = db.countHits(ctx, clinicianID, q.Text, readings, len(page.Patients), more); err != nil {
			return core.PatientPage{}, err
		}
	}
	if more {
		last := page.Patients[len(page.Patients)-1].ID
		if q.FromEnd {
			last = page.Patients[0].ID
		}
		page.Next = db.sealCursor(clinicianID, q.Text, at.reading, page.Count, last)
	}
	if dates := datesIn(q.Text, db.now()); len(dates) > 1 {
		page.DateReadings = dates
	}
	return page, nil
}

// search is one reading with what came before it.
type search struct {
	clinician int64
	readings  []reading // the last one is asked; what fits the others is left out
	from      *sortKeys // start behind this row, or before it
	backwards bool
}

// query writes the search as SQL from FROM on, without ORDER BY.
func (s search) query(d *dialect, joins string) (string, []any) {
	r := s.readings[len(s.readings)-1]
	args := []any{s.clinician}
	var b strings.Builder
	// The index is named because without statistics the planner may prefer
	// one that only saves a sort, and walk over all of a clinician's patients.
	fmt.Fprintf(&b, "FROM patient_assignments a%s %s WHERE a.assigned_clinician_id = ?", d.indexedBy(r.order.index), joins)
	if r.initials != "" {
		b.WriteString(" AND a.initials = ?")
		args = append(args, r.initials)
	}
	switch {
	case s.from == nil:
	case s.backwards:
		keys := s.from.in(r.order)
		fmt.Fprintf(&b, " AND (%s) < (?, ?, ?)", strings.Join(r.order.columns[:], ", "))
		args = append(args, keys[:]...)
	default:
		keys := s.from.in(r.order)
		// The cursor's row replaces the start of the walk; two lower bounds
		// would leave it to the planner which of them to walk from.
		if keys[0].(string) >= r.from {
			r.from = ""
		}
		fmt.Fprintf(&b, " AND (%s) > (?, ?, ?)", strings.Join(r.order.columns[:], ", "))
		args = append(args, keys[:]...)
	}
	where, whereArgs := r.condition()
	b.WriteString(" AND " + where)
	args = append(args, whereArgs...)
	for _, before := range s.readings[:len(s.readings)-1] {
		where, whereArgs := before.condition()
		b.WriteString(" AND NOT (" + where + ")")
		args = append(args, whereArgs...)
	}
	for i, arg := range args {
		if arg == (whose{}) {
			args[i] = s.clinician
		}
	}
	return b.String(), args
}

// addHits fills page up to limit (0: with all) and says whether there are more.
func (db *DB) addHits(ctx context.Context, s search, limit int, page *core.PatientPage) (more bool, err error) {
	from, args := s.query(db.d, summaryJoins)
	columns, direction := s.readings[len(s.readings)-1].order.columns, ""
	if s.backwards {
		direction = " DESC"
	}
	query := "SELECT " + summaryColumns + " " + from + " ORDER BY " + strings.Join(columns[:], direction+", ") + direction
	room := limit - len(page.Patients)
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, room+1)
	}
	rows, err := rowsOf(ctx, db.read, (*summaryRow).fields, query, args...)
	if err != nil {
		return false, fmt.Errorf("list patients: %w", err)
	}
	if limit > 0 && len(rows) > room {
		rows, more = rows[:room], true
	}
	list := make([]core.PatientSummary, len(rows))
	for i, r := range rows {
		if list[i], err = r.summary(); err != nil {
			return false, fmt.Errorf("read patient %d: %w", r.ID, err)
		}
	}
	if s.backwards {
		slices.Reverse(list)
		page.Patients = append(list, page.Patients...)
	} else {
		page.Patients = append(page.Patients, list...)
	}
	return more, nil
}

// countHits gives the number for a first page that shows shown hits.
func (db *DB) countHits(ctx context.Context, clinicianID int64, text string, readings []reading, shown int, more bool) (int, error) {
	if strings.TrimSpace(text) == "" {
		var n int
		err := ask(ctx, db.read, "SELECT patient_count FROM clinicians WHERE id = ?", clinicianID).into(&n)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("count patients: %w", err)
		}
		return n, nil
	}
	if !more {
		return min(shown, maxHits), nil
	}
	total := 0
	for i := range readings {
		from, args := search{clinician: clinicianID, readings: readings[:i+1]}.query(db.d, "")
		var n int
		err := ask(ctx, db.read, "SELECT COUNT(*) FROM (SELECT 1 "+from+" LIMIT ?) hits", append(args, maxHits-total)...).into(&n)
		if err != nil {
			return 0, fmt.Errorf("count hits: %w", err)
		}
		if total += n; total >= maxHits {
			break
		}
	}
	return total, nil
}

// sortKeys is a row's place in the orders.
type sortKeys struct {
	family, given string
	patient       int64
}

func (k sortKeys) in(o order) [3]any {
	if o == byGiven {
		return [3]any{k.given, k.family, k.patient}
	}
	return [3]any{k.family, k.given, k.patient}
}

// cursor says where a page starts.
type cursor struct {
	reading int
	count   int
	keys    *sortKeys
}

// keysFor gives where to start in reading i.
func (c cursor) keysFor(i int) *sortKeys {
	if i != c.reading {
		return nil
	}
	return c.keys
}

// sealCursor writes a cursor: numbers only, since addresses end up in logs, and
// signed, since the place of somebody else's patient among one's own would
// tell their name.
func (db *DB) sealCursor(clinicianID int64, text string, reading, count int, last int64) string {
	b := []byte{1} // version
	b = binary.AppendUvarint(b, uint64(reading))
	b = binary.AppendUvarint(b, uint64(count))
	b = binary.AppendUvarint(b, uint64(last))
	return base64.RawURLEncoding.EncodeToString(append(b, db.cursorMAC(clinicianID, text, b)...))
}

const cursorMACSize = 12

func (db *DB) cursorMAC(clinicianID int64, text string, b []byte) []byte {
	m := hmac.New(sha256.New, db.auditKey)
	fmt.Fprintf(m, "cursor\n%d\n%x\n%s", clinicianID, b, strings.TrimSpace(text))
	return m.Sum(nil)[:cursorMACSize]
}

// parseCursor undoes sealCursor.
func (db *DB) parseCursor(clinicianID int64, text, s string) (reading, count int, last int64, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) <= cursorMACSize {
		return 0, 0, 0, false
	}
	b, mac := b[:len(b)-cursorMACSize], b[len(b)-cursorMACSize:]
	if !hmac.Equal(mac, db.cursorMAC(clinicianID, text, b)) || b[0] != 1 {
		return 0, 0, 0, false
	}
	b = b[1:]
	var n [3]uint64
	for i := range n {
		v, used := binary.Uvarint(b)
		if used <= 0 {
			return 0, 0, 0, false
		}
		n[i], b = v, b[used:]
	}
	return int(n[0]), int(n[1]), int64(n[2]), len(b) == 0
}

// openCursor finds the place that q.Cursor stands for.
func (db *DB) openCursor(ctx context.Context, clinicianID int64, q core.PatientQuery, readings int) (cursor, error) {
	if q.Cursor == "" {
		return cursor{}, nil
	}
	reading, count, last, ok := db.parseCursor(clinicianID, q.Text, q.Cursor)
	if !ok || reading >= readings {
		return cursor{}, invalid("cursor", "This is not a page of this list. Start again from its beginning.")
	}
	k := sortKeys{patient: last}
	err := ask(ctx, db.read, "SELECT family_key, given_key FROM patient_assignments WHERE patient_id = ?", last).
		into(&k.family, &k.given)
	if errors.Is(err, sql.ErrNoRows) {
		return cursor{}, invalid("cursor", "The list has changed. Start again from its beginning.")
	}
	if err != nil {
		return cursor{}, fmt.Errorf("find the page: %w", err)
	}
	return cursor{reading: reading, count: count, keys: &k}, nil
}
