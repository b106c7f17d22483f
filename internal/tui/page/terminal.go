package page

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"clinician/internal/tui/ui"
)

// Terminal takes what is for the terminal but no part of a frame: pictures,
// the clipboard. It writes from its own goroutine, because a terminal may be slow, and
// in one piece, so that frames and it do not mix. The zero terminal writes nothing.
type Terminal struct {
	mu    sync.Mutex
	Out   io.Writer
	queue []string
	idle  chan struct{} // closed when the queue is empty; nil when nothing is written

	over    map[int]string // what draws the pictures that lie over cells of frames
	last    int            // number of the newest of them
	shown   map[int]area   // where they are on the screen
	expired []area         // of pictures that are to be wiped
	writing sync.Mutex
}

// area is a part of the screen, in cells from 0.
type area struct{ x, y, w, h int }

// tell writes s after what was told before. It does not wait.
func (t *Terminal) tell(s string) {
	if t == nil || t.Out == nil || s == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = append(t.queue, s)
	if t.idle == nil {
		t.idle = make(chan struct{})
		go t.write()
	}
}

// Query asks the terminal what it can do; the answer comes as input.
func (t *Terminal) Query() { t.tell(ui.AskTerminal) }

func (t *Terminal) write() {
	for {
		t.mu.Lock()
		if len(t.queue) == 0 {
			close(t.idle)
			t.idle = nil
			t.mu.Unlock()
			return
		}
		next := t.queue[0]
		t.queue = t.queue[1:]
		t.mu.Unlock()
		t.writing.Lock()
		_, _ = io.WriteString(t.Out, next) // a terminal that is gone is noticed by the program itself
		t.writing.Unlock()
	}
}

// Lay keeps a picture of w by h cells that is drawn whenever its cells were, and gives
// its number.
func (t *Terminal) Lay(data string, w, h int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over == nil {
		t.over, t.shown = map[int]string{}, map[int]area{}
	}
	t.last++
	t.over[t.last] = data
	t.shown[t.last] = area{w: w, h: h, x: -1}
	return t.last
}

// Lift forgets a picture. wipe takes it off the screen before the next frame: without it
// another one follows in its cells.
func (t *Terminal) Lift(id int, wipe bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a := t.shown[id]; wipe && a.x >= 0 && a.w > 0 {
		t.expired = append(t.expired, a)
	}
	delete(t.over, id)
	delete(t.shown, id)
}

// Frame writes a frame. Pictures whose cells were drawn follow in the same piece: cells
// that stay as they are keep theirs, so nothing is sent twice and nothing flickers.
func (t *Terminal) Frame(frame []byte) (int, error) {
	clean, marks := ui.Marks(string(frame))
	t.mu.Lock()
	var wipe, draw strings.Builder
	for _, a := range t.expired {
		for y := range a.h {
			wipe.WriteString(at(a.x, a.y+y) + "\x1b[" + strconv.Itoa(a.w) + "X")
		}
	}
	t.expired = nil
	done := map[int]bool{}
	for _, m := range marks {
		if data := t.over[m.ID]; data != "" && !done[m.ID] {
			done[m.ID] = true
			a := t.shown[m.ID]
			a.x, a.y = m.X, m.Y-m.Row
			t.shown[m.ID] = a
			draw.WriteString(at(a.x, a.y) + data)
		}
	}
	t.mu.Unlock()
	if draw.Len() > 0 {
		draw.WriteString(parked.FindString(clean)) // the cursor stays where the frame left it
	}
	out := wipe.String() + clean + draw.String()
	if draw.Len()+wipe.Len() > 0 {
		out = "\x1b[?2026h" + out + "\x1b[?2026l"
	}
	t.writing.Lock()
	defer t.writing.Unlock()
	if _, err := io.WriteString(t.Out, out); err != nil {
		return 0, err
	}
	return len(frame), nil
}

// parked is where a frame leaves the cursor.
var parked = regexp.MustCompile(`\x1b\[[0-9;]*H$`)

func at(x, y int) string { return "\x1b[" + strconv.Itoa(y+1) + ";" + strconv.Itoa(x+1) + "H" }

// Drain waits until everything is written, at most for d.
func (t *Terminal) Drain(d time.Duration) {
	if t == nil {
		return
	}
	t.mu.Lock()
	idle := t.idle
	t.mu.Unlock()
	if idle == nil {
		return
	}
	select {
	case <-idle:
	case <-time.After(d):
	}
}

func (e *Env) tell(s string) { e.Term.tell(s) }
