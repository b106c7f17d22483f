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

// frequencyAt reads one part of a frequency at the start of words.
func frequencyAt(words []vocabulary.Token) int {
	if len(words) == 0 {
		return 0
	}
	at := func(i int) string {
		if i < len(words) {
			return words[i].Fold
		}
		return ""
	}
	amount := func(i int) bool { return vocabulary.DigitsOf(at(i)) != "" || vocabulary.NumberWord(at(i)) }
	first := at(0)
	switch {
	case first == "every" && amount(1) && timeUnit(at(2)):
		return 3
	case first == "every" && amount(1) && (at(2) == "to" || at(2) == "-") && amount(3) && timeUnit(at(4)):
		return 5
	case first == "for" && amount(1) && timeUnit(at(2)):
		return 3
	case amount(0) && (at(1) == "times" || at(1) == "x") && (at(2) == "daily" || at(2) == "weekly"):
		return 3
	case amount(0) && (at(1) == "times" || at(1) == "x") && (at(2) == "a" || at(2) == "per") && timeUnit(at(3)):
		return 4
	case strings.HasSuffix(first, "hourly") && vocabulary.DigitsOf(first) != "":
		return 1
	case amount(0) && (at(1) == "hourly" || at(1) == "weekly"):
		return 2
	case len(first) > 1 && first[0] == 'q' && vocabulary.DigitsOf(first) != "" && len(first) < 6:
		return 1
	case (first == "max" || first == "maximum") && frequencyAt(words[1:]) > 0:
		return 1 + frequencyAt(words[1:])
	case (first == "day" || first == "days") && amount(1):
		n := 2
		for n < len(words) && (amount(n) && !doseFollows(words[n:]) || (at(n) == "and" || at(n) == "to") && amount(n+1)) {
			n++
		}
		return n
	}
	if first == "on" || first == "night" || first == "morning" || first == "once" && at(1) == "" {
		return 0
	}
	return vocabulary.DoseWordAt("frequency", words)
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
