package laboratory

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// noteSpecimen remembers the specimen a report states: "Specimen: Blood (venous)".
func (l *reader) noteSpecimen(r layout.Row) {
	for i, w := range r.Words {
		if f := w.Fold; (f == "specimen" || f == "sample") && i+1 < len(r.Words) {
			after := vocabulary.FoldPhrase(vocabulary.Joined(r.Words[i+1 : min(len(r.Words), i+5)]))
			if known := specimenIn(after); known != "" {
				l.specimen = known
				return
			}
		}
	}
}

// severalSpecimens is what is remembered of a report that states more than one.
const severalSpecimens = "several"

// specimenIn finds the specimen that folded words name; blood, serum and plasma are one.
func specimenIn(folded string) string {
	found, blood := "", false
	words := strings.Fields(folded)
	for _, known := range []string{"blood", "serum", "plasma", "urine", "urinary", "csf", "fluid", "stool", "faeces", "swab", "sputum"} {
		if !slices.Contains(words, known) {
			continue
		}
		is := known == "blood" || known == "serum" || known == "plasma"
		if known == "urinary" {
			known = "urine"
		}
		switch {
		case found == "" || found == known || is && blood:
		default:
			return severalSpecimens
		}
		if found == "" {
			found, blood = known, is
		}
	}
	return found
}

// specimenOf is what a value was measured in as the report says it: in its name, the
// heading of its group, or for all; "" it does not say, or names several.
func (l *reader) specimenOf(v *core.Value) string {
	for _, said := range []string{vocabulary.FoldPhrase(v.Name), l.panel, l.specimen} {
		if known := specimenIn(said); known != "" && known != severalSpecimens {
			return known
		}
		if said == severalSpecimens {
			return ""
		}
	}
	return ""
}
