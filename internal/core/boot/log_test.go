package boot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
)

// logged collects log lines of many goroutines.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// find gives the lines of this message.
func (l *logged) find(t *testing.T, msg string) (found []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range bytes.Lines(l.b.Bytes()) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if v["msg"] == msg {
			found = append(found, v)
		}
	}
	return found
}

// TestActsAreLogged wants a line of each act, with ids, the request's among them, at its
// level, and nothing that says who a patient is.
func TestActsAreLogged(t *testing.T) {
	log := &logged{}
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_TIME_ZONE=UTC"})
	ok(t, err)
	s, err := Open(t.Context(), c, Options{Log: NewLog(log, slog.LevelDebug)})
	ok(t, err)
	srv := httptest.NewServer(s.api.Handler())
	t.Cleanup(func() {
		srv.Close()
		ok(t, s.Close())
	})
	const password = "correct-horse-battery"
	send := func(method, path, token, body string, want int) []byte {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
		ok(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(r)
		ok(t, err)
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		ok(t, err)
		if resp.StatusCode != want {
			t.Fatalf("%s %s = %d: %s", method, path, resp.StatusCode, answer)
		}
		return answer
	}
	person := func(first string) (in core.SignedIn) {
		t.Helper()
		ok(t, json.Unmarshal(send("POST", "/api/clinician/auth/signup/", "", fmt.Sprintf(`{"email": "%s@example.org", "password": %q, "password_confirm": %q,
			"first_name": %q, "last_name": "Lee", "specialization_id": 1, "phone_number": "555-0100"}`, first, password, password, first), 201), &in))
		return in
	}
	ann, ben := person("Annabel"), person("Benedict")
	w := &clinicServer{Server: s}
	patient := w.patient(t, ann, "Catalina", "Quillfeather")
	chart := fmt.Sprintf("/api/clinician/patients/%d/", patient.ID)
	send("GET", chart, ann.Tokens.Access, "", 200)
	send("GET", chart, ben.Tokens.Access, "", 403)
	send("GET", "/api/clinician/dashboard/", ann.Tokens.Access, "", 200)
	send("POST", "/api/clinician/auth/login/", "", `{"email": "Annabel@example.org", "password": "wrong-wrong-wrong"}`, 401)
	var up struct {
		FileID string `json:"file_id"`
	}
	ok(t, json.Unmarshal(send("POST", chart+"records/", ann.Tokens.Access, `{"filename": "secret-name.txt", "content_base64": "dGV4dA==", "medical_record_type_id": 1}`, 201), &up))

	for _, want := range []struct {
		event, level, area, outcome string
		user                        int64
		patient                     int64
		record                      string
	}{
		{core.EventRegistered, "INFO", "authentication", "success", ann.User.ID, 0, ""},
		{core.EventLogin, "WARN", "authentication", "denied", ann.User.ID, 0, ""},
		{core.EventPatientViewed, "INFO", "patient", "success", ann.User.ID, patient.ID, ""},
		{core.EventPatientViewed, "WARN", "patient", "denied", ben.User.ID, patient.ID, ""},
		{core.EventDashboardViewed, "DEBUG", "people", "success", ann.User.ID, 0, ""},
		{core.EventRecordUploaded, "INFO", "record", "success", ann.User.ID, patient.ID, up.FileID},
	} {
		hit := false
		for _, line := range log.find(t, want.event) {
			number := func(name string) int64 { n, _ := line[name].(float64); return int64(n) }
			record, _ := line["record_id"].(string)
			id, _ := line["request_id"].(string)
			hit = hit || line["level"] == want.level && line["area"] == want.area && line["outcome"] == want.outcome &&
				number("user_id") == want.user && number("patient_id") == want.patient && record == want.record && len(id) == 16
		}
		if !hit {
			t.Errorf("no line %+v among %v", want, log.find(t, want.event))
		}
	}
	for _, name := range []string{"Quillfeather", "Catalina", "Annabel", "secret-name", password, ann.Tokens.Access, "example.org"} {
		if strings.Contains(log.b.String(), name) {
			t.Errorf("the log holds %q", name)
		}
	}
}
