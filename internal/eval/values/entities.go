package values

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"clinician/internal/core"
)

// Entities is what a document holds, as a file beside its pages says: the coded
// entries of a C-CDA document. It covers the whole document with the codes'
// names; a page may show less, and words of its own.
type Entities struct {
	Results     []Observation                 `json:"results"`
	Vitals      []Observation                 `json:"vitals"`
	Medications []struct{ Name, Dose string } `json:"medications"`
	Allergies   []struct{ Substance string }  `json:"allergies"`
	Problems    []struct{ Name string }       `json:"problems"`
	Patient     struct {
		Born string `json:"dob"` // 19621022
	} `json:"patient"`
}

// Observation is a result or a vital sign.
type Observation struct {
	LOINC string
	Name  string
	Value string
	Unit  string // UCUM
	Low   string
	High  string
	Range string `json:"range_text"`
	Time  string // 20130124123521, or less of it
}

// ReadEntities reads such a file.
func ReadEntities(r io.Reader) (Entities, error) {
	var e Entities
	if err := json.NewDecoder(r).Decode(&e); err != nil {
		return Entities{}, fmt.Errorf("entities: %w", err)
	}
	return e, nil
}

// entity is one thing that is printed on a page and can be found there.
type entity struct {
	kind  core.ValueKind
	names []string // folded words of its name
	codes []string // LOINC
	value string
	unit  string
	rng   string
	day   core.Date // zero: not printed
}

// printed gives the entities whose words are on a page, given its text: of a
// result its value near the first word of its name, of a medicine the first word,
// of an allergy any long word, of a problem all.
func (e Entities) printed(text string) []entity {
	t := newPrint(text)
	var out []entity
	for _, o := range e.Results {
		x := o.entity(core.ValueLaboratory, t)
		if len(x.names) > 0 && x.value != "" && t.near(x.value, x.names[:1], 1) {
			out = append(out, x)
		}
	}
	for _, o := range e.Vitals {
		x := o.entity(core.ValueVital, t)
		if x.codes = signs[o.LOINC]; x.codes != nil && t.words[fold(x.value)] {
			out = append(out, x)
		}
	}
	for _, m := range e.Medications { // by the drug: the rest of the name is form and strength
		if w := fields(m.Name); len(w) > 0 && w[0] != "no" && t.words[w[0]] {
			out = append(out, entity{kind: core.ValueMedication, names: w})
		}
	}
	for _, a := range e.Allergies {
		if w := fields(a.Substance); slices.ContainsFunc(w, func(s string) bool { return len(s) > 3 && t.words[s] }) {
			out = append(out, entity{kind: core.ValueAllergy, names: w})
		}
	}
	for _, p := range e.Problems {
		if w := fields(p.Name); len(w) > 0 && !state[strings.Join(w, " ")] && t.near("", w, len(w)) {
			out = append(out, entity{kind: core.ValueDiagnosis, names: w})
		}
	}
	if born := day(e.Patient.Born); t.holds(born) {
		out = append(out, entity{kind: core.ValueDate, names: []string{"birth"}, day: born})
	}
	return out
}

func (o Observation) entity(kind core.ValueKind, t printedText) entity {
	x := entity{kind: kind, names: slices.DeleteFunc(fields(o.Name), func(w string) bool { return w == "deprecated" || w == "in" || w == "or" || w == "of" }), value: o.Value, unit: o.Unit, rng: o.Range}
	if o.LOINC != "" {
		x.codes = []string{o.LOINC}
	}
	if x.rng == "" && o.Low != "" && o.High != "" {
		x.rng = o.Low + "-" + o.High
	}
	if d := day(o.Time); t.holds(d) {
		x.day = d
	}
	return x
}

// state are the codes some systems export in the place of a problem.
var state = map[string]bool{"active": true, "inactive": true, "resolved": true, "completed": true}

// signs maps the codes of vital signs to those that mean the same here.
var signs = func() map[string][]string {
	m := map[string][]string{}
	for _, same := range [][]string{
		{"8480-6", "85354-9"}, {"8462-4", "85354-9"}, {"39156-5", "41909-3"}, {"8302-2", "3137-7", "8301-4"},
		{"29463-7", "3141-9", "3142-7"}, {"8867-4"}, {"8310-5"}, {"9279-1"}, {"59408-5", "2708-6", "2710-2"},
	} {
		for _, code := range same {
			if code != "85354-9" {
				m[code] = same
			}
		}
	}
	return m
}()

func day(s string) core.Date {
	if len(s) < 8 {
		return core.Date{}
	}
	t, err := time.Parse("20060102", s[:8])
	if err != nil {
		return core.Date{}
	}
	return core.DateOf(t)
}

// printedText is the text of a page to look things up in.
type printedText struct {
	lines [][]string // of each line, the folded words
	words map[string]bool
	text  string
}

func newPrint(text string) printedText {
	t := printedText{words: map[string]bool{}, text: text}
	for line := range strings.Lines(text) {
		ws := fields(line)
		t.lines = append(t.lines, ws)
		for _, w := range ws {
			t.words[w] = true
		}
	}
	return t
}

// near reports whether a value (unless "") and at least so many of the words of a
// name stand within three lines of each other: cells go on below.
func (t printedText) near(value string, name []string, least int) bool {
	want := fields(value)
	for i := range t.lines {
		here := slices.Concat(t.lines[i:min(len(t.lines), i+3)]...)
		n := 0
		for _, w := range name {
			if slices.Contains(here, w) {
				n++
			}
		}
		if n >= max(1, least) && !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(here, w) }) {
			return true
		}
	}
	return false
}

// holds reports whether a day is printed in one of the usual ways.
func (t printedText) holds(d core.Date) bool {
	if d.IsZero() {
		return false
	}
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	return slices.ContainsFunc([]string{"1/2/2006", "01/02/2006", "2006-01-02", "Jan 2, 2006", "January 2, 2006", "2 Jan 2006", "2 January 2006", "02-Jan-2006", "2-Jan-2006"}, func(form string) bool {
		return strings.Contains(t.text, at.Format(form))
	})
}

// fields gives the words of a text as they are compared: small letters, without
// the punctuation around them, a pressure in its two numbers.
func fields(s string) []string {
	var out []string
	for w := range strings.FieldsSeq(s) {
		parts := strings.Split(w, "/")
		if len(parts) != 2 { // a date stays whole
			parts = []string{w}
		}
		for _, part := range parts {
			if f := fold(part); f != "" {
				out = append(out, f)
			}
		}
	}
	return out
}

func fold(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}
