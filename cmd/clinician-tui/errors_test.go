package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

func TestExplain(t *testing.T) {
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	for _, k := range []struct {
		name   string
		ctx    context.Context
		err    error
		status int
		code   core.Code
		says   string
	}{
		{"usage", t.Context(), usagef("no %s", "file"), 2, core.CodeInvalid, "no file"},
		{"session over", t.Context(), core.Errorf(core.CodeUnauthenticated, "Over."), 3, core.CodeUnauthenticated, "Over."},
		{"forbidden", t.Context(), core.Errorf(core.CodeForbidden, "No."), 4, core.CodeForbidden, "No."},
		{"not found", t.Context(), told{"a.pdf", core.Errorf(core.CodeNotFound, "Not there.")}, 4, core.CodeNotFound, "a.pdf: Not there."},
		{"unreachable", t.Context(), fmt.Errorf("wrapped: %w", core.Errorf(core.CodeUnavailable, "Gone.")), 5, core.CodeUnavailable, "Gone."},
		{"failed job", t.Context(), jobError{core.JobFailed, "Encrypted."}, 6, core.CodeConflict, "The job failed. Encrypted."},
		{"cancelled job", t.Context(), jobError{core.JobCancelled, ""}, 6, core.CodeConflict, "The job was cancelled."},
		{"interrupted", stopped, core.Errorf(core.CodeUnavailable, "Gone."), 130, core.CodeCanceled, "Stopped."},
		{"conflict", t.Context(), core.Errorf(core.CodeConflict, "Ended."), 4, core.CodeConflict, "Ended."},
		{"anything else", t.Context(), errors.New("odd\x1b[31m"), 1, core.CodeInternal, "odd[31m"},
	} {
		var out bytes.Buffer
		a := &app{io: stdio{err: &out}, json: true}
		if got := a.report(k.ctx, k.err); got != k.status {
			t.Errorf("%s: status %d, want %d", k.name, got, k.status)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if lines[0] != "clinician-tui: "+k.says {
			t.Errorf("%s: says %q", k.name, lines[0])
		}
		if want := fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, k.code, k.says); lines[len(lines)-1] != want {
			t.Errorf("%s: JSON %s, want %s", k.name, lines[len(lines)-1], want)
		}
	}
	if (&app{}).report(t.Context(), nil) != 0 {
		t.Error("nothing wrong is not status 0")
	}
}

func TestLocalName(t *testing.T) {
	for in, want := range map[string]string{
		"ct.pdf":              "ct.pdf",
		"../../etc/passwd":    "passwd",
		`C:\scans\a.pdf`:      "a.pdf",
		".bashrc":             "bashrc",
		"-rf":                 "rf",
		"a\x1b]0;x\x07:b.pdf": "a]0;x_b.pdf",
		"Überweisung 1.pdf":   "Überweisung 1.pdf",
		"":                    "record-r-1",
		"..":                  "record-r-1",
		"/":                   "record-r-1",
	} {
		if got := localName(core.Record{ID: "r-1", Filename: in}); got != want {
			t.Errorf("localName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	from := []named{{1, "Lab Result"}, {2, "Imaging Report"}, {3, "Imaging Study"}, {12, "1"}}
	for _, k := range []struct {
		want string
		id   int64
		says string
	}{
		{"2", 2, ""}, {"lab result", 1, ""}, {"lab", 1, ""}, {"Imaging S", 3, ""}, {"1", 1, ""},
		{"imaging", 0, `could be "Imaging Report" or "Imaging Study"`},
		{"x-ray", 0, "there are: Lab Result, Imaging Report"},
		{"", 0, "there are: Lab Result"},
	} {
		id, err := choose("kind", k.want, from)
		if id != k.id || (err == nil) != (k.says == "") || err != nil && !strings.Contains(err.Error(), k.says) {
			t.Errorf("choose(%q) = %d, %v", k.want, id, err)
		}
	}
}

func TestReadLineTakesNoMore(t *testing.T) {
	r := strings.NewReader("secret\r\nrest")
	if s, err := readLine(r); s != "secret" || err != nil || r.Len() != 4 {
		t.Errorf("readLine = %q, %v; %d bytes left", s, err, r.Len())
	}
	if s, err := readLine(strings.NewReader("no newline")); s != "no newline" || err != nil {
		t.Errorf("readLine = %q, %v", s, err)
	}
	if _, err := readLine(strings.NewReader("")); err == nil {
		t.Error("nothing at all is an answer")
	}
}
