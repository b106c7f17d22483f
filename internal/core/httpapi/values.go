package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// recordValues lists the values found in a record; query: kind and status.
func (a *API) recordValues(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	filter := core.ValueFilter{Kind: core.ValueKind(f.optionalText("kind")), Status: f.optionalText("status")}
	if err := f.err(); err != nil {
		return err
	}
	v, err := s.RecordValues(r.Context(), r.PathValue("id"), filter)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, v)
}

func (a *API) reviewValue(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	in := core.ValueReview{Version: seen, Status: core.ReviewStatus(f.optionalText("status")), Value: f.optionalText("value"), Unit: f.optionalText("unit"), Reason: f.optionalText("reason")}
	if err := f.err(); err != nil {
		return err
	}
	v, err := s.ReviewValue(r.Context(), r.PathValue("id"), r.PathValue("value"), in)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, v)
}

func (a *API) undoReview(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	v, err := s.UndoReview(r.Context(), r.PathValue("id"), r.PathValue("value"), seen)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, v)
}

// ifMatch gives the version that the caller saw of what they change, with or without
// the quotes of an entity tag; "" when they do not say. "Any" and lists are refused:
// who changes something saw one.
func ifMatch(r *http.Request) (string, error) {
	sent := r.Header.Values("If-Match")
	if len(sent) == 0 {
		return "", nil
	}
	v := strings.TrimSpace(sent[0])
	if inner, open := strings.CutPrefix(v, `"`); open {
		v = strings.TrimSuffix(inner, `"`)
	}
	if len(sent) > 1 || v == "" || strings.ContainsAny(v, `",*/ `) {
		return "", &core.Error{Code: core.CodeInvalid, Message: "If-Match is not understood.",
			Fields: map[string][]string{"If-Match": {`Send the "version" of what you saw, one, in quotes.`}}}
	}
	return v, nil
}

func (a *API) patientCheck(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	d, err := s.PatientCheck(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, d)
}

func (a *API) resolveCheck(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	reason := f.optionalText("reason")
	if err := f.err(); err != nil {
		return err
	}
	d, err := s.ResolveCheck(r.Context(), r.PathValue("id"), seen, reason)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, d)
}

func (a *API) recordText(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	page, err := pageNumber(r)
	if err != nil {
		return err
	}
	t, err := s.PageText(r.Context(), r.PathValue("id"), page)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, t)
}

func (a *API) correctText(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	page, f, err := a.pageForm(w, r)
	if err != nil {
		return err
	}
	in := core.TextCorrection{Version: seen, Text: f.wholeText("text"), JobID: f.optionalText("job_id"), Reason: f.optionalText("reason")}
	in.Edits = f.edits("edits")
	if err := f.err(); err != nil {
		return err
	}
	t, err := s.CorrectText(r.Context(), r.PathValue("id"), page, in)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, t)
}

func (a *API) undoCorrection(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	page, err := pageNumber(r)
	if err != nil {
		return err
	}
	t, err := s.UndoCorrection(r.Context(), r.PathValue("id"), page, seen)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, t)
}

// pageForm is the {page} of the path and what was sent about it.
func (a *API) pageForm(w http.ResponseWriter, r *http.Request) (int, *form, error) {
	page, err := pageNumber(r)
	if err != nil {
		return 0, nil, err
	}
	f, err := a.form(w, r)
	return page, f, err
}

// pageNumber is the {page} of the path.
func pageNumber(r *http.Request) (int, error) {
	n, err := number(r, "page")
	if err != nil || n < 1 || n > core.MaxPages {
		return 0, errNoSuchPath
	}
	return int(n), nil
}

// wholeText gives a text that may be missing and is taken as it is: its spaces
// and line ends matter.
func (f *form) wholeText(name string) *string {
	v, there := f.get(name)
	if !there || v == nil {
		return nil
	}
	s, ok := v.(string)
	if !ok {
		f.wrong(name, "Not a valid string.")
		return nil
	}
	return &s
}

// edits gives a list of text edits that may be missing.
func (f *form) edits(name string) []core.TextEdit {
	v, _ := f.get(name)
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v)
	if s, ok := v.(string); ok { // a form's field holds the JSON as text
		raw = []byte(s)
	}
	var list []core.TextEdit
	if err != nil || json.Unmarshal(raw, &list) != nil {
		f.wrong(name, `Expected a list of items like {"from": 3, "to": 4, "text": "0.9"}.`)
		return nil
	}
	return list
}

func (a *API) keepDraft(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	page, f, err := a.pageForm(w, r)
	if err != nil {
		return err
	}
	in := core.DraftText{Text: f.wholeText("text"), Line: int(f.between("line", 0, 0, 1<<20)), Steps: int(f.between("steps", 0, 0, 1<<20))}
	if err := f.err(); err != nil {
		return err
	}
	if err := s.KeepDraft(r.Context(), r.PathValue("id"), page, in); err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, wire.Done{Success: true, Message: "Kept. Nobody else sees it, and nothing of the record is changed."})
}

func (a *API) dropDraft(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	page, err := pageNumber(r)
	if err != nil {
		return err
	}
	if err := s.DropDraft(r.Context(), r.PathValue("id"), page); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.Done{Success: true, Message: "Nothing is kept of what you typed over this page."})
}
