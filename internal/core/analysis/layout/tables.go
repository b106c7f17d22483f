package layout

// MedicineRows marks the rows under a head such as "Medicine Dose Route".
// Specks between the rows do not end it.
func (s *Sheet) MedicineRows() []bool {
	out := make([]bool, len(s.Rows))
	on, bottom, height := false, 0.0, 0.0
	for i, r := range s.Rows {
		switch {
		case medicineHead(r):
			on, height = true, r.Height()
		case on && (r.Heading || r.Top-bottom > 6*height):
			on = false
		}
		out[i] = on
		if !allSpecks(r.Words) {
			bottom = r.Bottom
		}
	}
	return out
}

func medicineHead(r Row) bool {
	named, others := false, 0
	for _, w := range r.Words {
		switch w.Fold {
		case "medicine", "medicines", "medication", "medications", "drug", "drugs", "preparation", "name":
			named = true
		case "dose", "strength", "route", "frequency", "form", "directions", "sig", "quantity", "qty", "freq":
			others++
		}
	}
	return named && others > 0 && len(r.Words) <= 14 && (others > 1 || len(r.Cells) > 2)
}

// ColumnOf gives the cell of r under which c stands, or -1.
func ColumnOf(r Row, c Cell) int {
	for k, over := range r.Cells {
		if d := over.X0() - c.X0(); d < r.Height() && d > -r.Height() {
			return k
		}
	}
	return -1
}
