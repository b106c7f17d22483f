package written

// tableRow is a row of a table; breaks says that it begins a page.
type tableRow struct {
	cells  []styled
	breaks bool
}

// widestColumn bounds the room of a column: what is longer moves the rest of its row.
const widestColumn = 44

// endTable writes the rows as lines whose cells stand below each other, so that
// the table is one for people and for the finders of values.
func (w *writer) endTable() {
	rows := w.table
	w.table = nil
	var starts []int // of the columns
	for _, r := range rows {
		for k := range r.cells {
			if k == len(starts) {
				starts = append(starts, 0)
			}
			if k+1 < len(r.cells) {
				starts[k] = max(starts[k], min(len(r.cells[k].text), widestColumn))
			}
		}
	}
	at := 0
	for k, width := range starts {
		starts[k], at = at, at+width+2
	}
	for _, r := range rows {
		if r.breaks {
			w.endPage()
		}
		var line styled
		for k, c := range r.cells {
			if len(c.text) == 0 {
				continue
			}
			for gap := 0; k > 0 && (gap < 2 && len(line.text) > 0 || len(line.text) < starts[k]); gap++ {
				line.text = append(line.text, ' ')
			}
			line.add(c)
		}
		w.lines = append(w.lines, line)
	}
}
