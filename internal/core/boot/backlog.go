package boot

import (
	"context"

	"clinician/internal/core"
	"clinician/internal/core/auth"
	"clinician/internal/core/ocr"
)

// Backlog counts what has not been read.
func (a *Admin) Backlog(ctx context.Context) (core.Backlog, error) { return a.data.Store.Backlog(ctx) }

// backlogPiece is how many records are looked up at once.
const backlogPiece = 500

// ReadBacklog has every record read that nobody has asked for, behind all that people
// ask for and that arrives, and gives how many. The server that runs on the data begins
// by itself, or the next to start. Each is an act of its own in the audit log.
func (a *Admin) ReadBacklog(ctx context.Context) (queued int, err error) {
	for {
		piece, err := a.data.Store.NeverRead(ctx, backlogPiece)
		if err != nil || len(piece) == 0 {
			return queued, err
		}
		for _, r := range piece {
			j := ocr.NewJob(auth.NewID(), r, a.data.clock())
			j.Priority = core.PriorityBacklog
			ev := shellEvent(core.EventJobSubmitted, core.ActionExecute)
			ev.PatientID, ev.RecordID, ev.Detail["backlog"] = j.PatientID, j.RecordID, true
			if _, err := a.data.Store.CreateJob(ctx, j, ev); err != nil {
				return queued, err
			}
			queued++
		}
	}
}
