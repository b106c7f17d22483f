package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Column describes one column of a Table.
type Column struct {
	Title string
	Width int  // the least it needs
	Most  int  // what it likes to have; it gets at most half of what is left over
	Flex  bool // shares what is left over
	Right bool // numbers
	Drop  int  // when the table is too narrow, columns with the highest Drop go first; 0 stays
}

// Table is a list of any length of which only the visible rows cost anything.
type Table struct {
	cols   []Column
	widths []int // 0: not shown
	w, h   int
	n      int
	cell   func(row, col int) string
	mark   func(row int) bool
	chosen func(row int) bool
	cursor int
	top    int
}

// NewTable makes an empty table.
func NewTable(cols ...Column) *Table { return &Table{cols: cols} }

// SetSize gives the table its place, header line included.
func (t *Table) SetSize(w, h int) {
	if w != t.w || t.widths == nil {
		t.w = w
		t.layout()
	}
	t.h = h
	t.reveal()
}

// SetRows gives the table n rows; cell is asked for the visible ones at each
// View and must be quick. The cursor stays where it is, as far as rows reach.
func (t *Table) SetRows(n int, cell func(row, col int) string) {
	t.n, t.cell = n, cell
	t.Select(t.cursor)
}

// Before is SetRows with rows more in front: what is selected stays so, where it
// stands on the screen.
func (t *Table) Before(rows, n int, cell func(row, col int) string) {
	t.n, t.cell = n, cell
	t.top += rows
	t.Select(t.cursor + rows)
}

// Mute says which rows are drawn less prominently.
func (t *Table) Mute(f func(row int) bool) { t.mark = f }

// Marked says which rows have a plus before them: those that the user marked.
func (t *Table) Marked(f func(row int) bool) { t.chosen = f }

// Len is the number of rows.
func (t *Table) Len() int { return t.n }

// Cursor is the selected row, -1 when there are none.
func (t *Table) Cursor() int {
	if t.n == 0 {
		return -1
	}
	return t.cursor
}

// Select moves the cursor to a row.
func (t *Table) Select(row int) {
	t.cursor = max(0, min(row, t.n-1))
	t.reveal()
}

// Width is how wide a column is shown, 0 when it is not.
func (t *Table) Width(col int) int {
	if t.widths == nil {
		return 0
	}
	return t.widths[col]
}

// Rows is the number of rows that fit.
func (t *Table) Rows() int { return max(1, t.h-1) }

// Last is the last row that is visible, -1 without rows.
func (t *Table) Last() int { return min(t.n, t.top+t.Rows()) - 1 }

// First is the first row that is visible.
func (t *Table) First() int { return t.top }

func (t *Table) reveal() {
	rows := t.Rows()
	if t.cursor < t.top {
		t.top = t.cursor
	}
	if t.cursor >= t.top+rows {
		t.top = t.cursor - rows + 1
	}
	t.top = max(0, min(t.top, t.n-rows))
}

// layout decides which columns are shown and how wide.
func (t *Table) layout() {
	t.widths = make([]int, len(t.cols))
	for i, c := range t.cols {
		t.widths[i] = c.Width
	}
	for t.used() > t.w {
		worst := -1
		for i, c := range t.cols {
			if t.widths[i] > 0 && c.Drop > 0 && (worst < 0 || c.Drop > t.cols[worst].Drop) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		t.widths[worst] = 0
	}
	var flex []int
	for i, c := range t.cols {
		if c.Flex && t.widths[i] > 0 {
			flex = append(flex, i)
		}
	}
	spare := t.w - t.used()
	for i, c := range t.cols {
		if t.widths[i] > 0 && c.Most > c.Width && spare > 1 {
			more := min(c.Most-c.Width, spare/2)
			t.widths[i] += more
			spare -= more
		}
	}
	for k, i := range flex {
		add := spare / (len(flex) - k)
		if t.widths[i]+add < 3 {
			add = 3 - t.widths[i]
		}
		t.widths[i] += add
		spare -= add
	}
}

// used is two cells for the cursor and two between columns.
func (t *Table) used() int {
	sum := 0
	for _, w := range t.widths {
		if w > 0 {
			sum += w + 2
		}
	}
	return sum
}

// View draws the header and the visible rows.
func (t *Table) View(th *Theme) string {
	if t.h <= 0 {
		return ""
	}
	var b, line strings.Builder
	t.row(&line, "  ", func(c int) string { return t.cols[c].Title })
	b.WriteString(th.Dim.Render(strings.TrimRight(line.String(), " ")))
	end := min(t.n, t.top+t.h-1)
	for r := t.top; r < end; r++ {
		line.Reset()
		b.WriteByte('\n')
		t.row(&line, t.sign(r), func(c int) string { return t.cell(r, c) })
		switch {
		case r == t.cursor:
			b.WriteString(th.Selected.Render(line.String()))
		case t.mark != nil && t.mark(r):
			b.WriteString(th.Dim.Render(line.String()))
		default:
			b.WriteString(line.String())
		}
	}
	return b.String()
}

// sign stands before a row: where the cursor is, and whether the row is marked.
func (t *Table) sign(row int) string {
	sign := [2]byte{' ', ' '}
	if row == t.cursor {
		sign[0] = '>'
	}
	if t.chosen != nil && t.chosen(row) {
		sign[1] = '+'
	}
	return string(sign[:])
}

func (t *Table) row(b *strings.Builder, sign string, text func(col int) string) {
	b.WriteString(sign)
	first := true
	for c, w := range t.widths {
		if w == 0 {
			continue
		}
		if !first {
			b.WriteString("  ")
		}
		first = false
		if t.cols[c].Right {
			b.WriteString(PadLeft(text(c), w))
		} else {
			b.WriteString(Pad(text(c), w))
		}
	}
}

// Mover is anything a cursor moves in.
type Mover interface {
	Move(rows int)
	Page(pages int)
	End(last bool)
}

// Move moves the cursor by rows.
func (t *Table) Move(rows int) { t.Select(t.cursor + rows) }

// Page moves the cursor by whole pages.
func (t *Table) Page(pages int) { t.Select(t.cursor + pages*t.Rows()) }

// End moves the cursor to the first or last row.
func (t *Table) End(last bool) {
	if last {
		t.Select(t.n - 1)
	} else {
		t.Select(0)
	}
}

// MoveKeys binds the usual keys to m; after runs when something moved.
func MoveKeys(m Mover, after func() tea.Cmd) []Binding {
	do := func(f func()) func() tea.Cmd {
		return func() tea.Cmd {
			f()
			if after != nil {
				return after()
			}
			return nil
		}
	}
	return []Binding{
		{Keys: []string{"j", "down"}, Show: "j/Down", Help: "down", Quiet: true, Run: do(func() { m.Move(1) })},
		{Keys: []string{"k", "up"}, Show: "k/Up", Help: "up", Quiet: true, Run: do(func() { m.Move(-1) })},
		{Keys: []string{"pgdown", " "}, Show: "PgDn/Space", Help: "page down", Quiet: true, Run: do(func() { m.Page(1) })},
		{Keys: []string{"pgup"}, Help: "page up", Quiet: true, Run: do(func() { m.Page(-1) })},
		{Keys: []string{"g", "home"}, Show: "g/Home", Help: "to the top", Quiet: true, Run: do(func() { m.End(false) })},
		{Keys: []string{"G", "end"}, Show: "G/End", Help: "to the end", Quiet: true, Run: do(func() { m.End(true) })},
	}
}
