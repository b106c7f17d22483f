package siblingtest

import (
	"bytes"
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
)

// Files is a FAKE of file-service with its faults, as the recorded exchanges and the
// notes on it describe them: it takes the same bytes once in the whole system and says
// 500 otherwise; a document is released to who uploaded it; asked to delete one, it
// looks who uploaded the newest of all, and deletes it once more with success. It keeps
// everything in memory, unlike the real one in clear. Tokens are
// "user N", or what Who says.
type Files struct {
	URL string
	t   testing.TB

	sync.Mutex // guards what follows
	Kept       []*KeptFile
	Sick       http.Handler // answers instead
	Who        func(token string) (userID int64, ok bool)
	Assigned   func(userID, patientID int64) bool
	Calls      []string                    // method and path, of each question
	Deletes    int                         // questions to delete
	Spoil      func(content []byte) []byte // what is given out instead
}

// KeptFile is a document that Files has, and whom it is released to.
type KeptFile struct {
	ID       string
	Patient  int64
	Kind     int64
	By       int64
	Name     string
	Content  []byte
	At       time.Time
	Released map[int64]bool
}

// numbered knows "user N".
func numbered(token string) (userID int64, ok bool) {
	n, err := fmt.Sscanf(token, "user %d", &userID)
	return userID, n == 1 && err == nil
}

// StartFiles starts one.
func StartFiles(t testing.TB) *Files {
	s := &Files{t: t, Who: numbered, Assigned: func(int64, int64) bool { return true }}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

// ServeHTTP answers as the service does.
func (s *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	sick := s.Sick
	s.Unlock()
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
	s.Lock()
	defer s.Unlock()
	s.Calls = append(s.Calls, r.Method+" "+r.URL.Path)
	if r.URL.Path == "/api/health/" {
		say(w, 200, map[string]any{"status": "healthy", "service": "file-service"})
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	user, known := s.Who(token)
	if !known {
		word := "Invalid token"
		if token == "old" {
			word = "Token has expired"
		}
		refuse(w, 401, word, "Authentication failed")
		return
	}
	s.act(w, r, user)
}

// act does what a known user asks for.
func (s *Files) act(w http.ResponseWriter, r *http.Request, user int64) {
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

func (s *Files) upload(w http.ResponseWriter, r *http.Request, user int64) {
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
	case !s.Assigned(user, patient):
		refuse(w, 403, "Unauthorized", "You are not assigned to this patient")
		return
	}
	for _, one := range s.Kept {
		if bytes.Equal(one.Content, content) {
			refuse(w, 500, "Metadata creation failed", "Failed to save file metadata")
			return
		}
	}
	n := len(s.Kept) + 1
	k := &KeptFile{ID: fmt.Sprintf("00000000-0000-4000-9000-%012d", n), Patient: patient, Kind: kind, By: user, Name: h.Filename, Content: content,
		At: time.Date(2026, 11, 23, 9, 0, n, 0, time.UTC), Released: map[int64]bool{user: true}}
	s.Kept = append(s.Kept, k)
	say(w, 201, map[string]any{"success": true, "message": "Medical record uploaded successfully", "file_id": k.ID, "medical_record_id": k.ID,
		"filename": k.Name, "uploaded_at": k.At, "size": len(content), "mime_type": h.Header.Get("Content-Type")})
}

// Find gives one by its id; nil: there is none.
func (s *Files) Find(id string) *KeptFile {
	for _, k := range s.Kept {
		if k.ID == id {
			return k
		}
	}
	return nil
}

func (s *Files) download(w http.ResponseWriter, user int64, id string) {
	k := s.Find(id)
	if k == nil || !k.Released[user] {
		refuse(w, 403, "Unauthorized", "You do not have permission to access this medical record")
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="`+k.Name+`"`)
	content := k.Content
	if s.Spoil != nil {
		content = s.Spoil(content)
	}
	_, _ = w.Write(content) // who asked has left
}

func (s *Files) delete(w http.ResponseWriter, user int64, id string) {
	s.Deletes++
	if n := len(s.Kept); n > 0 && s.Kept[n-1].By != user { // the newest of all, whichever that is
		refuse(w, 403, "Unauthorized", "You can only delete medical records you uploaded")
		return
	}
	for i, k := range s.Kept {
		if k.ID == id {
			s.Kept = append(s.Kept[:i:i], s.Kept[i+1:]...)
			break
		}
	}
	say(w, 200, map[string]any{"success": true, "message": "Medical record and all associated data deleted successfully", "file_id": id})
}

func say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who asked has left
}

func refuse(w http.ResponseWriter, status int, word, message string) {
	say(w, status, map[string]any{"success": false, "error": word, "message": message})
}

// Broken breaks every connection, as a service that was killed.
var Broken http.HandlerFunc = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
