package vocabulary

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

// Analyte is something a laboratory measures.
type Analyte struct {
	key      string
	Specimen string // "blood", "stated" or "urine": see analytes.tsv
	Measures []Measure
}

// Measure is an analyte in one of its units.
type Measure struct {
	units     []string // as UnitKey gives them; "" for none
	spelled   []string // the same as they are written
	Low, High float64  // sizes a value can have
	Code      *core.Coding
}

// In gives the measure of a unit.
func (a *Analyte) In(unit string) (Measure, bool) {
	key := UnitKey(unit)
	for _, m := range a.Measures {
		for _, u := range m.units {
			if u == key {
				return m, true
			}
		}
	}
	return Measure{}, false
}

// Unitless reports whether the analyte may stand without a unit.
func (a *Analyte) Unitless() bool {
	_, ok := a.In("")
	return ok
}

// LaboratoryWords is what laboratory reports are read with.
type LaboratoryWords struct {
	Analytes    *Phrases[*Analyte]
	Units       map[string]bool // by UnitKey
	Qualitative *Phrases[string]
}

var Laboratory = sync.OnceValue(func() *LaboratoryWords {
	v := &LaboratoryWords{Analytes: NewPhrases[*Analyte](), Units: map[string]bool{}, Qualitative: NewPhrases[string]()}
	byKey := map[string]*Analyte{}
	for _, f := range ReadTable(analytesFile) {
		a := &Analyte{key: f[0], Specimen: f[1]}
		byKey[f[0]] = a
		for name := range strings.SplitSeq(f[2], ";") {
			v.Analytes.Add(name, a)
		}
	}
	for _, f := range ReadTable(loincFile) {
		a := byKey[f[0]]
		a.Measures = append(a.Measures, v.measure(f))
	}
	for _, f := range ReadTable(unitsFile) {
		for u := range strings.SplitSeq(f[0], ";") {
			v.Units[UnitKey(u)] = true
		}
	}
	for _, f := range ReadTable(qualitativeFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			v.Qualitative.Add(phrase, f[0])
		}
	}
	return v
})

func (v *LaboratoryWords) measure(f []string) Measure {
	m := Measure{}
	m.Low, _ = strconv.ParseFloat(f[2], 64)
	m.High, _ = strconv.ParseFloat(f[3], 64)
	for u := range strings.SplitSeq(f[1], ";") {
		if u == "-" {
			u = ""
		}
		key := UnitKey(u)
		m.units, m.spelled = append(m.units, key), append(m.spelled, microSign(u))
		if key != "" {
			v.Units[key] = true
		}
	}
	if f[4] != "-" {
		m.Code = &core.Coding{System: "LOINC", Code: f[4], Display: f[5]}
	}
	return m
}

// UnitKey gives the form units are compared in. It evens out ways of writing
// (10^9/L, x 10*9/l, 10⁹/L), never letters that mean something else: µmol and
// pmol stay apart.
func UnitKey(s string) string {
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

// AnalyteAt reports whether words start with the name of an analyte, perhaps misread.
func AnalyteAt(ws []Token) bool {
	_, ok := Laboratory().Analytes.Find(ws)
	return ok
}
