package coretest

import (
	"context"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"clinician/internal/core"
)

// ClinicFixture is a clinic with two clinicians, each with one patient, and no
// documents. Nobody else uses the two while a test runs.
type ClinicFixture struct {
	Ann, Ben         core.Clinic // named Ann Abbott and Ben Baker
	Mirror           core.Clinic // Ann reached another way; what both answer is compared. nil: nothing is
	AnnUser, BenUser core.User
	AnnPatient       core.Patient // Catalina Quillfeather, born on 4 May 1960
	BenPatient       core.Patient // Dimitri Zorngarten, born on the same day

	AddPatient func(t *testing.T, given, family string) core.Patient     // another one of Ann's, born on that day too
	Appoint    func(t *testing.T, a core.Appointment) core.Appointment   // of Ann's
	Notify     func(t *testing.T, n core.Notification) core.Notification // to Ann
	Hand       func(t *testing.T, patient int64, to core.User)           // Ann's patient to Ben, or back

	Picture []byte // an empty page of 300 by 200 pixels as PNG
	Bundle  []byte // a TIFF of two pages that can be split

	Locked   []byte // a PDF that opens with Password
	Password string

	Slow string // the language in which a picture is never read to its end
	Now  core.Clock
}

// clinicTests are the tests of Clinic, by what they are about.
var clinicTests = map[string]func(f clinic){
	"account":                 clinicAccount,
	"patients":                clinicPatients,
	"charts":                  clinicCharts,
	"access history":          clinicAccess,
	"search":                  clinicSearch,
	"trends":                  clinicTrends,
	"results":                 clinicResults,
	"overview":                clinicOverview,
	"upload and download":     clinicFiles,
	"unfinished uploads":      clinicUnfinished,
	"page images":             clinicImages,
	"edit":                    clinicEdit,
	"entered in error":        clinicEnteredInError,
	"legal hold":              clinicHold,
	"unread records":          clinicUnread,
	"move":                    clinicMove,
	"split":                   clinicSplit,
	"unlock":                  clinicUnlock,
	"delete":                  clinicDelete,
	"nobody else's records":   clinicOthersRecords,
	"reading":                 clinicReading,
	"reading that goes on":    clinicSlowReading,
	"reading that fails":      clinicFailedReading,
	"nobody else's jobs":      clinicOthersJobs,
	"values":                  clinicValues,
	"review of values":        clinicReviews,
	"values seen and changed": clinicSeen,
	"records, texts and profiles seen and changed": clinicVersions,
	"values in doubt":         clinicInDoubt,
	"patient check":           clinicCheck,
	"corrected text":          clinicText,
	"drafts":                  clinicDrafts,
	"notes":                   clinicNotes,
	"tasks":                   clinicTasks,
	"tasks that are lost":     clinicTasksLost,
	"notes of a moved record": clinicMovedNotes,
	"day":                     clinicDay,
	"notifications":           clinicNotifications,
	"forwarded notifications": clinicForward,
	"calls that are stopped":  clinicCanceled,
}

// Clinic checks the contract of core.Clinic. open gives a new fixture, whose parts
// live until the test it is given ends; many are open at once. It fails also when
// core.Clinic has a method that no test calls.
func Clinic(t *testing.T, open func(t *testing.T) ClinicFixture) {
	made := &calledMethods{names: map[string]bool{}}
	var ran atomic.Int64
	t.Run("acts", func(t *testing.T) { // ends when all of its tests have
		for _, name := range slices.Sorted(maps.Keys(clinicTests)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				ran.Add(1)
				f := open(t)
				f.Ann = clinicCalls{f.Ann, f.Mirror, t, made}
				clinicTests[name](clinic{ClinicFixture: f, t: t})
			})
		}
	})
	if ran.Load() < int64(len(clinicTests)) {
		return // only some were asked for
	}
	if names := made.missing(); len(names) > 0 {
		t.Errorf("no test calls %s of core.Clinic", strings.Join(names, ", "))
	}
}

// clinic is a fixture in a test.
type clinic struct {
	ClinicFixture
	t *testing.T
}

// unknown is the id of nothing.
const unknown = "zzzzzzzzzzzzzzzzzzzzzzzzzz"

// refused checks that err is of a code and says what is wrong with exactly these fields.
func (f clinic) refused(what string, err error, code core.Code, fields ...string) {
	f.t.Helper()
	if code == core.CodeCanceled && core.CodeOf(err) == code {
		return // what is said then is for nobody
	}
	var e *core.Error
	if !errors.As(err, &e) {
		f.t.Errorf("%s: %v (%T), want %s", what, err, err, code)
		return
	}
	got := slices.Sorted(maps.Keys(e.Fields))
	if slices.Sort(fields); e.Code != code || !slices.Equal(got, fields) {
		f.t.Errorf("%s: %v with fields %v, want %s with fields %v", what, err, got, code, fields)
	}
	if e.Message == "" {
		f.t.Errorf("%s: nothing is said to people", what)
	}
}

// got gives what an act answered, and ends the test unless it went well:
// got(f.Ann.Record(ctx, id))(f).
func got[T any](v T, err error) func(f clinic) T {
	return func(f clinic) T {
		f.t.Helper()
		f.done(err)
		return v
	}
}

// done fails the test unless an act went well.
func (f clinic) done(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// anyOf reports whether one of the things that would be wrong is.
func anyOf(wrong ...bool) bool { return slices.Contains(wrong, true) }

// same compares what was answered with what should be, deeply: an empty list is
// not a missing one.
func (f clinic) same(what string, got, want any) {
	f.t.Helper()
	if !reflect.DeepEqual(got, want) {
		f.t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

// ended is a context that has ended.
func (f clinic) ended() context.Context {
	ctx, cancel := context.WithCancel(f.t.Context())
	cancel()
	return ctx
}

// note uploads a text document of Ann's patient.
func (f clinic) note(text string) core.Record {
	f.t.Helper()
	return f.noteOf(f.AnnPatient, text)
}

func (f clinic) noteOf(p core.Patient, text string) core.Record {
	f.t.Helper()
	return f.file(core.NewDocument{PatientID: p.ID, TypeID: 1, Filename: "note.txt", Size: int64(len(text)), Content: strings.NewReader(text)})
}

// unread uploads a document that Ann has not reviewed.
func (f clinic) unread() core.Record {
	f.t.Helper()
	return got(f.Ann.ReviewRecord(f.t.Context(), f.note("x").ID, "", false))(f)
}

func (f clinic) file(d core.NewDocument) core.Record {
	f.t.Helper()
	return got(f.Ann.Upload(f.t.Context(), d, nil))(f)
}

// read has a record read and waits for the job's end.
func (f clinic) read(recordID string) core.Job {
	f.t.Helper()
	s := got(f.Ann.Analyze(f.t.Context(), recordID, core.AnalyzeOptions{}))(f)
	f.end(s.Job.ID)
	return got(f.Ann.Job(f.t.Context(), s.Job.ID))(f)
}

// end follows a job to its end.
func (f clinic) end(jobID string) {
	f.t.Helper()
	w, err := f.Ann.WatchJob(f.t.Context(), jobID)
	f.done(err)
	defer w.Close()
	for {
		if _, err := w.Next(f.t.Context()); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			f.t.Fatal(err)
		}
	}
}
