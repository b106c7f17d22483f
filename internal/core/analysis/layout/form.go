package layout

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

// What is said of words whose form leaves open what they say.
const (
	doubtSign     = "a sign beside it could not be read"
	doubtUnticked = "its box is not ticked"
)

// FormDoubts gives why the words of a row are in doubt by how they are printed:
// struck out, behind a box that is not ticked, beside a sign that is not known.
// Such a word may change what the others of its row say, also where no value is
// made of it: "No" that is struck out.
func (s *Sheet) FormDoubts(row int) []string {
	if row < 0 || row >= len(s.doubts) {
		return nil
	}
	return s.doubts[row]
}

func formDoubts(words []vocabulary.Token) []string {
	var found []string
	add := func(why string) {
		if why != "" && !slices.Contains(found, why) {
			found = append(found, why)
		}
	}
	for _, w := range words {
		if w.Doubt != doubtUnticked { // says nothing of what stands before its box
			add(w.Doubt)
		}
		if strings.ContainsRune(w.Text, '\ufffd') {
			add(doubtSign)
		}
		if w.Text == core.Illegible {
			add(core.DoubtIllegible)
		}
	}
	return found
}

// markUnticked marks what stands behind an empty box, to the next box of the row.
// Where a row does not begin with a box, the boxes may follow what they are about:
// then an empty one leaves all of the row in doubt.
func markUnticked(words []vocabulary.Token) {
	first, empty, empties := -1, false, 0
	for k := 0; k < len(words); k++ {
		if ticked, n := boxAt(words[k:]); n > 0 {
			if empty = !ticked; empty {
				empties++
			}
			if first < 0 {
				first = k
			}
			k += n - 1
		} else if empty && words[k].Doubt == "" {
			words[k].Doubt = doubtUnticked
		}
	}
	for k := range words {
		if first > 0 && empties > 0 && words[k].Doubt == "" {
			words[k].Doubt = doubtUnticked
		}
	}
}

// withoutMarks leaves out boxes to tick, and what is struck out right before a number
// that takes its place: "5 mg" in "Warfarin 5 mg 3 mg". The doubts of the row stay.
func withoutMarks(words []vocabulary.Token) []vocabulary.Token {
	if !slices.ContainsFunc(words, func(w vocabulary.Token) bool {
		return w.Doubt != "" || strings.ContainsAny(w.Text, "[]☐☑☒✓✔✗✘")
	}) {
		return words
	}
	var out []vocabulary.Token
	for k := 0; k < len(words); {
		if _, n := boxAt(words[k:]); n > 0 && !strings.ContainsAny(words[k].Text, "()") {
			k += n
			continue
		}
		end := k
		for end < len(words) && words[end].Doubt == core.DoubtStruck {
			end++
		}
		if end > k && end < len(words) && vocabulary.HasDigit(words[end].Text) && slices.ContainsFunc(words[k:end], func(w vocabulary.Token) bool { return vocabulary.HasDigit(w.Text) }) {
			k = end
			continue
		}
		out = append(out, words[k:max(end, k+1)]...)
		k = max(end, k+1)
	}
	if len(out) == 0 {
		return words
	}
	return out
}

// boxAt reads a box to tick at the start of words, and how many of them it takes.
func boxAt(words []vocabulary.Token) (ticked bool, n int) {
	switch words[0].Text {
	case "☐", "□", "[]", "()", "❏", "❑", "◻", "⬜":
		return false, 1
	case "☑", "☒", "[x]", "[X]", "(x)", "(X)", "✓", "✔", "✗", "✘", "■", "🗹", "🗷":
		return true, 1
	case "[", "(":
		if len(words) > 1 && (words[1].Text == "]" || words[1].Text == ")") {
			return false, 2
		}
		if len(words) > 2 && (words[2].Text == "]" || words[2].Text == ")") && strings.EqualFold(words[1].Text, "x") {
			return true, 3
		}
	}
	return false, 0
}
