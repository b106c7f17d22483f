package plain

import (
	"context"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
)

// notifications reads out what is open, whose it is, and since when.
func (s *plainShell) notifications(ctx context.Context, rest string) error {
	q := core.NotificationQuery{State: core.NotificationOpen, Limit: 200}
	switch strings.ToLower(rest) {
	case "":
	case "all":
		q.State = ""
	default:
		return core.Errorf(core.CodeInvalid, "Type notifications, or notifications all.")
	}
	got, err := s.Backend.Notifications(ctx, q)
	if err != nil {
		return err
	}
	s.list()
	if len(got.Notifications) == 0 {
		s.say("%s", map[bool]string{true: "No notification is open.", false: "There are no notifications."}[q.State != ""])
		return nil
	}
	s.say("%s: %s.", page.UnreadHeading(got.Unread), present.Rows(1, len(got.Notifications), got.Count, "newest first"))
	for _, n := range got.Notifications {
		s.choiceOf(n, func() error { return s.openNote(ctx, n) }, "%s", s.noteAloud(n))
	}
	return nil
}

// noteAloud is a notification in a sentence: what it says, of whom, since when, and what
// became of it.
func (s *plainShell) noteAloud(n core.Notification) string {
	line := strings.TrimSuffix(n.Text, ".")
	if page.Urgency(n) > 0 {
		line = "Action: " + line
	}
	switch {
	case n.PatientName != "":
		line += ", of " + n.PatientName + ", MRN " + present.Or(n.PatientMRN)
	case n.PatientID != nil:
		line += ", of a patient who is not yours now"
	}
	line += ", " + present.Aloud(present.Moment(n.CreatedAt, s.Location))
	if n.From != "" {
		line += ", forwarded by " + n.From
		if n.Note != "" {
			line += " with the note: " + n.Note
		}
	}
	switch {
	case n.ForwardedTo != "":
		line += ", forwarded to " + n.ForwardedTo
	case n.State == core.NotificationDeferred && n.DeferredUntil != nil:
		line += ", deferred until " + present.Aloud(present.Moment(*n.DeferredUntil, s.Location))
	case n.State == core.NotificationDone:
		line += ", dealt with"
	}
	return line + "."
}

// openNote goes to what a notification is about.
func (s *plainShell) openNote(ctx context.Context, n core.Notification) error {
	if n.PatientID == nil {
		s.say("%s", n.Text)
	} else if err := s.openPatient(ctx, *n.PatientID); err != nil {
		return err
	}
	if !s.ReadOnly {
		if _, err := s.Backend.ChangeNotification(ctx, n.ID, "", core.NotificationView, time.Time{}); err != nil { // whatever it says by now
			return err
		}
	}
	if n.PatientID == nil || n.RecordID == nil {
		return nil
	}
	return s.openAt(ctx, *n.RecordID, 1)
}

// changeNote acts on a notification of the last list. What somebody did to it meanwhile
// is said, and nothing is overwritten.
func (s *plainShell) changeNote(ctx context.Context, n core.Notification, done string, act core.NotificationAct, until time.Time) error {
	_, err := s.Backend.ChangeNotification(ctx, n.ID, n.Version, act, until)
	return s.noted(ctx, err, done)
}

func (s *plainShell) noted(ctx context.Context, err error, done string) error {
	if now, says, ok := page.Outdated[core.Notification](err); ok {
		s.say("Nothing was done. %s It says now: %s", present.Aloud(says), s.noteAloud(now))
		return s.notifications(ctx, "")
	}
	if err != nil {
		return err
	}
	s.say("%s", done)
	return nil
}

func (s *plainShell) acknowledge(ctx context.Context, rest string) error {
	n, _, err := itemOf[core.Notification](s, rest, "notifications")
	if err != nil {
		return err
	}
	return s.changeNote(ctx, n, "Acknowledged: "+s.noteAloud(n), core.NotificationAcknowledge, time.Time{})
}

func (s *plainShell) reopen(ctx context.Context, rest string) error {
	n, _, err := itemOf[core.Notification](s, rest, "notifications")
	if err != nil {
		return err
	}
	return s.changeNote(ctx, n, "Open again: "+n.Text, core.NotificationReopen, time.Time{})
}

func (s *plainShell) deferNote(ctx context.Context, rest string) error {
	n, when, err := itemOf[core.Notification](s, rest, "notifications")
	if err != nil {
		return err
	}
	until, err := s.until(when)
	if err != nil {
		return err
	}
	return s.changeNote(ctx, n, "Deferred until "+present.Aloud(present.Moment(until, s.Location))+".", core.NotificationDefer, until)
}

// until reads when something comes back: "4h", "8 May 2026" (in the morning at 08:00), "8
// May 2026 14:00".
func (s *plainShell) until(typed string) (time.Time, error) {
	now := s.Clock().In(s.Location)
	if d, err := time.ParseDuration(typed); err == nil && d > 0 {
		return now.Add(d).Truncate(time.Second), nil
	}
	at := time.Date(0, 1, 1, 8, 0, 0, 0, time.UTC)
	if i := strings.LastIndexByte(typed, ' '); i > 0 {
		if t, err := time.Parse("15:04", typed[i+1:]); err == nil {
			at, typed = t, typed[:i]
		}
	}
	d, err := text.ReadDate(typed, now)
	if err != nil || d.IsZero() {
		return time.Time{}, core.Errorf(core.CodeInvalid, "Until when? Type it like 4h, 8 May 2026 or 8 May 2026 14:00.")
	}
	return time.Date(d.Year, d.Month, d.Day, at.Hour(), at.Minute(), 0, 0, s.Location), nil
}

func (s *plainShell) forward(ctx context.Context, rest string) error {
	n, to, err := itemOf[core.Notification](s, rest, "notifications")
	if err != nil {
		return err
	}
	email, note, _ := strings.Cut(to, " ")
	if email == "" {
		return core.Errorf(core.CodeInvalid, "Forward it to whom? Type forward, the number, and an e-mail address.")
	}
	ok, err := s.yes(ctx, fmt.Sprintf("Forward to %s: %s Type yes:", email, s.noteAloud(n)))
	if err != nil || !ok {
		return err
	}
	_, err = s.Backend.ForwardNotification(ctx, n.ID, n.Version, email, strings.TrimSpace(note))
	return s.noted(ctx, err, "Forwarded to "+email+".")
}
