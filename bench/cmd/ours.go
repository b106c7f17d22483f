package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// api and apiFiles are where our paths begin.
const (
	api      = "/api/clinician/"
	apiFiles = "/api/files/medical-records/"
)

// demoClinician is the account of the demo data that has the many patients.
const demoClinician = "aria.blake@demo.invalid"

// startOurs makes our rows with our own commands and API, and starts the server
// as it is used: sealed files, durable audit, security headers.
func startOurs(ctx context.Context, name, program, dir string, patients int) (*subject, error) {
	data := filepath.Join(dir, fmt.Sprintf("%s-%d", name, patients))
	environ := append(os.Environ(), "CLINICIAN_DATA_DIR="+data, "JWT_ACCESS_TOKEN_LIFETIME=24h", "TZ=UTC", "CLINICIAN_OCR_JOBS=2")
	seed := exec.CommandContext(ctx, program, "demo-data", "--people-only", "--json", "--patients", strconv.Itoa(patients))
	seed.Env = environ
	var errs bytes.Buffer
	seed.Stderr = &errs
	out, err := seed.Output()
	if err != nil {
		return nil, fmt.Errorf("%s demo-data: %w: %s", program, err, errs.Bytes())
	}
	var logins struct {
		Password string `json:"password"`
	}
	if err := json.Unmarshal(out, &logins); err != nil {
		return nil, err
	}
	s, err := start(ctx, name, patients, "/health/ready", func(addr string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program)
		cmd.Env = append(environ, "CLINICIAN_ADDR="+addr)
		return cmd
	})
	if err != nil {
		return s, err
	}
	var in struct {
		Tokens struct{ Access string } `json:"tokens"`
	}
	if err := s.call(ctx, http.MethodPost, api+"auth/login/", map[string]string{"email": demoClinician, "password": logins.Password}, &in); err != nil {
		return s, err
	}
	s.token = "Bearer " + in.Tokens.Access
	return s, s.fillOurs(ctx)
}

// fillOurs gives some patients documents and says which works there are.
func (s *subject) fillOurs(ctx context.Context) error {
	ids, last, err := s.panel(ctx)
	if err != nil {
		return err
	}
	var today struct {
		Appointments []struct {
			Patient int64 `json:"patient_id"`
		} `json:"upcoming_appointments"`
	}
	if err := s.call(ctx, http.MethodGet, api+"dashboard/", nil, &today); err != nil {
		return err
	}
	charts := make([]int64, 0, 100) // of today's patients first, then others far apart
	for _, a := range today.Appointments {
		charts = append(charts, a.Patient)
	}
	for i := range 60 {
		charts = append(charts, ids[i*len(ids)/60])
	}
	var jobs []string
	for i, id := range charts {
		job, err := s.labReport(ctx, id, i)
		if err != nil {
			return err
		}
		jobs = append(jobs, job)
	}
	if err := s.allRead(ctx, jobs); err != nil {
		return err
	}
	few, big, sink := ids[len(ids)/7], ids[len(ids)/3], ids[len(ids)/2+1]
	r, err := s.form(api+"patients/"+strconv.FormatInt(big, 10)+"/records/", map[string]string{"medical_record_type_id": "1"}, "report.txt", document(-1))
	if err != nil {
		return err
	}
	var up struct {
		ID string `json:"medical_record_id"`
	}
	if err := s.do(r, &up); err != nil {
		return err
	}
	page := api + "patients/?limit=50"
	s.works = map[string]request{
		list: s.get(page), deepest: s.get(page + "&cursor=" + url.QueryEscape(last)),
		patient: s.get(api + "patients/" + strconv.FormatInt(few, 10) + "/"), oneRecord: s.get(api + "records/" + up.ID + "/"),
		day: s.get(api + "dashboard/"), unread: s.get(api + "records/unread/"), profile: s.get(api + "auth/profile/"),
		search1: s.get(page + "&q=b"), search3: s.get(page + "&q=wik"),
		download: s.get(apiFiles + up.ID + "/download/"),
		upload:   s.sender(api+"patients/"+strconv.FormatInt(sink, 10)+"/records/", map[string]string{"medical_record_type_id": "1"}),
	}
	return nil
}

// panel walks through all patients and gives their ids and the cursor of the last 50.
func (s *subject) panel(ctx context.Context) (ids []int64, last string, err error) {
	type page struct {
		Results []struct {
			ID int64 `json:"id"`
		} `json:"results"`
		Next string `json:"next"`
	}
	const step = 1000
	cursors := []string{""} // of every thousandth patient
	ask := func(cursor string, limit int) (p page, err error) {
		err = s.call(ctx, http.MethodGet, fmt.Sprintf("%spatients/?limit=%d&cursor=%s", api, limit, url.QueryEscape(cursor)), nil, &p)
		return p, err
	}
	for next := ""; ; {
		p, err := ask(next, step)
		if err != nil {
			return nil, "", err
		}
		for _, r := range p.Results {
			ids = append(ids, r.ID)
		}
		if next = p.Next; next == "" {
			break
		}
		cursors = append(cursors, next)
	}
	if len(ids) < 100 {
		return nil, "", fmt.Errorf("%s has %d patients only", s.name, len(ids))
	}
	before := len(ids) - 50 // the last page holds 50 too
	k := (before - 1) / step
	p, err := ask(cursors[k], before-k*step)
	return ids, p.Next, err
}

// labReport adds a document with values to a chart and has it read; every third
// is unread by its clinician.
func (s *subject) labReport(ctx context.Context, patient int64, n int) (job string, err error) {
	potassium, flag := 4.0+float64(n%10)/10, ""
	if n%9 == 5 {
		potassium, flag = 6.9, " HH"
	}
	text := fmt.Sprintf("Laboratory report %d\nCollected: 2026-11-%02d\n\nSodium 139 mmol/L 133 - 146\nPotassium %.1f%s mmol/L 3.5 - 5.3\nCreatinine 77 umol/L 45 - 84\n",
		n, 1+n%28, potassium, flag)
	r, err := s.form(api+"patients/"+strconv.FormatInt(patient, 10)+"/records/", map[string]string{"medical_record_type_id": "1"},
		fmt.Sprintf("laboratory-%d.txt", n), []byte(text))
	if err != nil {
		return "", err
	}
	var up struct {
		ID string `json:"medical_record_id"`
	}
	if err := s.do(r, &up); err != nil {
		return "", err
	}
	var done struct {
		Job string `json:"job_id"`
	}
	if err := s.call(ctx, http.MethodPost, apiFiles+up.ID+"/analyze/", map[string]string{}, &done); err != nil {
		return "", err
	}
	if n%3 == 0 {
		err = s.call(ctx, http.MethodDelete, api+"records/"+up.ID+"/reviewed/", nil, nil)
	}
	return done.Job, err
}

// allRead waits for jobs to end: what is read beside the works would be counted with them.
func (s *subject) allRead(ctx context.Context, jobs []string) error {
	for deadline := time.Now().Add(2 * time.Minute); len(jobs) > 0; {
		var st struct {
			Job struct{ Status string } `json:"job"`
		}
		if err := s.call(ctx, http.MethodGet, api+"ocr/job/"+jobs[0]+"/status/", nil, &st); err != nil {
			return err
		}
		switch st.Job.Status {
		case "queued", "pending", "processing", "running", "waiting":
			if time.Now().After(deadline) {
				return fmt.Errorf("%s: job %s is still %s", s.name, jobs[0], st.Job.Status)
			}
			time.Sleep(20 * time.Millisecond)
		default:
			jobs = jobs[1:]
		}
	}
	return nil
}
