package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// appointments lists the caller's own; query: from, to, patient, status (several
// with commas), limit.
func (a *API) appointments(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	q := core.AppointmentFilter{From: f.optionalText("from"), To: f.optionalText("to"),
		PatientID: f.between("patient", 0, 1, 1<<62), Limit: f.count("limit", 1)}
	for name := range strings.SplitSeq(f.optionalText("status"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			q.Statuses = append(q.Statuses, core.AppointmentStatus(name))
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	list, err := s.Appointments(r.Context(), q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list)
}

// notifications lists the caller's; query: state (open when missing), level,
// limit, cursor.
func (a *API) notifications(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	state := f.choice("state", "open", "deferred", "done", "all")
	q := core.NotificationQuery{State: core.NotificationState(state), Level: f.choice("level", "info", "action"),
		Limit: f.count("limit", 1), Cursor: f.optionalText("cursor")}
	switch state {
	case "":
		q.State = core.NotificationOpen
	case "all":
		q.State = ""
	}
	if err := f.err(); err != nil {
		return err
	}
	page, err := s.Notifications(r.Context(), q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, page)
}

func (a *API) notification(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	n, err := s.Notification(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, n)
}

// notificationAct answers the acts that take nothing but the notification.
func (a *API) notificationAct(act core.NotificationAct) changeHandler {
	return func(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
		return a.changeNotification(w, r, s, seen, act, time.Time{}, nil)
	}
}

func (a *API) deferNotification(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	var until time.Time // without one app says that it is missing
	if text := f.optionalText("until"); text != "" {
		if until, err = time.Parse(time.RFC3339, text); err != nil {
			f.wrong("until", "Use a time with its zone, YYYY-MM-DDThh:mm:ssZ.")
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	return a.changeNotification(w, r, s, seen, core.NotificationDefer, until, f)
}

func (a *API) changeNotification(w http.ResponseWriter, r *http.Request, s *app.Session, seen string, act core.NotificationAct,
	until time.Time, f *form) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	n, err := s.ChangeNotification(r.Context(), id, seen, act, until)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, n)
}

func (a *API) forwardNotification(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	email, note := f.optionalText("clinician_email"), f.optionalText("note")
	if err := f.err(); err != nil {
		return err
	}
	n, err := s.ForwardNotification(r.Context(), id, seen, email, note)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, n)
}

// choice gives an optional text that is one of few.
func (f *form) choice(name string, known ...string) string {
	s := f.optionalText(name)
	if s != "" && !slices.Contains(known, s) {
		f.wrong(name, `"`+s+`" is not a valid choice; use `+strings.Join(known, ", ")+".")
	}
	return s
}
