package values_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
	"clinician/internal/core/values"
	"clinician/internal/core/vault"
)

// clinic is real storage with Ann Lee, her patients Ada and Bea, and a store of
// values over it.
type clinic struct {
	coretest.ValuesFixture
	db      *store.DB
	raw     *sql.DB
	records *records.Store
	values  *values.Store
	vault   *vault.Vault
	jobs    int
}

func open(t *testing.T) *clinic {
	t.Helper()
	dir := t.TempDir()
	root, err := vault.NewRootKey(bytes.Repeat([]byte{7}, 32))
	must(t, err)
	c := &clinic{}
	path := filepath.Join(dir, "c.db")
	c.db, err = storetest.Open(t, store.Options{Path: path, AuditKey: root.Derive("audit")})
	must(t, err)
	t.Cleanup(func() { c.db.Close() })
	c.raw, err = sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	must(t, err)
	t.Cleanup(func() { c.raw.Close() })
	disk, err := vault.OpenDisk(filepath.Join(dir, "vault"))
	must(t, err)
	t.Cleanup(func() { disk.Close() })
	v, err := vault.New(disk, c.db, root)
	must(t, err)
	c.vault = v
	c.records = records.New(records.Options{Vault: v, Index: c.db})
	c.values, err = values.New(values.Options{Index: c.db, Vault: v, People: c.db, SignKey: make([]byte, 32),
		Extract: coretest.ExtractLines, Check: coretest.CheckNames})
	must(t, err)
	clinician, err := c.db.RegisterClinician(t.Context(), core.NewClinician{User: core.NewUser{Email: "ann@example.org", FirstName: "Ann", LastName: "Lee", Role: core.RoleClinician}}, core.AuditEvent{Type: core.EventRegistered})
	must(t, err)
	ben, err := c.db.RegisterClinician(t.Context(), core.NewClinician{User: core.NewUser{Email: "ben@example.org", FirstName: "Ben", LastName: "Baker", Role: core.RoleClinician}}, core.AuditEvent{Type: core.EventRegistered})
	must(t, err)
	c.ValuesFixture = coretest.ValuesFixture{Values: c.values, Audit: c.db, UserID: clinician.User.ID, BenID: ben.User.ID, Record: c.record, Read: c.read,
		Patient: c.patient(t, clinician.ID, "Ada"), Other: c.patient(t, clinician.ID, "Bea")}
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *clinic) patient(t *testing.T, clinician int64, name string) int64 {
	t.Helper()
	p, err := c.db.CreatePatient(t.Context(), core.NewPatient{FirstName: name, LastName: name + "son", Demographics: core.Demographics{
		DateOfBirth: core.Date{Year: 1950, Month: 1, Day: 2}, Gender: core.GenderFemale, AllergyStatus: core.AllergiesNotRecorded,
	}}, core.AuditEvent{Type: core.EventPatientCreated})
	must(t, err)
	_, err = c.db.Assign(t.Context(), p.ID, clinician, nil, "", core.AuditEvent{Type: core.EventPatientAssigned})
	must(t, err)
	return p.ID
}

func (c *clinic) record(t *testing.T) string {
	t.Helper()
	staged, err := c.records.Stage(t.Context(), core.Acting{}, "a.txt", strings.NewReader("text"))
	must(t, err)
	rec, err := c.records.Commit(t.Context(), core.Acting{}, staged, core.NewRecord{PatientID: c.Patient, TypeID: 1, Title: "t", Filename: "a.txt", UploadedBy: c.UserID},
		core.AuditEvent{Type: core.EventRecordUploaded, UserID: c.UserID})
	must(t, err)
	return rec.ID
}

// read completes a job as the queue does.
func (c *clinic) read(t *testing.T, recordID string, texts ...string) string {
	t.Helper()
	pages := make([]core.Page, len(texts))
	for i, text := range texts {
		pages[i] = core.Page{Number: i + 1, Status: "read", Text: text}
	}
	return c.readPages(t, recordID, pages...)
}

// readPages ends a reading of the record with these pages.
func (c *clinic) readPages(t *testing.T, recordID string, pages ...core.Page) string {
	t.Helper()
	ctx := t.Context()
	rec, err := c.records.Record(ctx, recordID)
	must(t, err)
	c.jobs++
	id := fmt.Sprintf("job%03d", c.jobs)
	_, err = c.db.CreateJob(ctx, core.Job{ID: id, RecordID: recordID, PatientID: rec.PatientID, UserID: c.UserID, Language: "eng",
		Status: core.JobPending, CreatedAt: core.SystemClock()}, core.AuditEvent{Type: core.EventJobSubmitted})
	must(t, err)
	claim, j, _, err := c.db.ClaimJob(ctx, "test", time.Now(), time.Now().Add(time.Minute))
	must(t, err)
	a, err := c.values.Analyze(ctx, j, pages)
	must(t, err)
	now := core.SystemClock()
	j.Status, j.CompletedAt, j.Analysis = core.JobCompleted, &now, core.AnalysisDone
	must(t, c.db.FinishJob(ctx, ocr.Claim{JobID: id, Node: "test", Attempt: claim.Attempt}, j, &a, core.AuditEvent{Type: core.EventJobEnded}))
	return id
}

func TestConformance(t *testing.T) {
	coretest.Values(t, func(t *testing.T) coretest.ValuesFixture { return open(t).ValuesFixture })
}

// correct corrects page 1 of a record.
func (c *clinic) correct(t *testing.T, rec, text string) {
	t.Helper()
	_, err := c.values.CorrectText(t.Context(), core.NewCorrection{RecordID: rec, Page: 1, Text: text, EngineText: "engine", By: c.UserID},
		core.AuditEvent{Type: core.EventTextCorrected})
	must(t, err)
}

func TestTamperedHistoryIsRefused(t *testing.T) {
	for what, changes := range map[string]string{
		"author":     "UPDATE text_corrections SET author = (SELECT max(id) FROM users) WHERE number = 1",
		"time":       "UPDATE text_corrections SET at = at + 1 WHERE number = 2",
		"first step": "DELETE FROM text_corrections WHERE number = 1",
		"order":      "UPDATE text_corrections SET number = 9 WHERE number = 1; UPDATE text_corrections SET number = 1 WHERE number = 3; UPDATE text_corrections SET number = 3 WHERE number = 9",
		"page":       "UPDATE text_corrections SET page = 2",
		"undone":     "UPDATE text_corrections SET undoes = 1 WHERE number = 3",
		"record":     "UPDATE text_corrections SET record_id = (SELECT id FROM records WHERE id <> text_corrections.record_id)",
	} {
		t.Run(what, func(t *testing.T) {
			c := open(t)
			rec, other := c.record(t), c.record(t)
			c.read(t, rec, "one")
			c.read(t, other, "one")
			for _, text := range []string{"a", "b", "c"} {
				c.correct(t, rec, text)
			}
			for _, change := range strings.Split(changes, ";") { // one by one: numbers are unique at every moment
				_, err := c.raw.ExecContext(t.Context(), change)
				must(t, err)
			}
			for _, id := range []string{rec, other} {
				list, err := c.values.Corrections(t.Context(), id, 0)
				if err == nil && len(list) > 0 || err != nil && core.CodeOf(err) != core.CodeInternal {
					t.Errorf("%s: %d steps, %v", id, len(list), err)
				}
			}
		})
	}
}

// Nothing that a document or a clinician says stands in the database in clear.
func TestNothingIsKeptInClear(t *testing.T) {
	c := open(t)
	rec := c.record(t)
	c.read(t, rec, "Patient: Zorngarten\nQuixotin=48151.62342 blorps")
	_, err := c.values.Review(t.Context(), rec, "p1-Quixotin", core.NewReview{Review: core.Review{Status: core.ReviewCorrected, Text: "Yxxdrasil", Reason: "Wumbleforth", By: c.UserID}}, core.AuditEvent{Type: core.EventValueReviewed})
	must(t, err)
	c.correct(t, rec, "Snorkelwise")
	must(t, c.values.KeepDraft(t.Context(), core.TextDraft{RecordID: rec, Page: 1, By: c.UserID, Text: "Quibblefrog", Steps: 1}, core.AuditEvent{Type: core.EventTextDrafted}))
	_, err = c.values.ResolveCheck(t.Context(), rec, c.UserID, "Pumpernickel", core.AuditEvent{Type: core.EventCheckResolved})
	must(t, err)
	note, err := c.values.AddNote(t.Context(), rec, core.Note{Text: "Gribblewick", Author: c.UserID, AuthorRole: core.RoleClinician}, core.AuditEvent{Type: core.EventNoteAdded})
	must(t, err)
	_, err = c.values.NoteInError(t.Context(), rec, note.ID, "Humblescrub", core.Note{Author: c.UserID, AuthorRole: core.RoleClinician}, core.AuditEvent{Type: core.EventNoteErrored})
	must(t, err)
	for _, table := range []string{"ocr_findings", "value_reviews", "text_corrections", "text_drafts", "record_notes", "check_resolutions", "audit_events", "notifications"} {
		rows, err := c.raw.QueryContext(t.Context(), "SELECT * FROM "+table)
		must(t, err)
		cols, err := rows.Columns()
		must(t, err)
		n := 0
		for ; rows.Next(); n++ {
			cells := make([]any, len(cols))
			for i := range cells {
				cells[i] = new(sql.RawBytes)
			}
			must(t, rows.Scan(cells...))
			for i, cell := range cells {
				for _, secret := range []string{"Zorngarten", "48151.62342", "blorps", "Yxxdrasil", "Wumbleforth", "Snorkelwise", "Pumpernickel", "Quibblefrog", "Gribblewick", "Humblescrub"} {
					if bytes.Contains(*cell.(*sql.RawBytes), []byte(secret)) {
						t.Errorf("%s.%s holds %q", table, cols[i], secret)
					}
				}
			}
		}
		must(t, rows.Err())
		rows.Close()
		if n == 0 {
			t.Errorf("%s is empty: nothing was checked", table)
		}
	}
}

// A record that moves keeps its corrected text, under the new patient's key,
// and leaves values, reviews and decisions behind.
func TestMovedRecord(t *testing.T) {
	c := open(t)
	rec := c.record(t)
	c.read(t, rec, "Patient: Bea\nHb=118")
	c.correct(t, rec, "Hb=119")
	must(t, c.values.KeepDraft(t.Context(), core.TextDraft{RecordID: rec, Page: 1, By: c.UserID, Text: "Hb=12", Steps: 1}, core.AuditEvent{Type: core.EventTextDrafted}))
	_, err := c.values.Review(t.Context(), rec, "p1-Hb", core.NewReview{Review: core.Review{Status: core.ReviewVerified, By: c.UserID}}, core.AuditEvent{Type: core.EventValueReviewed})
	must(t, err)
	_, err = c.records.MoveRecord(t.Context(), core.Acting{}, rec, core.RecordMove{PatientID: c.Other, Reason: "misfiled"},
		core.AuditEvent{Type: core.EventRecordMoved, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, UserID: c.UserID})
	must(t, err)
	d, err := c.values.Newest(t.Context(), rec)
	if err != nil || d.Analyzed || len(d.Values) != 0 || len(d.Orphaned) != 0 || d.PatientID != c.Other {
		t.Errorf("after the move: %+v, %v", d, err)
	}
	history, err := c.values.Corrections(t.Context(), rec, 1)
	if err != nil || len(history) != 1 || history[0].Text != "Hb=119" {
		t.Errorf("corrections: %+v, %v", history, err)
	}
	if d, err := c.values.Draft(t.Context(), rec, 1, c.UserID); err != nil || d.Text != "Hb=12" {
		t.Errorf("draft: %+v, %v", d, err)
	}
	j, ok, err := c.db.UnanalyzedJob(t.Context())
	if err != nil || !ok || j.RecordID != rec || j.PatientID != c.Other {
		t.Fatalf("nothing to look into again: %+v %v %v", j, ok, err)
	}
	a, err := c.values.Analyze(t.Context(), j, []core.Page{{Number: 1, Text: "Patient: Ada"}})
	must(t, err)
	must(t, c.db.SaveAnalysis(t.Context(), j, &a))
	if d, err = c.values.Newest(t.Context(), rec); err != nil || !d.Analyzed || d.Check != core.CheckPatient {
		t.Errorf("moved to a chart that it does not fit either: %+v, %v", d, err)
	}
	var told int
	must(t, c.raw.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM notifications WHERE kind = 'check_patient' AND patient_id = ? AND done_at IS NULL", c.Other).Scan(&told))
	if told != 1 {
		t.Errorf("%d notifications in the new chart", told)
	}
	c.read(t, rec, "Patient: Bea\nHb=118")
	if d, err = c.values.Newest(t.Context(), rec); err != nil || d.Check != core.CheckMatch || d.Values[0].Review != nil {
		t.Errorf("read in the new chart: %+v, %v", d, err)
	}
}

// A deleted record takes along everything that was made of it.
func TestDeletedRecord(t *testing.T) {
	c := open(t)
	rec := c.record(t)
	c.read(t, rec, "Patient: Bea\nHb=118")
	c.correct(t, rec, "x")
	must(t, c.values.KeepDraft(t.Context(), core.TextDraft{RecordID: rec, Page: 1, By: c.UserID, Text: "xy", Steps: 1}, core.AuditEvent{Type: core.EventTextDrafted}))
	_, err := c.values.Review(t.Context(), rec, "p1-Hb", core.NewReview{Review: core.Review{Status: core.ReviewVerified, By: c.UserID}}, core.AuditEvent{Type: core.EventValueReviewed})
	must(t, err)
	_, err = c.values.ResolveCheck(t.Context(), rec, c.UserID, "why", core.AuditEvent{Type: core.EventCheckResolved})
	must(t, err)
	_, err = c.values.AddNote(t.Context(), rec, core.Note{Text: "x", Author: c.UserID}, core.AuditEvent{Type: core.EventNoteAdded})
	must(t, err)
	must(t, c.records.Delete(t.Context(), core.Acting{}, rec, core.AuditEvent{Type: core.EventRecordDeleted, UserID: c.UserID}))
	for _, table := range []string{"ocr_findings", "value_reviews", "text_corrections", "text_drafts", "record_notes", "check_resolutions", "ocr_jobs"} {
		var n int
		must(t, c.raw.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	if _, err := c.values.Newest(t.Context(), rec); !core.IsNotFound(err) {
		t.Errorf("values of a deleted record: %v", err)
	}
}

// What cannot be looked up about others is left out; the verdict stands.
func TestSuggestionsAreOptional(t *testing.T) {
	c := open(t)
	s, err := values.New(values.Options{Index: c.db, Vault: noVault{}, People: lostPanel{c.db}, SignKey: make([]byte, 32),
		Extract: coretest.ExtractLines, Check: coretest.CheckNames})
	must(t, err)
	a, err := s.Analyze(t.Context(), core.Job{ID: "j", RecordID: c.record(t), PatientID: c.Patient}, []core.Page{{Number: 1, Text: "Patient: Bea"}})
	if err != nil || a.Check != core.CheckPatient {
		t.Errorf("%+v, %v", a, err)
	}
}

type lostPanel struct{ *store.DB }

func (lostPanel) Patients(context.Context, int64, core.PatientQuery) (core.PatientPage, error) {
	return core.PatientPage{}, core.Errorf(core.CodeUnavailable, "down")
}

type noVault struct{}

func (noVault) SealBytes(_ context.Context, _ int64, _ string, clear []byte) ([]byte, error) {
	return clear, nil
}
func (noVault) OpenBytes(_ context.Context, _ int64, _ string, sealed []byte) ([]byte, error) {
	return sealed, nil
}

// counting counts what is opened.
type counting struct {
	values.Sealer
	opened int
}

func (c *counting) OpenBytes(ctx context.Context, patientID int64, subject string, sealed []byte) ([]byte, error) {
	c.opened++
	return c.Sealer.OpenBytes(ctx, patientID, subject, sealed)
}

// Documents without values of a kind are opened for it once; what a document says anew
// is seen.
func TestKindsAreRemembered(t *testing.T) {
	c := open(t)
	v := &counting{Sealer: c.vault}
	s, err := values.New(values.Options{Index: c.db, Vault: v, People: c.db, SignKey: make([]byte, 32), Extract: coretest.ExtractLines, Check: coretest.CheckNames})
	must(t, err)
	first, second := c.Record(t), c.Record(t)
	c.Read(t, first, "Hb=7.1")
	c.Read(t, second, "Rx Warfarin=5mg\nK=4.0")
	ask := func(want string, opened int) {
		t.Helper()
		v.opened = 0
		list, err := s.ByPatient(t.Context(), c.Patient, core.ValueQuery{Kind: core.ValueMedication})
		must(t, err)
		got := ""
		for _, d := range list {
			for _, x := range d.Values {
				got += x.Name + " "
			}
			if d.PatientID != c.Patient || d.JobID == "" || d.UploadedAt.IsZero() || !d.Analyzed || d.Values == nil || d.Orphaned == nil {
				t.Errorf("a document is %+v", d)
			}
		}
		if len(list) != 2 || got != want || v.opened != opened {
			t.Errorf("%d documents give %q after %d were opened; want %q, %d", len(list), got, v.opened, want, opened)
		}
	}
	ask("Warfarin ", 2)
	ask("Warfarin ", 1)
	c.Read(t, first, "Rx Aspirin=75mg")
	c.Read(t, second, "K=4.0")
	ask("Aspirin ", 2)
	ask("Aspirin ", 1)
	all, err := s.ByPatient(t.Context(), c.Patient, core.ValueQuery{})
	if must(t, err); len(all) != 2 || len(all[0].Values)+len(all[1].Values) != 2 {
		t.Errorf("all of them: %+v", all)
	}
}

// Of the whole register a page is compared with who has a number that stands on it, and
// of them nothing but that number is told. Short numbers are not looked up.
func TestNumbersOfOtherClinicians(t *testing.T) {
	c := open(t)
	ctx := t.Context()
	stranger, err := c.db.CreatePatient(ctx, core.NewPatient{FirstName: "Cleo", LastName: "Cleoson", Demographics: core.Demographics{
		MRN: "9995550077", DateOfBirth: core.Date{Year: 1950, Month: 1, Day: 2}, Gender: core.GenderFemale, AllergyStatus: core.AllergiesNotRecorded,
	}}, core.AuditEvent{Type: core.EventPatientCreated})
	must(t, err)
	short, err := c.db.CreatePatient(ctx, core.NewPatient{FirstName: "Dot", LastName: "Dotson", Demographics: core.Demographics{
		MRN: "7712345", DateOfBirth: core.Date{Year: 1950, Month: 1, Day: 2}, Gender: core.GenderFemale, AllergyStatus: core.AllergiesNotRecorded,
	}}, core.AuditEvent{Type: core.EventPatientCreated})
	must(t, err)
	var found []core.Patient
	s, err := values.New(values.Options{Index: c.db, Vault: c.vault, People: c.db, Register: c.db, SignKey: make([]byte, 32),
		Extract: func([]core.Page) core.Findings {
			return core.Findings{Identities: []core.PageIdentity{{Page: 1, Identifiers: []string{"9995550077", short.MRN, "9990000000"}}}}
		},
		Check: func(ids []core.PageIdentity, _ core.Patient, others func(core.PageIdentity) []core.Patient) ([]core.CheckedPage, core.PatientCheck) {
			found = others(ids[0])
			return nil, core.CheckNone
		}})
	must(t, err)
	_, err = s.Analyze(ctx, core.Job{ID: "j", RecordID: c.record(t), PatientID: c.Patient}, []core.Page{{Number: 1}})
	must(t, err)
	want := []core.Patient{{ID: stranger.ID, Demographics: core.Demographics{MRN: "9995550077"}}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}
