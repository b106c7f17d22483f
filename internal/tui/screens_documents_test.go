package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// scene is a screen in one of its states.
type scene struct {
	name string
	fake func(*fake)
	go_  drive
}

func valuesOf(d *driver) { d.chart(); d.press("enter", "v"); d.sees("Values in") }

// tasked gives the user tasks of every kind.
func tasked(f *fake) {
	done, lost := fakeTask("t3", 2), fakeTask("t4", 3)
	done.Status, done.Output, done.Requester, done.RequesterName, done.Owner, done.OwnerName = core.TaskCompleted, "It was 4.1.", 7, "Aria Blake", 1, "Ben Baker"
	lost.Status, lost.Reason, lost.Requester, lost.Note, lost.PatientName, lost.Title = core.TaskFailed, "the patient is not with its receiver any more.", 7, "", "", ""
	f.tasks = []core.Task{fakeTask("t1", -1), fakeTask("t2", 1), done, lost}
}

// noted writes a note and an addendum to it.
func noted(d *driver) {
	d.chart()
	d.press("enter", ";", "W")
	d.write("Call the ward: potassium again on Friday.")
	d.press("enter", "W", "shift+tab", "right", "tab")
	d.write("They have been told.")
	d.press("enter")
	d.sees("Addendum 2 to note 1")
}

func values2(keys ...string) drive {
	return func(d *driver) { valuesOf(d); d.press(keys...) }
}

// documentScenes are the screens about documents in their states.
var documentScenes = []scene{
	{"viewer-doubt", nil, func(d *driver) { d.chart(); d.press("enter", "d", "d") }},
	{"viewer-partial", func(f *fake) {
		f.result.Pages[0].Leaves(core.Unread{Kind: core.UnreadAttachment, Name: "hiv.pdf", Message: "A file attached to this document was not read: “hiv.pdf”. Save it and upload it as a document of its own."})
	}, func(d *driver) { d.chart(); d.press("enter") }},
	{"viewer-zoom", nil, func(d *driver) { d.chart(); d.press("enter", "i", "+", "+", "right", "]") }},
	{"values", nil, valuesOf},
	{"values-doubt", nil, values2("j", "j", "j")},
	{"values-reviewed", nil, values2("V", "V", "x", "n", "o", "enter", "C", "1", "enter", "enter")},
	{"values-correct", nil, values2("C")},
	{"values-verify-doubt", nil, values2("j", "j", "j", "V")},
	{"values-suggest", func(f *fake) {
		f.values("r1").TypeName, f.values("r1").DocumentDate = "Discharge Summary", core.Date{Year: 2026, Month: 11, Day: 9}
	}, valuesOf},
	{"values-suggested", func(f *fake) {
		f.values("r1").TypeName, f.values("r1").DocumentDate = "Discharge Summary", core.Date{Year: 2026, Month: 11, Day: 9}
	}, values2("E")},
	{"values-failed", func(f *fake) { f.fail["Values"] = errAway }, func(d *driver) { d.chart(); d.press("enter", "v") }},
	{"values-stale", nil, func(d *driver) { valuesOf(d); d.f.set("*", errAway); d.press("r") }},
	{"values-none", func(f *fake) { v := fakeValues("r1"); v.Results, v.Total = []core.Value{}, 0; *f.values("r1") = v }, valuesOf},
	{"correct", nil, func(d *driver) { d.chart(); d.press("enter", "C", "j", "j", "j") }},
	{"correct-draft", nil, func(d *driver) { d.chart(); d.press("enter", "C", "enter"); d.write(" (UK)"); d.press("esc") }},
	{"correct-stored", nil, func(d *driver) {
		d.chart()
		d.press("enter", "C", "enter")
		d.write(" (UK)")
		d.press("ctrl+s")
	}},
	{"correct-failed", func(f *fake) { f.fail["PageText"] = errAway }, func(d *driver) { d.chart(); d.press("enter", "C") }},
	{"task-send", nil, func(d *driver) { d.chart(); d.press("enter", "@") }},
	{"task-sent", nil, func(d *driver) {
		d.chart()
		d.press("enter", "@")
		d.write("Repeat the potassium")
		d.press("enter", "enter", "enter")
	}},
	{"tasks", tasked, func(d *driver) { d.login(); d.press("@") }},
	{"tasks-none", nil, func(d *driver) { d.login(); d.press("@") }},
	{"tasks-sent", tasked, func(d *driver) { d.login(); d.press("@", "tab") }},
	{"tasks-failed", func(f *fake) { f.fail["Tasks"] = errAway }, func(d *driver) { d.login(); d.press("@") }},
	{"task-done", tasked, func(d *driver) { d.login(); d.press("@", "K") }},
	{"day-tasks", tasked, (*driver).login},
	{"notes-none", nil, func(d *driver) { d.chart(); d.press("enter", ";") }},
	{"notes", nil, noted},
	{"notes-write", nil, func(d *driver) { noted(d); d.press("W") }},
	{"notes-in-error", nil, func(d *driver) { noted(d); d.press("X") }},
	{"notes-marked", nil, func(d *driver) {
		noted(d)
		d.press("X")
		d.write("another patient")
		d.press("shift+tab", "left", "tab", "enter")
	}},
	{"notes-failed", func(f *fake) { f.fail["RecordNotes"] = errAway }, func(d *driver) { d.chart(); d.press("enter", ";") }},
	{"search", nil, func(d *driver) { d.chart(); d.press("f"); d.write("cisplatin"); d.press("enter") }},
	{"search-none", nil, func(d *driver) { d.chart(); d.press("f"); d.write("zebra"); d.press("enter") }},
	{"search-all", nil, func(d *driver) { d.login(); d.press("F"); d.write("cisplatin"); d.press("enter") }},
	{"search-all-opened", nil, func(d *driver) { d.login(); d.press("F"); d.write("cisplatin"); d.press("enter", "enter") }},
	{"search-empty", nil, func(d *driver) { d.login(); d.press("F") }},
	{"search-failed", func(f *fake) { f.fail["SearchPatient"] = errAway }, func(d *driver) { d.chart(); d.press("f"); d.write("x"); d.press("enter") }},
	{"search-opened", nil, func(d *driver) {
		d.chart()
		d.press("f")
		d.write("cisplatin")
		d.press("enter", "enter")
	}},
	{"results", nil, func(d *driver) { d.chart(); d.press("t") }},
	{"patient-overview", medicated, func(d *driver) { d.chart(); d.press("y", "G") }},
	{"results-undated", func(f *fake) { f.undated, f.of.NotRead, f.of.InPart = true, 3, 1 }, func(d *driver) { d.chart(); d.press("t", "j", "j", "left") }},
	{"results-failed", func(f *fake) { f.fail["PatientResults"] = errAway }, func(d *driver) { d.chart(); d.press("t") }},
	{"trend", nil, func(d *driver) { d.chart(); d.press("t", "t") }},
	{"trend-failed", func(f *fake) { f.fail["Trend"] = errAway }, func(d *driver) { d.chart(); d.press("t", "t") }},
	{"trend-stale", nil, func(d *driver) { d.chart(); d.press("t", "t"); d.f.set("*", errAway); d.press("r") }},
	{"patient-appointments", nil, func(d *driver) { d.chart(); d.press("tab") }},
	{"patient-medicines", medicated, func(d *driver) { d.chart(); d.press("tab", "tab") }},
	{"patient-medicines-none", func(f *fake) { f.medicines.Unverified = 2 }, func(d *driver) { d.chart(); d.press("tab", "tab") }},
	{"patient-medicines-failed", func(f *fake) { f.medicines.Problem = "What documents say of medicines cannot be read now." }, func(d *driver) { d.chart(); d.press("tab", "tab") }},
	{"patient-access", nil, func(d *driver) { d.chart(); d.press("tab", "tab", "tab", "tab") }},
	{"patient-filter", nil, func(d *driver) { d.chart(); d.press("/"); d.write("bl") }},
	{"patient-filter-none", nil, func(d *driver) { d.chart(); d.press("/"); d.write("zz") }},
	{"day", func(f *fake) { f.busy = true }, (*driver).login},
	{"day-unread", func(f *fake) { f.busy = true; unreadChart(f) }, func(d *driver) { d.login(); d.press("right") }},
	{"critical", func(f *fake) { f.busy = true; critical(f) }, func(d *driver) { d.login(); d.press("j", "!", "!") }},
	{"day-stale", func(f *fake) { f.busy = true }, func(d *driver) { d.login(); d.f.set("*", errAway); d.press("r") }},
	{"notifications", nil, func(d *driver) { d.login(); d.press("f4") }},
	{"notifications-none", nil, func(d *driver) { d.login(); d.press("f4", "tab") }},
	{"notifications-failed", func(f *fake) { f.fail["Notifications"] = errAway }, func(d *driver) { d.login(); d.press("f4") }},
	{"notification-defer", nil, func(d *driver) { d.login(); d.press("f4", "P", "right") }},
	{"notification-forward", nil, func(d *driver) { d.login(); d.press("f4", ">"); d.write("sam") }},
	{"appointments", nil, func(d *driver) { d.login(); d.press("f2") }},
	{"unread", func(f *fake) { unreadChart(f) }, func(d *driver) { d.login(); d.press("f6") }},
	{"unread-marked", func(f *fake) { unreadChart(f) }, func(d *driver) { d.login(); d.press("f6", ",") }},
	{"patient-marked", nil, func(d *driver) { d.chart(); d.press(",", "j", ",") }},
	{"patient-marked-asked", func(f *fake) { f.refuses = refusing("r3") }, func(d *driver) { d.chart(); d.press(",", ",", ",", ",", "A") }},
	{"jobs", func(f *fake) {
		f.jobs["j"] = core.Job{ID: "j", RecordID: "r3", PatientID: 4, FileName: "ct-thorax.pdf", Status: core.JobFailed, Error: "The file is encrypted.", CreatedAt: fakeNow}
	}, func(d *driver) { d.login(); d.press("f8") }},
	{"check", misfiled, func(d *driver) { d.chart(); d.press("c") }},
	{"check-resolve", misfiled, func(d *driver) { d.chart(); d.press("c", "B"); d.write("asked her") }},
	{"check-resolved", misfiled, func(d *driver) { d.chart(); d.press("c", "B"); d.write("asked her"); d.press("enter") }},
	{"check-failed", func(f *fake) { f.fail["PatientCheck"] = errAway }, func(d *driver) { d.chart(); d.press("c") }},
	{"move-choose", misfiled, func(d *driver) { d.chart(); d.press("c", "M") }},
	{"move", misfiled, func(d *driver) {
		d.chart()
		d.press("c", "M", "enter")
		d.write("misfiled")
		d.press("enter")
		d.write("Abbot")
		d.press("enter")
		d.write("1971")
		d.press("enter")
	}},
	{"record", nil, func(d *driver) { d.chart(); d.press("E") }},
	{"record-held", func(f *fake) { held(f) }, func(d *driver) { d.chart(); d.press("E") }},
	{"record-error", nil, func(d *driver) { d.chart(); d.press("X"); d.write("scanned twice"); d.press("enter", "enter", "enter") }},
	{"integrity", nil, func(d *driver) { d.chart(); d.press("I") }},
	{"integrity-damaged", func(f *fake) { f.damage = "The file ends too early." }, func(d *driver) { d.chart(); d.press("I") }},
	{"integrity-failed", func(f *fake) { f.fail["VerifyRecord"] = errAway }, func(d *driver) { d.chart(); d.press("I") }},
	{"unlock", nil, func(d *driver) { d.chart(); d.press("O") }},
	{"unlock-wrong", nil, func(d *driver) { d.chart(); d.press("enter", "O"); d.write("sesame"); d.press("enter") }},
	{"hold", nil, func(d *driver) { d.chart(); d.press("H"); d.write("Complaint 2026-118") }},
	{"hold-placed", nil, func(d *driver) { d.chart(); d.press("enter", "H"); d.write("Complaint 2026-118"); d.press("enter") }},
	{"hold-release", heldByMe, func(d *driver) { d.chart(); d.press("H") }},
	{"hold-of-another", held, func(d *driver) { d.chart(); d.press("H") }},
	{"readings", queued, func(d *driver) { d.chart(); d.press("J") }},
	{"readings-failed", nil, func(d *driver) { d.chart(); d.press("j", "j", "J") }},
	{"readings-none", nil, func(d *driver) { d.chart(); d.press("j", "J") }},
	{"readings-unreachable", func(f *fake) { f.fail["Jobs"] = errAway }, func(d *driver) { d.chart(); d.press("J") }},
	{"read-again", nil, func(d *driver) { d.chart(); d.press("J", "A") }},
	{"read-again-missing", nil, func(d *driver) { d.chart(); d.press("J", "A", "ctrl+u"); d.write("eng+ita"); d.press("enter", "enter") }},
	{"split", bundled, func(d *driver) { d.chart(); d.press("S") }},
	{"split-plan", bundled, func(d *driver) {
		d.chart()
		d.press("S", "j", "j", "+", "e")
		d.write("Letter of May")
		d.press("enter")
	}},
	{"split-confirm", bundled, func(d *driver) { d.chart(); d.press("S", "ctrl+s"); d.write("one scan of two people") }},
	{"split-wrong", bundled, func(d *driver) {
		d.chart()
		d.press("S", "ctrl+s", "enter")
		d.write("Abott")
		d.press("enter", "enter")
	}},
	{"split-not-read", nil, func(d *driver) { d.chart(); d.press("j", "j", "S") }},
	{"banner-long", manyAlerts, (*driver).chart},
	{"banner-facts", manyAlerts, func(d *driver) { d.chart(); d.press("b") }},
	{"patient-marks", func(f *fake) { misfiled(f); unreadChart(f); held(f) }, (*driver).chart},
	{"viewer-marks", func(f *fake) { misfiled(f); held(f) }, func(d *driver) { d.chart(); d.press("enter") }},
	{"charts", nil, func(d *driver) { d.chart(); d.press("esc", "2", "`") }},
}

func (s scene) draw(t *testing.T, w, h int, p termenv.Profile, with ...func(*Options)) *driver {
	f := newFake()
	if s.fake != nil {
		s.fake(f)
	}
	d := newDriver(t, f, w, h, p, with...)
	d.settle()
	if s.go_ != nil {
		s.go_(d)
	}
	return d
}

func TestDocumentScreens(t *testing.T) {
	for _, s := range documentScenes {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				d := s.draw(t, size[0], size[1], termenv.Ascii)
				d.fits()
				golden.RequireEqual(t, []byte(d.r.View()))
			})
		}
	}
}

func TestDocumentScreensFit(t *testing.T) {
	for _, s := range documentScenes {
		t.Run(s.name, func(t *testing.T) {
			d := s.draw(t, 80, 24, termenv.TrueColor)
			for _, size := range [][2]int{{60, 16}, {61, 17}, {79, 23}, {100, 30}, {119, 25}, {200, 60}, {40, 10}, {30, 6}, {20, 3}} {
				d.resize(size[0], size[1])
				d.fits()
			}
		})
	}
}

// unreadChart makes two documents of a patient new to the reader.
func unreadChart(f *fake) {
	d := f.details[4]
	for i := range d.MedicalRecords {
		d.MedicalRecords[i].Status = core.RecordCurrent
		if i > 1 {
			d.MedicalRecords[i].Reviewed = &fakeNow
		}
	}
	f.patients[3].UnreadRecords = 2
}

// misfiled makes the first document say somebody else.
func misfiled(f *fake) {
	f.values("r1").PatientCheck = core.CheckPatient
	f.details[4].MedicalRecords[0].PatientCheck = core.CheckPatient
	f.onPage = &core.PageIdentity{Page: 1, Name: "ABBOTT, Gail", DateOfBirth: core.Date{Year: 1971, Month: 2, Day: 3}, Identifiers: []string{"4128870001"}}
}

// critical marks a value of the second patient's only document.
func critical(f *fake) {
	r := fakeRecord("r1", 2, "Blood count", "Lab Report", core.MIMEPDF, 482133, core.JobCompleted)
	r.Status = core.RecordCurrent
	d := f.details[2]
	d.MedicalRecords = []core.Record{r}
	f.details[2] = d
	v := f.values("r1")
	v.Results[0].Interpret, v.Results[0].Flag = "LL", "LL"
	v.Results[3].Interpret, v.Results[3].Flag = "HH", "HH"
}

// manyAlerts gives the patient more allergies and alerts than a banner holds.
func manyAlerts(f *fake) {
	d := f.details[4]
	for _, what := range []string{"Latex", "Codeine", "Ibuprofen and other anti-inflammatory drugs", "Iodinated contrast"} {
		d.Patient.Allergies = append(d.Patient.Allergies, core.Allergy{Substance: what, Reaction: "rash and short breath", RecordedOn: core.Date{Year: 2022, Month: 2, Day: 1}})
		d.Patient.Alerts = append(d.Patient.Alerts, "Carries a card about "+strings.ToLower(what))
	}
	f.details[4] = d
}

// held puts a legal hold on the first document.
func held(f *fake) {
	f.details[4].MedicalRecords[0].LegalHold = &core.LegalHold{Reason: "Complaint 2026-118", ByName: "Pat Officer", By: 9, At: fakeNow}
}

// heldByMe makes it the user's own hold.
func heldByMe(f *fake) {
	held(f)
	f.details[4].MedicalRecords[0].LegalHold.By = 7
}

// queued has the first document wait for another reading.
func queued(f *fake) {
	f.queued = []core.Job{{ID: "job-new", RecordID: "r1", PatientID: 4, Status: core.JobPending, Position: 2, Language: "eng+deu", Priority: core.PriorityLow,
		WaitingFor: "Two jobs with a higher priority are before it.", CreatedAt: fakeNow.Add(-time.Minute)}}
}

// bundled makes the first document papers of two patients, one of them misfiled.
func bundled(f *fake) {
	misfiled(f)
	f.details[4].MedicalRecords[0].Title = "Bundle of 24-Nov-2026"
}

// medicated gives the chart three medicines, of which one was stopped.
func medicated(f *fake) {
	medicine := func(id, name, dose, context, title string, r core.Review) core.Prescription {
		return core.Prescription{Value: core.Value{ID: id, RecordID: "r1", Page: 2, Kind: core.ValueMedication, Name: name, Text: dose, Dose: dose,
			Route: "oral", Frequency: "once daily", Context: context, Review: &r}, Title: title, DocumentDate: core.Date{Year: 2026, Month: 11, Day: 10}}
	}
	ann := core.Review{Status: core.ReviewVerified, ByName: "Ann Lee"}
	f.medicines = core.Medicines{Unverified: 3,
		Prescriptions: []core.Prescription{medicine("m1", "Warfarin", "5 mg", "", "Discharge letter", ann),
			medicine("m2", "Levothyroxine", "25 microgram", "changed", "Discharge letter", core.Review{Status: core.ReviewCorrected, Text: "125 microgram", ByName: "Ann Lee"})},
		Stopped: []core.Prescription{medicine("m3", "Aspirin", "75 mg", "stopped", "Discharge letter", ann)}}
}
