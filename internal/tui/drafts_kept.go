package tui

import (
	"fmt"
	"time"
)

// textDraft is a page as it was typed and not stored.
type textDraft struct {
	record string
	page   int
	steps  int // corrections of the page it was typed over
	lines  []string
	cursor int
	at     time.Time
}

func (d textDraft) key() string { return fmt.Sprintf("text/%s/%d", d.record, d.page) }

// draftKeeper keeps what was typed and not stored: in memory, so that leaving a
// screen or being locked out loses nothing, and soon after the last key on the
// server, sealed, so that a lost terminal loses nothing either. It belongs to
// one user.
type draftKeeper struct {
	owner int64
	list  map[string]textDraft
	fresh map[string]bool // the server does not have them as they are
}

func (d *draftKeeper) of(owner int64) map[string]textDraft {
	if d.owner != owner || d.list == nil {
		d.owner, d.list, d.fresh = owner, map[string]textDraft{}, map[string]bool{}
	}
	return d.list
}

// keepDraft keeps a draft; the root sees to it that the server has it as well.
func (e *env) keepDraft(d textDraft) {
	e.drafts.of(e.userID())[d.key()] = d
	e.drafts.fresh[d.key()] = true
	e.ask(draftReq{})
}

// draftOf gives the draft of a page, if there is one.
func (e *env) draftOf(record string, page int) (textDraft, bool) {
	d, ok := e.drafts.of(e.userID())[textDraft{record: record, page: page}.key()]
	return d, ok
}

// forgetDraft forgets a draft here.
func (e *env) forgetDraft(record string, page int) {
	key := textDraft{record: record, page: page}.key()
	delete(e.drafts.of(e.userID()), key)
	delete(e.drafts.fresh, key)
}

// draftReq says that there is a draft the server does not have.
type draftReq struct{}

// freshDrafts are those the server does not have.
func (e *env) freshDrafts() []textDraft {
	var list []textDraft
	for key, d := range e.drafts.of(e.userID()) {
		if e.drafts.fresh[key] {
			list = append(list, d)
		}
	}
	return list
}

// sent notes that the server has a draft, unless it was typed on meanwhile.
func (d *draftKeeper) sent(owner int64, t textDraft) {
	if d.of(owner)[t.key()].at.Equal(t.at) {
		delete(d.fresh, t.key())
	}
}

// giveUp stops trying to give the server what it does not take.
func (d *draftKeeper) giveUp() { clear(d.fresh) }

// len is how many drafts there are.
func (d *draftKeeper) len() int { return len(d.list) }
