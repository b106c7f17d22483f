package page

import (
	"fmt"
	"time"
)

// TextDraft is a page as it was typed and not stored.
type TextDraft struct {
	Record string
	Page   int
	Steps  int // corrections of the page it was typed over
	Lines  []string
	Cursor int
	At     time.Time
}

func (d TextDraft) key() string { return fmt.Sprintf("text/%s/%d", d.Record, d.Page) }

// DraftKeeper keeps what was typed and not stored: in memory, so that leaving a
// screen or being locked out loses nothing, and soon after the last key on the
// server, sealed, so that a lost terminal loses nothing either. It belongs to
// one user.
type DraftKeeper struct {
	owner int64
	list  map[string]TextDraft
	fresh map[string]bool // the server does not have them as they are
}

func (d *DraftKeeper) of(owner int64) map[string]TextDraft {
	if d.owner != owner || d.list == nil {
		d.owner, d.list, d.fresh = owner, map[string]TextDraft{}, map[string]bool{}
	}
	return d.list
}

// KeepDraft keeps a draft; the root sees to it that the server has it as well.
func (e *Env) KeepDraft(d TextDraft) {
	e.Drafts.of(e.UserID())[d.key()] = d
	e.Drafts.fresh[d.key()] = true
	e.Ask(DraftReq{})
}

// DraftOf gives the draft of a page, if there is one.
func (e *Env) DraftOf(record string, page int) (TextDraft, bool) {
	d, ok := e.Drafts.of(e.UserID())[TextDraft{Record: record, Page: page}.key()]
	return d, ok
}

// ForgetDraft forgets a draft here.
func (e *Env) ForgetDraft(record string, page int) {
	key := TextDraft{Record: record, Page: page}.key()
	delete(e.Drafts.of(e.UserID()), key)
	delete(e.Drafts.fresh, key)
}

// DraftReq says that there is a draft the server does not have.
type DraftReq struct{}

// FreshDrafts are those the server does not have.
func (e *Env) FreshDrafts() []TextDraft {
	var list []TextDraft
	for key, d := range e.Drafts.of(e.UserID()) {
		if e.Drafts.fresh[key] {
			list = append(list, d)
		}
	}
	return list
}

// Sent notes that the server has a draft, unless it was typed on meanwhile.
func (d *DraftKeeper) Sent(owner int64, t TextDraft) {
	if d.of(owner)[t.key()].At.Equal(t.At) {
		delete(d.fresh, t.key())
	}
}

// GiveUp stops trying to give the server what it does not take.
func (d *DraftKeeper) GiveUp() { clear(d.fresh) }

// Len is how many drafts there are.
func (d *DraftKeeper) Len() int { return len(d.list) }
