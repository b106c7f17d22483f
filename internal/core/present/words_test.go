package present_test

import (
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

func TestPersonInWords(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	p := core.Patient{User: core.User{LastName: "Cantú", FirstName: "Catalina"}, Demographics: core.Demographics{Title: "Mrs",
		MRN: "4128870031", DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}, Gender: core.GenderFemale}}
	got := present.PersonOf(p, now)
	if want := "CANTÚ, Catalina (Mrs), born 08-May-1940, MRN 412 887 0031"; got.Identity() != want || got.BornWords() != "08-May-1940 (86y)" || got.Gender != "Female" {
		t.Errorf("%+v: %q, want %q", got, got.Identity(), want)
	}
	alert := present.NameAlert(got)
	if want := "also CANTÚ, Catalina (Mrs)  Born 08-May-1940  MRN 412 887 0031"; alert != want {
		t.Errorf("%q, want %q", alert, want)
	}
	if s := present.Aloud(present.NameAlertSentence(alert)); s != "CANTÚ, Catalina (Mrs), born 8 May 1940, MRN 412 887 0031" || present.NameAlertSentence("") != "" {
		t.Errorf("%q", s)
	}
	p.DeceasedDate = core.Date{Year: 2020, Month: 1, Day: 19}
	got = present.PersonOf(p, now)
	if want := "CANTÚ, Catalina (Mrs), born 08-May-1940, died 19-Jan-2020, MRN 412 887 0031"; got.Identity() != want || got.BornWords() != "08-May-1940 (79y)" || got.Age != "" {
		t.Errorf("%+v: %q, want %q", got, got.Identity(), want)
	}
	if s := present.PersonOfSummary(core.PatientSummary{}, now).Identity(); s != "Name not known, born Not known, MRN Not known" {
		t.Errorf("nobody is %q", s)
	}
}

func TestRecordInWords(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	letter := core.Record{Title: "Referral letter", Type: core.RecordType{TypeName: "Referral"}, DocumentDate: core.Date{Year: 2026, Month: 11, Day: 12},
		Status: core.RecordCurrent, CanAnalyze: true}
	with := func(change func(*core.Record)) core.Record { r := letter; change(&r); return r }
	job := func(s core.JobStatus) core.Record {
		return with(func(r *core.Record) { r.LastJob, r.Reviewed = &core.JobBrief{Status: s}, &at })
	}
	for want, r := range map[string]core.Record{
		"Referral letter, Referral, dated 12-Nov-2026, not read by the machine yet, unread by you":    letter,
		"Referral letter, Referral, dated 12-Nov-2026, text is there":                                 job(core.JobCompleted),
		"Referral letter, Referral, dated 12-Nov-2026, reading failed":                                job(core.JobFailed),
		"Referral letter, Referral, dated 12-Nov-2026, waiting to be read":                            job(core.JobPending),
		"Referral letter, Referral, dated 12-Nov-2026, being read":                                    job(core.JobProcessing),
		"Referral letter, Referral, dated 12-Nov-2026, reading cancelled":                             job(core.JobCancelled),
		"ENTERED IN ERROR: Referral letter, Referral, dated 12-Nov-2026, not read by the machine yet": with(func(r *core.Record) { r.Status = core.RecordEnteredInError }),
		"CHECK PATIENT: Referral letter (legal hold) (duplicate), Referral, dated 12-Nov-2026, not read by the machine yet, unread by you": with(func(r *core.Record) {
			r.PatientCheck, r.LegalHold, r.DuplicateOf = core.CheckPatient, &core.LegalHold{}, "r0"
		}),
		"MOVED AWAY: no reason given, Referral, dated 12-Nov-2026, not read by the machine yet": with(func(r *core.Record) { r.Status = core.RecordMoved }),
		"Not recorded, Not recorded, date not recorded, holds no text to read, unread by you":   {},
	} {
		if got := present.RecordOf(r).Sentence(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTimesAndSizes(t *testing.T) {
	t.Parallel()
	loc := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC)
	for got, want := range map[string]string{
		present.Clock(at, loc): "00:30", present.Day(at, loc): "25-Nov-2026", present.Moment(at, loc): "25-Nov-2026 00:30", present.Weekday(at, loc): "Wed 25-Nov-2026",
		present.Moment(time.Time{}, loc): "Not known", present.LongDate(core.Date{}): "not recorded", present.LongDate(core.Date{Year: 1940, Month: 5, Day: 8}): "8 May 1940", present.Aloud("on 08-May-1940."): "on 8 May 1940.",
		present.Lasting(42 * time.Second): "42 s", present.Lasting(125 * time.Second): "2 min 05 s", present.Size(512): "512 B",
		present.Size(34_400): "34 kB", present.Size(5_240_000): "5.2 MB", present.Or(" "): "Not recorded", present.Or("x"): "x",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAllergiesInWords(t *testing.T) {
	t.Parallel()
	some := []core.Allergy{{Substance: "Penicillin", Reaction: "Rash", RecordedOn: core.Date{Year: 2019, Month: 3, Day: 12}}}
	for _, c := range []struct {
		status core.AllergyStatus
		list   []core.Allergy
		want   string
	}{
		{core.AllergiesKnown, some, "Known allergies"}, {core.AllergiesKnown, nil, "Known allergies, not listed"}, {core.AllergiesNone, nil, "No known allergies"},
		{core.AllergiesUnavailable, nil, "Allergies unavailable"}, {core.AllergiesNotRecorded, nil, "Allergies not recorded"}, {"", nil, "Allergies not recorded"},
	} {
		if got := present.AllergyState(c.status, c.list); got != c.want {
			t.Errorf("%q with %d: %q, want %q", c.status, len(c.list), got, c.want)
		}
	}
	a := present.AllergyOf(some[0])
	if a.Sentence() != "Penicillin: Rash (recorded 12-Mar-2019)" || a.With(a.Reaction, a.Recorded) != "Penicillin (Rash, recorded 12-Mar-2019)" || a.With(a.Recorded) != "Penicillin (recorded 12-Mar-2019)" {
		t.Errorf("%+v", a)
	}
	if none := present.AllergyOf(core.Allergy{}); none.Sentence() != "Not recorded" || none.With(none.Reaction) != "Not recorded" {
		t.Errorf("%+v", none)
	}
}

func TestJobsInWords(t *testing.T) {
	t.Parallel()
	for want, j := range map[string]core.Job{
		"waiting, 2 before it":         {Status: core.JobPending, Position: 2, WaitingFor: "x"},
		"waiting, next":                {Status: core.JobPending},
		"The engine cannot be reached": {Status: core.JobPending, WaitingFor: "The engine cannot be reached"},
		"reading, 40 %":                {Status: core.JobProcessing, Progress: 40},
		"failed":                       {Status: core.JobFailed},
		"Page 1 is empty.":             {Status: core.JobFailed, Error: "Page 1 is empty.", Message: "Failed"},
		"completed":                    {Status: core.JobCompleted},
	} {
		if got := present.JobProgress(j); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := present.FailureReason(core.Job{}); got != "no reason was given." {
		t.Errorf("%q", got)
	}
}

func TestTrendsInWords(t *testing.T) {
	t.Parallel()
	p := core.TrendPoint{Text: "11.2", Unit: "g/dL", Range: "12.0 - 15.5", Date: core.Date{Year: 2026, Month: 11, Day: 10}}
	if got := present.TrendPointOf(p); got != (present.TrendPoint{Day: "10-Nov-2026", Amount: "11.2 g/dL", Range: "12.0 - 15.5", State: "scan, unverified"}) || got.Dated() != "11.2 g/dL (10-Nov-2026)" {
		t.Errorf("%+v", got)
	}
	if got := present.TrendPointOf(core.TrendPoint{Text: "positive", Verified: true}); got != (present.TrendPoint{Day: "day not known", Amount: "positive", Range: "no range", State: "scan, verified"}) {
		t.Errorf("%+v", got)
	}
	if got := present.TrendPointOf(core.TrendPoint{Review: &core.Review{Status: core.ReviewCorrected, ByName: "Ann Lee"}}).State; got != "scan, corrected by Ann Lee" {
		t.Errorf("%q", got)
	}
	s := core.TrendSeries{Unit: "g/dL", Lab: "North Lab"}
	if present.TrendTitle("Hb", s) != "Hb in g/dL, North Lab" || present.TrendTitle("Hb", core.TrendSeries{}) != "Hb" || present.TrendUnit(core.TrendSeries{}) != "no unit" || present.TrendLab(core.TrendSeries{}) != "laboratory not known" {
		t.Errorf("%q", present.TrendTitle("Hb", s))
	}
}
