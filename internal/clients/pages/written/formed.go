package written

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
)

// form is how characters are printed, as far as it changes what they say.
type form struct {
	raised, lowered, struck bool
	gone                    string // why nobody sees them: "hidden", "deleted", ...; "": they are seen
	signs                   string // the font of signs they are of, as signFont gives it; "": letters
	doubt                   string // another reason to doubt them
	shaded                  bool   // on a coloured ground, on which white is seen
	added                   bool   // with changes tracked, and nobody has accepted it
}

// What is said of words by their form.
const (
	doubtAdded = "it was added with changes tracked and has not been accepted"
	doubtWhite = "it is written in white or too small to be seen"
)

// styled is a line or a cell: its characters, and marks on them.
type styled struct {
	text  []rune
	marks []core.TextMark // Line is set when the line has its place
}

func (s *styled) mark(from, to int, doubt string, note bool) {
	if from >= to || doubt == "" && !note {
		return
	}
	if n := len(s.marks) - 1; n >= 0 && s.marks[n].To == from && s.marks[n].Doubt == doubt && s.marks[n].Note == note {
		s.marks[n].To = to
		return
	}
	s.marks = append(s.marks, core.TextMark{From: from, To: to, Doubt: doubt, Note: note})
}

// add appends another line behind itself.
func (s *styled) add(o styled) {
	at := len(s.text)
	s.text = append(s.text, o.text...)
	for _, m := range o.marks {
		s.mark(m.From+at, m.To+at, m.Doubt, m.Note)
	}
}

// trim drops white space around.
func (s styled) trim() styled {
	from, to := 0, len(s.text)
	for from < to && unicode.IsSpace(s.text[from]) {
		from++
	}
	for to > from && unicode.IsSpace(s.text[to-1]) {
		to--
	}
	out := styled{text: s.text[from:to]}
	for _, m := range s.marks {
		out.mark(max(0, m.From-from), min(to, m.To)-from, m.Doubt, m.Note)
	}
	return out
}

// lastWord is where the word begins that the text ends with.
func (s styled) lastWord() int {
	i := len(s.text)
	for i > 0 && !unicode.IsSpace(s.text[i-1]) {
		i--
	}
	return i
}

// writer makes pages of text of a document with form: what the form says is
// written in letters or marked, and what is left out is counted. Every format that
// keeps form goes through it.
type writer struct {
	pages []core.Page
	lines []styled // of the page
	notes []styled // that stand at the foot of the page

	beside []styled // text boxes, which follow the line

	guess string // the code page that letters were guessed to be of; "" they are certain

	line   styled
	struck bool // the line's end is struck out
	script script

	table []tableRow
	cells []styled // of the row that is being written
	inRow bool     // what comes is of a row of a table, whose first cell has not ended
	split bool     // a page ends within that row

	pics   *pictures // of the document; nil: none are taken
	before int       // pages of the document before the first of this writer

	gone   map[string]*strings.Builder // what was left out of the page, by why
	powers int                         // raised digits of the page written as powers
	signs  int                         // signs of fonts of signs
	unread map[string]int              // parts of the page that are not read
	left   []core.Unread               // other parts that are not read
	extra  []string                    // further steps
}

// put writes characters that are printed in a form.
func (w *writer) put(text string, f form) {
	if text == "" {
		return
	}
	if f.shaded {
		f.unseen(false)
	}
	if f.gone != "" {
		w.lose(f.gone, text)
		return
	}
	if f.added && f.doubt == "" {
		f.doubt = doubtAdded
	}
	if f.signs != "" {
		text = w.signsOf(f.signs, text)
	}
	text = plainSigns(text)
	if f.raised || f.lowered {
		if w.script.text != "" && !w.script.same(f) {
			w.endScript("")
		}
		w.script.text, w.script.form = w.script.text+text, f
		return
	}
	w.endScript(text)
	w.write(text, f)
}

// write appends to the line, with what its form says of it.
func (w *writer) write(text string, f form) {
	if f.struck != w.struck && (w.struck || strings.TrimSpace(text) != "") {
		w.strike(f.struck)
	}
	from := len(w.line.text)
	w.line.text = append(w.line.text, []rune(text)...)
	if w.guess != "" {
		for i := from; i < len(w.line.text); i++ {
			if r := w.line.text[i]; r >= 0x80 && !ruled(r) {
				w.line.mark(i, i+1, "its letters were taken to be of code page "+w.guess, false)
			}
		}
	}
	switch {
	case w.struck:
		w.line.mark(from, len(w.line.text), core.DoubtStruck, false)
	case f.doubt != "":
		w.line.mark(from, len(w.line.text), f.doubt, false)
	}
}

// ruled reports whether a character is a piece of a line of a table.
func ruled(r rune) bool { return r >= 0x2500 && r < 0x25a0 }

// strike opens and closes what is struck out, so that it is seen.
func (w *writer) strike(on bool) {
	if w.struck = on; on {
		w.say("[")
		return
	}
	w.say(": struck out]")
}

// say writes what the document does not.
func (w *writer) say(text string) {
	from := len(w.line.text)
	w.line.text = append(w.line.text, []rune(text)...)
	w.line.mark(from, len(w.line.text), "", true)
}

// refer notes that something elsewhere belongs to the word before: a footnote.
func (w *writer) refer(to string) {
	w.endScript("")
	if from := w.line.lastWord(); from < len(w.line.text) {
		w.line.mark(from, len(w.line.text), "a note belongs to it: "+to, false)
	}
	w.say("[" + to + "]")
}

// lose counts what is not shown.
func (w *writer) lose(why, text string) {
	if w.gone == nil {
		w.gone = map[string]*strings.Builder{}
	}
	if w.gone[why] == nil {
		w.gone[why] = &strings.Builder{}
	}
	w.gone[why].WriteString(text)
}

// skip counts a part that is not read.
func (w *writer) skip(what string) {
	if w.unread == nil {
		w.unread = map[string]int{}
	}
	w.unread[what]++
}

// leave notes a part that is not read, with what to do.
func (w *writer) leave(u core.Unread) { w.left = append(w.left, u) }

// endRun ends whatever form the line's end has.
func (w *writer) endRun() styled {
	w.endScript("")
	if w.struck {
		w.strike(false)
	}
	for why, b := range w.gone {
		if b.Len() > 0 {
			w.lose(why, " ")
		}
	}
	line := w.line
	w.line = styled{}
	return line
}

// newline ends a line. Within a row of a table lines go on beside each other.
func (w *writer) newline() {
	if len(w.cells) > 0 || w.inRow {
		w.gap()
		return
	}
	line := w.endRun()
	w.endTable()
	w.lines = append(w.lines, line)
	w.lines, w.beside = append(w.lines, w.beside...), nil
}

// gap divides two lines of one cell.
func (w *writer) gap() {
	if line := w.endRun(); len(line.text) > 0 {
		line.text = append(line.text, ' ')
		w.line = line
	}
}

// cell ends a cell of a row, which takes so many columns.
func (w *writer) cell(columns int) {
	for _, box := range w.beside {
		w.gap()
		w.line.add(box)
	}
	w.beside = nil
	w.cells = append(w.cells, w.endRun().trim())
	for range min(columns, maxColumns) - 1 {
		w.cells = append(w.cells, styled{})
	}
}

const maxColumns = 60

// row ends a row of a table.
func (w *writer) row() {
	if (len(w.line.text) > 0 || w.script.text != "") && (w.inRow || len(w.cells) > 0) {
		w.cell(1)
	}
	if slices.ContainsFunc(w.cells, func(c styled) bool { return len(c.text) > 0 }) {
		w.table = append(w.table, tableRow{w.cells, w.split})
	}
	w.cells, w.split = nil, false
}

// page ends a page, also within a table.
func (w *writer) page() {
	if len(w.cells) > 0 || w.inRow || w.table != nil && len(w.line.text) == 0 {
		w.split = true
		return
	}
	w.newline()
	w.endPage()
}

// endPage makes a page of what was written.
func (w *writer) endPage() {
	lines := w.lines
	if len(w.notes) > 0 {
		lines = append(lines, w.notes...)
	}
	p := pageOf(lines)
	p.Steps = w.steps()
	p.Leaves(w.parts()...)
	w.pages = append(w.pages, p)
	w.lines, w.notes, w.gone, w.powers, w.signs, w.unread, w.left, w.extra = nil, nil, nil, 0, 0, nil, nil, nil
}

// steps say what was done to the page's text.
func (w *writer) steps() []string {
	var out []string
	for _, why := range slices.Sorted(maps.Keys(w.gone)) {
		if n := len(strings.Fields(w.gone[why].String())); n > 0 {
			out = append(out, fmt.Sprintf("left out %s text: %s", why, core.Plural(n, "word", "words")))
		}
	}
	if w.powers > 0 {
		out = append(out, fmt.Sprintf("wrote raised digits as powers of ten: %d", w.powers))
	}
	if w.signs > 0 {
		out = append(out, fmt.Sprintf("read signs of a font of signs: %d", w.signs))
	}
	if n := w.unread["printer code"]; n > 0 {
		out = append(out, "left out "+core.Plural(n, "code", "codes")+" for printers that are not known")
	}
	return append(out, w.extra...)
}

// parts are what is not read of the page, with what to do.
func (w *writer) parts() []core.Unread {
	var out []core.Unread
	for _, what := range slices.Sorted(maps.Keys(w.unread)) {
		kind := core.UnreadObject
		switch what {
		case "printer code":
			continue
		case "picture":
			kind = core.UnreadPicture
		}
		n, was := w.unread[what], "was"
		if n > 1 {
			was = "were"
		}
		out = append(out, core.Unread{Kind: kind, Message: fmt.Sprintf("%s of this document %s not read. Save the document as PDF and upload that.", core.Plural(n, what, what+"s"), was)})
	}
	return append(out, w.left...)
}

// close ends the line or table that is being written.
func (w *writer) close() {
	w.inRow = false
	w.row()
	if len(w.line.text) > 0 || w.script.text != "" || w.table != nil || w.beside != nil {
		w.newline()
	}
}

// finish ends the document and gives its pages; at least one.
func (w *writer) finish() []core.Page {
	w.close()
	w.endPage()
	for len(w.pages) > 1 && w.pages[len(w.pages)-1].Status == core.PageEmpty {
		w.pages = w.pages[:len(w.pages)-1]
	}
	return w.pages
}

// pageOf joins lines, without empty ones around them.
func pageOf(lines []styled) core.Page {
	for i := range lines {
		lines[i].text = []rune(strings.TrimRightFunc(string(lines[i].text), unicode.IsSpace))
	}
	empty := func(s styled) bool { return len(s.text) == 0 }
	for len(lines) > 0 && empty(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && empty(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	p := core.Page{Source: core.SourceTextFile, Status: core.PageRead}
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(line.text))
		for _, m := range line.marks {
			m.Line, m.To = i, min(m.To, len(line.text))
			if m.From < m.To {
				p.Marks = append(p.Marks, m)
			}
		}
	}
	if p.Text = b.String(); p.Text == "" {
		p.Status = core.PageEmpty
	}
	return p
}
