package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// looked is how much of what a screen tells of was looked into.
type looked string

const (
	notLoaded   looked = "not loaded"
	notToBeHad  looked = "loading failed"
	nothingRead looked = "nothing read"
	partlyRead  looked = "partly read"
	allRead     looked = "all read, with none"
)

// absence is a screen that can say that something is not there.
type absence struct {
	name  string
	claim string // what it says then, and in no other state
	calls []string
	to    drive      // to the screen before
	open  string     // the key that opens it
	push  page.Route // what opens it, where no key does in every state
	then  []string   // keys when it is open
	plain []string   // the same line by line; nil: it has none
	empty func(f *fake)
	part  bool // it can be partly or not at all read
}

// noneOf sets up a chart without findings whose documents were read so far.
func noneOf(f *fake, state looked) {
	f.noTrends, f.noNames, f.medicines = true, true, core.Medicines{}
	f.found = map[string]*core.RecordValues{}
	for i, id := range []string{"r1", "r2", "r3", "r4"} {
		v := core.RecordValues{RecordID: id, JobID: "job-" + id, PatientID: 4, Analyzed: true, Results: []core.Value{}}
		if state == nothingRead || state == partlyRead && i == 0 {
			v.JobID, v.Analyzed = "", false
		}
		f.found[id] = &v
		f.details[4].MedicalRecords[i].LastJob = &core.JobBrief{ID: v.JobID, Status: core.JobCompleted}
		f.details[4].MedicalRecords[i].Status = core.RecordCurrent
	}
	f.of.NotRead = map[looked]int{nothingRead: 4, partlyRead: 1}[state]
}

func noNews(f *fake) {
	f.free, f.jobs = true, nil
	f.details = map[int64]core.PatientDetail{4: f.details[4]}
	for i := range f.details[4].MedicalRecords {
		f.details[4].MedicalRecords[i].Reviewed = &fakeNow
	}
}

var absences = []absence{
	{"results", "No results were found in 4 documents.", []string{"PatientResults"}, inChart, "t", nil, nil, []string{"find cantú", "1", "results"}, nil, true},
	{"overview", "No problems were found in 4 documents.", []string{"PatientOverview"}, inChart, "y", nil, nil, []string{"find cantú", "1", "overview"}, nil, true},
	{"medicines", "No medicines were found in 4 documents.", []string{"Patient"}, signedIn, "", page.Chart{Patient: ui.Banner{ID: 4}}, []string{"tab", "tab"}, []string{"find cantú", "1"}, nil, true},
	{"search", "Nothing found in 4 documents, all that there are.", []string{"SearchPatient"}, inSearch, "enter", nil, nil, []string{"search all zebra"}, nil, true},
	{"values", "The machine found no values in this document.", []string{"Values"}, inViewer, "v", nil, nil, []string{"find cantú", "1", "1", "values"}, nil, true},
	{"check", "No page of this document names a patient.", []string{"PatientCheck"}, inViewer, "c", nil, nil, nil, nil, true},
	{"critical", "No values marked HH or LL were found in 4 documents that you have not reviewed.", []string{"Patient"}, signedIn, "", page.Critical{Patient: ui.Banner{ID: 4}}, nil, nil, nil, true},
	{"appointments", "No appointments today", []string{"Appointments"}, signedIn, "f2", nil, nil, nil, noNews, false},
	{"notifications", "No notification is in this state.", []string{"Notifications"}, signedIn, "f4", nil, nil, nil, noNews, false},
	{"unread", "You have reviewed every document of your patients.", []string{"UnreadRecords"}, signedIn, "f6", nil, nil, nil, noNews, false},
	{"being read", "No document of your patients is being read now.", []string{"JobsIn"}, signedIn, "f7", nil, nil, nil, noNews, false},
	{"could not be read", "No reading of your patients' documents has failed.", []string{"JobsIn"}, signedIn, "f8", nil, nil, nil, noNews, false},
	{"patients", "You have no patients yet.", []string{"Patients"}, signedIn, "p", nil, nil, nil, func(f *fake) { f.noPatients = true }, false},
	{"chart", "No documents in this chart that are in use.", []string{"Patient"}, signedIn, "1", nil, nil, nil, noRecords, false},
}

// claims are beginnings of sentences that say that something is not there.
var claims = regexp.MustCompile(`(?m)^\W*(No [a-z]+ (of|in|is|were|was|values)|None\b|Nothing|There (is|are) no|You have (no|reviewed)|The machine found no|0 (values|results|pages)).*`)

// TestOnlyWhatWasReadHasNone: not loaded, not to be had, not read and not there are
// told apart on every screen that can say that something is not there, and only the
// last says so.
func TestOnlyWhatWasReadHasNone(t *testing.T) {
	for _, a := range absences {
		for _, state := range []looked{notLoaded, notToBeHad, nothingRead, partlyRead, allRead} {
			if !a.part && (state == nothingRead || state == partlyRead) {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", a.name, state), func(t *testing.T) {
				f := a.fake(state)
				d := newDriver(t, f, 100, 40, termenv.Ascii)
				d.settle()
				a.to(d)
				if state == notToBeHad {
					for _, call := range a.calls {
						f.set(call, core.Errorf(core.CodeInternal, "This could not be put together."))
					}
				}
				switch {
				case a.push != nil && state == notLoaded:
					d.r.Push(a.push)
				case a.push != nil:
					d.r.Push(a.push)
					d.send(nil)
					d.press(a.then...)
				case state == notLoaded:
					d.post(keyMsg(a.open))
				default:
					d.press(a.open)
				}
				a.judge(t, state, d.r.View())
			})
		}
	}
}

// fake is the clinic in a state.
func (a absence) fake(state looked) *fake {
	f := newFake()
	switch {
	case state == allRead && a.empty != nil:
		a.empty(f)
	case a.part:
		noneOf(f, state)
	}
	return f
}

func (a absence) judge(t *testing.T, state looked, view string) {
	t.Helper()
	text := strings.Join(strings.Fields(ui.Unstyled(view)), " ")
	if says := strings.Contains(text, a.claim); says != (state == allRead) {
		t.Errorf("%q is said: %t\n%s", a.claim, says, view)
	}
	if state == allRead {
		return
	}
	for _, said := range claims.FindAllString(ui.Unstyled(view), -1) {
		t.Errorf("it claims %q\n%s", said, view)
	}
	if unknown := strings.Contains(text, "Not known") || strings.Contains(text, "not been read"); !unknown && (state == nothingRead || state == partlyRead) {
		t.Errorf("nothing says that it was not read:\n%s", view)
	}
}

// TestPlainOnlyWhatWasReadHasNone is the same line by line.
func TestPlainOnlyWhatWasReadHasNone(t *testing.T) {
	for _, a := range absences {
		if a.plain == nil {
			continue
		}
		for _, state := range []looked{nothingRead, partlyRead, allRead} {
			t.Run(fmt.Sprintf("%s/%s", a.name, state), func(t *testing.T) {
				f := a.fake(state)
				f.signedIn = true
				a.judge(t, state, plainly(t, f, append(a.plain, "quit")...))
			})
		}
	}
}

// No part of a chart goes out of sight because another has a long count.
func TestEveryPartOfAFullChartIsNamed(t *testing.T) {
	for _, size := range sizes[1:] { // at 60 cells not all fit
		f := newFake()
		chart := f.details[4]
		for i := range 117 {
			r := fakeRecord(fmt.Sprintf("more-%d", i), 4, "Progress note", "Progress Notes", core.MIMEPDF, 100, "")
			r.Status = core.RecordCurrent
			chart.MedicalRecords = append(chart.MedicalRecords, r)
		}
		f.details[4] = chart
		d := newDriver(t, f, size[0], size[1], termenv.Ascii)
		d.settle()
		d.chart()
		d.sees("Documents 121, 117 unread", "Overview", "Med", "Res", "Who", "as at 08:05", "of 121")
	}
}
