package fileservice

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// service is a FAKE of file-service with its faults, as the recorded exchanges and the
// notes on it describe them: it takes the same bytes once in the whole system and says
// 500 otherwise; a document is released to who uploaded it; asked to delete one, it
// looks who uploaded the newest of all, and deletes it once more with success. It keeps
// everything in memory, unlike the real one in clear. Tokens are "user N".
type service struct {
	t   testing.TB
	url string

	mu       sync.Mutex
	files    []*keptFile
	sick     http.Handler
	assigned func(userID, patientID int64) bool
	calls    []string // method and path, of each question
	deletes  int
	biggest  int64                       // Content-Length of the longest question
	spoil    func(content []byte) []byte // what is given out instead
}

type keptFile struct {
	id       string
	patient  int64
	kind     int64
	by       int64
	name     string
	content  []byte
	at       time.Time
	released map[int64]bool
}

func newService(t testing.TB) *service {
	s := &service{t: t, assigned: func(int64, int64) bool { return true }}
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
	if err != nil {
		return // who asked has left
	}
	if r.ContentLength != int64(len(body)) || len(r.TransferEncoding) > 0 {
		s.t.Errorf("%s: Content-Length %d of %d bytes, %v", r.URL.Path, r.ContentLength, len(body), r.TransferEncoding)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	s.biggest = max(s.biggest, r.ContentLength)
	if r.URL.Path == "/api/health/" {
		say(w, 200, map[string]any{"status": "healthy", "service": "file-service"})
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	var user int64
	if n, err := fmt.Sscanf(token, "user %d", &user); n != 1 || err != nil {
		word := "Invalid token"
		if token == "old" {
			word = "Token has expired"
		}
		refuse(w, 401, word, "Authentication failed")
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/files/medical-records/")
	id, act, _ := strings.Cut(rest, "/")
	switch {
	case r.Method == "POST" && r.URL.Path == "/api/files/upload/medical-record":
		s.upload(w, r, user)
	case ok && r.Method == "GET" && act == "download":
		s.download(w, user, id)
	case ok && r.Method == "DELETE" && act == "delete":
		s.delete(w, user, id)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *service) upload(w http.ResponseWriter, r *http.Request, user int64) {
	f, h, err := r.FormFile("file")
	if err != nil {
		refuse(w, 400, "No file provided", "Please select a file to upload")
		return
	}
	content, err := io.ReadAll(f)
	patient, err1 := strconv.ParseInt(r.FormValue("patient_id"), 10, 64)
	kind, err2 := strconv.ParseInt(r.FormValue("medical_record_type_id"), 10, 64)
	switch {
	case err != nil || err1 != nil || err2 != nil:
		refuse(w, 400, "Missing parameters", "patient_id and medical_record_type_id are required")
		return
	case len(content) > 100<<20:
		refuse(w, 400, "File too large", "Maximum file size is 100MB")
		return
	case !s.assigned(user, patient):
		refuse(w, 403, "Unauthorized", "You are not assigned to this patient")
		return
	}
	for _, one := range s.files {
		if bytes.Equal(one.content, content) {
			refuse(w, 500, "Metadata creation failed", "Failed to save file metadata")
			return
		}
	}
	n := len(s.files) + 1
	k := &keptFile{id: fmt.Sprintf("00000000-0000-4000-9000-%012d", n), patient: patient, kind: kind, by: user, name: h.Filename, content: content,
		at: time.Date(2026, 11, 23, 9, 0, n, 0, time.UTC), released: map[int64]bool{user: true}}
	s.files = append(s.files, k)
	say(w, 201, map[string]any{"success": true, "message": "Medical record uploaded successfully", "file_id": k.id, "medical_record_id": k.id,
		"filename": k.name, "uploaded_at": k.at, "size": len(content), "mime_type": h.Header.Get("Content-Type")})
}

func (s *service) find(id string) *keptFile {
	for _, k := range s.files {
		if k.id == id {
			return k
		}
	}
	return nil
}

func (s *service) download(w http.ResponseWriter, user int64, id string) {
	k := s.find(id)
	if k == nil || !k.released[user] {
		refuse(w, 403, "Unauthorized", "You do not have permission to access this medical record")
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="`+k.name+`"`)
	content := k.content
	if s.spoil != nil {
		content = s.spoil(content)
	}
	_, _ = w.Write(content) // who asked has left
}

func (s *service) delete(w http.ResponseWriter, user int64, id string) {
	s.deletes++
	if n := len(s.files); n > 0 && s.files[n-1].by != user { // the newest of all, whichever that is
		refuse(w, 403, "Unauthorized", "You can only delete medical records you uploaded")
		return
	}
	for i, k := range s.files {
		if k.id == id {
			s.files = append(s.files[:i:i], s.files[i+1:]...)
			break
		}
	}
	say(w, 200, map[string]any{"success": true, "message": "Medical record and all associated data deleted successfully", "file_id": id})
}

// records is a FAKE of what database-service says of the same files.
type records struct{ s *service }

func (r records) source(k *keptFile) core.SourceRecord {
	sum := sha256.Sum256(k.content)
	return core.SourceRecord{ID: k.id, PatientID: k.patient, TypeID: k.kind, UploadedBy: k.by, UploadedAt: k.at, Filename: k.name,
		MIME: core.MIMEPDF, Size: int64(len(k.content)), SHA256: fmt.Sprintf("%x", sum)}
}

func say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who asked has left
}

func refuse(w http.ResponseWriter, status int, word, message string) {
	say(w, status, map[string]any{"success": false, "error": word, "message": message})
}
