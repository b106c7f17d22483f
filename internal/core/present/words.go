package present

import (
	"strings"

	"clinician/internal/core"
)

// Span is a range of bytes in a text; From is -1 for none.
type Span struct{ From, To int }

// near is how far ahead in the text a word is looked for. A word that was
// written differently must not be found again pages later: every word after it would be missed.
const near = 80

// PlaceWords finds words in the text, in order. A word that is not found has
// no place and does not stop the rest.
func PlaceWords(text string, words []core.Word) []Span {
	out := make([]Span, len(words))
	at := 0
	for i, w := range words {
		out[i] = Span{-1, -1}
		if w.Text == "" {
			continue
		}
		ahead := text[at:min(len(text), at+near+len(w.Text))]
		j := strings.Index(ahead, w.Text)
		if j < 0 {
			continue
		}
		from := at + j
		at = from + len(w.Text)
		out[i] = Span{from, at}
	}
	return out
}
