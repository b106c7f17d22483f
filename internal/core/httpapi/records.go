package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

func (a *API) record(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	rec, err := s.Record(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, rec)
}

// pageImage draws a page; width is the largest number of pixels across.
func (a *API) pageImage(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	page, err := number(r, "page")
	if err != nil || page > core.MaxPages {
		return errNoSuchPath
	}
	f := query(r)
	width := f.count("width", 16)
	if err := f.err(); err != nil {
		return err
	}
	img, st, err := s.OpenPageImage(r.Context(), r.PathValue("id"), int(page), width, everything(r))
	if err != nil {
		return err
	}
	defer st.Close()
	h := w.Header()
	h.Set("Content-Type", "image/"+img.Format)
	h.Set("Content-Length", strconv.Itoa(len(img.Data)))
	out := a.newPacedWriter(w, r, st)
	w.WriteHeader(http.StatusOK)
	_, _ = out.Write(img.Data)
	out.finish()
	return nil
}

// download answers a record's bytes; with view=true for looking at in place.
func (a *API) download(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	content, err := s.OpenRecord(r.Context(), r.PathValue("id"), everything(r))
	if err != nil {
		return err
	}
	defer content.Close()
	if content.Record.Status != core.RecordCurrent {
		w.Header().Set("X-Record-Status", string(content.Record.Status))
	}
	return a.serveContent(w, r, content, r.URL.Query().Get("view") == "true")
}

func (a *API) view(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	e, err := s.ViewTemp(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.TempView{Success: true, TempURL: wire.PathTempView + e.ID, TempID: e.ID,
		ExpiresAt: stamp(e.ExpiresAt)})
}

func (a *API) tempView(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	content, err := s.OpenTemp(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer content.Close()
	return a.serveContent(w, r, content, true)
}

func (a *API) cleanupTemp(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	id := f.optionalText("temp_id")
	if err := f.err(); err != nil {
		return err
	}
	if id == "" {
		return titled{"No temporary file ID provided", core.Errorf(core.CodeInvalid, "Send the temp_id that view answered.")}
	}
	found, err := s.CleanupTemp(r.Context(), id)
	if err != nil {
		return err
	}
	answer := wire.Done{Success: found, Message: "Temporary file deleted"}
	if !found {
		answer.Message = "Temporary file not found"
	}
	return f.answer(w, http.StatusOK, answer)
}

func (a *API) deleteRecord(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	id := r.PathValue("id")
	f, err := a.form(w, r) // callers of the replaced service send none
	if err != nil {
		return err
	}
	typed := f.identifiers()
	if err := f.err(); err != nil {
		return err
	}
	if err := s.DeleteRecord(r.Context(), id, seen, typed); err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, wire.Done{Success: true, FileID: id,
		Message: "Medical record and all associated data deleted successfully"})
}

// stamp writes a time as JSON has it everywhere.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
