package page

import (
	"bytes"
	"strings"
	"testing"

	"clinician/internal/tui/ui"
)

// A picture over cells is drawn in the same piece as its cells, not again while they stay
// as they are, and wiped before the frame that follows its end.
func TestPicturesFollowTheirCells(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	term := &Terminal{Out: &out}
	wrote := func(frame string) string {
		out.Reset()
		if n, err := term.Frame([]byte(frame)); n != len(frame) || err != nil {
			t.Errorf("%d of %d written: %v", n, len(frame), err)
		}
		return out.String()
	}
	id := term.Lay("<picture>", 3, 2)
	rows := strings.Split(ui.OverCells(id, 3, 2), "\n")
	const end = "\x1b[9;0H"
	if got, want := wrote("\x1b[Htop\r\nab"+rows[0]+"\r\nab"+rows[1]+"\r\n"+end),
		"\x1b[?2026h\x1b[Htop\r\nab   \r\nab   \r\n"+end+"\x1b[2;3H<picture>"+end+"\x1b[?2026l"; got != want {
		t.Errorf("the first frame is %q, not %q", got, want)
	}
	if got, want := wrote("\x1b[H\n\n\nbelow"+end), "\x1b[H\n\n\nbelow"+end; got != want {
		t.Errorf("a frame that leaves its cells alone is %q", got)
	}
	if got := wrote("\x1b[H\n\nxy" + rows[1] + end); !strings.Contains(got, end+"\x1b[2;3H<picture>"+end) {
		t.Errorf("after one row was drawn again the frame is %q", got)
	}
	next := term.Lay("<next>", 3, 2)
	term.Lift(id, false)
	rows = strings.Split(ui.OverCells(next, 3, 2), "\n")
	if got := wrote("\x1b[H\nab" + rows[0] + "\r\nab" + rows[1] + end); strings.Contains(got, "X") || strings.Contains(got, "<picture>") || strings.Count(got, "<next>") != 1 {
		t.Errorf("another picture in its place is drawn by %q", got)
	}
	term.Lift(next, true)
	if got, want := wrote("\x1b[H\nnew\x1b[K\r\n\x1b[K"+end), "\x1b[?2026h\x1b[2;3H\x1b[3X\x1b[3;3H\x1b[3X\x1b[H\nnew\x1b[K\r\n\x1b[K"+end+"\x1b[?2026l"; got != want {
		t.Errorf("after the end of the picture the frame is %q, not %q", got, want)
	}
	if got := wrote("\x1b[H" + rows[0] + end); strings.Contains(got, "<next>") || strings.Contains(got, "clinician") {
		t.Errorf("a forgotten picture is drawn by %q", got)
	}
}
