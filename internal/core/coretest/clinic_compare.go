package coretest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clinician/internal/core"
)

// clinicCalls is a Clinic that remembers which of its methods were called. What
// only reads is asked of mirror as well, the same person's Clinic reached another
// way, and both must answer the same. A method that is not written here is left to
// the Clinic inside and counts as never called.
type clinicCalls struct {
	core.Clinic
	mirror core.Clinic // nil: nothing is compared
	t      *testing.T
	made   *calledMethods
}

// calledMethods are the names of the methods that a whole suite has called.
type calledMethods struct {
	mu    sync.Mutex
	names map[string]bool
}

func (m *calledMethods) add(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.names[name] = true
}

// missing lists the methods of core.Clinic that were not called.
func (m *calledMethods) missing() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	all := reflect.TypeFor[core.Clinic]()
	for i := range all.NumMethod() {
		if name := all.Method(i).Name; !m.names[name] {
			names = append(names, name)
		}
	}
	return names
}

// settles is how often both ways are asked before their answers count as
// different: a job may go on between one question and the other.
const settles = 10

// both asks the Clinic and its mirror.
func both[T any](c clinicCalls, name string, ask func(core.Clinic) (T, error)) (T, error) {
	c.t.Helper()
	c.made.add(name)
	for tries := 1; ; tries++ {
		got, err := ask(c.Clinic)
		if c.mirror == nil {
			return got, err
		}
		other, otherErr := ask(c.mirror)
		d := answersDiffer(got, err, other, otherErr)
		if d != "" && tries < settles {
			continue
		}
		if d != "" {
			c.t.Errorf("%s answers differently over the other way (-this +other):\n%s", name, d)
		}
		return got, err
	}
}

func answersDiffer(got any, err error, other any, otherErr error) string {
	if d := cmp.Diff(told(err), told(otherErr)); d != "" || err != nil {
		return d
	}
	return cmp.Diff(plain(got), plain(other))
}

// told is what an error says to callers: its code, its fields, and the sentence
// where that is not made of the fields.
func told(err error) []any {
	if err == nil {
		return nil
	}
	var e *core.Error
	switch code := core.CodeOf(err); {
	case code == core.CodeCanceled, code == core.CodeNotFound: // a path that leads nowhere has words of its own
		return []any{code}
	case !errors.As(err, &e):
		return []any{code, "not a *core.Error"}
	case len(e.Fields) > 0:
		return []any{e.Code, e.Fields}
	}
	return []any{e.Code, e.Message}
}

// changing are the parts of answers that are of the moment of asking, or tell of
// the asking itself.
var changing = []string{"as_at", "checked_at", "recent_activity", "last_viewed_at"}

// plain is an answer as its JSON, in which an empty list is not a missing one,
// without what changes from one question to the next.
func plain(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	var p any
	if err := json.Unmarshal(raw, &p); err != nil {
		return err.Error()
	}
	return withoutChanging(p)
}

func withoutChanging(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, part := range v {
			if slices.Contains(changing, key) {
				delete(v, key)
			} else {
				v[key] = withoutChanging(part)
			}
		}
	case []any:
		for i, part := range v {
			v[i] = withoutChanging(part)
		}
	case string: // the same moment may be written in two zones
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil && strings.Contains(v, "T") {
			return t.UTC()
		}
	}
	return v
}

func (c clinicCalls) Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error) {
	return both(c, "Patients", func(x core.Clinic) (core.PatientPage, error) { return x.Patients(ctx, q) })
}

func (c clinicCalls) Patient(ctx context.Context, id int64) (core.PatientDetail, error) {
	return both(c, "Patient", func(x core.Clinic) (core.PatientDetail, error) { return x.Patient(ctx, id) })
}

func (c clinicCalls) PatientDashboard(ctx context.Context, id int64) (core.PatientDashboard, error) {
	return both(c, "PatientDashboard", func(x core.Clinic) (core.PatientDashboard, error) { return x.PatientDashboard(ctx, id) })
}

func (c clinicCalls) SearchText(ctx context.Context, q core.TextQuery) (core.TextHits, error) {
	return both(c, "SearchText", func(x core.Clinic) (core.TextHits, error) { return x.SearchText(ctx, q) })
}

func (c clinicCalls) TrendNames(ctx context.Context, patientID int64) (core.TrendNames, error) {
	return both(c, "TrendNames", func(x core.Clinic) (core.TrendNames, error) { return x.TrendNames(ctx, patientID) })
}

func (c clinicCalls) PatientOverview(ctx context.Context, patientID int64) (core.PatientOverview, error) {
	return both(c, "PatientOverview", func(x core.Clinic) (core.PatientOverview, error) { return x.PatientOverview(ctx, patientID) })
}

func (c clinicCalls) PatientResults(ctx context.Context, patientID int64) (core.PatientResults, error) {
	return both(c, "PatientResults", func(x core.Clinic) (core.PatientResults, error) { return x.PatientResults(ctx, patientID) })
}

func (c clinicCalls) Trend(ctx context.Context, patientID int64, name string) (core.PatientTrend, error) {
	return both(c, "Trend", func(x core.Clinic) (core.PatientTrend, error) { return x.Trend(ctx, patientID, name) })
}

func (c clinicCalls) PatientRecords(ctx context.Context, patientID int64, all bool) ([]core.Record, error) {
	return both(c, "PatientRecords", func(x core.Clinic) ([]core.Record, error) { return x.PatientRecords(ctx, patientID, all) })
}

func (c clinicCalls) Record(ctx context.Context, id string) (core.Record, error) {
	return both(c, "Record", func(x core.Clinic) (core.Record, error) { return x.Record(ctx, id) })
}

func (c clinicCalls) UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	return both(c, "UnreadRecords", func(x core.Clinic) (core.UnreadPage, error) { return x.UnreadRecords(ctx, q) })
}

func (c clinicCalls) UnfinishedUploads(ctx context.Context) ([]core.Upload, error) {
	return both(c, "UnfinishedUploads", func(x core.Clinic) ([]core.Upload, error) { return x.UnfinishedUploads(ctx) })
}

func (c clinicCalls) PageImage(ctx context.Context, id string, page, maxWidth int, all bool) (core.PageImage, error) {
	return both(c, "PageImage", func(x core.Clinic) (core.PageImage, error) { return x.PageImage(ctx, id, page, maxWidth, all) })
}

func (c clinicCalls) VerifyRecord(ctx context.Context, id string) (core.Integrity, error) {
	return both(c, "VerifyRecord", func(x core.Clinic) (core.Integrity, error) { return x.VerifyRecord(ctx, id) })
}

func (c clinicCalls) Job(ctx context.Context, id string) (core.Job, error) {
	return both(c, "Job", func(x core.Clinic) (core.Job, error) { return x.Job(ctx, id) })
}

func (c clinicCalls) Jobs(ctx context.Context, f core.JobFilter) ([]core.Job, error) {
	return both(c, "Jobs", func(x core.Clinic) ([]core.Job, error) { return x.Jobs(ctx, f) })
}

func (c clinicCalls) JobResult(ctx context.Context, id string) (core.Result, error) {
	return both(c, "JobResult", func(x core.Clinic) (core.Result, error) { return x.JobResult(ctx, id) })
}

func (c clinicCalls) JobPage(ctx context.Context, id string, page int) (core.Page, error) {
	return both(c, "JobPage", func(x core.Clinic) (core.Page, error) { return x.JobPage(ctx, id, page) })
}

func (c clinicCalls) RecordValues(ctx context.Context, recordID string, f core.ValueFilter) (core.RecordValues, error) {
	return both(c, "RecordValues", func(x core.Clinic) (core.RecordValues, error) { return x.RecordValues(ctx, recordID, f) })
}

func (c clinicCalls) PatientCheck(ctx context.Context, recordID string) (core.DocumentCheck, error) {
	return both(c, "PatientCheck", func(x core.Clinic) (core.DocumentCheck, error) { return x.PatientCheck(ctx, recordID) })
}

func (c clinicCalls) PageText(ctx context.Context, recordID string, page int) (core.PageCorrections, error) {
	return both(c, "PageText", func(x core.Clinic) (core.PageCorrections, error) { return x.PageText(ctx, recordID, page) })
}

func (c clinicCalls) Tasks(ctx context.Context, q core.TaskQuery) (core.TaskList, error) {
	return both(c, "Tasks", func(x core.Clinic) (core.TaskList, error) { return x.Tasks(ctx, q) })
}

func (c clinicCalls) RecordNotes(ctx context.Context, recordID string) (core.RecordNotes, error) {
	return both(c, "RecordNotes", func(x core.Clinic) (core.RecordNotes, error) { return x.RecordNotes(ctx, recordID) })
}

func (c clinicCalls) Dashboard(ctx context.Context) (core.Dashboard, error) {
	return both(c, "Dashboard", func(x core.Clinic) (core.Dashboard, error) { return x.Dashboard(ctx) })
}

func (c clinicCalls) Appointments(ctx context.Context, q core.AppointmentFilter) (core.AppointmentList, error) {
	return both(c, "Appointments", func(x core.Clinic) (core.AppointmentList, error) { return x.Appointments(ctx, q) })
}

func (c clinicCalls) Notifications(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error) {
	return both(c, "Notifications", func(x core.Clinic) (core.NotificationPage, error) { return x.Notifications(ctx, q) })
}

func (c clinicCalls) Profile(ctx context.Context) (core.Profile, error) {
	return both(c, "Profile", func(x core.Clinic) (core.Profile, error) { return x.Profile(ctx) })
}

func (c clinicCalls) Specializations(ctx context.Context) ([]core.Specialization, error) {
	return both(c, "Specializations", func(x core.Clinic) ([]core.Specialization, error) { return x.Specializations(ctx) })
}

func (c clinicCalls) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	return both(c, "RecordTypes", func(x core.Clinic) ([]core.RecordType, error) { return x.RecordTypes(ctx) })
}

func (c clinicCalls) Limits(ctx context.Context) (core.Limits, error) {
	return both(c, "Limits", func(x core.Clinic) (core.Limits, error) { return x.Limits(ctx) })
}
