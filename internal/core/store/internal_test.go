package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

var (
	testKey = []byte("0123456789abcdef0123456789abcdef")
	today   = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
)

func openInternal(t testing.TB) *DB {
	t.Helper()
	db, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clinician.db"), AuditKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestDurability(t *testing.T) {
	db := openInternal(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "query_only": "0"} {
		var got string
		err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error { return ask(ctx, tx, "PRAGMA "+pragma).into(&got) })
		if err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", pragma, got, err, want)
		}
	}
	if _, err := db.read.ExecContext(t.Context(), "DELETE FROM languages"); err == nil {
		t.Error("the readers' connections write")
	}
}

// No search may look at more rows than its index leads it to, with or without
// a cursor, for the page and for the count.
func TestSearchesWalkIndexes(t *testing.T) {
	db := openInternal(t)
	for _, text := range []string{"", "s", "smith", "smi jo", "van der berg jan", "cb", "smith, jo", ", jo", "mary", "0031", "412 887 0031", "8/5/40", "1940-05-08", "佐藤太郎"} {
		readings := parseSearch(text, today)
		if len(readings) == 0 {
			t.Errorf("%q has no reading", text)
		}
		for i, r := range readings {
			for _, after := range []*sortKeys{nil, {family: "smith", given: "john", patient: 7}} {
				s := search{clinician: 1, readings: readings[:i+1], from: after}
				from, args := s.query(db.d, summaryJoins)
				plan := explain(t, db, "SELECT "+summaryColumns+" "+from+" ORDER BY "+strings.Join(r.order.columns[:], ", ")+" LIMIT 51", args)
				checkPlan(t, text, r, plan, "")
				from, args = s.query(db.d, "")
				checkPlan(t, text, r, explain(t, db, "SELECT COUNT(*) FROM (SELECT 1 "+from+" LIMIT 10) hits", args), "SCAN hits")
			}
		}
	}
}

// The unread of a page of patients costs by the page, not by the panel.
func TestOwnUnreadStartsAtThePatients(t *testing.T) {
	t.Parallel()
	db := openInternal(t)
	plan := strings.Join(explain(t, db, db.ownUnread(), []any{"[1,2]", 1}), "\n")
	if !strings.Contains(plan, "SEARCH a USING") || strings.Contains(plan, "assigned_clinician_id") {
		t.Errorf("the panel is walked:\n%s", plan)
	}
}

// execute changes the database behind the back of the program.
func execute(t *testing.T, db *DB, statements ...string) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func explain(t *testing.T, db *DB, query string, args []any) []string {
	t.Helper()
	rows, err := db.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	return plan
}

func checkPlan(t *testing.T, text string, r reading, plan []string, allowed string) {
	t.Helper()
	all := strings.Join(plan, "\n")
	starts := r.order.index + " (assigned_clinician_id=?"
	if r.order == byPatient {
		starts = "name_parts_clinician (clinician_id=? AND part>? AND part<?)"
	}
	if !strings.Contains(all, "SEARCH a USING") || !strings.Contains(all, starts) {
		t.Errorf("%q does not start in %s:\n%s", text, r.order.index, all)
	}
	// The hits of a record number, a birth date or further words of a name are few, or counted
	// no further than maxHits, and may be sorted.
	few := r.order == byMRN || r.order == byBirth || r.order == byPatient
	for _, step := range plan {
		if strings.Contains(step, "SCAN") && step != allowed || strings.Contains(step, "USE TEMP B-TREE") && !few {
			t.Errorf("%q walks too far:\n%s", text, all)
		}
	}
	if r.from != "" && !strings.Contains(all, ">") {
		t.Errorf("%q walks from the clinician's first row:\n%s", text, all)
	}
}

func TestCatalogueIsWhole(t *testing.T) {
	db := openInternal(t)
	types, err := db.Specializations(t.Context())
	if err != nil || len(types) != 21 {
		t.Fatalf("%d types, %v", len(types), err)
	}
	for _, s := range types {
		subs, err := db.Subtypes(t.Context(), s.ID)
		if err != nil || len(subs) < 2 || len(subs) > 6 {
			t.Errorf("%s has %d subtypes, %v", s.CancerType, len(subs), err)
		}
	}
}

func TestPurgeSessions(t *testing.T) {
	db := openInternal(t)
	ctx := t.Context()
	u, err := db.CreateUser(ctx, core.NewUser{Email: "a@example.com", Role: core.RoleAdmin}, core.AuditEvent{})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []struct{ from, to time.Time }{{today, today.Add(time.Hour)}, {today, today.Add(48 * time.Hour)}, {today, today.Add(72 * time.Hour)}} {
		_, err := db.Open(ctx, core.NewSession{ID: fmt.Sprint(i), UserID: u.ID, Token: core.TokenHash{byte(i)}, At: s.from, ExpiresAt: s.to}, core.AuditEvent{})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Revoke(ctx, "1", core.AuditEvent{At: today.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	n, err := db.PurgeSessions(ctx, today.Add(2*time.Hour))
	if err != nil || n != 2 {
		t.Errorf("purged %d, %v", n, err)
	}
	var tokens int
	if err := db.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM session_tokens").Scan(&tokens); err != nil || tokens != 1 {
		t.Errorf("%d tokens are left, %v", tokens, err)
	}
	if _, err := db.ByToken(ctx, core.TokenHash{2}); err != nil {
		t.Errorf("the living session is gone: %v", err)
	}
}

// Text from outside must not break a statement, whatever is in it.
func TestHostileText(t *testing.T) {
	db := openInternal(t)
	for _, text := range []string{"a\x00b", "a'b", `a"b\`, "a?b", "{0}", "\xff", "a;--"} {
		u, err := db.CreateUser(t.Context(), core.NewUser{Email: text + "@example.com", FirstName: text, LastName: "x", Role: core.RoleClerk}, core.AuditEvent{})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got, err := db.Credential(t.Context(), text+"@example.com")
		if err != nil || got.User.ID != u.ID || got.User.FirstName != strings.ToValidUTF8(text, "\ufffd") {
			t.Errorf("%q came back as %+v, %v", text, got.User, err)
		}
	}
}

func FuzzSearch(f *testing.F) {
	db := openInternal(f)
	for _, s := range []string{"", "smi", "smith jo", "cb", "0031", "412 887 0031", "8/5/40", "08-May-1940", "'; DROP TABLE users", "ß", "\xff\xfe", "?", "\U0010ffff", "a b c d e f g h", "x,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		readings := parseSearch(text, today)
		if len(readings) > 16 {
			t.Errorf("%q has %d readings", text, len(readings))
		}
		// Whatever was typed is a search that can be run.
		if _, err := db.Patients(t.Context(), 1, core.PatientQuery{Text: text, Limit: 5}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	db := &DB{auditKey: testKey}
	good := db.sealCursor(1, "smi", 2, 300, 77)
	f.Add("smi", good)
	f.Add("", "")
	f.Add("x", "AQAA")
	f.Fuzz(func(t *testing.T, text, cursor string) {
		reading, count, last, ok := db.parseCursor(1, text, cursor)
		if !ok {
			return
		}
		if strings.TrimSpace(text) != "smi" || reading != 2 || count != 300 || last != 77 {
			t.Errorf("%q for %q was taken as %d, %d, %d", cursor, text, reading, count, last)
		}
	})
}

// A database of an older program learns by what names are found and what they
// sound like when it is opened.
func TestNameKeysAreFilledIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	reopen := func() *DB {
		t.Helper()
		db, err := Open(t.Context(), Options{Path: path, AuditKey: testKey})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := reopen()
	c, err := db.RegisterClinician(t.Context(), core.NewClinician{User: core.NewUser{Email: "a@example.com", Role: core.RoleClinician}}, core.AuditEvent{Type: core.EventRegistered})
	if err != nil {
		t.Fatal(err)
	}
	list := []core.ImportPatient{{NewPatient: core.NewPatient{FirstName: "Bryan", LastName: "Breitenberg"}}, {NewPatient: core.NewPatient{FirstName: "Brian", LastName: "Breitenburg"}}}
	if _, err := db.ImportPatients(t.Context(), c.ID, list, core.AuditEvent{Type: core.EventDemoData}); err != nil {
		t.Fatal(err)
	}
	execute(t, db, "UPDATE patient_assignments SET sound_key = NULL, family_key = 'b reitenberg'")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = reopen()
	defer db.Close()
	page, err := db.Patients(t.Context(), c.ID, core.PatientQuery{Limit: 10})
	if err != nil || len(page.Patients) != 2 || page.Patients[0].NameAlert == "" || page.Patients[1].NameAlert == "" {
		t.Errorf("%+v, %v", page.Patients, err)
	}
	if page, err = db.Patients(t.Context(), c.ID, core.PatientQuery{Text: "breiten", Limit: 10}); err != nil || len(page.Patients) != 2 {
		t.Errorf("found %+v, %v", page.Patients, err)
	}
}

// The alert finds its rows through the index, whatever the size of the panel.
func TestAlertsWalkTheIndex(t *testing.T) {
	db := openInternal(t)
	plan := strings.Join(explain(t, db, `WITH s (sound) AS (VALUES ('a'), ('b')) SELECT a.patient_id FROM s
		JOIN patient_assignments a ON a.patient_id IN (SELECT b.patient_id FROM patient_assignments b INDEXED BY patient_assignments_sound
			WHERE b.assigned_clinician_id = 1 AND b.sound_key = s.sound ORDER BY b.patient_id LIMIT 3)`, nil), "; ")
	if strings.Contains(plan, "SCAN a") || strings.Contains(plan, "SCAN b") || !strings.Contains(plan, "patient_assignments_sound") {
		t.Error(plan)
	}
}

// What a page of a list or the day asks for starts at the rows it is about and never
// walks over a panel or a table.
func TestListsWalkIndexes(t *testing.T) {
	t.Parallel()
	db := openInternal(t)
	running, args, _ := jobsQuery(core.JobQuery{ClinicianID: 1, State: "running", Limit: 20})
	failed, _, _ := jobsQuery(core.JobQuery{ClinicianID: 1, State: "failed", Limit: 20})
	ofRecord, recordArgs, _ := jobsQuery(core.JobQuery{RecordID: "r", Limit: 20})
	for name, q := range map[string]struct {
		text string
		args []any
		want string
	}{
		"unread of a page":    {db.ownUnread(), []any{"[1]", 1}, "SEARCH a USING INDEX sqlite_autoindex_patient_assignments_1"},
		"patients of a page":  {db.d.someSummaries(), []any{1, "[1]"}, "SEARCH a USING INDEX sqlite_autoindex_patient_assignments_1"},
		"running jobs":        {running, args, "SEARCH o USING PRIMARY KEY"},
		"failed jobs":         {failed, args, "SEARCH o USING PRIMARY KEY"},
		"jobs of a record":    {ofRecord, recordArgs, "SEARCH j USING INDEX ocr_jobs_record"},
		"records of a page":   {selectRecords + "WHERE r.deleted_at IS NULL AND r.status = 'current' AND r.id IN " + db.d.texts, []any{"[]"}, "SEARCH r USING INDEX sqlite_autoindex_records_1"},
		"records of a chart":  {selectRecords + "WHERE r.patient_id = ? AND r.deleted_at IS NULL ORDER BY r.uploaded_at DESC, r.id DESC", []any{1}, "SEARCH r USING INDEX records_patient"},
		"assignment of a key": {"SELECT 1 FROM patient_assignments WHERE patient_id = ? AND assigned_clinician_id = ?", []any{1, 1}, "sqlite_autoindex_patient_assignments_1"},
	} {
		plan := explain(t, db, q.text, q.args)
		if !strings.Contains(strings.Join(plan, "\n"), q.want) {
			t.Errorf("%s does not start in %s:\n%s", name, q.want, strings.Join(plan, "\n"))
		}
		for _, step := range plan {
			if strings.HasPrefix(step, "SCAN") && !strings.HasPrefix(step, "SCAN json_each") {
				t.Errorf("%s walks over a table: %s", name, step)
			}
		}
	}
}
