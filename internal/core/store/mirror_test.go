package store_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"clinician/internal/core"
)

// What a mirror takes over keeps the counters, too: names that change, patients who
// come, go to somebody else, or are nobody's any more, alone or by the panel.
func TestCountersFollowAMirror(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		w := newUnreadWorld(t)
		w.r = rand.New(rand.NewPCG(seed, 11))
		acts := []func() error{w.add, w.add, w.review, w.unreview, w.error, w.bring, w.submit, w.submit, w.claim, w.finish,
			w.mirrorOne, w.mirrorOne, w.mirrorPanel, w.mirrorNobodys}
		for step := range 250 {
			err := acts[w.r.IntN(len(acts))]()
			if code := core.CodeOf(err); err != nil && code != core.CodeConflict && code != core.CodeNotFound {
				t.Fatalf("step %d: %v", step, err)
			}
			if step%5 == 0 {
				w.recount(step)
			}
		}
		w.recount(-1)
	}
}

// sent is a patient as a source sends them: perhaps with another name, and of one of
// the clinicians, of nobody, or of somebody who is not here.
func (w *unreadWorld) sent(id int64) (core.SourcePatient, error) {
	p, err := w.db.Patient(w.t.Context(), id)
	if err != nil {
		return core.SourcePatient{}, err
	}
	p.User.LastName = []string{"Smith", "Smyth", "Schmidt", "Jones", p.User.LastName}[w.r.IntN(5)]
	if p.Assignment == nil {
		p.Assignment = &core.Assignment{ID: 100_000 + id, CreatedAt: p.CreatedAt, UpdatedAt: p.CreatedAt}
	}
	switch n := w.r.IntN(6); n {
	case 0:
		p.Assignment.AssignedClinician = nil
	case 1:
		stranger := int64(4711)
		p.Assignment.AssignedClinician = &stranger
	default:
		p.Assignment.AssignedClinician = &w.clinicians[n%2].ID
	}
	out := core.SourcePatient{Patient: p}
	binary.BigEndian.PutUint64(out.Mark[:], w.r.Uint64())
	return out, nil
}

func (w *unreadWorld) mirrorOne() error {
	p, err := w.sent(w.patients[w.r.IntN(len(w.patients))])
	if err != nil {
		return err
	}
	return w.db.MirrorPatient(w.t.Context(), p)
}

func (w *unreadWorld) mirrorPanel() error {
	to := w.clinicians[w.r.IntN(2)].ID
	var list []core.SourcePatient
	for _, id := range w.patients {
		if w.r.IntN(3) == 0 {
			continue
		}
		p, err := w.sent(id)
		if err != nil {
			return err
		}
		p.Assignment.AssignedClinician = &to
		list = append(list, p)
	}
	if _, err := w.db.MirrorPanel(w.t.Context(), to, list); err != nil {
		return err
	}
	page, err := w.db.Patients(w.t.Context(), to, core.PatientQuery{})
	if err == nil && page.Count != len(list) {
		w.t.Errorf("a panel of %d has %d patients here", len(list), page.Count)
	}
	if n, err := w.db.MirrorPanel(w.t.Context(), to, list); err != nil || n != 0 {
		w.t.Errorf("the same panel again changed %d rows: %v", n, err)
	}
	return err
}

func (w *unreadWorld) mirrorNobodys() error {
	return w.db.MirrorUnassigned(w.t.Context(), w.clinicians[w.r.IntN(2)].ID, w.patients[w.r.IntN(len(w.patients))])
}

// What the source has no field for is ours, and a number that nobody gave is none.
func TestMirrorKeepsWhatIsOurs(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	ctx := t.Context()
	if err := db.BecomeMirror(ctx); err != nil {
		t.Fatal(err)
	}
	if types, err := db.RecordTypes(ctx); err != nil || len(types) != 0 {
		t.Errorf("record types of our own: %v %v", types, err)
	}
	user := core.User{ID: 77, Email: "Pat@example.com", FirstName: "Pat", LastName: "Ray", RoleName: core.RolePatient, IsActive: true}
	p := core.SourcePatient{Patient: core.Patient{ID: 9, UserID: 77, User: user, Demographics: core.Demographics{Gender: core.GenderOther, PreferredLanguageID: new(string)}}}
	*p.PreferredLanguageID = "tlh" // one that no list has
	full := p
	full.Title, full.Alerts, full.AllergyStatus, full.Sensitive = "Mrs", []string{"Falls"}, core.AllergiesNone, true
	for _, sent := range []core.SourcePatient{full, p, p} {
		if err := db.MirrorPatient(ctx, sent); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Patient(ctx, 9)
	if err != nil || got.Title != "Mrs" || len(got.Alerts) != 1 || got.AllergyStatus != core.AllergiesNone || !got.Sensitive || got.MRN != "" || got.UserID != 77 {
		t.Errorf("%+v, %v", got, err)
	}

	// Addresses that differ in their case are two people there.
	for i, email := range []string{"pat@example.com", "PAT@example.com"} {
		if err := db.MirrorUser(ctx, core.User{ID: int64(100 + i), Email: email, RoleName: "ROBOT", IsActive: true}); err != nil {
			t.Fatal(err)
		}
	}
	if u, err := db.User(ctx, 101); err != nil || u.Email != "PAT@example.com" || u.RoleName != "ROBOT" {
		t.Errorf("%+v, %v", u, err)
	}
}

// A mirror becomes one only where nobody's numbers are taken yet.
func TestBecomeMirror(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	ctx := t.Context()
	if _, err := db.CreateUser(ctx, core.NewUser{Email: "a@example.com", Role: core.RoleClerk}, core.AuditEvent{Type: core.EventUserCreated}); err != nil {
		t.Fatal(err)
	}
	if err := db.BecomeMirror(ctx); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("over people of our own: %v", err)
	}
	if is, err := db.IsMirror(ctx); err != nil || is {
		t.Errorf("%v %v", is, err)
	}
}

// Sealed tokens come back as they were, and go with their session.
func TestSourceTokens(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	ctx := t.Context()
	u, err := db.CreateUser(ctx, core.NewUser{Email: "a@example.com", Role: core.RoleClerk}, core.AuditEvent{Type: core.EventUserCreated})
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range []string{"first", "second"} {
		if err := db.AdoptSession(ctx, core.NewSession{ID: "s1", UserID: u.ID, Token: core.TokenHash{1}, At: u.DateJoined, ExpiresAt: u.DateJoined.AddDate(1, 0, 0)}, core.AuditEvent{Type: core.EventSessionAdopted}); err != nil {
			t.Fatal(err)
		}
		if err := db.KeepSourceToken(ctx, "s1", []byte(sealed)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := db.SourceTokenOf(ctx, "s1"); err != nil || !bytes.Equal(got, []byte("second")) {
		t.Errorf("%q %v", got, err)
	}
	if got, err := db.SourceTokenOf(ctx, "s2"); err != nil || got != nil {
		t.Errorf("%q %v", got, err)
	}
	if err := db.Revoke(ctx, "s1", core.AuditEvent{Type: core.EventLogout}); err != nil {
		t.Fatal(err)
	}
	if err := db.AdoptSession(ctx, core.NewSession{ID: "s1", UserID: u.ID, Token: core.TokenHash{1}, At: u.DateJoined, ExpiresAt: u.DateJoined.AddDate(1, 0, 0)}, core.AuditEvent{Type: core.EventSessionAdopted}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Active(ctx, "s1", u.DateJoined); core.CodeOf(err) != core.CodeUnauthenticated {
		t.Errorf("a session that was ended is open again: %v", err)
	}
}
