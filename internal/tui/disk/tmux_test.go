package disk

import "testing"

func TestTmuxPassesOnlyToTerminalsThatDrawInCells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		allow     string
		terminals []string
		want      bool
	}{
		{"on", []string{"xterm-kitty"}, true},
		{"all", []string{"xterm-ghostty", "xterm-kitty"}, true},
		{"off", []string{"xterm-kitty"}, false},
		{"", []string{"xterm-kitty"}, false}, // older ones do not know the option
		{"on", []string{"xterm-kitty", "xterm-256color"}, false},
		{"on", nil, false},
	} {
		if got := passesTo(c.allow, c.terminals); got != c.want {
			t.Errorf("%q to %q: %v", c.allow, c.terminals, got)
		}
	}
}
