package httpapi

import (
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// tasks lists the caller's; query: side (to_do when missing, or sent), state (open when
// missing, or all), patient.
func (a *API) tasks(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	q := core.TaskQuery{Sent: f.choice("side", "to_do", "sent") == "sent", All: f.choice("state", "open", "all") == "all",
		PatientID: f.between("patient", 0, 1, 1<<62)}
	if err := f.err(); err != nil {
		return err
	}
	list, err := s.Tasks(r.Context(), q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list)
}

func (a *API) sendTask(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	in := core.NewTask{Owner: f.optionalText("owner_email"), Note: f.optionalText("note"), ValueID: f.optionalText("value_id")}
	if day := f.optionalText("due"); day != "" {
		if in.Due, err = core.ParseDate(day); err != nil {
			f.wrong("due", "Use a day, YYYY-MM-DD.")
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	t, err := s.SendTask(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusCreated, t)
}

// taskAct answers an act on a task.
func (a *API) taskAct(act core.TaskAct) changeHandler {
	return func(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
		f, err := a.form(w, r)
		if err != nil {
			return err
		}
		answer := f.optionalText("output")
		if err := f.err(); err != nil {
			return err
		}
		t, err := s.ChangeTask(r.Context(), r.PathValue("id"), seen, act, answer)
		if err != nil {
			return err
		}
		return f.answer(w, http.StatusOK, t)
	}
}
