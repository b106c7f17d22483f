package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/laboratory"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/medicines"
	"clinician/internal/core/analysis/vitals"
	"clinician/internal/core/analysis/vocabulary"
)

// Suspects names the words of a page that was read by OCR that are worth a second
// reading: numbers that were not read clearly and units that do not fit, of
// results, vital signs, medicines and dates.
func Suspects(p core.Page) []core.Suspect {
	at := map[core.Box]int{}
	for i, w := range p.Words {
		at[w.Box] = i
	}
	var out []core.Suspect
	add := func(s core.Suspect) {
		if !slices.ContainsFunc(out, func(o core.Suspect) bool { return o.Word == s.Word }) {
			out = append(out, s)
		}
	}
	d := layout.NewDocument([]core.Page{p})
	labelled := dates.FindLabelled(d)
	for _, find := range []finder{laboratory.Find, undated(vitals.Find), undated(medicines.Find), onlyDates} {
		for _, v := range find(d, labelled) {
			if len(v.Doubts) == 0 {
				continue
			}
			fits := fitsTest(v)
			for _, box := range v.Boxes {
				i, ok := at[box]
				if !ok {
					continue
				}
				switch w := p.Words[i]; {
				case fits != nil && w.Text == v.Unit:
					if !fits(w.Text) || w.Confidence != nil && *w.Confidence < evidence.MinUnitConfidence {
						add(core.Suspect{Word: i, Fits: fits})
					}
				case w.Confidence == nil || *w.Confidence >= core.SureNumber:
				case w.HasDigit(), v.Kind == core.ValueLaboratory && v.Number == nil && strings.Contains(v.Text, w.Text):
					add(core.Suspect{Word: i})
				}
			}
		}
	}
	return out
}

// fitsTest tells units the test of a result or the vital sign is reported in from
// others; nil for values that are none known.
func fitsTest(v core.Value) func(string) bool {
	if v.Kind == core.ValueVital && v.Unit != "" {
		if sign, ok := vocabulary.VitalSigns().Lookup(v.Name); ok {
			return func(unit string) bool { _, _, fits := sign.Fits(unit); return fits && unit != "" }
		}
	}
	if v.Kind != core.ValueLaboratory {
		return nil
	}
	a, ok := vocabulary.Laboratory().Analytes.Lookup(v.Name)
	if !ok {
		return nil
	}
	return func(unit string) bool {
		if unit == "" {
			return false
		}
		_, fits := a.In(unit)
		return fits
	}
}
