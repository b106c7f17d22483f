package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

func (a *API) dashboard(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	d, err := s.Dashboard(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, d)
}

// patients answers all of the caller's patients, or one page of them when the
// query has limit (and cursor).
func (a *API) patients(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	q := core.PatientQuery{Text: f.optionalText("q"), Limit: f.count("limit", 1), Cursor: f.optionalText("cursor")}
	if end := f.changedBoolean("from_end"); end != nil {
		q.FromEnd = *end
	}
	if (q.Cursor != "" || q.FromEnd) && q.Limit == 0 {
		q.Limit = 100
	}
	if err := f.err(); err != nil {
		return err
	}
	page, err := s.Patients(r.Context(), q)
	if err != nil {
		return err
	}
	if page.Patients == nil {
		page.Patients = []core.PatientSummary{}
	}
	return writeJSON(w, http.StatusOK, page)
}

func (a *API) patient(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	detail, err := s.Patient(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, detail)
}

func (a *API) patientDashboard(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	d, err := s.PatientDashboard(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, d)
}

func (a *API) patientRecords(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	records, err := s.PatientRecords(r.Context(), id, everything(r))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list(records))
}

// unreadRecords lists what the caller has not reviewed; query: limit, cursor, after.
func (a *API) unreadRecords(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	q := core.UnreadQuery{Limit: f.count("limit", 1), Cursor: f.optionalText("cursor"), After: f.optionalText("after")}
	if err := f.err(); err != nil {
		return err
	}
	page, err := s.UnreadRecords(r.Context(), q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, page)
}

// accessHistory tells who did what with a chart; query: limit, cursor.
func (a *API) accessHistory(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	f := query(r)
	limit, cursor := f.count("limit", 1), f.optionalText("cursor")
	if err := f.err(); err != nil {
		return err
	}
	page, err := s.AccessHistory(r.Context(), id, limit, cursor)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, page)
}

func (a *API) specializations(w http.ResponseWriter, r *http.Request) error {
	return catalogue(w, r, a.App.Specializations)
}

func (a *API) recordTypes(w http.ResponseWriter, r *http.Request) error {
	return catalogue(w, r, a.App.RecordTypes)
}

func (a *API) languages(w http.ResponseWriter, r *http.Request) error {
	return catalogue(w, r, a.App.Languages)
}

func (a *API) limits(w http.ResponseWriter, r *http.Request) error {
	l, err := a.App.Limits(r.Context())
	if err != nil {
		return err
	}
	l.Development = a.Development
	return writeJSON(w, http.StatusOK, l)
}

func list[T any](items []T) wire.List[T] {
	if items == nil {
		items = []T{}
	}
	return wire.List[T]{Count: len(items), Results: items}
}

// number reads a path segment made of digits; anything else is no such path.
func number(r *http.Request, name string) (int64, error) {
	v := r.PathValue(name)
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || strings.Trim(v, "0123456789") != "" {
		return 0, errNoSuchPath
	}
	return n, nil
}

// catalogue answers a list that is the same for everybody.
func catalogue[T any](w http.ResponseWriter, r *http.Request, get func(context.Context) ([]T, error)) error {
	items, err := get(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list(items))
}
