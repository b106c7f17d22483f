package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

const (
	slotDraftTick ui.Slot = "draft tick"
	slotDrafts    ui.Slot = "drafts"
)

// sentDrafts is the answer to sending drafts: those that arrived.
type sentDrafts struct{ list []page.TextDraft }

// sendDrafts gives drafts to the server, and gives those that arrived.
func sendDrafts(ctx context.Context, b page.Backend, list []page.TextDraft) (sent []page.TextDraft, err error) {
	for _, d := range list {
		text := strings.Join(d.Lines, "\n")
		one := b.KeepDraft(ctx, d.Record, d.Page, core.DraftText{Text: &text, Line: d.Cursor, Steps: d.Steps})
		if one == nil {
			sent = append(sent, d)
		}
		err = errors.Join(err, one)
	}
	return sent, err
}

// draftsSoon sends drafts after a pause: not every letter is worth a question.
func (r *root) draftsSoon(pause time.Duration) tea.Cmd {
	if len(r.FreshDrafts()) == 0 || r.scope.Busy(slotDraftTick) || r.scope.Busy(slotDrafts) {
		return nil
	}
	return ui.After(r.scope, slotDraftTick, pause)
}

func (r *root) draftsNow() tea.Cmd {
	list, backend := r.FreshDrafts(), r.Backend
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
	for _, d := range m.Value.list {
		r.Drafts.Sent(r.UserID(), d)
	}
	switch core.CodeOf(m.Err) {
	case "":
		return r.draftsSoon(r.Pauses.Draft)
	case core.CodeUnavailable, core.CodeUnauthenticated:
		return tea.Batch(r.heard(m.Err), r.draftsSoon(r.Pauses.Probe))
	}
	r.Drafts.GiveUp()
	r.Warn("What you typed is kept in this program only: " + core.MessageOf(m.Err))
	return nil
}

// lastDrafts sends what is left when the program is told to stop.
func (r *root) lastDrafts(patience time.Duration) {
	list := r.FreshDrafts()
	if len(list) == 0 || r.owner == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, _ = sendDrafts(ctx, r.Backend, list) // nobody is there to be told
}
