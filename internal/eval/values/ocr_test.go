package values_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"clinician/internal/clients/pages"
	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/demo"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/ocr/read"
	"clinician/internal/eval/values"
)

// The page reader runs as a child of this test binary.
func TestMain(m *testing.M) {
	if pages.IsWorker(os.Args) {
		os.Exit(pages.WorkerMain())
	}
	os.Exit(m.Run())
}

// TestValuesThroughOCR reads demo documents in every scanner profile with the
// real engine and scores what is found. It takes seconds for each page, so it
// runs when asked for only:
//
//	CLINICIAN_EVAL=4 go test -run TestValuesThroughOCR -v ./internal/eval/values
//
// reads up to four documents of each kind in each profile. What was read is kept
// in CLINICIAN_EVAL_DIR, when set, so that changed rules are scored in seconds;
// CLINICIAN_EVAL_PROFILES names fewer profiles, divided by commas.
func TestValuesThroughOCR(t *testing.T) {
	perKind, err := strconv.Atoi(os.Getenv("CLINICIAN_EVAL"))
	if err != nil || perKind < 1 {
		t.Skip("slow: set CLINICIAN_EVAL to the number of documents of each kind")
	}
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed: apt-get install tesseract-ocr")
	}
	opener, err := pages.New(pages.Options{CacheDir: filepath.Join(os.TempDir(), "clinician-test", "pdfium")})
	if err != nil {
		t.Fatal(err)
	}
	reader := read.Reader{Pages: opener, Engine: tesseract.New(tesseract.Options{}), PageTimeout: time.Hour, Suspects: analysis.Suspects}
	scores := map[string]values.Score{}
	var names []string
	count := func(name string, s values.Score) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		sum := scores[name]
		sum.Add(s)
		scores[name] = sum
	}
	types, dates, right, rightDates := 0, 0, 0, 0
	for _, profile := range profiles() {
		for _, d := range chosen(perKind) {
			content, truth, err := d.ScannedAs(profile)
			if err != nil {
				t.Fatal(err)
			}
			found := analysis.Extract(pagesOf(t, reader, d.Ref+"."+profile, content))
			for _, kind := range values.Kinds() {
				s := values.Compare(found, truth, kind)
				count(string(kind)+" "+profile, s)
				count(string(kind)+" all", values.Score{Printed: s.Printed, Found: s.Found, Extra: s.Extra, Confident: s.Confident, Unit: s.Unit, Range: s.Range, Flag: s.Flag})
			}
			if found.TypeName != "" {
				if types++; found.TypeName == d.Type || d.Type == "Radiology Reports" && found.TypeName == "Imaging Reports" {
					right++
				} else {
					t.Logf("%s %s: type %q is %q", d.Ref, profile, found.TypeName, d.Type)
				}
			}
			if !found.DocumentDate.IsZero() {
				if dates++; found.DocumentDate == d.Date {
					rightDates++
				} else {
					t.Logf("%s %s: date %v is %v", d.Ref, profile, found.DocumentDate, d.Date)
				}
			}
		}
	}
	slices.Sort(names)
	var out bytes.Buffer
	values.Print(&out, names, scores)
	total := len(chosen(perKind)) * len(profiles())
	fmt.Fprintf(&out, "types: %d of %d suggested, %d right; dates: %d of %d suggested, %d right\n", types, total, right, dates, total, rightDates)
	t.Log("\n" + out.String())
	for _, s := range scores {
		if len(s.Wrong) > 0 {
			t.Errorf("confident and wrong: %q", s.Wrong)
		}
	}
	if right < types || rightDates < dates {
		t.Errorf("a suggested type or date is wrong")
	}
}

// profiles gives the scanner profiles to measure.
func profiles() []string {
	if some := os.Getenv("CLINICIAN_EVAL_PROFILES"); some != "" {
		return strings.Split(some, ",")
	}
	return paper.ProfileNames()
}

// chosen gives the same documents every time, spread over the whole panel so that
// both laboratories and all stories are among them; twice as many of reports.
func chosen(perKind int) []demo.Document {
	panel := demo.Generate(7, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	byKind := map[string][]demo.Document{}
	for _, d := range panel.Documents {
		if d.Purpose == "" {
			byKind[d.Kind] = append(byKind[d.Kind], d)
		}
	}
	var out []demo.Document
	for kind, n := range map[string]int{"laboratory report": 2 * perKind, "referral letter": perKind / 2, "discharge summary": perKind / 2, "progress note": perKind / 2, "imaging report": perKind / 2} {
		all := byKind[kind]
		for i := range max(1, n) {
			out = append(out, all[i*len(all)/max(1, n)])
		}
	}
	slices.SortFunc(out, func(a, b demo.Document) int { return strings.Compare(a.Ref, b.Ref) })
	return out
}

// pagesOf gives the pages of a document, from the cache when there is one.
func pagesOf(t *testing.T, reader read.Reader, name string, content []byte) []core.Page {
	t.Helper()
	file := ""
	if dir := os.Getenv("CLINICIAN_EVAL_DIR"); dir != "" {
		file = filepath.Join(dir, name+".json")
		var out []core.Page
		if b, err := os.ReadFile(file); err == nil && json.Unmarshal(b, &out) == nil {
			return out
		}
	}
	var out []core.Page
	src := core.Document{MIME: core.MIMEPDF, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
	err := reader.Read(t.Context(), src, read.Options{}, func(int) error { return nil }, func(p core.Page) error {
		out = append(out, p)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	slices.SortFunc(out, func(a, b core.Page) int { return a.Number - b.Number })
	if file != "" {
		b, err := json.Marshal(out)
		if err == nil {
			err = os.WriteFile(file, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
