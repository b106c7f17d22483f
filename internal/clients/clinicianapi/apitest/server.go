// Package apitest is a small clinician service in memory for tests of
// everything that speaks to one: the paths, shapes and session rules of the
// contract, with knobs to misbehave.
package apitest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// The one user everybody is.
const (
	Email    = "ann.lee@example.org"
	Password = "correct horse"
	PDF      = "%PDF-1.4 made up\n"
)

// Server is a running fake. Fields that are set by tests must be set before
// the first request or under Lock.
type Server struct {
	*httptest.Server
	sync.Mutex

	AccessTTL        time.Duration // of new access tokens; 15 min
	Grace            time.Duration // in which a spent refresh token is answered again; 10 s
	Refuse           int           // so many authorised calls are answered 401 whatever the token
	LoseNext         int           // so many renewals happen, but their answers are lost
	LosePieces       int           // so many pieces break off before they are stored
	LosePieceAnswers int           // so many pieces are stored, but their answers are lost
	DropWatch        int           // so many connections of the WebSocket break after one progress frame
	Override         map[string]http.HandlerFunc

	Renewals int            // renewals that made a new token
	Revoked  bool           // the session was ended by reuse or logout
	Calls    map[string]int // requests by "METHOD path"
	Frames   []wire.Frame   // what the client sent over the WebSocket
	Uploads  []Upload
	// LoseUploads breaks the connection of so many uploads in one request; with
	// StoreLost after the file was stored.
	LoseUploads int
	StoreLost   bool

	Pieces  []*Pieces             // files that came in pieces
	Asked   []core.AnalyzeOptions // what analyze and retry were sent
	Reviews []core.ValueReview

	serial  int
	access  string          // the newest
	valid   map[string]bool // access tokens
	refresh string
	spent   string
	spentAt time.Time
	records []core.Record
	jobs    []core.Job
	found   []core.Value // in r-1
	check   core.DocumentCheck
	steps   []core.Correction // of page 1 of r-1
	Drafted *core.DraftText   // the draft that is kept; nil none
}

// Upload is what arrived with one upload.
type Upload struct {
	Fields   map[string]string
	Filename string
	Content  []byte
	Length   int64 // Content-Length
}

// Start gives a fake that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := New()
	t.Cleanup(s.Close)
	return s
}

// New gives a fake that the caller closes.
func New() *Server {
	s := &Server{AccessTTL: 15 * time.Minute, Grace: 10 * time.Second, Calls: map[string]int{}, Override: map[string]http.HandlerFunc{}}
	s.records = []core.Record{record("r-1", "CT report", "ct.pdf"), record("r-2", "Text\x1b[31m", "../../letter.txt")}
	s.jobs = []core.Job{job("j-done", "r-1", core.JobCompleted), job("j-run", "r-1", core.JobProcessing), job("j-bad", "r-2", core.JobFailed)}
	s.found, s.check = values(), check()
	s.Server = httptest.NewServer(s.routes())
	return s
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+wire.PathLogin, s.login)
	mux.HandleFunc("POST "+wire.PathSignup, s.signup)
	mux.HandleFunc("POST "+wire.PathRefresh, s.renew)
	mux.HandleFunc("GET "+wire.PathHealth, func(w http.ResponseWriter, _ *http.Request) {
		Answer(w, 200, map[string]string{"status": "healthy", "service": "clinician-service", "database_connection": "healthy"})
	})
	mux.HandleFunc("GET "+wire.PathSpecializations, func(w http.ResponseWriter, _ *http.Request) {
		Answer(w, 200, []core.Specialization{{ID: 4, CancerType: "Breast Cancer"}})
	})
	mux.HandleFunc("GET "+wire.PathLimits, func(w http.ResponseWriter, _ *http.Request) {
		Answer(w, 200, core.Limits{MaxFileBytes: core.MaxFileBytes, AcceptedTypes: core.AcceptedTypes(), OCRTypes: core.OCRTypes(), MaxPages: 200,
			OCRLanguages: []string{"eng"}, OCREngine: "tesseract 5", TempSeconds: 3600})
	})
	mux.HandleFunc("GET /ws/ocr/progress/{id}/", s.watch)
	for pattern, h := range s.protected() {
		mux.HandleFunc(pattern, s.authorised(h))
	}
	for pattern, h := range s.pieceUploads() {
		mux.HandleFunc(pattern, s.authorised(h))
	}
	for pattern, h := range s.day() {
		mux.HandleFunc(pattern, s.authorised(h))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Lock()
		s.Calls[r.Method+" "+r.URL.Path]++
		h := s.Override[r.Method+" "+r.URL.Path]
		s.Unlock()
		if h != nil {
			h(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// Answer writes JSON as the service does.
func Answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Fail writes an error of the clinician family.
func Fail(w http.ResponseWriter, code core.Code, message string) {
	Answer(w, wire.Status(code), wire.ErrorBody{Error: message, Code: code})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	var in wire.Login
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Email != Email || in.Password != Password {
		Fail(w, core.CodeUnauthenticated, "Invalid credentials")
		return
	}
	s.signIn(w, 200)
}

func (s *Server) signup(w http.ResponseWriter, r *http.Request) {
	var in core.Signup
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Password != in.PasswordConfirm {
		Answer(w, 400, map[string][]string{"non_field_errors": {"Passwords do not match"}})
		return
	}
	if in.Email == Email {
		Answer(w, 400, map[string]string{"error": "User with this email already exists"})
		return
	}
	s.signIn(w, 201)
}

func (s *Server) signIn(w http.ResponseWriter, status int) {
	s.Lock()
	defer s.Unlock()
	s.Revoked, s.spent = false, ""
	s.mint()
	Answer(w, status, core.SignedIn{User: user(), Tokens: core.Tokens{Access: s.access, Refresh: s.refresh}})
}

// mint makes the next pair; Lock is held.
func (s *Server) mint() {
	s.serial++
	now := time.Now()
	payload := fmt.Sprintf(`{"user_id":2,"email":%q,"exp":%d,"iat":%d,"jti":"%d"}`,
		Email, now.Add(s.AccessTTL).Unix(), now.Unix(), s.serial)
	s.access = "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
	s.refresh = fmt.Sprintf("refresh-%d", s.serial)
	if s.valid == nil {
		s.valid = map[string]bool{}
	}
	s.valid[s.access] = true
}

// Tokens gives a valid pair without a login.
func (s *Server) Tokens() core.Tokens {
	s.Lock()
	defer s.Unlock()
	s.mint()
	return core.Tokens{Access: s.access, Refresh: s.refresh}
}

// renew rotates like the service: a spent token within Grace gets the same
// successor again, later it ends the session.
func (s *Server) renew(w http.ResponseWriter, r *http.Request) {
	var in wire.Refresh
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.Lock()
	defer s.Unlock()
	switch {
	case s.Revoked, in.Refresh == "":
		Fail(w, core.CodeUnauthenticated, "Invalid refresh token")
		return
	case in.Refresh == s.refresh:
		s.spent, s.spentAt = s.refresh, time.Now()
		s.mint()
		s.Renewals++
	case in.Refresh == s.spent && time.Since(s.spentAt) <= s.Grace:
	default:
		s.Revoked = in.Refresh == s.spent
		Fail(w, core.CodeUnauthenticated, "Invalid refresh token")
		return
	}
	if s.LoseNext > 0 {
		s.LoseNext--
		panic(http.ErrAbortHandler)
	}
	Answer(w, 200, core.Tokens{Access: s.access, Refresh: s.refresh})
}

func (s *Server) allowed(token string) bool {
	s.Lock()
	defer s.Unlock()
	if s.Refuse > 0 {
		s.Refuse--
		return false
	}
	return s.valid[token] && !s.Revoked
}

func (s *Server) authorised(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.allowed(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			Fail(w, core.CodeUnauthenticated, "Invalid or expired token")
			return
		}
		h(w, r)
	}
}

// Ended gives up all access tokens: the next calls with them are refused.
func (s *Server) Ended() {
	s.Lock()
	defer s.Unlock()
	s.valid = nil
}

// Count tells how often a request was made.
func (s *Server) Count(methodAndPath string) int {
	s.Lock()
	defer s.Unlock()
	return s.Calls[methodAndPath]
}
