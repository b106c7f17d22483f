package text

import "testing"

func TestChosen(t *testing.T) {
	names := []string{"Imaging Reports", "Radiology Reports", "Radiology", "Biopsy Reports", "Émile"}
	for typed, want := range map[string]struct{ index, begins int }{
		"imag": {0, 1}, "IMAGING REPORTS": {0, 1}, "radiology": {2, 1}, "radio": {-1, 2}, "b": {3, 1}, "émi": {4, 1}, "x": {-1, 0}, "": {-1, 0},
	} {
		if i, begins := Chosen(typed, names); i != want.index || len(begins) != want.begins {
			t.Errorf("Chosen(%q) = %d, %q; want %d, %d of them", typed, i, begins, want.index, want.begins)
		}
	}
}
