//go:build unix

package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"clinician/internal/core/demo"
)

// apiBench is a server without a socket: what its handler does, all of it and
// nothing of a client, for the profiler.
type apiBench struct {
	b     *testing.B
	h     http.Handler
	token string
}

// newAPIBench makes a clinician with 10,000 patients (200 with -short), of whom
// 60 have a report that was read.
func newAPIBench(b *testing.B) (a *apiBench, ids []int64) {
	b.Helper()
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	patients := 10_000
	if testing.Short() {
		patients = 200
	}
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + b.TempDir() + "/data", "CLINICIAN_TIME_ZONE=UTC", "CLINICIAN_ADDR=127.0.0.1:0", "JWT_ACCESS_TOKEN_LIFETIME=24h"})
	must(err)
	admin, err := OpenAdmin(b.Context(), c)
	must(err)
	_, err = admin.LoadDemo(b.Context(), DemoOptions{Seed: 1, PeopleOnly: true, Patients: patients})
	must(err)
	must(admin.Close())
	s, err := Open(b.Context(), c, Options{})
	must(err)
	b.Cleanup(func() { s.Close() })
	must(s.ocr.Start(b.Context()))
	b.Cleanup(func() { s.ocr.Stop(b.Context()) })
	a = &apiBench{b: b, h: s.api.Handler()}
	var in struct {
		Tokens struct{ Access string } `json:"tokens"`
	}
	a.json(http.MethodPost, "/api/clinician/auth/login/", fmt.Sprintf(`{"email":%q,"password":%q}`, demo.Clinician, demo.Password), &in)
	a.token = in.Tokens.Access
	var page struct {
		Results []struct{ ID int64 }
	}
	a.json(http.MethodGet, "/api/clinician/patients/?limit=1000", "", &page)
	for _, p := range page.Results {
		ids = append(ids, p.ID)
	}
	return a, ids
}

// ask sends a request and fails the benchmark when it is refused.
func (a *apiBench) ask(w http.ResponseWriter, method, path, kind string, body []byte) {
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+a.token)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	a.h.ServeHTTP(w, r)
}

func (a *apiBench) json(method, path, body string, out any) {
	a.b.Helper()
	w := httptest.NewRecorder()
	a.ask(w, method, path, "application/json", []byte(body))
	if w.Code/100 != 2 {
		a.b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		a.b.Fatal(err)
	}
}

func (a *apiBench) upload(patient int64, name string, content []byte) (record string) {
	a.b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("medical_record_type_id", "1") // into memory
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		a.b.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	w := httptest.NewRecorder()
	a.ask(w, http.MethodPost, fmt.Sprintf("/api/clinician/patients/%d/records/", patient), form.FormDataContentType(), body.Bytes())
	var up struct {
		ID string `json:"medical_record_id"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &up); err != nil || up.ID == "" {
		a.b.Fatalf("upload: %d %s", w.Code, w.Body)
	}
	return up.ID
}

// reports gives patients a report of laboratory values that was read.
func (a *apiBench) reports(ids []int64) {
	a.b.Helper()
	var jobs []string
	for i, id := range ids {
		potassium := "4.1"
		if i%9 == 5 {
			potassium = "6.9 HH"
		}
		record := a.upload(id, "laboratory.txt", fmt.Appendf(nil, "Laboratory report %d\nCollected: 2026-11-02\n\nPotassium %s mmol/L 3.5 - 5.3\n", i, potassium))
		var s struct {
			Job string `json:"job_id"`
		}
		a.json(http.MethodPost, "/api/files/medical-records/"+record+"/analyze/", "{}", &s)
		if jobs = append(jobs, s.Job); i%3 == 0 {
			a.json(http.MethodDelete, "/api/clinician/records/"+record+"/reviewed/", "", nil)
		}
	}
	for deadline := time.Now().Add(time.Minute); len(jobs) > 0 && time.Now().Before(deadline); {
		var st struct {
			Job struct{ Status string }
		}
		a.json(http.MethodGet, "/api/clinician/ocr/job/"+jobs[0]+"/status/", "", &st)
		if st.Job.Status == "completed" {
			jobs = jobs[1:]
		} else {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// discard takes an answer and forgets it.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// processorTime is what this process has used so far, of user and system time. What
// else the machine does changes it far less than the time that passes.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Whole requests without a socket: the works of docs/performance.md. In a
// profile (-cpuprofile cpu.out) each bears its name: go tool pprof -tagfocus
// work=list. What the one goroutine that writes does for them bears none.
func BenchmarkAPI(b *testing.B) {
	a, ids := newAPIBench(b)
	var today struct {
		Appointments []struct {
			Patient int64 `json:"patient_id"`
		} `json:"upcoming_appointments"`
	}
	a.json(http.MethodGet, "/api/clinician/dashboard/", "", &today)
	read := ids[:60:60]
	for _, m := range today.Appointments {
		read = append(read, m.Patient)
	}
	a.reports(read)
	big := a.upload(ids[100], "report.txt", bytes.Repeat([]byte("The patient was seen in clinic today.\n"), 5<<20/38))
	const api = "/api/clinician/"
	for _, work := range []struct{ name, path string }{
		{"list", api + "patients/?limit=50"},
		{"patient", fmt.Sprintf("%spatients/%d/", api, ids[150])},
		{"record", api + "records/" + big + "/"},
		{"day", api + "dashboard/"},
		{"unread", api + "records/unread/"},
		{"search1", api + "patients/?limit=50&q=b"},
		{"search3", api + "patients/?limit=50&q=wik"},
		{"profile", api + "auth/profile/"},
		{"download", "/api/files/medical-records/" + big + "/download/"},
	} {
		b.Run(work.name, func(b *testing.B) {
			pprof.Do(b.Context(), pprof.Labels("work", work.name), func(context.Context) {
				before, n := processorTime(), 0
				defer func() {
					b.ReportMetric(float64((processorTime()-before).Microseconds())/1000/float64(n), "cpu-ms/op")
				}()
				for b.Loop() {
					n++
					d := &discard{header: http.Header{}}
					a.ask(d, http.MethodGet, work.path, "", nil)
					if d.status != http.StatusOK && d.status != 0 {
						b.Fatalf("%s: %d", work.path, d.status)
					}
				}
			})
		})
	}
}
