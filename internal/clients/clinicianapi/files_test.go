package clinicianapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// pipe is content that cannot seek.
type pipe struct{ io.Reader }

func TestUpload(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	content := strings.Repeat("0123456789abcdef", 20_000)
	var sent atomic.Int64
	up, err := c.Upload(t.Context(), core.NewDocument{
		PatientID: 7, TypeID: 2, Title: "Befund", Filename: `C:\scans\a "b".pdf`, DocumentDate: core.Date{Year: 2026, Month: 2, Day: 1},
		Size: int64(len(content)), Content: pipe{strings.NewReader(content)},
	}, func(n int64) { sent.Store(n) })
	if err != nil {
		t.Fatal(err)
	}
	got := s.Uploads[0]
	if string(got.Content) != content || got.Filename != `a %22b%22.pdf` || got.Length <= int64(len(content)) {
		t.Errorf("arrived: %q, %d bytes, length %d", got.Filename, len(got.Content), got.Length)
	}
	for k, want := range map[string]string{"medical_record_type_id": "2", "title": "Befund", "document_date": "2026-02-01"} {
		if got.Fields[k] != want {
			t.Errorf("field %s = %q before the file, want %q", k, got.Fields[k], want)
		}
	}
	if sent.Load() != int64(len(content)) || up.ID == "" {
		t.Errorf("progress %d, answer %+v", sent.Load(), up)
	}
	if _, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, TypeID: 2, Filename: "evil\x1b[31m\nname\t\x7f é.txt", Size: 5, Content: strings.NewReader("hello")}, nil); err != nil {
		t.Errorf("a file whose name has control characters is not taken: %v", err)
	} else if got := s.Uploads[len(s.Uploads)-1].Filename; got != "evil%1B[31m%0Aname%09%7F é.txt" {
		t.Errorf("its name arrived as %q", got)
	}
}

func TestUploadOfUnknownSize(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	if _, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a.txt", Size: -1, Content: pipe{strings.NewReader("hello")}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := s.Uploads[0]; string(got.Content) != "hello" || got.Length != -1 {
		t.Errorf("arrived %q, length %d", got.Content, got.Length)
	}
}

func TestUploadWithRefusedToken(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Ended()
	body := strings.NewReader("hello")
	if _, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a.txt", Size: 5, Content: body}, nil); err != nil {
		t.Errorf("content that can seek: %v", err)
	}
	s.Ended()
	_, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a.txt", Size: 5, Content: pipe{strings.NewReader("hello")}}, nil)
	wantCode(t, err, core.CodeUnauthenticated, "Invalid or expired token")
	if _, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a.txt", Size: 5, Content: pipe{strings.NewReader("hello")}}, nil); err != nil {
		t.Errorf("the next upload has a new token: %v", err)
	}
	if len(s.Uploads) != 2 || string(s.Uploads[1].Content) != "hello" {
		t.Errorf("%d uploads arrived", len(s.Uploads))
	}
}

func TestUploadThatFails(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	path := wire.PathPatientRecords(7)

	t.Run("refused at once", func(t *testing.T) {
		s.Lock()
		s.Override["POST "+path] = func(w http.ResponseWriter, _ *http.Request) {
			apitest.Answer(w, 413, wire.ErrorBody{Error: "Too large", Message: "The file is larger than 100 MB.", Success: new(bool)})
		}
		s.Unlock()
		var sent atomic.Int64
		_, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a", Size: -1, Content: endless{}}, func(n int64) { sent.Store(n) })
		wantCode(t, err, core.CodeTooLarge, "larger than 100 MB")
		if sent.Load() > 1<<20 {
			t.Errorf("%d bytes went out all the same", sent.Load())
		}
	})
	s.Lock()
	delete(s.Override, "POST "+path)
	s.Unlock()
	t.Run("file shrinks", func(t *testing.T) {
		_, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a", Size: 10, Content: strings.NewReader("short")}, nil)
		wantCode(t, err, core.CodeInvalid, "changed while it was being sent")
	})
	t.Run("file grows", func(t *testing.T) {
		_, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a", Size: 3, Content: strings.NewReader("longer")}, nil)
		wantCode(t, err, core.CodeInvalid, "changed while it was being sent")
	})
	t.Run("file cannot be read", func(t *testing.T) {
		_, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a", Size: -1, Content: broken{}}, nil)
		wantCode(t, err, core.CodeInvalid, "could not be read to its end")
	})
	t.Run("stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Upload(ctx, core.NewDocument{PatientID: 7, Filename: "a", Size: -1, Content: endless{}}, func(int64) { cancel() })
		wantCode(t, err, core.CodeCanceled, "Stopped")
	})
	t.Run("server takes nothing", func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		s.Lock()
		s.Override["POST "+path] = func(_ http.ResponseWriter, r *http.Request) {
			r.Body.Read(make([]byte, 1))
			<-release
		}
		s.Unlock()
		c := loggedIn(t, s, func(o *clinicianapi.Options) { o.IdleTimeout = 100 * time.Millisecond })
		_, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Filename: "a", Size: -1, Content: endless{}}, nil)
		wantCode(t, err, core.CodeUnavailable, "stopped sending")
	})
	if len(s.Uploads) != 0 {
		t.Errorf("%d uploads were stored", len(s.Uploads))
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("bad sector") }

func TestDownload(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	sum := sha256.Sum256([]byte(apitest.PDF))
	good := hex.EncodeToString(sum[:])
	serve := func(h http.Header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pdf")
			for k, v := range h {
				w.Header()[http.CanonicalHeaderKey(k)] = v
			}
			io.WriteString(w, body)
		}
	}
	for _, k := range []struct {
		name     string
		answer   http.HandlerFunc
		code     core.Code
		sentence string
	}{
		{"as the service does it", nil, "", ""},
		{"no digest", serve(nil, apitest.PDF), "", ""},
		{"plain header", serve(http.Header{"X-Content-SHA256": {good}}, apitest.PDF), "", ""},
		{"Repr-Digest", serve(http.Header{"Repr-Digest": {"sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"}}, apitest.PDF), "", ""},
		{"another file", serve(http.Header{"ETag": {`"` + good + `"`}}, apitest.PDF+"!"), core.CodeInternal, "Do not use it"},
		{"another file, Repr-Digest", serve(http.Header{"Repr-Digest": {"sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"}}, "x"), core.CodeInternal, "Do not use it"},
		{"truncated", serve(http.Header{"Content-Length": {"500"}}, apitest.PDF), core.CodeUnavailable, "lost in the middle"},
		{"refused", func(w http.ResponseWriter, _ *http.Request) { apitest.Fail(w, core.CodeForbidden, "No.") }, core.CodeForbidden, "No."},
	} {
		s.Lock()
		delete(s.Override, "GET "+wire.PathRecordAct("r-1", "download"))
		if k.answer != nil {
			s.Override["GET "+wire.PathRecordAct("r-1", "download")] = k.answer
		}
		s.Unlock()
		var b bytes.Buffer
		var got int64
		err := c.Download(t.Context(), "r-1", false, &b, func(n int64) { got = n })
		if core.CodeOf(err) != k.code || err != nil && !strings.Contains(core.MessageOf(err), k.sentence) {
			t.Errorf("%s: %v", k.name, err)
		}
		if err == nil && (b.String() != apitest.PDF || got != int64(b.Len())) {
			t.Errorf("%s: %q, progress %d", k.name, b.String(), got)
		}
	}
	s.Lock()
	delete(s.Override, "GET "+wire.PathRecordAct("r-1", "download"))
	s.Unlock()
	wantCode(t, c.Download(t.Context(), "r-1", false, full{}, nil), core.CodeInternal, "could not be written here")
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestPageImage(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	img, err := c.PageImage(t.Context(), "r-1", 1, 640, false)
	if err != nil || !bytes.HasSuffix(img.Data, []byte("640")) {
		t.Errorf("%q, %v", img.Data, err)
	}
	s.Override["GET "+wire.PathRecordImage("r-1", 1)] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		io.WriteString(w, "<svg>")
	}
	_, err = c.PageImage(t.Context(), "r-1", 1, 640, false)
	wantCode(t, err, core.CodeInternal, "cannot be shown")
}
