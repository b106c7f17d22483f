package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

const word97 = "../../internal/clients/office/testdata/letter.doc"

// A Word 97 document is read with its form: what is struck out is in doubt, what is raised
// is told from what is not. Each page says what converted it.
func TestOCRReadsWord97(t *testing.T) {
	if _, err := exec.LookPath("soffice"); err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-writer-nogui")
	}
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"ocr", "--json", word97}, stdio{strings.NewReader(""), &stdout, &stderr}, []string{"CLINICIAN_DATA_DIR=" + t.TempDir()})
	var pages []core.Page
	if err := json.Unmarshal(stdout.Bytes(), &pages); err != nil || status != 0 || len(pages) != 1 {
		t.Fatalf("status %d, %v: %s%s", status, err, &stdout, &stderr)
	}
	p := pages[0]
	if !slices.ContainsFunc(p.Steps, func(s string) bool { return strings.HasPrefix(s, "converted by LibreOffice ") }) {
		t.Errorf("steps %q", p.Steps)
	}
	for _, want := range []string{"[119: struck out] 131 g/L", "5.9²", "10^9/L", "Sodium  139  mmol/L"} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("no %q in %q", want, p.Text)
		}
	}
	if !slices.ContainsFunc(p.Marks, func(m core.TextMark) bool { return m.Doubt == "it is struck out" && m.From == 13 && m.To == 16 }) {
		t.Errorf("119 is not in doubt: %+v", p.Marks)
	}
}

func TestOCRSaysWhatWord97Needs(t *testing.T) {
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"ocr", word97}, stdio{strings.NewReader(""), &stdout, &stderr},
		[]string{"CLINICIAN_DATA_DIR=" + t.TempDir(), "CLINICIAN_SOFFICE=/nowhere/soffice"})
	if status != 1 || !strings.Contains(stderr.String(), "are read only where LibreOffice is installed") || !strings.Contains(stderr.String(), "Save this one as PDF or DOCX") {
		t.Errorf("status %d, %s", status, &stderr)
	}
}
