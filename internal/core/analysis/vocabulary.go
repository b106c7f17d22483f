package analysis

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"clinician/internal/core"
)

//go:embed data/analytes.tsv
var analytesFile string

//go:embed data/loinc.tsv
var loincFile string

//go:embed data/units.tsv
var unitsFile string

//go:embed data/qualitative.tsv
var qualitativeFile string

//go:embed data/columns.tsv
var columnsFile string

// analyte is something a laboratory measures.
type analyte struct {
	key      string
	specimen string // "blood", "stated" or "urine": see analytes.tsv
	measures []measure
}

// measure is an analyte in one of its units.
type measure struct {
	units     []string // as unitKey gives them; "" for none
	low, high float64  // sizes a value can have
	code      *core.Coding
}

// in gives the measure of a unit.
func (a *analyte) in(unit string) (measure, bool) {
	key := unitKey(unit)
	for _, m := range a.measures {
		for _, u := range m.units {
			if u == key {
				return m, true
			}
		}
	}
	return measure{}, false
}

// unitless reports whether the analyte may stand without a unit.
func (a *analyte) unitless() bool {
	_, ok := a.in("")
	return ok
}

// vocabulary is what laboratory reports are read with.
type vocabulary struct {
	analytes    *phrases[*analyte]
	units       map[string]bool // by unitKey
	qualitative *phrases[string]
	columns     *phrases[columnKind]
}

var words = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{analytes: newPhrases[*analyte](), units: map[string]bool{}, qualitative: newPhrases[string](), columns: newPhrases[columnKind]()}
	byKey := map[string]*analyte{}
	for _, f := range table(analytesFile) {
		a := &analyte{key: f[0], specimen: f[1]}
		byKey[f[0]] = a
		for name := range strings.SplitSeq(f[2], ";") {
			v.analytes.add(name, a)
		}
	}
	for _, f := range table(loincFile) {
		a := byKey[f[0]]
		a.measures = append(a.measures, v.measure(f))
	}
	for _, f := range table(unitsFile) {
		for u := range strings.SplitSeq(f[0], ";") {
			v.units[unitKey(u)] = true
		}
	}
	for _, f := range table(qualitativeFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			v.qualitative.add(phrase, f[0])
		}
	}
	for _, f := range table(columnsFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			v.columns.add(phrase, columnKind(f[0]))
		}
	}
	return v
})

func (v *vocabulary) measure(f []string) measure {
	m := measure{}
	m.low, _ = strconv.ParseFloat(f[2], 64)
	m.high, _ = strconv.ParseFloat(f[3], 64)
	for u := range strings.SplitSeq(f[1], ";") {
		if u == "-" {
			u = ""
		}
		key := unitKey(u)
		m.units = append(m.units, key)
		if key != "" {
			v.units[key] = true
		}
	}
	if f[4] != "-" {
		m.code = &core.Coding{System: "LOINC", Code: f[4], Display: f[5]}
	}
	return m
}

// unitKey gives the form units are compared in. It evens out ways of writing
// (10^9/L, x 10*9/l, 10⁹/L), never letters that mean something else: µmol and
// pmol stay apart.
func unitKey(s string) string {
	s = strings.TrimPrefix(strings.ToLower(norm.NFKD.String(s)), "°")
	var b strings.Builder
	for _, r := range s {
		switch r {
		case 'μ', 'µ':
			b.WriteByte('u')
		case '×':
			b.WriteByte('x')
		case ' ', '[', ']', '{', '}', '^', '*', '+', '(', ')':
		default:
			b.WriteRune(r)
		}
	}
	key := strings.TrimRight(b.String(), ".,;")
	if rest, ok := strings.CutPrefix(key, "x10"); ok {
		key = "10" + rest
	}
	if rest, ok := strings.CutPrefix(key, "10e"); ok {
		key = "10" + rest
	}
	return key
}

// knownUnit finds the longest unit that starts with the first of the words, of
// up to four words.
func knownUnit(ws []token) (n int) {
	text := ""
	for i := 0; i < len(ws) && i < 4; i++ {
		text += ws[i].Text
		trimmed := strings.TrimRight(text, ".,;:)")
		if key := unitKey(trimmed); key != "" && words().units[key] {
			n = i + 1
		}
		if trimmed != text && !strings.HasSuffix(text, ".") {
			break
		}
	}
	return n
}
