package core

import (
	"fmt"
	"strings"
	"unicode"
)

// Below these confidences a word may not say what is printed. Of numbers read at 90
// and above next to none is wrong, at 80 to 89 one in twenty to one in four; of other
// words read below 60 two in five are. See docs/ocr.md.
const (
	SureNumber = 90 // of words with a digit
	SureWord   = 60
)

// DoubtStruck is the doubt of words that are struck out: in the text of a document, or by a
// line that is drawn through them.
const DoubtStruck = "it is struck out"

// HasDigit reports whether a digit is in a word.
func (w Word) HasDigit() bool { return strings.ContainsFunc(w.Text, unicode.IsDigit) }

// ReadUnclearly reports whether the confidence of a word is too low to rely on it, and no
// second engine confirms it. One without a confidence was not read by an engine that
// gives them.
func (w Word) ReadUnclearly() bool {
	least := float64(SureWord)
	if w.HasDigit() {
		least = SureNumber
	}
	return w.Confidence != nil && *w.Confidence < least && !w.Confirmed()
}

// Unsure reports whether a person has to look at a word before it counts. It is the one
// place that decides so: for the marks of every screen, for values and for scores.
func (w Word) Unsure() bool { return w.Unconfirmed || w.Doubt != "" || w.ReadUnclearly() }

// Fair reports whether a word, though unsure, was read well enough to count where another
// place of the document says the same: nothing but its confidence speaks against it.
func (w Word) Fair() bool {
	return w.Doubt == "" && !w.Unconfirmed && (w.Confidence == nil || *w.Confidence >= fairReading)
}

// fairReading is the least confidence of a word that another may confirm: from 50 to 60,
// half of the words with a digit are right, and wrong ones are rarely wrong alike.
const fairReading = 50

// WhyUnsure says why a word is unsure; "" when it is not.
func (w Word) WhyUnsure() string {
	var why []string
	if w.ReadUnclearly() && w.Text != Illegible {
		why = append(why, fmt.Sprintf("read with confidence %.0f %%", *w.Confidence)+w.SecondSays())
	}
	if w.Doubt != "" {
		why = append(why, w.Doubt)
	}
	if w.Unconfirmed {
		why = append(why, "not confirmed by a second reading")
	}
	return strings.Join(why, "; ")
}
