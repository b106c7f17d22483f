package page

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// DoubtBelow is the confidence under which a word is marked.
const DoubtBelow = 60

// WordsOf is a page with its words, and the job it belongs to.
type WordsOf struct {
	Number int
	Page   core.Page
}

// near is how far ahead in the text a word is looked for. A word that was
// written differently must not be found again pages later: every word after it would be missed.
const near = 80

// PlaceWords finds words in the text, in order. A word that is not found has
// no place and does not stop the rest.
func PlaceWords(body string, words []core.Word) []ui.Span {
	out := make([]ui.Span, len(words))
	at := 0
	for i, w := range words {
		out[i] = ui.Span{From: -1, To: -1}
		if w.Text == "" {
			continue
		}
		ahead := body[at:min(len(body), at+near+len(w.Text))]
		j := strings.Index(ahead, w.Text)
		if j < 0 {
			continue
		}
		from := at + j
		at = from + len(w.Text)
		out[i] = ui.Span{From: from, To: at}
	}
	return out
}

// DoubtSpans are the places of the doubtful words that have one.
func DoubtSpans(words []core.Word, placed []ui.Span) []ui.Span {
	var out []ui.Span
	for i, w := range words {
		if placed[i].From >= 0 && Unsure(w) {
			out = append(out, placed[i])
		}
	}
	return out
}

// Marked is a text with its doubtful words; the reader says how many have no place.
func Marked(body string, words []core.Word) ui.Text {
	return ui.Text{Body: body, Doubt: DoubtSpans(words, PlaceWords(body, words))}
}

func Unsure(w core.Word) bool { return w.Confidence != nil && *w.Confidence < DoubtBelow }
