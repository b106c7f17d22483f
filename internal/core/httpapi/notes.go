package httpapi

import (
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

func (a *API) recordNotes(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	notes, err := s.RecordNotes(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, notes)
}

func (a *API) addNote(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	in := core.NewNote{Text: f.optionalText("text"), AddendumTo: f.optionalText("addendum_to")}
	if err := f.err(); err != nil {
		return err
	}
	n, err := s.AddNote(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusCreated, n)
}

func (a *API) noteInError(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	reason := f.optionalText("reason")
	if err := f.err(); err != nil {
		return err
	}
	n, err := s.NoteInError(r.Context(), r.PathValue("id"), r.PathValue("note"), seen, reason)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, n)
}
