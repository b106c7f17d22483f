package numbers

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// The printable characters that documents in Latin letters need. The model knows
// thousands more, which are never what is printed there.
const wanted = "0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "abcdefghijklmnopqrstuvwxyz" +
	`!"#$%&'()*+,-./:;<=>?@[]^_|~` + "°±μ×÷²≤≥·—↑↓"

// alphabet says which outputs of the model are read, and as what.
type alphabet struct {
	class []int  // rising
	runes []rune // of each class
}

// readAlphabet reads the model's list of characters, one a line. Class 0 of the model's
// output is no character, the last one a space, which it hardly ever gives.
func readAlphabet(list io.Reader) (alphabet, error) {
	var a alphabet
	lines := bufio.NewScanner(list)
	n := 0
	for lines.Scan() {
		n++
		r := []rune(lines.Text())
		if len(r) == 1 && strings.ContainsRune(wanted, r[0]) {
			c := r[0]
			if c == 'μ' {
				c = 'µ' // the letter and the sign look the same; units are written with the sign
			}
			a.class, a.runes = append(a.class, n), append(a.runes, c)
		}
	}
	if len(a.class) < 80 {
		return a, fmt.Errorf("the list of characters names %d of those needed", len(a.class))
	}
	return a, lines.Err()
}

// seen is a character, how likely the model holds it to be, and the step it is in.
type seen struct {
	r    rune
	sure float32
	step int
}

// decode takes the likeliest character of each step and makes one of those that follow
// each other without a blank between (CTC). probabilities holds classes of each step.
func (a alphabet) decode(probabilities []float32, classes int) []seen {
	var out []seen
	last := -1
	for step := 0; (step+1)*classes <= len(probabilities); step++ {
		row := probabilities[step*classes : (step+1)*classes]
		best, at := row[0], -1
		for i, c := range a.class {
			if c < classes && row[c] > best {
				best, at = row[c], i
			}
		}
		switch {
		case at < 0:
		case at == last:
			if s := &out[len(out)-1]; best > s.sure {
				s.sure, s.step = best, step
			}
		default:
			out = append(out, seen{a.runes[at], best, step})
		}
		last = at
	}
	return out
}
