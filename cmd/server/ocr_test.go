package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clinician/internal/clients/numbers"
	"clinician/internal/clients/office"
	"clinician/internal/clients/pages"
	"clinician/internal/core"
)

func TestMain(m *testing.M) {
	if pages.IsWorker(os.Args) {
		os.Exit(pages.WorkerMain())
	}
	if numbers.IsWorker(os.Args) {
		os.Exit(numbers.WorkerMain())
	}
	if office.IsWorker(os.Args) {
		os.Exit(office.WorkerMain())
	}
	os.Exit(m.Run())
}

// ocrRun runs "server ocr" over a text file of two pages, which needs no engine.
func ocrRun(t *testing.T, args ...string) (status int, out, complaint string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(file, []byte("Potassium 4.1\fSecond <page>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "odd.bin"), []byte{0, 1, 2, 3}, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.Replace(a, "DIR", dir, 1)
	}
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), append([]string{"ocr"}, args...), stdio{strings.NewReader(""), &stdout, &stderr},
		[]string{"CLINICIAN_DATA_DIR=" + dir})
	return status, strings.ReplaceAll(stdout.String(), dir, "DIR"), strings.ReplaceAll(stderr.String(), dir, "DIR")
}

func TestOCRFormats(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"text":  {[]string{"DIR/letter.txt"}, []string{"Potassium 4.1\n\fSecond <page>\n\f"}},
		"pages": {[]string{"--pages", "2", "DIR/letter.txt"}, []string{"Second <page>\n\f"}},
		"tsv":   {[]string{"--tsv", "DIR/letter.txt"}, []string{"file\tpage\tline", "DIR/letter.txt\t1\t1\t0\t0\t0\t0\t-1\tPotassium\n", "\t2\t1\t0\t0\t0\t0\t-1\t<page>\n"}},
		"hocr":  {[]string{"--hocr", "DIR/letter.txt"}, []string{`class="ocr_page" id="page_2"`, "&lt;page&gt;</span>", "</html>\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, complaint := ocrRun(t, c.args...)
			if status != 0 || complaint != "" {
				t.Errorf("status %d, %q", status, complaint)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing from %q", want, out)
				}
			}
			if name == "hocr" {
				wellFormed(t, out)
			}
			if name == "hocr" && strings.Contains(out, "x_wconf") {
				t.Error("a text file has no confidences")
			}
		})
	}
}

func TestOCRJSON(t *testing.T) {
	status, out, _ := ocrRun(t, "--json", "DIR/letter.txt", "DIR/letter.txt")
	var pages []struct {
		File string `json:"file"`
		core.Page
	}
	if err := json.Unmarshal([]byte(out), &pages); err != nil || status != 0 || len(pages) != 4 {
		t.Fatalf("status %d, %d pages, %v", status, len(pages), err)
	}
	if p := pages[1]; p.File != "DIR/letter.txt" || p.Number != 2 || p.Text != "Second <page>" || p.Engine != "text-file" || p.Confidence != nil {
		t.Errorf("page %+v", p)
	}
}

func TestOCRFailures(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"no file":        {nil, 2, "name the files"},
		"not there":      {[]string{"DIR/none.pdf"}, 1, "server: DIR/none.pdf: no such file"},
		"a directory":    {[]string{"DIR"}, 1, "server: DIR: is a directory"},
		"nothing given":  {[]string{"-"}, 1, "empty"},
		"not a document": {[]string{"DIR/odd.bin"}, 1, "not accepted"},
		"no such page":   {[]string{"--pages", "9", "DIR/letter.txt"}, 1, "no page 9"},
		"bad pages":      {[]string{"--pages", "3-1", "DIR/letter.txt"}, 2, "1,3-5"},
		"bad language":   {[]string{"--language", "../x", "DIR/letter.txt"}, 2, "named like"},
		"two formats":    {[]string{"--tsv", "--json", "DIR/letter.txt"}, 2, "tsv"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, complaint := ocrRun(t, c.args...)
			if status != c.status || !strings.Contains(complaint, c.want) {
				t.Errorf("status %d, %q", status, complaint)
			}
		})
	}
}

// One file that cannot be read does not keep the others from being read.
func TestOCRGoesOn(t *testing.T) {
	status, out, complaint := ocrRun(t, "DIR/odd.bin", "DIR/letter.txt")
	if status != 1 || !strings.Contains(out, "Potassium") || !strings.Contains(complaint, "1 of 2 files and 0 pages could") {
		t.Errorf("status %d, %q, %q", status, out, complaint)
	}
}

func TestOCRInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	silent, hold := io.Pipe() // nobody ever writes to it
	defer hold.Close()
	status := run(ctx, []string{"ocr", "--json", "-"}, stdio{silent, &stdout, &stderr}, []string{"CLINICIAN_DATA_DIR=" + dir})
	if !json.Valid(stdout.Bytes()) {
		t.Errorf("broken off, it is no JSON: %q", stdout.String())
	}
	if status != 130 || stderr.String() != "server: interrupted\n" {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}

func TestPageList(t *testing.T) {
	for in, want := range map[string][]int{"1": {1}, "3,1-2,2": {1, 2, 3}, " 4 - 5": nil, "0": nil, "5-3": nil, "1-999999999": nil, "": nil, "a": nil} {
		got, err := pageList(in)
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}

// wellFormed wants XML: many tools read hOCR as that.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("hOCR is not XML: %v", err)
		}
	}
}
