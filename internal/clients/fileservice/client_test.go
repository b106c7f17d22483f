package fileservice

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
)

func serve(t testing.TB, f http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	return srv.URL
}

// recorded gives a client of a server that gives the recorded answer, and who asked.
func recorded(t *testing.T, name string) (*Client, core.Acting, siblingtest.Exchange) {
	t.Helper()
	e := siblingtest.Load(t, name)[0]
	return client(t, siblingtest.ReplayInOrder(t, e).URL), core.Acting{Token: core.NewToken(e.Token())}, e
}

func TestRecordedUploads(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"file_medical_record_upload_201":       "d18623ef-2eb3-4323-8c4e-245881b33e1d 2026-11-23T09:48:44.365265Z",
		"file_medical_record_upload_5page_201": "24b50419-f2ef-4d8c-9ea1-968b864c7be6 2026-11-23T10:12:31.448581Z",
	} {
		c, by, e := recorded(t, name)
		file, content := e.Content()
		got, err := c.KeepFile(t.Context(), by, core.NewFile{PatientID: 1, TypeID: 3, Name: file, MIME: core.MIMEPDF, Size: int64(len(content))}, bytes.NewReader(content))
		if err != nil || got.ID+" "+got.UploadedAt.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// The 500 that every duplicate gets is told from others.
func TestRecordedDuplicate(t *testing.T) {
	t.Parallel()
	c, by, e := recorded(t, "file_medical_record_upload_duplicate_500")
	file, content := e.Content()
	_, err := c.KeepFile(t.Context(), by, core.NewFile{PatientID: 1, TypeID: 3, Name: file, MIME: core.MIMEPDF, Size: int64(len(content))}, bytes.NewReader(content))
	if core.CodeOf(err) != core.CodeConflict || core.MessageOf(err) != errThere.Message {
		t.Errorf("a duplicate: %v", err)
	}
}

func TestRecordedRefusals(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]core.Code{"file_medical_record_upload_missing_params_400": core.CodeBadGateway,
		"file_medical_record_upload_no_file_400": core.CodeBadGateway, "file_medical_record_upload_no_token_401": core.CodeBadGateway} {
		e := siblingtest.Load(t, name)[0]
		c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(e.Response.Status)
			_, _ = w.Write(e.Answer())
		}))
		_, err := c.KeepFile(t.Context(), acting(1), core.NewFile{Name: "a.pdf", Size: 1}, strings.NewReader("x"))
		if core.CodeOf(err) != want || strings.Contains(core.MessageOf(err), "patient_id") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecordedDownloads(t *testing.T) {
	t.Parallel()
	c, by, e := recorded(t, "file_medical_record_download_200")
	content, err := c.OpenFile(t.Context(), by, "d18623ef-2eb3-4323-8c4e-245881b33e1d")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); err != nil || !bytes.Equal(got, e.Answer()) || !bytes.HasPrefix(got, []byte("%PDF-1.4")) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	c, by, _ = recorded(t, "file_medical_record_download_expired_401")
	if _, err := c.OpenFile(t.Context(), by, "d18623ef-2eb3-4323-8c4e-245881b33e1d"); core.CodeOf(err) != core.CodeUnauthenticated {
		t.Errorf("an expired token: %v", err)
	}
	c, _, _ = recorded(t, "file_health_200")
	if err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// The answers for plain files have the same form.
func TestRecordedAnswersOfPlainFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]core.Code{"file_download_404": core.CodeNotFound, "file_download_other_user_403": core.CodeForbidden} {
		e := siblingtest.Load(t, name)[0]
		c := client(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(e.Response.Status)
			_, _ = w.Write(e.Answer())
		}))
		if _, err := c.OpenFile(t.Context(), acting(1), "x"); core.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the service does, each call ends with an error that names it and gives
// nothing away.
func TestServiceIsSick(t *testing.T) {
	t.Parallel()
	for _, how := range slices.Sorted(maps.Keys(siblingtest.Sick)) {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			for what, call := range map[string]func(*Client) error{
				"keep": func(c *Client) error {
					_, err := c.KeepFile(t.Context(), acting(1), core.NewFile{Name: "a.pdf", Size: 5}, strings.NewReader("12345"))
					return err
				},
				"read": func(c *Client) error {
					content, err := c.OpenFile(t.Context(), acting(1), "x")
					if err != nil {
						return err
					}
					defer content.Close()
					_, err = io.ReadAll(content)
					return err
				},
				"delete": func(c *Client) error { return c.DeleteFile(t.Context(), acting(1), "x") },
				"ping":   func(c *Client) error { return c.Ping(t.Context()) },
			} {
				began := time.Now()
				err := call(client(t, serve(t, siblingtest.Sick[how])))
				if !core.IsUnanswered(err) || !strings.HasPrefix(core.MessageOf(err), "file-service ") {
					t.Errorf("%s: %v", what, err)
				}
				if time.Since(began) > 10*time.Second {
					t.Errorf("%s took %v", what, time.Since(began))
				}
				for _, secret := range []string{"127.0.0.1", "10.1.2.3", "db.internal", "nginx", "Traceback", "/api/"} {
					if strings.Contains(core.MessageOf(err), secret) {
						t.Errorf("%s says %s: %s", what, secret, core.MessageOf(err))
					}
				}
			}
		})
	}
}

// Half of a body is no end.
func TestHalfADownload(t *testing.T) {
	t.Parallel()
	c := client(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="a.pdf"`)
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "%PDF-1.4 half")
	}))
	content, err := c.OpenFile(t.Context(), acting(1), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); core.CodeOf(err) != core.CodeBadGateway {
		t.Errorf("%q, %v", got, err)
	}
}

// Content that cannot be read here is not blamed on the service.
func TestOwnContentFails(t *testing.T) {
	t.Parallel()
	s := siblingtest.StartFiles(t)
	c := client(t, s.URL)
	damaged := core.Errorf(core.CodeInternal, "damaged")
	for range 10 { // more often than opens a circuit
		_, err := c.KeepFile(t.Context(), acting(1), core.NewFile{PatientID: 1, TypeID: 1, Name: "a.pdf", Size: 1 << 20}, io.MultiReader(strings.NewReader("abc"), failing{damaged}))
		if core.MessageOf(err) != "damaged" {
			t.Fatalf("failed with %v", err)
		}
	}
	for _, size := range []int64{2, 4} {
		if _, err := c.KeepFile(t.Context(), acting(1), core.NewFile{PatientID: 1, TypeID: 1, Name: "a.pdf", Size: size}, strings.NewReader("abc")); core.CodeOf(err) != core.CodeInternal {
			t.Errorf("%d bytes instead of 3: %v", size, err)
		}
	}
	if _, err := c.KeepFile(t.Context(), acting(1), core.NewFile{PatientID: 1, TypeID: 1, Name: "a.pdf", Size: 3}, strings.NewReader("abc")); err != nil || len(s.Kept) != 1 {
		t.Errorf("then %v, %d files", err, len(s.Kept))
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A name with quotes, a line break or letters of any script arrives as one name.
func TestNamesArriveWhole(t *testing.T) {
	t.Parallel()
	s := siblingtest.StartFiles(t)
	c := client(t, s.URL)
	for i, name := range []string{`say "ah".pdf`, "Łuczak – Befund.pdf", "a\r\nX-Evil: 1.pdf", `back\slash.pdf`} {
		if _, err := c.KeepFile(t.Context(), acting(1), core.NewFile{PatientID: 1, TypeID: 1, Name: name, MIME: core.MIMEPDF, Size: 1}, strings.NewReader(string(rune('a'+i)))); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := s.Kept[i].Name; strings.ContainsAny(got, "\r\n") || !strings.HasSuffix(got, ".pdf") {
			t.Errorf("%q arrived as %q", name, got)
		}
	}
}

// An id from outside stays one part of the path.
func TestIDsStayInTheirPlace(t *testing.T) {
	t.Parallel()
	var got string
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.EscapedPath() + "?" + r.URL.RawQuery
		w.WriteHeader(http.StatusForbidden)
	}))
	_, _ = c.OpenFile(t.Context(), acting(1), "../x?y=1/z")
	if got != "/api/files/medical-records/..%2Fx%3Fy=1%2Fz/download?" {
		t.Errorf("asked for %s", got)
	}
}
