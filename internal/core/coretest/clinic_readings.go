package coretest

import (
	"errors"
	"io"
	"strings"

	"clinician/internal/core"
)

func clinicReading(f clinic) {
	ctx := f.t.Context()
	r := f.note("First page\fSecond page")
	f.same("no jobs", got(f.Ann.Jobs(ctx, core.JobFilter{RecordID: r.ID}))(f), []core.Job{})
	s := got(f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{Priority: core.PriorityUrgent}))(f)
	if j := s.Job; anyOf(s.Existing, j.ID == "", j.RecordID != r.ID, j.PatientID != f.AnnPatient.ID, j.UserID != f.AnnUser.ID,
		j.FileName != "note.txt", j.FileType != "text", j.FileSize != r.Size, j.Language != "eng",
		j.Priority != core.PriorityUrgent, j.CreatedAt.IsZero()) {
		f.t.Errorf("submitted: %+v", s)
	}
	f.end(s.Job.ID)
	j := got(f.Ann.Job(ctx, s.Job.ID))(f)
	if j.StartedAt == nil || j.CompletedAt == nil || anyOf(j.Status != core.JobCompleted, j.Progress != 100, j.Pages != 2, j.Page != 2, j.FailedPages != 0,
		j.Analysis != core.AnalysisDone) {
		f.t.Errorf("job: %+v", j)
	}
	jobs := got(f.Ann.Jobs(ctx, core.JobFilter{RecordID: r.ID}))(f)
	if len(jobs) != 1 || anyOf(jobs[0].ID != j.ID, jobs[0].PatientName != "") {
		f.t.Errorf("jobs: %+v", jobs)
	}
	f.same("the record's job", got(f.Ann.Record(ctx, r.ID))(f).LastJob, &core.JobBrief{ID: j.ID, Status: core.JobCompleted})

	named := got(f.Ann.Jobs(ctx, core.JobFilter{}))(f)
	if len(named) != 1 || anyOf(named[0].PatientName != "QUILLFEATHER, Catalina", named[0].PatientMRN != f.AnnPatient.MRN,
		named[0].PatientBorn != f.AnnPatient.DateOfBirth) {
		f.t.Errorf("jobs of all patients: %+v", named)
	}

	res := got(f.Ann.JobResult(ctx, j.ID))(f)
	if len(res.Pages) != 2 || res.Findings == nil || anyOf(!res.Success, res.JobID != j.ID, res.FileID != r.ID, res.PatientID != f.AnnPatient.ID, res.FileName != "note.txt",
		res.ExtractedText != "First page\n\nSecond page", res.Confidence != nil, res.PageCount != 2) {
		f.t.Errorf("result: %+v", res)
	}
	p := got(f.Ann.JobPage(ctx, j.ID, 2))(f)
	if anyOf(p.Number != 2, p.Text != "Second page", p.Status != core.PageRead, p.Source != core.SourceTextFile, p.CorrectedText != nil,
		p.Correction != nil) {
		f.t.Errorf("page: %+v", p)
	}
	f.same("the result's page", res.Pages[1].Text, p.Text)
	for _, n := range []int{0, 3, -1} {
		_, err := f.Ann.JobPage(ctx, j.ID, n)
		f.refused("no such page", err, core.CodeNotFound)
	}
	f.refused("Cancel what has ended", f.Ann.CancelJob(ctx, j.ID), core.CodeConflict)

	again := got(f.Ann.RetryJob(ctx, j.ID, core.AnalyzeOptions{}))(f)
	if anyOf(again.Existing, again.Job.RetryOf != j.ID, again.Job.ID == j.ID, again.Job.Priority != core.PriorityUrgent) {
		f.t.Errorf("tried again: %+v", again)
	}
	f.end(again.Job.ID)
	f.same("newest first", got(f.Ann.Jobs(ctx, core.JobFilter{RecordID: r.ID}))(f)[0].ID, again.Job.ID)
	f.same("a limit", len(got(f.Ann.Jobs(ctx, core.JobFilter{Limit: 1}))(f)), 1)
	clinicReadingRefusals(f, r)
}

func clinicReadingRefusals(f clinic, r core.Record) {
	ctx := f.t.Context()
	_, err := f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{Language: "xx"})
	f.refused("no such language", err, core.CodeInvalid)
	_, err = f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{Priority: "soon"})
	f.refused("no such priority", err, core.CodeInvalid, "priority")
	_, err = f.Ann.Jobs(ctx, core.JobFilter{State: "odd"})
	f.refused("no such state", err, core.CodeInvalid, "state")
	_, err = f.Ann.Jobs(ctx, core.JobFilter{Limit: 101})
	f.refused("too long a list", err, core.CodeInvalid, "limit")
}

func (f clinic) pictureRecord() core.Record {
	f.t.Helper()
	return f.file(core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "page.png", Size: int64(len(f.Picture)), Content: strings.NewReader(string(f.Picture))})
}

func clinicSlowReading(f clinic) {
	ctx := f.t.Context()
	r := f.pictureRecord()
	s := got(f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{Language: f.Slow}))(f)
	id := s.Job.ID
	same := got(f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{Language: f.Slow}))(f)
	if !same.Existing || same.Job.ID != id {
		f.t.Errorf("asked twice: %+v", same)
	}
	w := got(f.Ann.WatchJob(ctx, id))(f)
	defer w.Close()
	ev := got(w.Next(ctx))(f)
	if ev.Job.ID != id || ev.Final() {
		f.t.Errorf("how it stands: %+v", ev)
	}
	for seq := ev.Job.Seq; ev.Job.Status != core.JobProcessing || ev.Job.Pages != 1; seq = ev.Job.Seq {
		if ev = got(w.Next(ctx))(f); ev.Job.Seq < seq {
			f.t.Errorf("step %d came after step %d", ev.Job.Seq, seq)
		}
	}
	f.same("running", got(f.Ann.Jobs(ctx, core.JobFilter{State: "running"}))(f)[0].ID, id)
	_, err := f.Ann.JobResult(ctx, id)
	f.refused("result of what is not completed", err, core.CodeConflict)
	_, err = f.Ann.JobPage(ctx, id, 1)
	f.refused("page that is not finished", err, core.CodeNotFound)
	_, err = f.Ann.RetryJob(ctx, id, core.AnalyzeOptions{})
	f.refused("try again what has not ended", err, core.CodeConflict)
	_, err = f.Ann.PageText(ctx, r.ID, 1)
	f.refused("text that is not read", err, core.CodeConflict)

	clinicWatchesEnded(f, id)

	f.done(f.Ann.CancelJob(ctx, id))
	for !ev.Final() {
		ev = got(w.Next(ctx))(f)
	}
	f.same("the end", ev.Job.Status, core.JobCancelled)
	for range 2 {
		if _, err := w.Next(ctx); !errors.Is(err, io.EOF) {
			f.t.Errorf("behind the end: %v", err)
		}
	}
	clinicCancelled(f, id)
}

// clinicWatchesEnded ends watches of a job that goes on.
func clinicWatchesEnded(f clinic, id string) {
	ctx := f.t.Context()
	second := got(f.Ann.WatchJob(ctx, id))(f)
	got(second.Next(ctx))(f)
	for range 2 {
		f.done(second.Close())
	}
	if _, err := second.Next(ctx); err != io.EOF {
		f.t.Errorf("after Close: %v", err)
	}
	third := got(f.Ann.WatchJob(ctx, id))(f)
	defer third.Close()
	_, err := third.Next(f.ended())
	f.same("code of a wait that was ended", core.CodeOf(err), core.CodeCanceled)
}

func clinicCancelled(f clinic, id string) {
	ctx := f.t.Context()
	j := got(f.Ann.Job(ctx, id))(f)
	if j.Status != core.JobCancelled || j.CompletedAt == nil {
		f.t.Errorf("cancelled: %+v", j)
	}
	late := got(f.Ann.WatchJob(ctx, id))(f)
	defer late.Close()
	f.same("how it ended", got(late.Next(ctx))(f).Job.Status, core.JobCancelled)
	if _, err := late.Next(ctx); err != io.EOF {
		f.t.Errorf("behind the end: %v", err)
	}
	f.same("running no more", got(f.Ann.Jobs(ctx, core.JobFilter{State: "running"}))(f), []core.Job{})
}

func clinicFailedReading(f clinic) {
	ctx := f.t.Context()
	r := f.file(core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "torn.png", Size: 60, Content: strings.NewReader(string(f.Picture[:60]))})
	j := f.read(r.ID)
	if j.Status != core.JobFailed || j.Error == "" {
		f.t.Errorf("failed: %+v", j)
	}
	failed := got(f.Ann.Jobs(ctx, core.JobFilter{State: "failed"}))(f)
	if len(failed) != 1 || failed[0].ID != j.ID {
		f.t.Errorf("failed: %+v", failed)
	}
	_, err := f.Ann.JobResult(ctx, j.ID)
	f.refused("result of what failed", err, core.CodeConflict)
	w := got(f.Ann.WatchJob(ctx, j.ID))(f)
	defer w.Close()
	ev := got(w.Next(ctx))(f)
	if ev.Job.Status != core.JobFailed || ev.Job.Error != j.Error {
		f.t.Errorf("how it ended: %+v, want %q", ev, j.Error)
	}
	_, err = f.Ann.PageImage(ctx, r.ID, 1, 0, false)
	f.refused("picture of what is damaged", err, core.CodeInvalid)
}

func clinicOthersJobs(f clinic) {
	ctx := f.t.Context()
	theirs := got(f.Ben.Upload(ctx, core.NewDocument{PatientID: f.BenPatient.ID, TypeID: 1, Filename: "note.txt", Size: 1, Content: strings.NewReader("x")}, nil))(f)
	job := got(f.Ben.Analyze(ctx, theirs.ID, core.AnalyzeOptions{}))(f).Job
	for what, id := range map[string]string{"another's": job.ID, "unknown": unknown} {
		_, err := f.Ann.Job(ctx, id)
		f.refused("Job "+what, err, core.CodeNotFound)
		_, err = f.Ann.JobResult(ctx, id)
		f.refused("JobResult "+what, err, core.CodeNotFound)
		_, err = f.Ann.JobPage(ctx, id, 1)
		f.refused("JobPage "+what, err, core.CodeNotFound)
		_, err = f.Ann.RetryJob(ctx, id, core.AnalyzeOptions{})
		f.refused("RetryJob "+what, err, core.CodeNotFound)
		f.refused("CancelJob "+what, f.Ann.CancelJob(ctx, id), core.CodeNotFound)
		w, err := f.Ann.WatchJob(ctx, id)
		if err == nil { // it may not have asked yet
			_, err = w.Next(ctx)
			f.done(w.Close())
		}
		f.refused("WatchJob "+what, err, core.CodeNotFound)
	}
	f.same("Jobs of another's record", got(f.Ann.Jobs(ctx, core.JobFilter{RecordID: theirs.ID}))(f), []core.Job{})
	f.same("Jobs", got(f.Ann.Jobs(ctx, core.JobFilter{}))(f), []core.Job{})
}
