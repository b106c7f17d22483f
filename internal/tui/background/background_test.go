package background

import "testing"

func TestDark(t *testing.T) {
	for in, want := range map[string]bool{"": true, "15;0": true, "0;15": false, "0;default;7": false, "15;8": true, "x": true, "7;default": true} {
		if got := Dark(in); got != want {
			t.Errorf("%q: dark is %v", in, got)
		}
	}
}
