package medicines

import (
	"strings"

	"clinician/internal/core/analysis/vocabulary"
)

// cautions names the notations of the Do-Not-Use list (Joint Commission, ISMP)
// in a prescription, as printed. Nothing is rewritten.
func cautions(name string, d dose, frequency string) []string {
	var out []string
	add := func(printed, why string) { out = append(out, printed+": "+why) }
	switch strings.ToUpper(vocabulary.TrimPoints(name)) {
	case "MS", "MSO4", "MGSO4":
		add(vocabulary.TrimPoints(name), "can mean morphine sulfate or magnesium sulfate")
	}
	for part := range strings.FieldsFuncSeq(d.number, func(r rune) bool { return r == '-' || r == '–' }) {
		whole, fraction, point := strings.Cut(part, ".")
		switch {
		case !point:
		case whole == "":
			add(d.text, "no leading zero")
		case strings.HasSuffix(fraction, "0"):
			add(d.text, "trailing zero")
		}
	}
	switch d.unit {
	case "u":
		add(d.text, "U can be read as 0 or 4")
	case "iu":
		add(d.text, "IU can be read as IV or 10")
	case "µg", "ug", "µg/kg":
		add(d.text, "µg can be read as mg")
	}
	for w := range strings.FieldsSeq(frequency) {
		switch f := strings.ReplaceAll(vocabulary.FoldWord(w), ".", ""); f {
		case "qd":
			add(vocabulary.TrimPoints(w), "can be read as QID or QOD")
		case "qod":
			add(vocabulary.TrimPoints(w), "can be read as QD or QID")
		}
	}
	return out
}
