package read

import (
	"fmt"
	"image"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// Why a number may be another, whatever the confidence of its digits.
const (
	doubtPiece  = "it may go on beside its digits"
	doubtPoint  = "a decimal point may be lost: the numbers above and below it have one"
	doubtJoined = "two things may run together in it"
)

// doubtNumbers puts numbers in doubt that may be pieces of others, may have lost their
// decimal point, or of which two run together. Engines are sure of their digits, for
// the digits are right.
func doubtNumbers(b reading) reading {
	if b.chars == 0 || !boxed(b.words) {
		return b
	}
	img, drawn := grayOf(b.img)
	words, n := slices.Clone(b.words), 0
	for i, w := range words {
		if !w.HasDigit() || w.Box == (core.Box{}) {
			continue
		}
		var why []string
		if piece(words, i) || drawn && goesOn(img, words, i) {
			why = append(why, doubtPiece)
		}
		if lostPoint(words, i) {
			why = append(why, doubtPoint)
		}
		if joined.MatchString(w.Text) {
			why = append(why, doubtJoined)
		}
		if len(why) > 0 {
			n++
			words[i].Doubt = also(w.Doubt, strings.Join(why, "; "))
		}
	}
	if n > 0 {
		b.words = words
		b.steps = append(slices.Clone(b.steps), fmt.Sprintf("numbers that may not be whole: %d", n))
	}
	return b
}

// joined are a date and a time without the space between, and a day and its year.
var joined = regexp.MustCompile(`\d/\d+/\d.*:\d|\d,\d{4}`)

// piece reports whether a word and its neighbour are one number that was torn: "29." and
// "70".
func piece(words []core.Word, i int) bool {
	w := words[i]
	for k, o := range words {
		if k == i || !o.HasDigit() || !level(w.Box, o.Box) {
			continue
		}
		left, right := w, o
		if o.Box.X < w.Box.X {
			left, right = o, w
		}
		room := gap(left, right)
		height := min(w.Box.H, o.Box.H)
		first, last := []rune(right.Text)[0], []rune(left.Text)[len([]rune(left.Text))-1]
		switch {
		case room < -height:
		case unicode.IsDigit(last) && (unicode.IsDigit(first) || first == '.') && 10*room < 3*height,
			last == '.' && unicode.IsDigit(first) && 10*room < 8*height,
			last == ',' && digitsOnly.MatchString(right.Text) && 10*room < 3*height:
			return true
		}
	}
	return false
}

var digitsOnly = regexp.MustCompile(`^\d{2,3}$`)

// level reports whether two boxes stand in one row.
func level(a, b core.Box) bool {
	return 2*(min(a.Y+a.H, b.Y+b.H)-max(a.Y, b.Y)) > min(a.H, b.H)
}

// goesOn reports whether ink stands right beside a number that is in no word, or whether
// the number ends at the edge of the picture.
func goesOn(img *raster.Gray, words []core.Word, i int) bool {
	b := words[i].Box
	if b.X <= 1 || b.X+b.W >= img.W-1 {
		return true
	}
	reach := 2 * b.H / 5
	beside := func(at image.Rectangle) bool {
		at = at.Intersect(image.Rect(0, 0, img.W, img.H))
		for k, o := range words {
			if k == i {
				continue
			}
			if over := rectangle(o.Box).Intersect(at); !over.Empty() {
				if over.Dy()*2 > at.Dy() && over.Min.X > at.Min.X {
					at.Max.X = over.Min.X
				} else {
					return false // the ink is that of another word
				}
			}
		}
		inked := 0
		for x := at.Min.X; x < at.Max.X; x++ {
			for y := at.Min.Y; y < at.Max.Y; y++ {
				if img.Pix[y*img.W+x] < raster.Ink {
					inked++
				}
			}
		}
		return 30*inked > b.H*b.H
	}
	return beside(image.Rect(b.X+b.W+1, b.Y, b.X+b.W+1+reach, b.Y+b.H)) || beside(image.Rect(b.X-1-reach, b.Y, b.X-1, b.Y+b.H))
}

var (
	whole   = regexp.MustCompile(`^[-+<>]?\d{1,6}$`)
	decimal = regexp.MustCompile(`^[-+<>]?\d*[.,](\d{1,2})$`)
)

// lostPoint reports whether a number has no decimal point where those above and below
// it have one, all with as many digits behind it.
func lostPoint(words []core.Word, i int) bool {
	const fewest, rows = 3, 12
	w := words[i]
	if !whole.MatchString(w.Text) {
		return false
	}
	places, others := 0, 0
	for k, o := range words {
		if k == i || !o.HasDigit() {
			continue
		}
		overlap := min(w.Box.X+w.Box.W, o.Box.X+o.Box.W) - max(w.Box.X, o.Box.X)
		if 2*overlap < min(w.Box.W, o.Box.W) || max(w.Box.Y-o.Box.Y, o.Box.Y-w.Box.Y) > 3*rows*w.Box.H {
			continue
		}
		m := decimal.FindStringSubmatch(o.Text)
		switch {
		case m == nil && whole.MatchString(o.Text):
			return false // whole numbers stand there, too
		case m == nil:
			continue
		case places != 0 && places != len(m[1]):
			return false
		}
		places = len(m[1])
		others++
	}
	return others >= fewest
}
