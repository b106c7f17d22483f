package siblingtest

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// OCR is a FAKE of ocr-service, as the recorded exchanges and the notes on its
// queue describe it: one job at a time, the newest first; a job begins when it is
// looked at and is read at the look after that. It "reads" what Text gives for
// the width of a picture; "" it cannot read. Tokens are "user N", or what Who says.
type OCR struct {
	URL string
	t   testing.TB

	sync.Mutex // guards what follows
	Text       func(width int) string
	Who        func(token string) (userID int64, ok bool)
	Jobs       []*OCRJob
	Newest     bool         // somebody else's newer job is always read before ours
	Forgets    int          // so many jobs are forgotten when they are asked for
	Loses      int          // so many are cancelled by somebody
	NoResult   bool         // a status does not hold the result
	Refuse     int          // a status that submit answers instead
	Sick       http.Handler // answers instead
	Shown      []string     // tokens, one for each question
	Names      []string     // file names sent
}

// OCRJob is a job of an OCR. One that is Cancelled may run on all the same.
type OCRJob struct {
	ID, Status string
	Owner      int64
	Width      int
	Cancelled  bool
}

// StartOCR starts one.
func StartOCR(t testing.TB, text func(width int) string) *OCR {
	s := &OCR{t: t, Text: text, Who: numbered}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

// ServeHTTP answers as the service does.
func (s *OCR) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	sick := s.Sick
	s.Unlock()
	if sick != nil {
		sick.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.ContentLength != int64(len(body)) {
		s.t.Errorf("%s: %d of %d bytes, %v", r.URL.Path, len(body), r.ContentLength, err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.Lock()
	defer s.Unlock()
	if r.URL.Path == "/health/" {
		say(w, 200, map[string]any{"status": "healthy", "service": "ocr-service"})
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.Shown = append(s.Shown, token)
	owner, known := s.Who(token)
	if !known {
		say(w, 401, map[string]any{"success": false, "error": "AuthenticationError", "message": "Invalid token", "details": map[string]any{}})
		return
	}
	if r.URL.Path == "/api/ocr/submit/" {
		s.submit(w, r, owner)
		return
	}
	id, act, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/ocr/job/"), "/"), "/")
	s.job(w, owner, id, act)
}

func (s *OCR) submit(w http.ResponseWriter, r *http.Request, owner int64) {
	if s.Refuse != 0 {
		say(w, s.Refuse, map[string]any{"success": false, "error": "ValidationError", "message": "Invalid file type: /srv/tmp", "details": map[string]any{}})
		return
	}
	f, h, err := r.FormFile("file")
	if err != nil {
		say(w, 400, map[string]any{"success": false, "error": "ValidationError", "message": "No file provided", "details": map[string]any{}})
		return
	}
	s.Names = append(s.Names, h.Filename)
	img, err := png.Decode(f)
	if err != nil {
		s.t.Errorf("no picture: %v", err)
		return
	}
	j := &OCRJob{ID: fmt.Sprintf("job-%d", len(s.Jobs)+1), Owner: owner, Status: "pending", Width: img.Bounds().Dx()}
	s.Jobs = append(s.Jobs, j)
	say(w, 202, map[string]any{"success": true, "message": "File submitted for OCR processing", "job_id": j.ID, "file_name": h.Filename,
		"file_size": h.Size, "file_type": "image", "websocket_url": "/ws/ocr/progress/" + j.ID + "/"})
}

func (s *OCR) job(w http.ResponseWriter, owner int64, id, act string) {
	var j *OCRJob
	for _, one := range s.Jobs {
		if one.ID == id {
			j = one
		}
	}
	switch {
	case j == nil:
		say(w, 404, map[string]any{"success": false, "message": "Job not found"})
		return
	case j.Owner != owner:
		say(w, 403, map[string]any{"success": false, "message": "Access denied"})
		return
	}
	switch act {
	case "cancel":
		if j.Status == "completed" {
			say(w, 400, map[string]any{"success": false, "message": "Unable to cancel job."})
			return
		}
		j.Cancelled = true
		say(w, 200, map[string]any{"success": true, "message": "Job cancelled successfully"})
	case "status":
		s.look(j)
		if j.Status == "forgotten" {
			say(w, 404, map[string]any{"success": false, "message": "Job not found"})
			return
		}
		// What is said of progress stays at the beginning, as it does there.
		v := map[string]any{"id": j.ID, "status": j.Status, "progress": 10, "message": "Starting OCR processing"}
		if j.Status == "completed" && !s.NoResult {
			v["result"] = s.result(j)
		}
		if j.Status == "failed" {
			v["error"] = "OCR processing failed: /srv/ocr/uploads/secret.png"
		}
		say(w, 200, map[string]any{"success": true, "job": v})
	case "result":
		v := s.result(j)
		v["success"], v["job_id"] = true, j.ID
		say(w, 200, v)
	}
}

// look lets time pass for a job.
func (s *OCR) look(j *OCRJob) {
	switch {
	case s.Forgets > 0:
		s.Forgets--
		j.Status = "forgotten"
	case s.Loses > 0:
		s.Loses--
		j.Status = "cancelled"
	case j.Status == "pending" && s.Newest:
	case j.Status == "pending":
		j.Status = "processing"
	case j.Status == "processing" && s.Text(j.Width) == "":
		j.Status = "failed"
	case j.Status == "processing":
		j.Status = "completed"
	}
}

func (s *OCR) result(j *OCRJob) map[string]any {
	return map[string]any{"extracted_text": s.Text(j.Width), "confidence_score": 0.9, "page_count": 1, "processing_time": 1.5, "model_used": "tesseract", "gpu_used": false}
}
