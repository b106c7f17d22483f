package ocrservice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// service is a FAKE of ocr-service, as the recorded exchanges and the notes on its
// queue describe it: one job at a time, the newest first; a job begins when it is
// looked at and is read at the look after that. It "reads" what texts has for the width
// of a picture; "" it cannot read. Tokens are "user N".
type service struct {
	t   testing.TB
	url string

	mu       sync.Mutex
	texts    map[int]string
	jobs     []*fakeJob
	newest   bool         // somebody else's newer job is always read before ours
	forgets  int          // so many jobs are forgotten when they are asked for
	loses    int          // so many are cancelled by somebody
	noResult bool         // a status does not hold the result
	refuse   int          // a status that submit answers instead
	sick     http.Handler // answers instead
	shown    []string     // tokens, one for each question
	names    []string     // file names sent
}

type fakeJob struct {
	id, owner, status string
	width             int
	cancelled         bool // it may run on all the same
}

func newService(t testing.TB, texts map[int]string) *service {
	s := &service{t: t, texts: texts}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	sick := s.sick
	s.mu.Unlock()
	if sick != nil {
		sick.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.ContentLength != int64(len(body)) {
		s.t.Errorf("%s: %d of %d bytes, %v", r.URL.Path, len(body), r.ContentLength, err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/health/" {
		s.say(w, 200, map[string]any{"status": "healthy", "service": "ocr-service"})
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.shown = append(s.shown, token)
	if !strings.HasPrefix(token, "user ") {
		s.say(w, 401, map[string]any{"success": false, "error": "AuthenticationError", "message": "Invalid token", "details": map[string]any{}})
		return
	}
	owner := strings.Join(strings.Fields(token)[:2], " ")
	if r.URL.Path == "/api/ocr/submit/" {
		s.submit(w, r, owner)
		return
	}
	id, act, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/ocr/job/"), "/"), "/")
	s.job(w, owner, id, act)
}

func (s *service) submit(w http.ResponseWriter, r *http.Request, owner string) {
	if s.refuse != 0 {
		s.say(w, s.refuse, map[string]any{"success": false, "error": "ValidationError", "message": "Invalid file type: /srv/tmp", "details": map[string]any{}})
		return
	}
	f, h, err := r.FormFile("file")
	if err != nil {
		s.say(w, 400, map[string]any{"success": false, "error": "ValidationError", "message": "No file provided", "details": map[string]any{}})
		return
	}
	s.names = append(s.names, h.Filename)
	img, err := png.Decode(f)
	if err != nil {
		s.t.Errorf("no picture: %v", err)
		return
	}
	j := &fakeJob{id: fmt.Sprintf("job-%d", len(s.jobs)+1), owner: owner, status: "pending", width: img.Bounds().Dx()}
	s.jobs = append(s.jobs, j)
	s.say(w, 202, map[string]any{"success": true, "message": "File submitted for OCR processing", "job_id": j.id, "file_name": h.Filename,
		"file_size": h.Size, "file_type": "image", "websocket_url": "/ws/ocr/progress/" + j.id + "/"})
}

func (s *service) job(w http.ResponseWriter, owner, id, act string) {
	var j *fakeJob
	for _, one := range s.jobs {
		if one.id == id {
			j = one
		}
	}
	switch {
	case j == nil:
		s.say(w, 404, map[string]any{"success": false, "message": "Job not found"})
		return
	case j.owner != owner:
		s.say(w, 403, map[string]any{"success": false, "message": "Access denied"})
		return
	}
	switch act {
	case "cancel":
		if j.status == "completed" {
			s.say(w, 400, map[string]any{"success": false, "message": "Unable to cancel job."})
			return
		}
		j.cancelled = true
		s.say(w, 200, map[string]any{"success": true, "message": "Job cancelled successfully"})
	case "status":
		s.look(j)
		if j.status == "forgotten" {
			s.say(w, 404, map[string]any{"success": false, "message": "Job not found"})
			return
		}
		// What is said of progress stays at the beginning, as it does there.
		v := map[string]any{"id": j.id, "status": j.status, "progress": 10, "message": "Starting OCR processing"}
		if j.status == "completed" && !s.noResult {
			v["result"] = s.result(j)
		}
		if j.status == "failed" {
			v["error"] = "OCR processing failed: /srv/ocr/uploads/secret.png"
		}
		s.say(w, 200, map[string]any{"success": true, "job": v})
	case "result":
		v := s.result(j)
		v["success"], v["job_id"] = true, j.id
		s.say(w, 200, v)
	}
}

// look lets time pass for a job.
func (s *service) look(j *fakeJob) {
	switch {
	case s.forgets > 0:
		s.forgets--
		j.status = "forgotten"
	case s.loses > 0:
		s.loses--
		j.status = "cancelled"
	case j.status == "pending" && s.newest:
	case j.status == "pending":
		j.status = "processing"
	case j.status == "processing" && s.texts[j.width] == "":
		j.status = "failed"
	case j.status == "processing":
		j.status = "completed"
	}
}

func (s *service) result(j *fakeJob) map[string]any {
	return map[string]any{"extracted_text": s.texts[j.width], "confidence_score": 0.9, "page_count": 1, "processing_time": 1.5, "model_used": "tesseract", "gpu_used": false}
}

func (s *service) say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who asked has left
}
