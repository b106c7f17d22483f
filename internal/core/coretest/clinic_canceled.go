package coretest

import (
	"io"
	"strings"
	"time"

	"clinician/internal/core"
)

// clinicCanceled: who ends a call is told that it was stopped, whatever it was.
func clinicCanceled(f clinic) {
	r := f.note("x")
	j := f.read(r.ID)
	n := f.Notify(f.t, core.Notification{Kind: "message", Level: "action", Text: "Look at this."})
	ctx := f.ended()
	patient := f.AnnPatient.ID
	for name, act := range map[string]func() error{
		"Patients":          func() error { _, err := f.Ann.Patients(ctx, core.PatientQuery{}); return err },
		"Patient":           func() error { _, err := f.Ann.Patient(ctx, patient); return err },
		"PatientDashboard":  func() error { _, err := f.Ann.PatientDashboard(ctx, patient); return err },
		"AccessHistory":     func() error { _, err := f.Ann.AccessHistory(ctx, patient, 0, ""); return err },
		"SearchText":        func() error { _, err := f.Ann.SearchText(ctx, core.TextQuery{Text: "x"}); return err },
		"TrendNames":        func() error { _, err := f.Ann.TrendNames(ctx, patient); return err },
		"PatientOverview":   func() error { _, err := f.Ann.PatientOverview(ctx, patient); return err },
		"PatientResults":    func() error { _, err := f.Ann.PatientResults(ctx, patient); return err },
		"PatientRecords":    func() error { _, err := f.Ann.PatientRecords(ctx, patient, true); return err },
		"Record":            func() error { _, err := f.Ann.Record(ctx, r.ID); return err },
		"UnreadRecords":     func() error { _, err := f.Ann.UnreadRecords(ctx, core.UnreadQuery{}); return err },
		"UnfinishedUploads": func() error { _, err := f.Ann.UnfinishedUploads(ctx); return err },
		"Download":          func() error { return f.Ann.Download(ctx, r.ID, false, io.Discard, nil) },
		"EditRecord":        func() error { _, err := f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{Title: ptr("y")}); return err },
		"HoldRecord": func() error {
			_, err := f.Ann.HoldRecord(ctx, r.ID, core.Confirmation{Reason: "For a test"})
			return err
		},
		"ReviewRecord": func() error { _, err := f.Ann.ReviewRecord(ctx, r.ID, "", true); return err },
		"DeleteRecord": func() error { return f.Ann.DeleteRecord(ctx, r.ID, "", core.Identifiers{}) },
		"Analyze":      func() error { _, err := f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{}); return err },
		"Job":          func() error { _, err := f.Ann.Job(ctx, j.ID); return err },
		"JobResult":    func() error { _, err := f.Ann.JobResult(ctx, j.ID); return err },
		"RecordValues": func() error { _, err := f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{}); return err },
		"PageText":     func() error { _, err := f.Ann.PageText(ctx, r.ID, 1); return err },
		"CorrectText": func() error {
			_, err := f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Text: ptr("y")})
			return err
		},
		"Dashboard":     func() error { _, err := f.Ann.Dashboard(ctx); return err },
		"Notifications": func() error { _, err := f.Ann.Notifications(ctx, core.NotificationQuery{}); return err },
		"ChangeNotification": func() error {
			_, err := f.Ann.ChangeNotification(ctx, n.ID, "", core.NotificationAcknowledge, time.Time{})
			return err
		},
		"Profile": func() error { _, err := f.Ann.Profile(ctx); return err },
		"Upload": func() error {
			_, err := f.Ann.Upload(ctx, core.NewDocument{PatientID: patient, TypeID: 1, Filename: "x.txt", Size: 1, Content: strings.NewReader("x")}, nil)
			return err
		},
	} {
		f.refused(name, act(), core.CodeCanceled)
	}
	ctx = f.t.Context()
	f.same("nothing was done", plain(got(f.Ann.PatientRecords(ctx, patient, true))(f)[0]), plain(got(f.Ann.Record(ctx, r.ID))(f)))
	f.same("nothing was changed", got(f.Ann.Record(ctx, r.ID))(f).Title, r.Title)
}
