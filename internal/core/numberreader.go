package core

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// NumberReader reads single lines of print, words with numbers above all, by other
// means than the Engine that has read the page: two that read the same are hardly ever
// both wrong.
type NumberReader interface {
	// Info says what reads, with Name, Version, Model and Device. CodeEngineMissing, with
	// what to do, when it cannot run here.
	Info(ctx context.Context) (EngineInfo, error)

	// ReadLines gives a text for each line, in their order. A line is a picture in
	// FormatGray, dark on light, upright, that holds one line of print and little
	// around it; one in which nothing is read has no characters. Ending the context ends
	// the work.
	ReadLines(ctx context.Context, lines []PageImage) ([]LineText, error)

	// Close ends what it runs.
	Close() error
}

// LineText is what was read of one line. Spaces are not among its characters: who needs
// them finds them by the gaps between.
type LineText struct {
	Characters []LineCharacter `json:"characters,omitempty"`
}

// LineCharacter is one character of a line.
type LineCharacter struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"` // 0..100
	X          int     `json:"x"`          // about the middle of it, in pixels of the line's picture
}

// Text gives the characters as they follow each other.
func (l LineText) Text() string {
	var b []byte
	for _, c := range l.Characters {
		b = append(b, c.Text...)
	}
	return string(b)
}

// Confidence is how sure the least sure character is; 0 when there is none.
func (l LineText) Confidence() float64 {
	if len(l.Characters) == 0 {
		return 0
	}
	least := 100.0
	for _, c := range l.Characters {
		least = min(least, c.Confidence)
	}
	return least
}

// SecondReading is what another, independent engine read in the place of a word.
type SecondReading struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"`       // 0..100, of its least sure character
	Engine     string  `json:"engine,omitempty"` // what read it: "PP-OCRv4"; "" in readings of before it was kept
}

// By says who read, for people.
func (s SecondReading) By() string {
	if s.Engine == "" {
		return "a second engine"
	}
	return "a second engine (" + s.Engine + ")"
}

// SecondSays is what a second engine made of a word that was not read clearly, to stand
// behind what is said of the first reading: ", and as ...". "" where none was asked, where
// it read nothing, and where Doubt says already that it read other numbers.
func (w Word) SecondSays() string {
	switch {
	case w.Second == nil || w.Second.Text == "" || w.Contradicted():
		return ""
	case w.Second.Text == strings.ReplaceAll(w.Text, " ", ""):
		return ", and the same by " + w.Second.By()
	}
	return fmt.Sprintf(", and as %q by %s", w.Second.Text, w.Second.By())
}

// Least confidences at which two readings of a number that say the same make it sure.
// Measured; see docs/ocr.md.
const (
	confirmable = 60 // of the first, which is below SureNumber
	confirming  = 95 // of the second
)

// Contradicted reports whether a second engine read other numbers in the place of w.
// Where it read nothing it does not.
func (w Word) Contradicted() bool {
	return w.Second != nil && w.Second.Text != "" && !sameNumbers(w.Text, w.Second.Text)
}

// Confirmed reports whether a second engine read the same numbers in the place of w so
// surely that a first reading counts which alone is none to rely on. Beside letters it
// does not, for what is a digit and what a letter both may mistake for the same reason;
// nor does a single digit, which specks and pieces of others look like to both.
func (w Word) Confirmed() bool {
	return w.Second != nil && w.Confidence != nil && *w.Confidence >= confirmable && w.Second.Confidence >= confirming &&
		digitsIn(w.Text) > 1 && sameNumbers(w.Text, w.Second.Text) && !strings.ContainsFunc(w.Text, unicode.IsLetter)
}

func digitsIn(text string) (n int) {
	for _, r := range text {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func sameNumbers(a, b string) bool { return slices.Equal(signedNumbers(a), signedNumbers(b)) }

// signedNumbers gives the numbers of a text with what stands before and within them,
// whichever of several signs alike was taken for it.
func signedNumbers(text string) []string {
	text = strings.ReplaceAll(alikeSigns.Replace(text), " ", "")
	return withSigns.FindAllString(text, -1)
}

var (
	alikeSigns = strings.NewReplacer("–", "-", "—", "-", "−", "-", "²", "2", "³", "3", "¹", "1", "⁹", "9")
	withSigns  = regexp.MustCompile(`[<>≤≥±+-]?\p{Nd}+(?:[.,:/]\p{Nd}+)*`)
)
