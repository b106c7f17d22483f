package analysis

import (
	"strconv"
	"strings"
)

// dose is an amount found in words.
type dose struct {
	words  []token
	text   string // verbatim, without the punctuation around it
	number string // of the amount: "1.0", ".5", "1,500", "30-60"
	unit   string // folded; "" missing
	doubt  string
}

func trimPoints(s string) string { return strings.Trim(s, ",;:()[]\"'*•‘’“”|»«~_") }

// doseAt reads an amount at the start of words: "5 mg", "5mg", "10U",
// "30-60 mg", "500 mg/5 mL", "1 % 5 mL", "2 puffs", "two tablets".
func doseAt(words []token) (dose, bool) {
	if len(words) == 0 {
		return dose{}, false
	}
	first := trimPoints(words[0].Text)
	amount, attached := splitAmount(first)
	d := dose{number: amount}
	switch {
	case amount == "" && smallNumber(words[0].fold) && len(words) > 1 && spells("count", words[1:]) > 0:
		return d.take(words, 1+spells("count", words[1:]), words[1].fold), true
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
	if next+1 < len(words) && isRangeWord(words[next].Text) { // 5 to 10 mg
		if more, unit := splitAmount(trimPoints(words[next+1].Text)); more != "" {
			d.number += "-" + more
			next += 2
			if unit != "" {
				n, ok := d.unitAt(unit, words[next:])
				return d.take(words, next+n, d.unit), ok
			}
		}
	}
	if next >= len(words) || endsPhrase(words[next-1].Text) {
		return d, false
	}
	n, ok := d.unitAt(trimPoints(words[next].Text), words[next+1:])
	if !ok {
		if n := spells("count", words[next:]); n > 0 {
			return d.take(words, next+n, words[next].fold), true
		}
		return d, false
	}
	return d.take(words, next+1+n, d.unit), true
}

// unitAt reads a unit from text, the rest of a word, and as many of the words
// after it as belong to it. It sets d.unit.
func (d *dose) unitAt(text string, after []token) (int, bool) {
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
	if unit, more, ok := strings.Cut(f, "-"); ok && doseUnit(unit) && len(after) > 0 && number(more) != nil && foldUnit(trimPoints(after[0].Text)) == unit {
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
	case f == "million" && len(after) > 0 && doseUnit(after[0].fold):
		return 1, true
	}
	return 0, true
}

// perUnit reads what stands under the stroke. Concentrations in body fluids are
// no doses.
func (d *dose) perUnit(whole, unit, per string, after []token) (int, bool) {
	amount, rest := splitAmount(per)
	switch {
	case rest == "l" || rest == "dl" || per == "l" || per == "dl", rest == "min", per == "mmol":
		return 0, false
	case amount != "" && rest == "" && len(after) > 0 && doseUnit(foldUnit(trimPoints(after[0].Text))): // 500 mg/5 mL
		d.unit = unit
		if u := foldUnit(trimPoints(after[0].Text)); u == "l" || u == "dl" {
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
func (d dose) misread(words []token) (dose, bool) {
	first := trimPoints(words[0].Text)
	if len(first) == 0 || len(first) > 4 || len(words) < 2 {
		return d, false
	}
	fixed := digitRepair.Replace(first)
	unit := foldUnit(trimPoints(words[1].Text))
	if number(fixed) == nil || !doseUnit(unit) || len(unit) < 2 {
		return d, false
	}
	d.number, d.doubt = "", "the dose is not a number"
	return d.take(words, 2, unit), true
}

func (d dose) take(words []token, n int, unit string) dose {
	d.words, d.unit = words[:n], unit
	d.text = strings.TrimSuffix(trimPoints(joined(d.words)), ".")
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

func isRangeWord(s string) bool { return s == "to" || s == "-" || s == "–" || s == "or" }

func smallNumber(folded string) bool {
	switch folded {
	case "one", "two", "three", "four", "five", "six", "half":
		return true
	}
	return false
}

func foldUnit(s string) string {
	s = strings.ToLower(s)
	return strings.NewReplacer("μ", "µ", "²", "2").Replace(strings.Trim(s, ",;:()[]"))
}

func doseUnit(f string) bool {
	_, ok := doseWords()["unit"].exact[f]
	return ok || f == "million"
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
func (d dose) unusual(m drug) bool {
	if m.high == 0 {
		return false
	}
	v, ok := d.amountIn(m.unit)
	return ok && (v < m.low*0.5 || v > m.high*1.5)
}
