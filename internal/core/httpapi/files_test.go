package httpapi

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func TestUploadInAnyOrder(t *testing.T) {
	w := newWorld(t)
	ann, id := w.ann.Tokens.Access, itoa(w.annPatient.ID)
	chart := wire.PathPatientRecords(w.annPatient.ID)
	cases := []struct {
		name, path string
		parts      []string
	}{
		{"fields first", wire.PathUpload, []string{"patient_id", id, "medical_record_type_id", "3", "file:a.txt", "one"}},
		{"file first", wire.PathUpload, []string{"file:a.txt", "two", "medical_record_type_id", "3", "patient_id", id}},
		{"with slash, document, name of type", wire.PathUpload + "/", []string{"recordType", "pathology reports", "document:a.txt", "three", "patient_id", id}},
		{"to the chart", chart, []string{"file:a.txt", "four", "type", "Pathology Reports", "patient_id", id}},
		{"title and date", chart, []string{"record_type", "3", "title", " A title ", "document_date", "2024-02-29", "file:a.txt", "five"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := w.in(t)
			var up wire.Uploaded
			w.send(c.path, ann, c.parts...).shaped("file_medical_record_upload_201").into(&up)
			r := up.Record
			if r.ID == "" || r.PatientID != w.annPatient.ID || r.Type.ID != 3 || r.MIME != core.MIMEText || r.Filename != "a.txt" || up.FileID != r.ID {
				t.Errorf("record: %+v", r)
			}
			if c.name == "title and date" && (r.Title != "A title" || r.DocumentDate.String() != "2024-02-29") {
				t.Errorf("title %q, date %s", r.Title, r.DocumentDate)
			}
		})
	}
	if n := w.blobs(); n != len(cases) {
		t.Errorf("%d blobs for %d records", n, len(cases))
	}
	if n := len(w.audited(core.EventRecordUploaded)); n != len(cases) {
		t.Errorf("%d audit events for %d uploads", n, len(cases))
	}
}

func TestUploadThatFailsLeavesNothing(t *testing.T) {
	w := newWorld(t)
	ann, id := w.ann.Tokens.Access, itoa(w.annPatient.ID)
	other := itoa(w.benPatient.ID)
	chart := wire.PathPatientRecords(w.annPatient.ID)
	many := []string{"file:a.txt", "x"}
	for range maxParts {
		many = append(many, "title", "t")
	}
	cases := []struct {
		name, path string
		parts      []string
		status     int
		want       string // part of the body
	}{
		{"no file", chart, []string{"type", "1"}, 400, `{"file":["No file was submitted."]}`},
		{"no type", chart, []string{"file:a.txt", "x"}, 400, `{"medical_record_type_id":["This field is required."]}`},
		{"unknown type name", chart, []string{"file:a.txt", "x", "type", "Horoscopes"}, 400, `{"type":["Invalid record type`},
		{"unknown type id", chart, []string{"file:a.txt", "x", "type", "999"}, 400, `{"medical_record_type_id":["Invalid record type`},
		{"two files", chart, []string{"type", "1", "file:a.txt", "x", "document:b.txt", "y"}, 400, `"Send one file at a time."`},
		{"another patient in the form", chart, []string{"file:a.txt", "x", "patient_id", other}, 400, `{"patient_id":[`},
		{"somebody else's patient after the file", wire.PathUpload, []string{"file:a.txt", "x", "type", "1", "patient_id", other}, 403, `"error":"Unauthorized"`},
		{"somebody else's patient before the file", wire.PathUpload, []string{"patient_id", other, "type", "1", "file:a.txt", "x"}, 403, `"error":"Unauthorized"`},
		{"two patients", wire.PathUpload, []string{"patient_id", id, "file:a.txt", "x", "patient_id", other}, 400, `Send one patient_id.`},
		{"patient is text", wire.PathUpload, []string{"patient_id", "abc", "file:a.txt", "x"}, 400, `patient_id: A valid integer is required.`},
		{"no patient", wire.PathUpload, []string{"type", "1", "file:a.txt", "x"}, 400, `"error":"Missing parameters"`},
		{"empty", chart, []string{"type", "1", "file:a.txt", ""}, 400, `{"file":["The file is empty."]}`},
		{"a program", chart, []string{"type", "1", "file:a.pdf", "\x7fELF\x02\x01\x01\x00\x00"}, 415, `"code":"unsupported_media"`},
		{"bad date", chart, []string{"type", "1", "document_date", "29.2.2024", "file:a.txt", "x"}, 400, `{"document_date":["Date has wrong format`},
		{"future", chart, []string{"type", "1", "document_date", "2999-01-01", "file:a.txt", "x"}, 400, `{"document_date":["The document date lies in the future."]}`},
		{"too many parts", chart, many, 400, `too many fields`},
		{"long field", chart, []string{"file:a.txt", "x", "title", strings.Repeat("t", maxField+1)}, 400, `longer than 4096`},
		{"broken text", chart, []string{"file:a.txt", "x", "title", "\xff"}, 400, `not UTF-8`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := w.in(t)
			a := w.send(c.path, ann, c.parts...).want(c.status)
			if !strings.Contains(string(a.body), c.want) {
				t.Errorf("%s has no %s", a.body, c.want)
			}
		})
	}
	body, kind := multipartBody("type", "1", "file:a.txt", "some text")
	cut := body.Bytes()[:body.Len()-30]
	w.call("POST", chart, ann, io.Reader(bytes.NewReader(cut)), "Content-Type", kind).want(400)
	w.call("POST", chart, ann, io.Reader(bytes.NewReader(cut)), "Content-Type", "multipart/form-data").want(415)
	w.call("POST", chart, ann, "x", "Content-Type", "application/octet-stream").want(415)
	w.call("POST", chart, ann, nil).want(415)
	if n := w.blobs(); n != 0 {
		t.Errorf("%d blobs are left behind", n)
	}
}

// TestUploadTooLarge sends one byte more than is taken, without holding it in memory.
func TestUploadTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("seals 100 MB")
	}
	w := newWorld(t)
	head, kind := multipartBody("type", "1", "file:a.txt", "")
	boundary := head.Bytes()[bytes.LastIndex(head.Bytes(), []byte("\r\n--")):]
	start := head.Bytes()[:head.Len()-len(boundary)]
	body := io.MultiReader(bytes.NewReader(start), io.LimitReader(repeat('a'), core.MaxFileBytes+1), bytes.NewReader(boundary))
	w.call("POST", wire.PathPatientRecords(w.annPatient.ID), w.ann.Tokens.Access, body, "Content-Type", kind).want(413)
	if n := w.blobs(); n != 0 {
		t.Errorf("%d blobs are left behind", n)
	}
}

type repeat byte

func (r repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

func TestUploadInsideJSON(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	chart := wire.PathPatientRecords(w.annPatient.ID)
	content := base64.StdEncoding.EncodeToString([]byte("text in JSON"))
	var up wire.Uploaded
	w.call("POST", chart, ann, map[string]any{"filename": "n.txt", "content_base64": content, "record_type": "Pathology Reports",
		"title": "T", "document_date": "2024-01-02"}).want(201).into(&up)
	if up.Size != 12 || up.Record.Title != "T" || up.Record.Type.ID != 3 {
		t.Errorf("%+v", up)
	}
	w.call("POST", wire.PathUpload, ann, map[string]any{"patient_id": w.annPatient.ID, "filename": "n.txt", "content_base64": content,
		"medical_record_type_id": 3}).want(201).into(&up)
	if up.DuplicateOf == "" {
		t.Error("the same bytes again are not called a duplicate")
	}
	before := w.blobs()
	w.call("POST", wire.PathUpload, ann, map[string]any{"patient_id": w.benPatient.ID, "content_base64": content, "type": 3}).want(403)
	w.call("POST", chart, ann, map[string]any{"content_base64": "!!!", "type": 3}).want(400).json(`{"content_base64":["This is not valid base64."]}`)
	w.call("POST", chart, ann, map[string]any{"content_base64": content[:5], "type": 3}).want(400).json(`{"content_base64":["This is not valid base64."]}`)
	w.call("POST", chart, ann, map[string]any{"type": 3}).want(400).json(`{"file":["No file was submitted."]}`)
	w.call("POST", chart, ann, `{"content_base64":"`+strings.Repeat("A", maxJSONFile)+`"}`).want(413)
	if n := w.blobs(); n != before {
		t.Errorf("%d blobs more than before", n-before)
	}
}

func TestDownload(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	content := strings.Repeat("0123456789", 50_000)
	rec := w.upload(content)
	sum := sha256.Sum256([]byte(content))
	path := wire.PathRecordAct(rec.ID, "download")

	a := w.call("GET", path, ann, nil).want(200)
	if string(a.body) != content {
		t.Errorf("%d bytes came back", len(a.body))
	}
	for name, want := range map[string]string{"X-Content-SHA256": hex.EncodeToString(sum[:]), "ETag": `"` + rec.SHA256 + `"`,
		"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": "attachment; filename=note.txt",
		"Cache-Control": "no-store", "Accept-Ranges": "bytes", "Content-Length": "500000"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	ranges := []struct {
		spec   string
		status int
		want   string
	}{
		{"bytes=0-9", 206, content[:10]}, {"bytes=499995-", 206, "56789"}, {"bytes=-3", 206, "789"},
		{"bytes=123456-123465", 206, content[123456:123466]}, {"bytes=500000-", 416, ""}, {"bytes=9-1", 416, ""},
	}
	for _, r := range ranges {
		a := w.call("GET", path, ann, nil, "Range", r.spec).want(r.status)
		if r.status == 206 && string(a.body) != r.want {
			t.Errorf("%s: %q", r.spec, cut(string(a.body), 60))
		}
	}
	several := w.call("GET", path, ann, nil, "Range", "bytes=0-1,5-6").want(206)
	if !strings.HasPrefix(several.header.Get("Content-Type"), "multipart/byteranges") || !bytes.Contains(several.body, []byte("\r\n\r\n56\r\n")) {
		t.Errorf("two ranges: %s", several.body)
	}
	w.call("GET", path, ann, nil, "Range", "bytes=0-1"+strings.Repeat(",5-6", maxRanges)).want(200)
	w.call("GET", path, ann, nil, "If-None-Match", `"`+rec.SHA256+`"`).want(304)
	if a := w.call("HEAD", path, ann, nil).want(200); a.header.Get("Content-Length") != "500000" || len(a.body) != 0 {
		t.Errorf("HEAD: %v", a.header)
	}
	inline := w.call("GET", path+"?view=true", ann, nil).want(200).header
	if inline.Get("Content-Disposition") != "inline; filename=note.txt" || !strings.HasPrefix(inline.Get("Content-Security-Policy"), "sandbox;") {
		t.Errorf("inline: %v", inline)
	}
	if n := len(w.audited(core.EventRecordDownloaded)); n < 10 {
		t.Errorf("%d downloads in the audit log", n)
	}
}

func TestFilenamesCannotInject(t *testing.T) {
	names := []string{"a\r\nSet-Cookie: x=1\r\n\r\n<script>", `a"; filename="evil.exe`, "naïve – ünï.pdf", "\x00\x1b[31mred", strings.Repeat("é", 300), "..", ""}
	for _, n := range names {
		d := disposition(false, n)
		if strings.ContainsAny(d, "\r\n\x00\x1b") {
			t.Errorf("%q gives %q", n, d)
		}
		kind, params, err := mime.ParseMediaType(d)
		if err != nil || kind != "attachment" || len(params) > 1 {
			t.Errorf("%q gives %q: %v %v", n, d, params, err)
		}
		if got := params["filename"]; got != n && n != "" {
			t.Errorf("%q became %q", n, got)
		}
	}
	w := newWorld(t)
	var up wire.Uploaded
	w.call("POST", wire.PathPatientRecords(w.annPatient.ID), w.ann.Tokens.Access, map[string]any{"type": 1,
		"content_base64": "eA==", "filename": "../../a\r\nX-Evil: 1\".txt"}).want(201).into(&up)
	h := w.call("GET", wire.PathRecordAct(up.FileID, "download"), w.ann.Tokens.Access, nil).want(200).header
	if h.Get("X-Evil") != "" || strings.Contains(h.Get("Content-Disposition"), "/") {
		t.Errorf("headers: %v", h)
	}
}

// TestBrokenContentBreaksTheAnswer: content that ends in an error must not look
// like a whole file.
func TestBrokenContentBreaksTheAnswer(t *testing.T) {
	boom := core.Errorf(core.CodeInternal, "tampered")
	cases := map[string]func(int64) (io.ReadCloser, error){
		"cannot be opened": func(int64) (io.ReadCloser, error) { return nil, boom },
		"broken at once":   func(int64) (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(boom)), nil },
		"broken later": func(int64) (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), iotest.ErrReader(boom))), nil
		},
		"short": func(int64) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("x")), nil },
	}
	for name, open := range cases {
		t.Run(name, func(t *testing.T) {
			s := &contentSeeker{open: open, size: 200_000}
			if _, err := io.Copy(io.Discard, s); err == nil || s.err == nil {
				t.Errorf("err %v, kept %v", err, s.err)
			}
			s.close()
		})
	}
}

func TestTemporaryViews(t *testing.T) {
	w := newWorld(t)
	ann, ben := w.ann.Tokens.Access, w.ben.Tokens.Access
	rec := w.upload("look at me")
	var v wire.TempView
	w.call("POST", wire.PathRecordAct(rec.ID, "view"), ann, `{}`).shaped("clin_record_view_200").into(&v)

	if a := w.call("GET", v.TempURL, ann, nil).want(200); string(a.body) != "look at me" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "inline") {
		t.Errorf("%v %s", a.header, a.body)
	}
	if a := w.call("GET", v.TempURL, ann, nil, "Range", "bytes=5-6").want(206); string(a.body) != "at" {
		t.Errorf("range: %s", a.body)
	}
	w.call("GET", v.TempURL, "", nil, "Cookie", "access_token="+ann).want(200)
	w.call("GET", v.TempURL, "", nil, "Cookie", "access_token=").want(401)
	w.call("GET", v.TempURL, "", nil).want(401)
	w.call("GET", v.TempURL, ben, nil).want(404)
	// The header decides, whatever cookie comes with it.
	w.call("GET", v.TempURL, ben, nil, "Cookie", "access_token="+ann).want(404)
	w.call("POST", v.TempURL, "", nil, "Cookie", "access_token="+ann).want(401)
	w.call("GET", wire.PathTempView+"..%2f..%2fetc%2fpasswd", ann, nil).want(404)

	w.call("POST", wire.PathTempCleanup, ben, wire.TempCleanup{TempID: v.TempID}).same("clin_temp_cleanup_again_200")
	w.call("POST", wire.PathTempCleanup, ann, wire.TempCleanup{TempID: v.TempID}).same("clin_temp_cleanup_200")
	w.call("POST", wire.PathTempCleanup, ann, wire.TempCleanup{TempID: v.TempID}).same("clin_temp_cleanup_again_200")
	w.call("GET", v.TempURL, ann, nil).want(404)
}

func TestPageImage(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("page")
	a := w.call("GET", wire.PathRecordImage(rec.ID, 2)+"?width=100", w.ann.Tokens.Access, nil).want(200)
	if a.header.Get("Content-Type") != "image/png" || !bytes.HasPrefix(a.body, []byte("\x89PNG")) || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", a.header)
	}
	w.call("GET", wire.PathRecordImage(rec.ID, 3), w.ann.Tokens.Access, nil).want(404)
	w.call("GET", wire.PathRecordImage(rec.ID, 1)+"?width=9999999", w.ann.Tokens.Access, nil).want(400)
}

func TestDelete(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("gone soon")
	ann := w.ann.Tokens.Access
	w.call("DELETE", wire.PathRecordAct(rec.ID, "delete"), ann, nil).want(200).
		json(`{"success":true,"message":"Medical record and all associated data deleted successfully","file_id":"` + rec.ID + `"}`)
	w.call("DELETE", wire.PathRecordAct(rec.ID, "delete"), ann, nil).want(404)
	w.call("GET", wire.PathRecordAct(rec.ID, "download"), ann, nil).want(404)
}

// TestStalledBodyIsCutOff: a client that stops sending gets an answer and
// loses its connection, and what it sent is not kept.
func TestStalledBodyIsCutOff(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits = Limits{BodyStall: 100 * time.Millisecond} })
	for name, path := range map[string]string{"upload": wire.PathPatientRecords(w.annPatient.ID), "form": wire.PathProfile} {
		method, kind, start := "POST", "multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nsome text"
		if name == "form" {
			method, kind, start = "PUT", "application/json", `{"first_name":`
		}
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		must(t, err)
		fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: 5000\r\n\r\n%s",
			method, path, w.ann.Tokens.Access, kind, start)
		must(t, conn.SetDeadline(time.Now().Add(2*time.Minute)))
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		must(t, err)
		if resp.StatusCode != http.StatusRequestTimeout {
			t.Errorf("%s: %s", name, resp.Status)
		}
		conn.Close()
	}
	if n := w.blobs(); n != 0 {
		t.Errorf("%d blobs are left behind", n)
	}
}

// TestParallelUploadsAreNotBuffered: 64 files of 5 MB at once must not need
// anything like 320 MB. Client and server share this process, so the bound is
// on both.
func TestParallelUploadsAreNotBuffered(t *testing.T) {
	if testing.Short() {
		t.Skip("seals 320 MB")
	}
	w := newWorld(t)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			head, kind := multipartBody("type", "1", "file:a.txt", "")
			end := head.Bytes()[bytes.LastIndex(head.Bytes(), []byte("\r\n--")):]
			start := head.Bytes()[:head.Len()-len(end)]
			body := io.MultiReader(bytes.NewReader(start), io.LimitReader(repeat('a'), 5<<20), bytes.NewReader(end))
			req, err := http.NewRequestWithContext(t.Context(), "POST", w.url+wire.PathPatientRecords(w.annPatient.ID), body)
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Content-Type", kind)
			req.Header.Set("Authorization", "Bearer "+w.ann.Tokens.Access)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusCreated {
				t.Errorf("upload: %s", resp.Status)
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	peak := uint64(0)
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-tick.C:
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapInuse+now.StackInuse)
		}
	}
	t.Logf("peak %d MiB above %d MiB", int64(peak-before.HeapInuse-before.StackInuse)>>20, before.HeapInuse>>20)
	if grown := int64(peak) - int64(before.HeapInuse+before.StackInuse); grown > 128<<20 {
		t.Errorf("memory grew by %d MiB", grown>>20)
	}
}

// TestBodyDeadlines checks the deadlines themselves: the stall counts from the last
// byte, the rate from the first.
func TestBodyDeadlines(t *testing.T) {
	l := Limits{BodyStall: 30 * time.Second, BodyGrace: 10 * time.Second, MinRate: 1000}
	d := &deadlines{}
	b := &body{r: strings.NewReader(strings.Repeat("x", 60_000)), rc: http.NewResponseController(d), limits: l, start: time.Now()}
	near := func(what string, want time.Duration) {
		t.Helper()
		if got := time.Until(d.at); got < want-2*time.Second || got > want {
			t.Errorf("%s: deadline in %v, want %v", what, got, want)
		}
	}
	_, err := b.Read(make([]byte, 5_000))
	must(t, err)
	near("first read", 10*time.Second)
	_, _ = io.ReadFull(b, make([]byte, 5_000))
	near("5 s earned", 15*time.Second)
	_, _ = io.ReadFull(b, make([]byte, 45_000))
	_, _ = b.Read(make([]byte, 1))
	near("much earned", 30*time.Second)
	_, _ = io.Copy(io.Discard, b)
	if !d.at.IsZero() {
		t.Error("the deadline stays after the end")
	}
}

type deadlines struct {
	http.ResponseWriter
	at time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error { d.at = t; return nil }
