package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
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

const (
	slotDraftTick ui.Slot = "draft tick"
	slotDrafts    ui.Slot = "drafts"
)

// sentDrafts is the answer to sending drafts: those that arrived.
type sentDrafts struct{ list []textDraft }

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

// sendDrafts gives drafts to the server, and gives those that arrived.
func sendDrafts(ctx context.Context, b Backend, list []textDraft) (sent []textDraft, err error) {
	for _, d := range list {
		text := strings.Join(d.lines, "\n")
		one := b.KeepDraft(ctx, d.record, d.page, core.DraftText{Text: &text, Line: d.cursor, Steps: d.steps})
		if one == nil {
			sent = append(sent, d)
		}
		err = errors.Join(err, one)
	}
	return sent, err
}

// draftsSoon sends drafts after a pause: not every letter is worth a question.
func (r *root) draftsSoon(pause time.Duration) tea.Cmd {
	if len(r.freshDrafts()) == 0 || r.scope.Busy(slotDraftTick) || r.scope.Busy(slotDrafts) {
		return nil
	}
	return ui.After(r.scope, slotDraftTick, pause)
}

func (r *root) draftsNow() tea.Cmd {
	list, backend := r.freshDrafts(), r.backend
	if len(list) == 0 || r.gate != nil {
		return nil
	}
	return ui.Load(r.scope, slotDrafts, func(ctx context.Context) (sentDrafts, error) {
		sent, err := sendDrafts(ctx, backend, list)
		return sentDrafts{sent}, err
	})
}

// draftsSent notes what arrived; what was typed meanwhile is sent as well. While
// the server is away it is tried again, anything else is said once.
func (r *root) draftsSent(m ui.Result[sentDrafts]) tea.Cmd {
	now := r.drafts.of(r.userID())
	for _, d := range m.Value.list {
		if now[d.key()].at.Equal(d.at) {
			delete(r.drafts.fresh, d.key())
		}
	}
	switch core.CodeOf(m.Err) {
	case "":
		return r.draftsSoon(r.pauses.Draft)
	case core.CodeUnavailable, core.CodeUnauthenticated:
		return tea.Batch(r.heard(m.Err), r.draftsSoon(r.pauses.Probe))
	}
	clear(r.drafts.fresh)
	r.warn("What you typed is kept in this program only: " + core.MessageOf(m.Err))
	return nil
}

// lastDrafts sends what is left when the program is told to stop.
func (r *root) lastDrafts(patience time.Duration) {
	list := r.freshDrafts()
	if len(list) == 0 || r.owner == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, _ = sendDrafts(ctx, r.backend, list) // nobody is there to be told
}
