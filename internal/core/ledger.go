package core

import (
	"context"
	"time"
)

// Transactional is the capability of a port whose changes and the audit events it
// is handed are stored in one transaction: both or neither. Accounted takes it
// where it is there. A port without it stores no events; an AuditEvent that
// has nothing but Seen is what it is handed.
type Transactional interface {
	// StoresEvents reports whether events handed to this port are stored in ledger,
	// together with the change.
	StoresEvents(ledger AuditLog) bool
}

// Resolver is the capability of a port to say afterwards whether an act that was
// intended was done; known is false when it cannot tell.
type Resolver interface {
	WasDone(ctx context.Context, intent AuditEvent) (done, known bool, err error)
}

// Accounted makes a change through port so that no change is ever without an event.
// Where port is Transactional for ledger, change is handed *ev and stores both
// together. Otherwise the intent is durable in the ledger first, then change is
// made with an event that has only Seen, then how it ended is durable; a crash between the two
// leaves an open intent, which ResolveIntents ends at the next start. change may
// complete *ev with ids that only come into being with it.
//
// CodeUnavailable, and nothing was changed, when the intent could not be stored.
// When the end could not be stored the change stands, and its own error, if any, is
// given: the open intent is the account of it.
func Accounted(ctx context.Context, ledger AuditLog, port any, ev *AuditEvent, change func(AuditEvent) error) error {
	if t, ok := port.(Transactional); ok && t.StoresEvents(ledger) {
		return change(*ev)
	}
	intent, err := ledger.Intend(ctx, *ev)
	if err != nil {
		return Errorf(CodeUnavailable, "This act could not be recorded, so it was not done. Try again in a moment.").WithCause(err)
	}
	err = change(AuditEvent{Seen: ev.Seen})
	end := *ev
	end.At, end.Guard, end.Outcome = time.Time{}, nil, outcomeOf(err)
	_ = ledger.Conclude(context.WithoutCancel(ctx), intent, end) // else the intent stays open, and says so
	return err
}

// outcomeOf says how an act ended that gave err. Of one whose answer did not come
// nobody knows.
func outcomeOf(err error) Outcome {
	switch CodeOf(err) {
	case "":
		return OutcomeSuccess
	case CodeForbidden, CodeUnauthenticated:
		return OutcomeDenied
	case CodeUnavailable, CodeBadGateway, CodeGatewayTimeout, CodeCanceled, CodeInternal:
		return OutcomeUnknown
	}
	return OutcomeFailure
}

// intentAge is how long an act may take. Younger intents may belong to another
// process, such as the shell, that is still at it.
const intentAge = time.Minute

// ResolveIntents ends what a crash left open: each intent of an act that nobody can
// still be doing gets its outcome, from a port that knows (Resolver), or "unknown". It
// gives how many it ended. Call it at start.
func ResolveIntents(ctx context.Context, ledger AuditLog, now time.Time, ports ...any) (int, error) {
	open, err := ledger.OpenIntents(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, intent := range open {
		if now.Sub(intent.At) < intentAge {
			continue
		}
		end := intent
		end.At, end.Outcome = time.Time{}, OutcomeUnknown
		for _, p := range ports {
			r, ok := p.(Resolver)
			if !ok {
				continue
			}
			done, known, err := r.WasDone(ctx, intent)
			if err != nil {
				return n, err
			}
			if known && done {
				end.Outcome = OutcomeSuccess
			} else if known {
				end.Outcome = OutcomeFailure
			}
		}
		if err := ledger.Conclude(ctx, intent.Seq, end); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
