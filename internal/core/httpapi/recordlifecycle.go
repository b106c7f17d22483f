package httpapi

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// everything reports whether the query asks for what is out of work too.
func everything(r *http.Request) bool { return r.URL.Query().Get("include") == wire.IncludeAll }

func (a *API) editRecord(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	e := core.RecordEdit{Version: seen}
	for _, name := range f.names(typeNames) {
		if f.sent(name) {
			id, err := recordType(r.Context(), s, f, name)
			if err != nil {
				return err
			}
			e.TypeID = &id
			break
		}
	}
	e.Title = f.changedText("title", 255)
	if f.sent("document_date") {
		day := f.date("document_date")
		e.DocumentDate = &day
	}
	text := func(name string) *string {
		if !f.sent(name) {
			return nil
		}
		v := f.optionalText(name)
		return &v
	}
	e.Source, e.ReceivedBy = text("source"), text("received_by")
	if f.sent("tags") {
		tags := f.words("tags")
		e.Tags = &tags
	}
	if err := f.err(); err != nil {
		return err
	}
	rec, err := s.EditRecord(r.Context(), r.PathValue("id"), e)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, rec)
}

// date gives an optional day; zero when it is missing, null or blank.
func (f *form) date(name string) core.Date {
	text := f.optionalText(name)
	if text == "" {
		return core.Date{}
	}
	d, err := core.ParseDate(text)
	if err != nil {
		f.wrong(name, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")
	}
	return d
}

// words gives a list of texts: an array in JSON, or one text with commas.
func (f *form) words(name string) []string {
	v, _ := f.get(name)
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		words := make([]string, 0, len(v))
		for _, w := range v {
			if word, ok := f.asText(name, w); ok {
				words = append(words, word)
			}
		}
		return words
	default:
		text, _ := f.asText(name, v)
		return strings.Split(text, ",")
	}
}

// identifiers reads what was typed of a patient; app says what of it is needed.
func (f *form) identifiers() core.Identifiers {
	return core.Identifiers{FamilyName: f.optionalText("family_name"), BirthYear: int(f.between("birth_year", 0, 1, 9999)),
		MRNEnding: f.optionalText("mrn_ending")}
}

// withReason is an act on a record that needs a reason, may need identifiers, and
// answers the record.
func (a *API) withReason(act func(s *app.Session, r *http.Request, c core.Confirmation) (core.Record, error)) changeHandler {
	return func(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
		f, err := a.form(w, r)
		if err != nil {
			return err
		}
		c := core.Confirmation{Version: seen, Reason: f.optionalText("reason"), Identifiers: f.identifiers()} // app says what a reason must be
		if err := f.err(); err != nil {
			return err
		}
		rec, err := act(s, r, c)
		if err != nil {
			return err
		}
		return f.answer(w, http.StatusOK, rec)
	}
}

func enterInError(s *app.Session, r *http.Request, c core.Confirmation) (core.Record, error) {
	return s.EnterInError(r.Context(), r.PathValue("id"), c)
}

func restoreRecord(s *app.Session, r *http.Request, c core.Confirmation) (core.Record, error) {
	return s.RestoreRecord(r.Context(), r.PathValue("id"), c)
}

func holdRecord(s *app.Session, r *http.Request, c core.Confirmation) (core.Record, error) {
	return s.HoldRecord(r.Context(), r.PathValue("id"), c)
}

func releaseRecord(s *app.Session, r *http.Request, c core.Confirmation) (core.Record, error) {
	return s.ReleaseRecord(r.Context(), r.PathValue("id"), c)
}

// reviewed notes that the caller has read a record, or takes that back.
func reviewed(yes bool) changeHandler {
	return func(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
		rec, err := s.ReviewRecord(r.Context(), r.PathValue("id"), seen, yes)
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, rec)
	}
}

func (a *API) moveRecord(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	m := core.MoveRecord{PatientID: f.between("patient_id", 0, 1, math.MaxInt64),
		Confirmation: core.Confirmation{Version: seen, Reason: f.optionalText("reason"), Identifiers: f.identifiers()}}
	if err := f.err(); err != nil {
		return err
	}
	id := r.PathValue("id")
	stone, err := s.MoveRecord(r.Context(), id, m)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, wire.NewMoved(id, stone))
}

func (a *API) splitRecord(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	split := core.SplitRecord{Version: seen, Reason: f.optionalText("reason")}
	parts, _ := f.get("parts")
	raw, err := json.Marshal(parts)
	if err == nil {
		err = json.Unmarshal(raw, &split.Parts)
	}
	if err != nil {
		f.wrong("parts", "A list of parts is required, each with pages, patient_id, family_name and birth_year.")
	}
	if err := f.err(); err != nil {
		return err
	}
	done, err := s.SplitRecord(r.Context(), r.PathValue("id"), split)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusCreated, wire.NewSplitDone(done))
}

func (a *API) unlockRecord(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	sent, _ := f.get("password")
	password, _ := sent.(string) // as it is; the use case says what is wrong with it, once it is known whose record it is
	u := core.UnlockRecord{Version: seen, Password: password}
	done, err := s.UnlockRecord(r.Context(), r.PathValue("id"), u)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusCreated, done)
}

func (a *API) verifyRecord(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	found, err := s.VerifyRecord(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, found)
}
