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

// Tidied lays a page's text out; see present.Tidied.
func Tidied(body string, words []core.Word, width int, all bool) (text string, placed []ui.Span, specks []int) {
	t := present.Tidied(body, words, width, all)
	placed = make([]ui.Span, len(t.Places))
	for i, p := range t.Places {
		placed[i] = ui.Span(p)
	}
	return t.Text, placed, t.Hidden
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

// RowOf gives the boxes of all words that stand on the row of boxes.
func RowOf(words []core.Word, boxes []core.Box) []core.Box {
	var row []core.Box
	for _, w := range words {
		for _, b := range boxes {
			if middle := w.Box.Y + w.Box.H/2; middle >= b.Y && middle < b.Y+b.H {
				row = append(row, w.Box)
				break
			}
		}
	}
	return row
}

// Marked is a text with its doubtful words; the reader says how many have no place.
func Marked(body string, words []core.Word) ui.Text {
	return ui.Text{Body: body, Doubt: DoubtSpans(words, PlaceWords(body, words))}
}
