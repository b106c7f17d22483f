package clinicianapi

import (
	"context"
	"net/url"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// SearchText searches the text of q.PatientID's documents, or with 0 of all the
// caller's patients.
func (c *Client) SearchText(ctx context.Context, q core.TextQuery) (core.TextHits, error) {
	if q.PatientID == 0 {
		return c.searchText(ctx, wire.PathSearch, q)
	}
	hits, err := c.searchText(ctx, wire.PathPatientSearch(q.PatientID), q)
	if err != nil {
		return core.TextHits{}, err
	}
	for _, h := range hits.Hits {
		if h.PatientID != q.PatientID {
			return core.TextHits{}, core.Errorf(core.CodeInternal, "The server answered with another patient's documents. Nothing is shown; tell your administrator.")
		}
	}
	return hits, nil
}

func (c *Client) searchText(ctx context.Context, path string, q core.TextQuery) (core.TextHits, error) {
	v := url.Values{"q": {q.Text}}
	setNumber(v, "limit", int64(q.Limit))
	set(v, "cursor", q.Cursor)
	var hits core.TextHits
	err := c.json(ctx, call{path: path, query: v}, &hits)
	if hits.Hits == nil {
		hits.Hits = []core.TextHit{}
	}
	return hits, err
}

// TrendNames lists what of a patient can be followed over time.
func (c *Client) TrendNames(ctx context.Context, patientID int64) (core.TrendNames, error) {
	var t core.TrendNames
	if err := c.json(ctx, call{path: wire.PathPatientTrends(patientID)}, &t); err != nil {
		return core.TrendNames{}, err
	}
	if t.PatientID != patientID {
		return core.TrendNames{}, errOtherTrend
	}
	if t.Results == nil {
		t.Results = []core.TrendName{}
	}
	return t, nil
}

// Trend gives one analyte or vital sign over time; CodeNotFound when the
// patient's documents have no value of that name.
func (c *Client) Trend(ctx context.Context, patientID int64, name string) (core.PatientTrend, error) {
	var t core.PatientTrend
	if err := c.json(ctx, call{path: wire.PathPatientTrends(patientID), query: url.Values{"name": {name}}}, &t); err != nil {
		return core.PatientTrend{}, err
	}
	if t.PatientID != patientID {
		return core.PatientTrend{}, errOtherTrend
	}
	return t, nil
}

// PatientResults gives all that can be followed over time as one table.
func (c *Client) PatientResults(ctx context.Context, patientID int64) (core.PatientResults, error) {
	var r core.PatientResults
	if err := c.json(ctx, call{path: wire.PathPatientResults(patientID)}, &r); err != nil {
		return core.PatientResults{}, err
	}
	if r.PatientID != patientID {
		return core.PatientResults{}, errOtherTrend
	}
	return r, nil
}

// PatientOverview gives the cover page of a chart.
func (c *Client) PatientOverview(ctx context.Context, patientID int64) (core.PatientOverview, error) {
	var o core.PatientOverview
	if err := c.json(ctx, call{path: wire.PathPatientOverview(patientID)}, &o); err != nil {
		return core.PatientOverview{}, err
	}
	if o.PatientID != patientID {
		return core.PatientOverview{}, errOtherTrend
	}
	return o, nil
}

var errOtherTrend = core.Errorf(core.CodeInternal, "The server answered with another patient's values. Nothing is shown; tell your administrator.")
