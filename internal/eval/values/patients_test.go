package values_test

import (
	"fmt"
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
	"clinician/internal/core/analysis/identity"
	"clinician/internal/core/demo"
	"clinician/internal/core/ocr/read"
)

// TestPatientsThroughOCR reads demo documents in every scanner profile and asks
// of each page whether it belongs into its own chart and into those of others;
// and it scores the doses on them. Slow, so it runs when asked for only:
//
//	CLINICIAN_EVAL=1 go test -run TestPatientsThroughOCR -v ./internal/eval/values
//
// What was read is kept in CLINICIAN_EVAL_DIR, when set; CLINICIAN_EVAL_PROFILES
// names fewer profiles, divided by commas.
func TestPatientsThroughOCR(t *testing.T) {
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
	panel := demo.Generate(7, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	charts := chartsOf(panel)
	var all patientScore
	var doses doseScore
	for _, profile := range profiles() {
		var score patientScore
		var here doseScore
		for _, d := range aboutPeople(panel, perKind) {
			content, truth, err := d.ScannedAs(profile)
			if err != nil {
				t.Fatal(err)
			}
			found := analysis.Extract(pagesOf(t, reader, d.Ref+"."+profile, content))
			score.count(t, d, profile, found.Identities, truth, charts)
			here.count(t, found, truth, d.Ref+" "+profile)
		}
		t.Logf("%-10s %s | %s", profile, score, here)
		all.add(score)
		doses.add(here)
	}
	t.Logf("%-10s %s | %s", "all", all, doses)
	if recall := share(all.caught, all.misfiled); recall < 0.95 {
		t.Errorf("of misfiled pages %.3f are noticed, want 0.95", recall)
	}
	if alarms := share(all.alarms, all.own); alarms > 0.01 {
		t.Errorf("%.3f of pages in the right chart raise an alarm, want at most 0.01", alarms)
	}
	if doses.wrong > 0 {
		t.Errorf("%d doses are wrong without a doubt", doses.wrong)
	}
}

func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func chartsOf(panel *demo.Panel) []core.Patient {
	var out []core.Patient
	for i, p := range panel.Patients {
		out = append(out, core.Patient{ID: int64(i + 1), Demographics: p.Demographics, User: core.User{FirstName: p.FirstName, LastName: p.LastName}})
	}
	return out
}

// aboutPeople gives documents of the kinds that name patients and doses, each
// about somebody else as long as there are others.
func aboutPeople(panel *demo.Panel, perKind int) []demo.Document {
	var out []demo.Document
	taken := map[int]bool{}
	for _, kind := range []string{"laboratory report", "referral letter", "discharge summary", "prescription chart", "consent form", "chemotherapy record"} {
		for range perKind {
			best := -1
			for i, d := range panel.Documents {
				if d.Kind == kind && d.Purpose == "" && !slices.ContainsFunc(out, func(o demo.Document) bool { return o.Ref == d.Ref }) && (best < 0 || !taken[d.Patient] && taken[panel.Documents[best].Patient]) {
					best = i
				}
			}
			taken[panel.Documents[best].Patient] = true
			out = append(out, panel.Documents[best])
		}
	}
	return out
}

// patientScore counts pages that say who they are about.
type patientScore struct {
	own, alarms, silent        int // pages in their chart; with an alarm; where nothing was read
	misfiled, caught, proposed int // pages in a wrong chart; noticed; with the right chart proposed
}

func (s *patientScore) add(o patientScore) {
	s.own, s.alarms, s.silent = s.own+o.own, s.alarms+o.alarms, s.silent+o.silent
	s.misfiled, s.caught, s.proposed = s.misfiled+o.misfiled, s.caught+o.caught, s.proposed+o.proposed
}

func (s patientScore) String() string {
	return fmt.Sprintf("own %d, alarms %d, silent %d; misfiled %d, noticed %.3f, chart proposed %.3f", s.own, s.alarms, s.silent, s.misfiled, share(s.caught, s.misfiled), share(s.proposed, s.misfiled))
}

func (s *patientScore) count(t *testing.T, d demo.Document, profile string, ids []core.PageIdentity, truth demo.Truth, charts []core.Patient) {
	panel := func(core.PageIdentity) []core.Patient { return charts }
	named := map[int]bool{}
	for _, v := range truth.Values {
		if v.Kind == "identity" {
			named[v.Page] = true
		}
	}
	for _, chart := range charts {
		pages, overall := identity.CompareWithChart(ids, chart, panel)
		own := chart.ID == int64(d.Patient+1)
		for _, p := range pages {
			switch {
			case own:
				s.own++
				if p.Verdict == core.CheckPatient {
					s.alarms++
					t.Logf("ALARM %s %s p%d: %s %v %v", d.Ref, profile, p.Page, p.Reason, p.Identifiers, deref(p.Confidence))
				}
				if named[p.Page] && p.Name == "" {
					s.silent++
					t.Logf("SILENT %s %s p%d: %v %v", d.Ref, profile, p.Page, p.DateOfBirth, p.Identifiers)
				}
			case named[p.Page]:
				s.misfiled++
				if p.Verdict == core.CheckPatient && overall == core.CheckPatient {
					s.caught++
				} else {
					t.Logf("MISSED %s %s p%d in chart %s: %s %q %v %v", d.Ref, profile, p.Page, chart.User.LastName, p.Verdict, p.Name, p.DateOfBirth, p.Identifiers)
				}
				if p.OtherPatientID == int64(d.Patient+1) {
					s.proposed++
				}
			}
		}
	}
}

func deref(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

// doseScore counts printed doses.
type doseScore struct{ printed, found, sure, extra, wrong int }

func (s *doseScore) add(o doseScore) {
	s.printed, s.found, s.sure, s.extra, s.wrong = s.printed+o.printed, s.found+o.found, s.sure+o.sure, s.extra+o.extra, s.wrong+o.wrong
}

func (s doseScore) String() string {
	return fmt.Sprintf("doses %d: P %.3f R %.3f, sure %.3f, confident and wrong %d", s.printed, share(s.found, s.found+s.extra), share(s.found, s.printed), share(s.sure, s.printed), s.wrong)
}

func (s *doseScore) count(t *testing.T, found core.Findings, truth demo.Truth, name string) {
	var printed []demo.Value
	for _, v := range truth.Values {
		if v.Kind == "dose" {
			printed = append(printed, v)
		}
	}
	s.printed += len(printed)
	for _, v := range found.Values {
		if v.Kind != core.ValueMedication || v.Dose == "" {
			continue
		}
		at := slices.IndexFunc(printed, func(p demo.Value) bool {
			return p.Page == v.Page && strings.EqualFold(p.Name, v.Name) && bare(p.Text) == bare(v.Dose)
		})
		if at >= 0 {
			printed = slices.Delete(printed, at, at+1)
			s.found++
			if v.Confident() {
				s.sure++
			}
			continue
		}
		s.extra++
		if v.Confident() {
			s.wrong++
			t.Logf("WRONG DOSE %s p%d: %s %q, printed %q", name, v.Page, v.Name, v.Dose, v.Source)
		}
	}
	for _, p := range printed {
		t.Logf("NO DOSE %s p%d: %s %s", name, p.Page, p.Name, p.Text)
	}
}

func bare(s string) string { return strings.ReplaceAll(s, " ", "") }
