package medicines

import (
	"strings"

	"clinician/internal/core/analysis/vocabulary"
)

// timed reports whether words say how often.
func timed(words []vocabulary.Token) bool {
	for i := range words {
		if frequencyAt(words[i:]) > 0 {
			return true
		}
	}
	return false
}

// readFrequency takes the first run of words about when and how often. Where it
// starts a cell of a table, the whole cell is meant.
func (m *medicine) readFrequency(p prescription) {
	offset := m.anchor.to
	for i := 0; i < len(m.span); i++ {
		n := frequencyRun(m.span[i:])
		if n == 0 || m.inDose(i) {
			continue
		}
		for k, start := range p.cells {
			if start != offset+i {
				continue
			}
			end := len(p.words)
			if k+1 < len(p.cells) {
				end = p.cells[k+1]
			}
			if end -= offset; end > i && end <= len(m.span) && end-i <= 12 {
				n = max(n, end-i)
			}
		}
		m.frequency = m.span[i : i+n]
		return
	}
}

// frequencyRun gives how many of the words say when and how often.
func frequencyRun(words []vocabulary.Token) int {
	n := 0
	for n < len(words) {
		k := frequencyAt(words[n:])
		if k == 0 {
			if n == 0 {
				return 0
			}
			switch words[n].Fold {
			case "and", "then", "at", "on":
				if k = frequencyAt(words[n+1:]); k == 0 {
					return n
				}
				k++
			default:
				return n
			}
		}
		n += k
		if last := words[n-1].Text; strings.HasSuffix(last, ".") && len(last) > 4 || strings.HasSuffix(last, ";") {
			return n
		}
	}
	return n
}

// wordClass is a kind of word in a frequency.
type wordClass func(folded string) bool

// oneOf is the class of the words in list, which spaces divide.
func oneOf(list string) wordClass {
	set := vocabulary.WordSet(list)
	return func(folded string) bool { return set[folded] }
}

// amount is the class of numbers: "4", "4th", "two".
func amount(folded string) bool {
	return vocabulary.DigitsOf(folded) != "" || vocabulary.NumberWord(folded)
}

// frequencyForms are the forms of frequencies, word by word; the first that fits
// counts. Single words and fixed phrases are in doses.tsv.
var frequencyForms = [][]wordClass{
	{oneOf("every"), amount, timeUnit},                                                                       // every 4 hours
	{oneOf("every"), amount, oneOf("to -"), amount, timeUnit},                                                // every 4 to 6 hours
	{oneOf("for"), amount, timeUnit},                                                                         // for 7 days
	{amount, oneOf("times x"), oneOf("daily weekly")},                                                        // 3 times daily
	{amount, oneOf("times x"), oneOf("a per"), timeUnit},                                                     // 3 x per week
	{func(f string) bool { return strings.HasSuffix(f, "hourly") && vocabulary.DigitsOf(f) != "" }},          // 4-hourly
	{amount, oneOf("hourly weekly")},                                                                         // 4 hourly
	{func(f string) bool { return len(f) > 1 && f[0] == 'q' && vocabulary.DigitsOf(f) != "" && len(f) < 6 }}, // q8h
}

// spells gives how many words of a form the words start with; 0 when they do not.
func spells(form []wordClass, words []vocabulary.Token) int {
	if len(words) < len(form) {
		return 0
	}
	for i, class := range form {
		if !class(words[i].Fold) {
			return 0
		}
	}
	return len(form)
}

// frequencyAt reads one part of a frequency at the start of words.
func frequencyAt(words []vocabulary.Token) int {
	if len(words) == 0 {
		return 0
	}
	for _, form := range frequencyForms {
		if n := spells(form, words); n > 0 {
			return n
		}
	}
	switch words[0].Fold {
	case "max", "maximum":
		if n := frequencyAt(words[1:]); n > 0 {
			return 1 + n
		}
	case "day", "days":
		if n := daysListed(words); n > 0 {
			return n
		}
	case "on", "night", "morning":
		return 0
	case "once":
		if len(words) == 1 || words[1].Fold == "" {
			return 0
		}
	}
	return vocabulary.DoseWordAt("frequency", words)
}

// daysListed reads "days 1, 3 and 5"; 0 where no number follows.
func daysListed(words []vocabulary.Token) int {
	isAmount := func(i int) bool { return i < len(words) && amount(words[i].Fold) }
	if !isAmount(1) {
		return 0
	}
	n := 2
	for n < len(words) {
		joins := words[n].Fold == "and" || words[n].Fold == "to"
		if !(isAmount(n) && !doseFollows(words[n:])) && !(joins && isAmount(n+1)) {
			break
		}
		n++
	}
	return n
}

func doseFollows(words []vocabulary.Token) bool {
	_, ok := doseAt(words)
	return ok
}

func timeUnit(folded string) bool {
	switch folded {
	case "h", "hr", "hrs", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "minutes", "morning", "night", "evening":
		return true
	}
	return false
}
