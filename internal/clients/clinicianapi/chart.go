package clinicianapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Health is what the server says of itself.
type Health struct {
	Status   string `json:"status"`
	Service  string `json:"service"`
	Database string `json:"database_connection"`
}

// Health asks whether the server works; no session is needed.
func (c *Client) Health(ctx context.Context) (Health, error) {
	var h Health
	err := c.json(ctx, call{path: wire.PathHealth, public: true}, &h)
	if err == nil && h.Service == "" {
		err = c.notOurs(nil)
	}
	return h, err
}

// Specializations lists what a clinician can specialise in; no session is needed.
func (c *Client) Specializations(ctx context.Context) ([]core.Specialization, error) {
	var l list[core.Specialization]
	err := c.json(ctx, call{path: wire.PathSpecializations, public: true}, &l)
	return l.Results, err
}

// RecordTypes lists the kinds of medical record.
func (c *Client) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	return everyPage[core.RecordType](ctx, c, wire.PathRecordTypes, nil)
}

// Limits says what the server takes; no session is needed.
func (c *Client) Limits(ctx context.Context) (core.Limits, error) {
	var l core.Limits
	err := c.json(ctx, call{path: wire.PathLimits, public: true}, &l)
	return l, err
}

// Dashboard is the clinician's day.
func (c *Client) Dashboard(ctx context.Context) (core.Dashboard, error) {
	var d core.Dashboard
	err := c.json(ctx, call{path: wire.PathDashboard}, &d)
	return d, err
}

// Patients gives one page of the clinician's patients.
func (c *Client) Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error) {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
	if q.FromEnd {
		v.Set("from_end", "true")
	}
	page := core.PatientPage{}
	err := c.json(ctx, call{path: wire.PathPatients, query: v}, &page)
	if page.Patients == nil {
		page.Patients = []core.PatientSummary{}
	}
	return page, err
}

// Patient is the chart's first screen.
func (c *Client) Patient(ctx context.Context, id int64) (core.PatientDetail, error) {
	var d core.PatientDetail
	err := c.json(ctx, call{path: wire.PathPatient(id)}, &d)
	if err == nil && d.Patient.ID != id {
		return core.PatientDetail{}, otherChart
	}
	return d, err
}

var otherChart = core.Errorf(core.CodeInternal, "The server answered with another patient's chart. Nothing is shown; tell your administrator.")

// PatientDashboard is Patient with the person who asks.
func (c *Client) PatientDashboard(ctx context.Context, id int64) (core.PatientDashboard, error) {
	var d core.PatientDashboard
	err := c.json(ctx, call{path: wire.PathPatientDashboard(id)}, &d)
	if err == nil && d.Patient.ID != id {
		return core.PatientDashboard{}, otherChart
	}
	return d, err
}

// PatientRecords lists a patient's records, newest upload first; with all also
// those entered in error and the tombstones of those moved away.
func (c *Client) PatientRecords(ctx context.Context, patientID int64, all bool) ([]core.Record, error) {
	records, err := everyPage[core.Record](ctx, c, wire.PathPatientRecords(patientID), including(all))
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.PatientID != patientID {
			return nil, core.Errorf(core.CodeInternal, "The server answered with another patient's records. Nothing is shown; tell your administrator.")
		}
	}
	return records, nil
}

// UnreadRecords gives one page of what the caller has not reviewed of all their
// patients, newest upload first. A limit of 0 leaves its size to the server.
func (c *Client) UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	v := url.Values{}
	set(v, "cursor", q.Cursor)
	set(v, "after", q.After)
	setNumber(v, "limit", int64(q.Limit))
	var p core.UnreadPage
	err := c.json(ctx, call{path: wire.PathUnread, query: v}, &p)
	for _, u := range p.Records {
		if u.Record.PatientID != u.Patient.ID {
			return core.UnreadPage{}, core.Errorf(core.CodeInternal, "The server answered with a document of another patient than it names. Nothing is shown; tell your administrator.")
		}
	}
	if p.Records == nil {
		p.Records = []core.UnreadRecord{}
	}
	return p, err
}

// AccessHistory gives one page of who did what with a chart, newest first.
func (c *Client) AccessHistory(ctx context.Context, patientID int64, limit int, cursor string) (core.AccessPage, error) {
	v := url.Values{}
	set(v, "cursor", cursor)
	setNumber(v, "limit", int64(limit))
	var p core.AccessPage
	err := c.json(ctx, call{path: wire.PathPatientAccess(patientID), query: v}, &p)
	if err == nil && p.PatientID != patientID {
		return core.AccessPage{}, core.Errorf(core.CodeInternal, "The server answered about another patient. Nothing is shown; tell your administrator.")
	}
	if p.Accesses == nil {
		p.Accesses = []core.Access{}
	}
	return p, err
}

// Record is the metadata of one record.
func (c *Client) Record(ctx context.Context, id string) (core.Record, error) {
	if err := checkID("record", id); err != nil {
		return core.Record{}, err
	}
	var r core.Record
	err := c.json(ctx, call{path: wire.PathRecord(id)}, &r)
	return r, err
}

// DeleteRecord removes a record, its results and its content for good.
func (c *Client) DeleteRecord(ctx context.Context, recordID, version string, typed core.Identifiers) error {
	if err := checkID("record", recordID); err != nil {
		return err
	}
	del := call{method: http.MethodDelete, path: wire.PathRecordAct(recordID, "delete"), seen: version}
	if typed.Given() {
		del.body = typed
	}
	return standing[core.Record](c.json(ctx, del, nil))
}
