package vocabulary

import (
	"testing"
)

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"mertz", "mertz", 0}, {"mertz", "merts", 1}, {"mertz", "mretz", 1}, {"mertz", "metz", 1}, {"mosciski", "mertz", 3}, {"catalina", "cataiina", 1}, {"ab", "abcd", 2}} {
		if got := Edits(c.a, c.b, 2); got != c.want {
			t.Errorf("edits(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
