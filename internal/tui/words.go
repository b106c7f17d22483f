package tui

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// doubtBelow is the confidence under which a word is marked.
const doubtBelow = 60

// wordsOf is a page with its words, and the job it belongs to.
type wordsOf struct {
	Number int
	Page   core.Page
}

// near is how far ahead in the text a word is looked for. A word that was
// written differently must not be found again pages later: every word after it would be missed.
const near = 80

// placeWords finds words in the text, in order. A word that is not found has
// no place and does not stop the rest.
func placeWords(body string, words []core.Word) []ui.Span {
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

// doubtSpans are the places of the doubtful words that have one.
func doubtSpans(words []core.Word, placed []ui.Span) []ui.Span {
	var out []ui.Span
	for i, w := range words {
		if placed[i].From >= 0 && unsure(w) {
			out = append(out, placed[i])
		}
	}
	return out
}

// marked is a text with its doubtful words; the reader says how many have no place.
func marked(body string, words []core.Word) ui.Text {
	return ui.Text{Body: body, Doubt: doubtSpans(words, placeWords(body, words))}
}

func unsure(w core.Word) bool { return w.Confidence != nil && *w.Confidence < doubtBelow }
