package boot

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"clinician/internal/core"
)

// NewLog writes JSON lines to w; each says which request it belongs to, where there is
// one. Lines hold ids, never names, texts, addresses of pages or tokens.
func NewLog(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(requestHandler{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

// ParseLevel reads CLINICIAN_LOG_LEVEL.
func ParseLevel(text string) (slog.Level, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(text)); err != nil {
		return 0, fmt.Errorf("CLINICIAN_LOG_LEVEL %q is not one of debug, info, warn, error", text)
	}
	return l, nil
}

// requestHandler adds request_id to lines that have none.
type requestHandler struct{ slog.Handler }

const requestID = "request_id"

func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	id := core.RequestID(ctx)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == requestID {
			id = ""
		}
		return id != ""
	})
	if id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String(requestID, id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// tell logs an event of the audit log: who signed in, whose chart was opened, what was
// done to a record, which jobs were asked for and how they ended. What was refused is a
// warning, what did not work an error; looks that are part of any screen are for debugging.
func (d *data) tell(ctx context.Context, ev core.AuditEvent) {
	level := levelOf(ev)
	if !d.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{slog.String("area", areaOf(ev)), slog.String("outcome", string(ev.Outcome))}
	for _, id := range []struct {
		name string
		n    int64
	}{{"user_id", ev.UserID}, {"patient_id", ev.PatientID}, {"seq", ev.Seq}} {
		if id.n != 0 {
			attrs = append(attrs, slog.Int64(id.name, id.n))
		}
	}
	for _, id := range [][2]string{{"record_id", ev.RecordID}, {"job_id", ev.JobID}} {
		if id[1] != "" {
			attrs = append(attrs, slog.String(id[0], id[1]))
		}
	}
	d.log.LogAttrs(ctx, level, ev.Type, attrs...)
}

// areas are what events are about, for those who look for one kind of line; others are
// of a record, a patient, or "people".
var areas = map[string]string{
	core.EventRegistered: "authentication", core.EventLogin: "authentication", core.EventLogout: "authentication",
	core.EventTokenRefreshed: "authentication", core.EventTokenReuse: "authentication",
	core.EventTempOpened: "temporary_file", core.EventTempClosed: "temporary_file", core.EventRecordViewed: "temporary_file",
	core.EventJobSubmitted: "job", core.EventJobRead: "job", core.EventJobWatched: "job", core.EventJobCancelled: "job",
	core.EventJobEnded: "job", core.EventResultRead: "job", core.EventRootKeyChanged: "keys",
	core.EventBackedUp: "data", core.EventRestored: "data",
}

func areaOf(ev core.AuditEvent) string {
	switch area := areas[ev.Type]; {
	case area != "":
		return area
	case ev.RecordID != "":
		return "record"
	case ev.PatientID != 0:
		return "patient"
	}
	return "people"
}

// everyScreen are looks without an act, many for each patient that is seen.
var everyScreen = map[string]bool{
	core.EventTokenRefreshed: true, core.EventProfileViewed: true, core.EventDashboardViewed: true, core.EventPatientsViewed: true,
	core.EventNotificationsRead: true, core.EventAppointments: true, core.EventUploadsRead: true, core.EventTasksRead: true, core.EventJobRead: true,
}

func levelOf(ev core.AuditEvent) slog.Level {
	switch {
	case ev.Outcome == core.OutcomeFailure || ev.Outcome == core.OutcomeUnknown:
		return slog.LevelError
	case ev.Outcome == core.OutcomeDenied || ev.Type == core.EventTokenReuse:
		return slog.LevelWarn
	case ev.Outcome == core.OutcomeIntended || everyScreen[ev.Type]:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
