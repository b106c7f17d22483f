package read

import (
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

// setRow lays words out from x on, 20 pixels tall, 12 pixels a letter.
func setRow(line, x, y int, text string) []core.Word {
	var words []core.Word
	for w := range strings.FieldsSeq(text) {
		words = append(words, core.Word{Text: w, Line: line, Box: core.Box{X: x, Y: y, W: 12 * len(w), H: 20}})
		x += 12 * (len(w) + 1)
	}
	return words
}

// Engines that take a page for one column read across two.
func TestColumnsOfProse(t *testing.T) {
	var words []core.Word
	words = append(words, setRow(1, 300, 50, "A heading over both of the columns of this page here")...)
	for i := range 14 {
		y := 100 + 40*i
		words = append(words, setRow(i+2, 100, y, fmt.Sprintf("left %02d and words that fill", i))...)
		if i == 6 {
			words = append(words, setRow(i+2, 480, y, "INSET")...)
		}
		words = append(words, setRow(i+2, 620, y, fmt.Sprintf("right %02d with words to fill", i))...)
	}
	words = append(words, setRow(20, 100, 800, "54 TITLE")...) // under the left column only
	_, text := Layout(words)
	flat := strings.Join(strings.Fields(text), " ")
	at := -1
	for _, want := range []string{"A heading", "left 00", "left 07", "left 13", "right 00", "right 13", "54 TITLE"} {
		i := strings.Index(flat, want)
		if i < at || i < 0 {
			t.Fatalf("%q comes too early or not at all in %q", want, flat)
		}
		at = i
	}
	if !strings.Contains(flat, "INSET") {
		t.Error("the caption between the columns is lost")
	}
}

// A caption whose words lie left and right of the gutter stays in one piece, and
// is read after the columns that run around it.
func TestCaptionOverTheGutter(t *testing.T) {
	var words []core.Word
	for i := range 16 {
		left, right, x := fmt.Sprintf("left %02d and words that fill the column", i), fmt.Sprintf("right %02d with words to fill", i), 600
		y := 100 + 40*i
		switch i { // the columns run around it
		case 7:
			left, x = left[:20], 720
			words = append(words, setRow(i+1, 516, y, "ROOFS OF")...)
		case 8:
			left, x = left[:20], 720
			words = append(words, setRow(i+1, 516, y, "THE TOWN")...)
		}
		words = append(words, setRow(i+1, 100, y, left)...)
		words = append(words, setRow(i+1, x, y, right)...)
	}
	_, text := Layout(words)
	if flat := strings.Join(strings.Fields(text), " "); !strings.HasSuffix(flat, "right 15 with words to fill ROOFS OF THE TOWN") {
		t.Errorf("the caption was taken apart: %q", flat)
	}
}

// Rows of tables stay together, however many there are.
func TestTablesAreNoColumns(t *testing.T) {
	var words []core.Word
	for i := range 20 {
		y := 100 + 40*i
		words = append(words, setRow(i+1, 100, y, "Serum potassium level")...)
		words = append(words, setRow(i+1, 620, y, "4.1 mmol/L 3.5 - 5.1")...)
	}
	_, text := Layout(words)
	if n := strings.Count(text, "level   4.1 mmol/L"); n != 20 {
		t.Errorf("%d rows of 20 are whole:\n%s", n, text)
	}
}
