// Package analysis finds typed values in the words of a document: laboratory
// results, vital signs, medicines, diagnoses, allergies and dates, each with the
// boxes it was printed in; whom each page is about; and it suggests what the
// document is and of which day.
//
// It is rules over word boxes and small vocabularies, without network, clock or
// chance: the same pages give the same findings. Everything is as printed. What
// is doubtful says so in Doubts; knowing the usual shape of a value may add a
// doubt, it never changes a character.
//
// Start reading at Extract. It lays the pages out (package layout) and asks one
// package for each kind of value, which never import one another:
//
//	laboratory  vitals  medicines  problems  identity
//	measurement (numbers with units)   dates
//	evidence (boxes, confidences and doubts of a value)
//	layout (rows, cells, sections, sentences of a page)
//	assertion (denied, questioned, a relative's, over)
//	vocabulary (printed words, and the names they are looked up in)
//
// Each imports only what stands below it.
package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/identity"
	"clinician/internal/core/analysis/laboratory"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/medicines"
	"clinician/internal/core/analysis/problems"
	"clinician/internal/core/analysis/vitals"
	"clinician/internal/core/analysis/vocabulary"
)

// RulesVersion names the rules and vocabularies. It changes with every change of
// what they find.
const RulesVersion = "2026.12-2"

// Extract finds what the pages of one document say. Pages may carry words with
// boxes and confidences (OCR), without confidences (a text layer), or text only
// (a text file). RecordID, JobID, PatientID and Review are for the caller to
// fill. It never fails; pages that make no sense give nothing.
func Extract(pages []core.Page) core.Findings {
	d := layout.NewDocument(pages)
	labelled := dates.FindLabelled(d)
	out := core.Findings{Values: []core.Value{}, Identities: []core.PageIdentity{}, RulesVersion: RulesVersion}
	for _, find := range finders() {
		out.Values = append(out.Values, find(d, labelled)...)
	}
	problems.DoubtOverPages(d, out.Values)
	identify(out.Values)
	for i := range out.Values { // lists are lists in JSON, also when empty
		v := &out.Values[i]
		evidence.Shorten(v)
		v.Cautions, v.Doubts, v.Boxes = append([]string{}, v.Cautions...), append([]string{}, v.Doubts...), append([]core.Box{}, v.Boxes...)
	}
	out.TypeName, out.DocumentDate = suggestType(d, labelled, out.Values), suggestDate(labelled)
	out.Identities = identity.Find(d)
	return out
}

// finder looks for one kind of thing. It returns values in reading order.
type finder func(d *layout.Document, labelled dates.LabelledDates) []core.Value

// finders are in the order in which findings are listed.
func finders() []finder {
	return []finder{laboratory.Find, undated(vitals.Find), onlyDates, undated(medicines.Find), undated(problems.Diagnoses), undated(problems.Allergies)}
}

// undated is a finder that needs no labelled dates.
func undated(find func(d *layout.Document) []core.Value) finder {
	return func(d *layout.Document, _ dates.LabelledDates) []core.Value { return find(d) }
}

func onlyDates(_ *layout.Document, labelled dates.LabelledDates) []core.Value {
	return dates.Values(labelled)
}

// identify gives every value an id that depends on what it says and where in
// the document it says so, not on boxes: the same words give the same id when a
// page is read again. Equal values of a page are told apart by their order.
func identify(values []core.Value) {
	seen := map[string]int{}
	for i := range values {
		v := &values[i]
		key := fmt.Sprintf("%d|%s|%s|%s", v.Page, v.Kind, vocabulary.FoldPhrase(v.Name), v.Comparator+v.Text)
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d", key, seen[key]))
		v.ID = hex.EncodeToString(sum[:10])
	}
}
