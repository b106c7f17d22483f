package portal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"syscall"
	"testing"
	"time"

	"clinician/internal/clients/databaseservice"
	"clinician/internal/core"
	"clinician/internal/core/portal"
)

// bigPanel is how database-service sends many patients of one clinician.
func bigPanel(n int) []byte {
	var list []map[string]any
	role := map[string]any{"id": 1, "name": "PATIENT", "display_name": "Patient", "description": "Patient users who can view their medical records and book appointments"}
	for i := 1; i <= n; i++ {
		list = append(list, map[string]any{"id": i, "preferred_language_id": nil, "phone_number": "555-0100", "address": "1 Quay Road", "emergency_contact_name": "",
			"emergency_contact_phone": "", "user_id": 100 + i, "date_of_birth": "1970-01-01", "gender": "OTHER",
			"created_at": "2026-11-23T09:44:42.485090Z", "updated_at": "2026-11-23T09:44:42.485111Z",
			"assignment": map[string]any{"id": i, "cancer_subtype": 27, "cancer_subtype_name": "Serous carcinoma", "cancer_type_name": "Uterine Cancer",
				"assigned_clinician": 1, "notes": "", "created_at": "2026-11-23T09:44:01.029553+00:00", "updated_at": "2026-11-23T09:44:01.029575+00:00"},
			"user": map[string]any{"id": 100 + i, "email": fmt.Sprintf("p%d@example.com", i), "first_name": fmt.Sprintf("Given%d", i%97), "last_name": fmt.Sprintf("Family%d", i%1009),
				"role": 1, "role_detail": role, "role_name": "PATIENT", "is_active": true, "date_joined": "2026-11-23T09:43:57.487366Z", "last_login": nil}})
	}
	b, _ := json.Marshal(list)
	return b
}

// bigSource serves one clinician with a panel that stays as it is.
func bigSource(tb testing.TB, panel []byte) *databaseservice.Client {
	user := `{"id":2,"email":"mary@example.com","first_name":"Mary","last_name":"Main","role":2,"role_detail":{"id":2,"name":"CLINICIAN","display_name":"","description":""},"role_name":"CLINICIAN","is_active":true,"date_joined":"2026-11-23T09:43:57.487366Z","last_login":null}`
	answers := map[string]string{"/api/roles/": "[]", "/api/cancer-types/top_level/": "[]", "/api/medical-record-types/": "[]", "/api/languages/": "[]",
		"/api/clinicians/by_user/": `{"id":1,"user":` + user + `,"specialization_detail":null,"phone_number":"","is_available":true,"created_at":"2026-11-23T09:43:57Z","updated_at":"2026-11-23T09:43:57Z","specialization":null}`}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := panel
		if a, ok := answers[r.URL.Path]; ok {
			b = []byte(a)
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		w.Write(b)
	}))
	tb.Cleanup(srv.Close)
	c, err := databaseservice.New(databaseservice.Options{URL: srv.URL, Token: "x"})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() })
	return c
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFirstPage compares the first page of a panel of 10,000, with who asks for it,
// as a store of its own and as a mirror gives it. What the mirror spends in the
// background to stay fresh counts. cpu-us/op is processor time.
func BenchmarkFirstPage(b *testing.B) {
	panel := bigPanel(10_000)
	own := openStore(b)
	if err := own.BecomeMirror(b.Context()); err != nil {
		b.Fatal(err)
	}
	source := bigSource(b, panel)
	people := portal.New(portal.Options{Store: own, Source: source})
	sessions, err := portal.NewSessions(people, bytes.Repeat([]byte("s"), 32))
	if err != nil {
		b.Fatal(err)
	}
	start, began := cpu(), time.Now()
	if _, err := people.ClinicianByUser(b.Context(), 2); err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	if _, err := own.Open(b.Context(), core.NewSession{ID: "s1", UserID: 2, At: now, ExpiresAt: now.Add(time.Hour)}, core.AuditEvent{}); err != nil {
		b.Fatal(err)
	}
	page := func(sessions core.Sessions, people core.Assignments) func(context.Context) error {
		return func(ctx context.Context) error {
			_, _, clinicianID, err := sessions.Caller(ctx, "s1", time.Now())
			if err != nil {
				return err
			}
			p, err := people.Patients(ctx, clinicianID, core.PatientQuery{Limit: 50})
			if err == nil && (p.Count != 10_000 || len(p.Patients) != 50) {
				err = fmt.Errorf("%d of %d patients", len(p.Patients), p.Count)
			}
			return err
		}
	}
	mirrored := page(sessions, people)
	for err := mirrored(b.Context()); err != nil; err = mirrored(b.Context()) {
		b.Log(err) // a machine that has other things to do
	}
	b.Logf("%d bytes taken over in %s, %s of processor time", len(panel), time.Since(began), cpu()-start)
	for _, way := range []struct {
		name string
		page func(context.Context) error
	}{{"standalone", page(own, own)}, {"mirror", mirrored}} {
		b.Run(way.name, func(b *testing.B) {
			start := cpu()
			for b.Loop() {
				if err := way.page(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N), "cpu-us/op")
		})
	}
}

// BenchmarkUnchangedPanel is what asking for a panel again costs when it is the same.
func BenchmarkUnchangedPanel(b *testing.B) {
	source := bigSource(b, bigPanel(10_000))
	first, err := source.SourcePanel(b.Context(), 1, core.Mark{})
	if err != nil {
		b.Fatal(err)
	}
	start := cpu()
	for b.Loop() {
		if again, err := source.SourcePanel(b.Context(), 1, first.Mark); err != nil || !again.Same {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N), "cpu-us/op")
}
