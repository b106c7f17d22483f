package medicines

import (
	"strconv"
	"strings"

	"clinician/internal/core/analysis/vocabulary"
)

// dose is an amount found in words.
type dose struct {
	words  []vocabulary.Token
	text   string // verbatim, without the punctuation around it
	number string // of the amount: "1.0", ".5", "1,500", "30-60"
	unit   string // folded; "" missing
	doubt  string
}

// doseAt reads an amount at the start of words: "5 mg", "5mg", "10U",
// "30-60 mg", "500 mg/5 mL", "1 % 5 mL", "2 puffs", "two tablets".
func doseAt(words []vocabulary.Token) (dose, bool) {
	if len(words) == 0 {
		return dose{}, false
	}
	first := vocabulary.TrimPoints(words[0].Text)
	amount, attached := splitAmount(first)
	d := dose{number: amount}
	switch {
	case amount == "" && vocabulary.NumberWord(words[0].Fold) && len(words) > 1 && vocabulary.DoseWordAt("count", words[1:]) > 0:
		return d.take(words, 1+vocabulary.DoseWordAt("count", words[1:]), words[1].Fold), true
	case amount == "":
		return d.misread(words)
	case attached != "":
		n, ok := d.unitAt(attached, words[1:])
		if !ok {
			return d.misread(words)
		}
		return d.take(words, 1+n, d.unit), true
	}
	next := 1
	if next+1 < len(words) && vocabulary.RangeWord(words[next].Text) { // 5 to 10 mg
		if more, unit := splitAmount(vocabulary.TrimPoints(words[next+1].Text)); more != "" {
			d.number += "-" + more
			next += 2
			if unit != "" {
				n, ok := d.unitAt(unit, words[next:])
				return d.take(words, next+n, d.unit), ok
			}
		}
	}
	if next >= len(words) || vocabulary.EndsPhrase(words[next-1].Text) {
		return d, false
	}
	n, ok := d.unitAt(vocabulary.TrimPoints(words[next].Text), words[next+1:])
	if !ok {
		if n := vocabulary.DoseWordAt("count", words[next:]); n > 0 {
			return d.take(words, next+n, words[next].Fold), true
		}
		return d, false
	}
	return d.take(words, next+1+n, d.unit), true
}

// unitAt reads a unit from text, the rest of a word, and as many of the words
// after it as belong to it. It sets d.unit.
func (d *dose) unitAt(text string, after []vocabulary.Token) (int, bool) {
	f := strings.TrimSuffix(foldUnit(text), ".")
	if f == "" {
		return 0, false
	}
	if per, ok := strings.CutSuffix(f, "/"); ok && len(after) > 0 { // "mg/ 5 mL"
		f = per + "/"
	}
	if unit, per, ok := strings.Cut(f, "/"); ok && doseUnit(unit) {
		return d.perUnit(f, unit, per, after)
	}
	if unit, more, ok := strings.Cut(f, "-"); ok && doseUnit(unit) && len(after) > 0 && vocabulary.Number(more) != nil && foldUnit(vocabulary.TrimPoints(after[0].Text)) == unit {
		d.number, d.unit = d.number+"-"+more, unit // 5 mg-325 mg
		return 1, true
	}
	if !doseUnit(f) {
		if loose := strings.NewReplacer("rn", "m", "9", "g", "q", "g").Replace(f); doseUnit(loose) && len(loose) > 1 {
			d.unit = loose
			d.doubt = "the unit reads " + text
			return 0, true
		}
		return 0, false
	}
	d.unit = f
	switch {
	case f == "%" && len(after) > 0: // lidocaine 1 % 5 mL
		if more, ok := doseAt(after); ok && strings.HasPrefix(more.unit, "ml") {
			return len(more.words), true
		}
	case f == "million" && len(after) > 0 && doseUnit(after[0].Fold):
		return 1, true
	}
	return 0, true
}

// perUnit reads what stands under the stroke. Concentrations in body fluids are
// no doses.
func (d *dose) perUnit(whole, unit, per string, after []vocabulary.Token) (int, bool) {
	amount, rest := splitAmount(per)
	switch {
	case rest == "l" || rest == "dl" || per == "l" || per == "dl", rest == "min", per == "mmol":
		return 0, false
	case amount != "" && rest == "" && len(after) > 0 && doseUnit(foldUnit(vocabulary.TrimPoints(after[0].Text))): // 500 mg/5 mL
		d.unit = unit
		if u := foldUnit(vocabulary.TrimPoints(after[0].Text)); u == "l" || u == "dl" {
			return 0, false
		}
		return 1, true
	case amount != "" && rest != "":
		d.unit = unit
		return 0, doseUnit(rest)
	}
	d.unit = whole
	return 0, true
}

// misread accepts letters that stand for digits before a unit: "S mg". The dose
// keeps what was read.
func (d dose) misread(words []vocabulary.Token) (dose, bool) {
	first := vocabulary.TrimPoints(words[0].Text)
	if len(first) == 0 || len(first) > 4 || len(words) < 2 {
		return d, false
	}
	fixed := vocabulary.LettersAsDigits(first)
	unit := foldUnit(vocabulary.TrimPoints(words[1].Text))
	if vocabulary.Number(fixed) == nil || !doseUnit(unit) || len(unit) < 2 {
		return d, false
	}
	d.number, d.doubt = "", "the dose is not a number"
	return d.take(words, 2, unit), true
}

func (d dose) take(words []vocabulary.Token, n int, unit string) dose {
	d.words, d.unit = words[:n], unit
	d.text = strings.TrimSuffix(vocabulary.TrimPoints(vocabulary.Joined(d.words)), ".")
	return d
}

// splitAmount divides "2.5mg" into amount and the rest. Amounts are digits with
// points and commas, fractions, and ranges of them.
func splitAmount(s string) (amount, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789.,-–½¼¾", r) })
	if end < 0 {
		end = len(s)
	}
	amount, rest = s[:end], s[end:]
	if !strings.ContainsAny(amount, "0123456789½¼¾") {
		return "", s
	}
	for strings.HasSuffix(amount, "-") || strings.HasSuffix(amount, "–") || strings.HasSuffix(amount, ",") {
		amount = strings.TrimRight(amount, "-–,")
	}
	if strings.HasPrefix(amount, "-") || strings.HasPrefix(amount, ",") || strings.Count(amount, "-")+strings.Count(amount, "–") > 1 {
		return "", s // a date or a code
	}
	return amount, rest
}

func foldUnit(s string) string {
	s = strings.ToLower(s)
	return strings.NewReplacer("μ", "µ", "²", "2").Replace(strings.Trim(s, ",;:()[]"))
}

func doseUnit(f string) bool {
	return vocabulary.DoseWords()["unit"].Has(f) || f == "million"
}

// amountIn converts a plain dose to the unit usual doses are kept in; false
// for rates, ranges and volumes.
func (d dose) amountIn(unit string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.ReplaceAll(d.number, ",", ""), 64)
	if err != nil {
		return 0, false
	}
	micro := map[string]float64{"g": 1e6, "gram": 1e6, "grams": 1e6, "mg": 1e3, "milligrams": 1e3, "milligram": 1e3, "mcg": 1, "µg": 1, "ug": 1, "microgram": 1, "micrograms": 1}
	units := map[string]float64{"units": 1, "unit": 1, "u": 1, "iu": 1}
	for _, scale := range []map[string]float64{micro, units} {
		from, okFrom := scale[d.unit]
		to, okTo := scale[unit]
		if okFrom && okTo {
			return v * from / to, true
		}
	}
	return 0, false
}

// unusual reports whether a dose lies far from what is usual for a medicine.
func (d dose) unusual(m vocabulary.Drug) bool {
	if m.High == 0 {
		return false
	}
	v, ok := d.amountIn(m.Unit)
	return ok && (v < m.Low*0.5 || v > m.High*1.5)
}
