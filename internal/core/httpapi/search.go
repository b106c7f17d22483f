package httpapi

import (
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// searchAll searches all the caller's patients' documents; query: q, limit, cursor.
func (a *API) searchAll(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	return a.searchText(w, r, s, 0)
}

func (a *API) searchPatient(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	return a.searchText(w, r, s, id)
}

func (a *API) searchText(w http.ResponseWriter, r *http.Request, s *app.Session, patientID int64) error {
	f := query(r)
	q := core.TextQuery{PatientID: patientID, Text: f.optionalText("q"), Limit: f.count("limit", 1), Cursor: f.optionalText("cursor")}
	if err := f.err(); err != nil {
		return err
	}
	hits, err := s.SearchText(r.Context(), q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, hits)
}

// trends lists what can be followed over time, or with name gives one trend.
func (a *API) trends(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	f := query(r)
	name := f.optionalText("name")
	if err := f.err(); err != nil {
		return err
	}
	if !f.sent("name") {
		names, err := s.TrendNames(r.Context(), id)
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, names)
	}
	trend, err := s.Trend(r.Context(), id, name)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, trend)
}

// patientResults answers all that can be followed over time, as one table.
func (a *API) patientResults(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	results, err := s.PatientResults(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, results)
}

// patientOverview answers the cover page of a chart.
func (a *API) patientOverview(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	o, err := s.PatientOverview(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, o)
}
