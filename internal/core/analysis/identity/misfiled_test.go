package identity_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/identity"
)

// TestMisfiledDemoDocuments pairs demo documents, with letters misread here and
// there, with all charts of the hospital.
func TestMisfiledDemoDocuments(t *testing.T) {
	var charts []core.Patient
	for i, p := range analysistest.Hospital().Patients {
		charts = append(charts, core.Patient{ID: int64(i + 1), Demographics: p.Demographics, User: core.User{FirstName: p.FirstName, LastName: p.LastName}})
	}
	all := func(core.PageIdentity) []core.Patient { return charts }
	r := rand.New(rand.NewPCG(1, 2))
	own, alarms, misfiled, noticed := 0, 0, 0, 0
	for _, p := range analysistest.DemoPapers(t, 3) {
		for _, errors := range []float64{0, 0.01, 0.03} {
			stated := false
			for _, v := range p.Truth.Values {
				stated = stated || v.Kind == "identity"
			}
			ids := analysis.Extract(garble(p.Pages, errors, r)).Identities
			for _, chart := range charts {
				_, verdict := identity.CompareWithChart(ids, chart, all)
				switch {
				case chart.ID == int64(p.Doc.Patient+1):
					own++
					if verdict == core.CheckPatient {
						alarms++
						t.Logf("alarm in %s at %v: %+v", p.Doc.Ref, errors, ids)
					}
				case stated:
					misfiled++
					if verdict == core.CheckPatient {
						noticed++
					}
				}
			}
		}
	}
	t.Logf("misfiled: %d of %d noticed (%.4f); own: %d of %d alarms (%.4f)", noticed, misfiled, float64(noticed)/float64(misfiled), alarms, own, float64(alarms)/float64(own))
	if float64(noticed) < 0.95*float64(misfiled) {
		t.Errorf("%d of %d misfiled documents noticed, want 95 %%", noticed, misfiled)
	}
	if float64(alarms) > 0.01*float64(own) {
		t.Errorf("%d of %d documents in their own chart raise an alarm, want at most 1 %%", alarms, own)
	}
}

// garble misreads a share of the characters as scanners do.
func garble(pages []core.Page, share float64, r *rand.Rand) []core.Page {
	confused := map[rune]string{'0': "O8", '1': "l7", '2': "Z7", '3': "8", '5': "S6", '6': "8", '8': "3B", '9': "g", 'l': "1i", 'o': "c", 'e': "c", 'a': "e", 'i': "l", 'n': "m", 'm': "n", 'u': "n", 'Ú': "U", 't': "f", 'S': "5", 'B': "8", 'O': "0"}
	misread := func(s string) string {
		var b strings.Builder
		for _, c := range s {
			if as := []rune(confused[c]); len(as) > 0 && r.Float64() < share {
				c = as[r.IntN(len(as))]
			}
			b.WriteRune(c)
		}
		return b.String()
	}
	low := 80.0
	out := make([]core.Page, len(pages))
	for i, p := range pages {
		p.Text = misread(p.Text)
		words := make([]core.Word, len(p.Words))
		for k, w := range p.Words {
			if w.Text = misread(w.Text); share > 0 {
				w.Confidence = &low
			}
			words[k] = w
		}
		p.Words = words
		out[i] = p
	}
	return out
}

// TestMisfiledDemoLetter: the letter that the demo files in the wrong chart is
// noticed, and its own chart is proposed.
func TestMisfiledDemoLetter(t *testing.T) {
	var charts []core.Patient
	for i, p := range analysistest.Hospital().Patients {
		charts = append(charts, core.Patient{ID: int64(i + 1), Demographics: p.Demographics, User: core.User{FirstName: p.FirstName, LastName: p.LastName}})
	}
	for _, d := range analysistest.Hospital().Documents {
		if d.Purpose != "misfile" {
			continue
		}
		p := analysistest.ReadPerfectly(t, d)
		pages, got := identity.CompareWithChart(analysis.Extract(p.Pages).Identities, charts[d.Patient], func(core.PageIdentity) []core.Patient { return charts })
		if got != core.CheckPatient || pages[0].OtherPatientID == 0 || pages[0].OtherPatientID == charts[d.Patient].ID {
			t.Errorf("%s: %q, %+v", d.Ref, got, pages)
		}
		t.Log(pages[0].Reason)
		return
	}
	t.Error("the demo has no misfile")
}
