package tui

import (
	"time"

	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// Keys that act are kept from acting when nobody meant them. A terminal does not say
// that a key was let go of: a held key is the same key again, after the longest pause that
// keyboards make before they repeat it, and then many times a second. A key pressed for
// what stood here before comes within the time that people need to see what stands here
// now (Pauses.Deaf).
const heldWithin = 700 * time.Millisecond

// acts is what is known of the keys pressed last.
type acts struct {
	name string
	at   time.Time // of its last coming, held or not
	open time.Time // since then what is on screen is another screen, dialog or value

	screen  page.Screen
	overlay overlay
}

// shows notes what is on screen.
func (a *acts) shows(s page.Screen, o overlay, now time.Time) {
	if s != a.screen || o != a.overlay {
		a.screen, a.overlay, a.open = s, o, now
	}
}

// key notes a key and reports whether it is a held one.
func (a *acts) key(name string, now time.Time) (held bool) {
	held = name == a.name && now.Sub(a.at) < heldWithin
	a.name, a.at = name, now
	return held
}

// may reports whether a key that acts was meant, and notes that it acts now.
func (r *root) may(b ui.Binding, held bool) bool {
	now := r.KeyAt
	switch {
	case held:
		r.Info("A held " + b.Label() + " does nothing more. Let go, look, press it again.")
		return false
	case now.Sub(r.acts.open) < r.Pauses.Deaf:
		r.Info("That came before the screen could be seen. Press " + b.Label() + " again if you mean it.")
		return false
	}
	r.acts.open = now
	return true
}
