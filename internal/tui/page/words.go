package page

import (
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// WordsOf is a page with its words, and the job it belongs to.
type WordsOf struct {
	Number int
	Page   core.Page
}

// PlaceWords finds words in the text, in order; see present.PlaceWords.
func PlaceWords(body string, words []core.Word) []ui.Span {
	placed := present.PlaceWords(body, words)
	out := make([]ui.Span, len(placed))
	for i, p := range placed {
		out[i] = ui.Span(p)
	}
	return out
}

// DoubtSpans are the places of the doubtful words that have one.
func DoubtSpans(words []core.Word, placed []ui.Span) []ui.Span {
	var out []ui.Span
	for i, w := range words {
		if placed[i].From >= 0 && w.Unsure() {
			out = append(out, placed[i])
		}
	}
	return out
}

// Marked is a text with its doubtful words; the reader says how many have no place.
func Marked(body string, words []core.Word) ui.Text {
	return ui.Text{Body: body, Doubt: DoubtSpans(words, PlaceWords(body, words))}
}
