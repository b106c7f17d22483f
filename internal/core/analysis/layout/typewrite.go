package layout

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

// leader reports whether a word is only a ruled line or a leader.
func leader(s string) bool {
	return len(s) > 0 && strings.Trim(s, "|_‖¦…·│┃║─━═┼├┤┬┴┌┐└┘╔╗╚╝╠╣╦╩╬") == "" || len(s) > 2 && strings.Trim(s, "-—–.=~") == ""
}

// Cells of a typewritten page, in units of which a letter is ten wide: two
// spaces make a gap between cells, an empty line one between paragraphs.
const (
	typeWidth  = 10
	typeHeight = 14
	typeLead   = 20
)

// placed is a word of a line of text with the column of its first letter.
type placed struct {
	vocabulary.Token
	column, width int
}

// typewrite gives words places from the columns they start at.
func typewrite(lines [][]placed) []vocabulary.Token {
	var out []vocabulary.Token
	for i, line := range lines {
		for _, w := range line {
			t := w.Token
			t.Line = i + 1
			t.X0, t.X1 = float64(w.column*typeWidth), float64((w.column+w.width)*typeWidth)
			t.Y0, t.Y1 = float64(i*typeLead), float64(i*typeLead+typeHeight)
			out = append(out, t)
		}
	}
	return out
}

func wordLines(words []vocabulary.Token) [][]placed {
	var lines [][]placed
	column := 0
	for i, w := range words {
		if i == 0 || w.Line != words[i-1].Line {
			lines, column = append(lines, nil), 0
		}
		width := len([]rune(w.Text))
		lines[len(lines)-1] = append(lines[len(lines)-1], placed{w, column, width})
		column += width + 1
	}
	return lines
}

func textLines(text string, marks []core.TextMark) [][]placed {
	byLine := map[int][]core.TextMark{}
	for _, m := range marks {
		byLine[m.Line] = append(byLine[m.Line], m)
	}
	var lines [][]placed
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, textLine(line, byLine[len(lines)]))
	}
	return lines
}

// textLine divides a line at white space. What the reader wrote itself keeps its
// room and is no word; a word that is marked anywhere has the doubt.
func textLine(line string, marks []core.TextMark) []placed {
	var words []placed
	column, start, doubt := 0, 0, ""
	var word []rune
	flush := func() {
		if w := string(word); len(word) > 0 && !leader(w) {
			words = append(words, placed{vocabulary.NewToken(core.Word{Text: w, Doubt: doubt}), start, len(word)})
		}
		word, doubt = word[:0], ""
	}
	runes := []rune(line)
	marked := marksOf(runes, marks)
	for at, r := range runes {
		var why string
		var note bool
		if marked != nil {
			why, note = marked[at].Doubt, marked[at].Note
		}
		switch {
		case r == '\t':
			flush()
			column += 8 - column%8
			continue
		case note, strings.ContainsRune(" \r\f\v\u00a0\u3000", r), r >= 0x2500 && r < 0x2580: // and the lines of tables
			flush()
		default:
			if len(word) == 0 {
				start = column
			}
			if word = append(word, r); doubt == "" {
				doubt = why
			}
		}
		column++
	}
	flush()
	return words
}

// marksOf gives what marks say of each character of a line, nil for nothing. More
// marks than a line can sensibly have leave all of it in doubt.
func marksOf(line []rune, marks []core.TextMark) []core.TextMark {
	if len(marks) == 0 || len(line) == 0 {
		return nil
	}
	out := make([]core.TextMark, len(line))
	steps := 16*len(line) + 1000
	for _, m := range marks {
		from, to := max(0, m.From), min(len(line), m.To)
		if steps -= max(1, to-from); steps < 0 {
			m, from, to = core.TextMark{Doubt: "it has more marks than can be told apart"}, 0, len(line)
		}
		for at := from; at < to; at++ {
			if out[at].Note = out[at].Note || m.Note; out[at].Doubt == "" {
				out[at].Doubt = m.Doubt
			}
		}
		if steps < 0 {
			break
		}
	}
	return out
}
