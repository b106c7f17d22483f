// Package analysis finds typed values in the words of a document: laboratory
// results, vital signs, medicines, diagnoses, allergies and dates, each with the
// boxes it was printed in, and suggests what the document is and of which day.
//
// It is rules over word boxes and small vocabularies (data/), without network,
// clock or chance: the same pages give the same findings. Everything is as
// printed. What is doubtful says so in Doubts; knowing the usual shape of a
// value may add a doubt, it never changes a character.
//
// How it works: newDocument lays each page out (straightened words, rows, cells,
// sections, sentences), then every finder walks the layout and returns values.
package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"clinician/internal/core"
)

// RulesVersion names the rules and vocabularies. It changes with every change of
// what they find.
const RulesVersion = "2026.11-5"

// Extract finds what the pages of one document say. Pages may carry words with
// boxes and confidences (OCR), without confidences (a text layer), or text only
// (a text file). RecordID, JobID, PatientID and Review are for the caller to
// fill. It never fails; pages that make no sense give nothing.
func Extract(pages []core.Page) core.Findings {
	d := newDocument(pages)
	out := core.Findings{Values: []core.Value{}, Identities: []core.PageIdentity{}, RulesVersion: RulesVersion}
	for _, find := range finders() {
		out.Values = append(out.Values, find(d)...)
	}
	d.doubtOverPages(out.Values)
	identify(out.Values)
	for i := range out.Values { // lists are lists in JSON, also when empty
		v := &out.Values[i]
		v.Cautions, v.Doubts, v.Boxes = append([]string{}, v.Cautions...), append([]string{}, v.Doubts...), append([]core.Box{}, v.Boxes...)
	}
	out.TypeName, out.DocumentDate = suggestType(d, out.Values), suggestDate(d)
	out.Identities = identities(d)
	return out
}

// finder looks for one kind of thing. It returns values in reading order.
type finder func(d *document) []core.Value

func finders() []finder {
	return []finder{laboratory, vitals, dates, medicines, diagnoses, allergies}
}

// identify gives every value an id that depends on what it says and where in
// the document it says so, not on boxes: the same words give the same id when a
// page is read again. Equal values of a page are told apart by their order.
func identify(values []core.Value) {
	seen := map[string]int{}
	for i := range values {
		v := &values[i]
		key := fmt.Sprintf("%d|%s|%s|%s", v.Page, v.Kind, foldPhrase(v.Name), v.Comparator+v.Text)
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d", key, seen[key]))
		v.ID = hex.EncodeToString(sum[:10])
	}
}
