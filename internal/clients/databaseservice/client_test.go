package databaseservice_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"clinician/internal/clients/databaseservice"
	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
)

func open(t *testing.T, url, token string) *databaseservice.Client {
	t.Helper()
	c, err := databaseservice.New(databaseservice.Options{URL: url, Token: token})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestCapturedExchanges asks what was asked of the real service, and reads what it
// answered.
func TestCapturedExchanges(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := open(t, siblingtest.Replay(t), siblingtest.ServiceToken)
	if err := c.Ping(ctx); err != nil {
		t.Error(err)
	}
	u := must[core.User](t)(c.SourceUser(ctx, 2))
	if u.Email != "dr.main@example.com" || u.RoleName != core.RoleClinician || u.Role != 2 || !u.IsActive || u.LastLogin == nil ||
		u.DateJoined.Format(time.RFC3339Nano) != "2026-11-23T09:43:57.487366Z" {
		t.Errorf("user is %+v", u)
	}
	cred := must[core.Credential](t)(c.SourceCredential(ctx, "dr.main@example.com"))
	if cred.User.ID != 2 || cred.User.RoleName != core.RoleClinician || cred.User.Role != 2 || !strings.HasPrefix(cred.PasswordHash, "pbkdf2_sha256$1000000$") {
		t.Errorf("credential is of %+v", cred.User)
	}
	clinician := must[core.Clinician](t)(c.SourceClinician(ctx, 2))
	if clinician.ID != 1 || *clinician.Specialization != 5 || clinician.SpecializationDetail.CancerType != "Breast Cancer" || clinician.User.ID != 2 {
		t.Errorf("clinician is %+v", clinician)
	}
	phone, available := "555-0199", true
	clinician = must[core.Clinician](t)(c.ChangeSourceClinician(ctx, 1, core.ProfileChange{PhoneNumber: &phone, IsAvailable: &available}))
	if clinician.PhoneNumber != phone {
		t.Errorf("clinician is %+v", clinician)
	}
	panel := must[core.SourcePanel](t)(c.SourcePanel(ctx, 2, core.Mark{}))
	if panel.Same || len(panel.Patients) != 0 || panel.Patients == nil {
		t.Errorf("panel is %+v", panel)
	}
	if again := must[core.SourcePanel](t)(c.SourcePanel(ctx, 2, panel.Mark)); !again.Same {
		t.Error("the same panel is another one")
	}
	if !must[bool](t)(c.SourceAssigned(ctx, 1, 2)) || must[bool](t)(c.SourceAssigned(ctx, 1, 3)) {
		t.Error("assigned to the wrong one")
	}
	if err := c.CreateSourceToken(ctx, 2, "sample-token-1795427189.8402662", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"user":    second(c.SourceUser(ctx, 999999)),
		"account": second(c.SourceCredential(ctx, "nobody@example.com")),
		"profile": second(c.SourceClinician(ctx, 999999)),
		"patient": second(c.SourcePatient(ctx, 999999)),
		"token":   third(c.SourceToken(ctx, "none")),
	} {
		if core.CodeOf(err) != core.CodeNotFound {
			t.Errorf("%s that is not there: %v", name, err)
		}
	}
	bad := open(t, siblingtest.Replay(t), "wrong")
	if err := bad.Ping(ctx); core.CodeOf(err) != core.CodeBadGateway {
		t.Errorf("with a wrong token: %v", err)
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

// TestLists follows the pages of a list.
func TestLists(t *testing.T) {
	t.Parallel()
	db := siblingtest.StartDatabase(t)
	for i := range 250 {
		db.AddClinician("c"+string(rune('a'+i%26))+strings.Repeat("x", i/26)+"@example.com", "A", "B")
	}
	c := open(t, db.URL, siblingtest.ServiceToken)
	list := must[[]core.Clinician](t)(c.SourceClinicians(t.Context()))
	if len(list) != 250 || list[249].ID != 250 {
		t.Errorf("%d clinicians", len(list))
	}
	cat := must[core.SourceCatalogue](t)(c.SourceCatalogue(t.Context()))
	if len(cat.CancerTypes) != 5 || cat.CancerTypes[1].ParentID == nil || *cat.CancerTypes[1].ParentID != 5 || len(cat.RecordTypes) != 2 || len(cat.Languages) != 2 || len(cat.Roles) != 3 {
		t.Errorf("catalogue is %+v", cat)
	}
}

// TestAbsenceIsNotFailure: whatever goes wrong, nothing is said to be absent, and no
// panel to be empty.
func TestAbsenceIsNotFailure(t *testing.T) {
	t.Parallel()
	for _, fault := range siblingtest.Faults {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			db := siblingtest.StartDatabase(t)
			db.Fail(fault)
			c := open(t, db.URL, siblingtest.ServiceToken)
			for name, ask := range map[string]func(context.Context) error{
				"user":     func(ctx context.Context) error { return second(c.SourceUser(ctx, 1)) },
				"account":  func(ctx context.Context) error { return second(c.SourceCredential(ctx, "a@example.com")) },
				"panel":    func(ctx context.Context) error { return second(c.SourcePanel(ctx, 1, core.Mark{})) },
				"assigned": func(ctx context.Context) error { return second(c.SourceAssigned(ctx, 1, 1)) },
				"token":    func(ctx context.Context) error { return third(c.SourceToken(ctx, "secret")) },
				"end":      func(ctx context.Context) error { return c.InvalidateSourceToken(ctx, "secret") },
			} {
				ctx := t.Context()
				if fault == siblingtest.Slow { // how long it waits is the plumbing's own test
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
					defer cancel()
				}
				err := ask(ctx)
				if fault == siblingtest.Slow && errors.Is(err, context.DeadlineExceeded) {
					continue
				}
				if !core.IsUnanswered(err) {
					t.Errorf("%s: %v", name, err)
				}
				if strings.Contains(core.MessageOf(err), "127.0.0.1") || strings.Contains(core.MessageOf(err), "upstream") {
					t.Errorf("%s: people read %q", name, core.MessageOf(err))
				}
			}
		})
	}
}
