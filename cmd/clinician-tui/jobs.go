package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// patience is how long a lost connection may stay lost before --wait gives up.
const patience = 2 * time.Minute

// readingFlags are the settings of a reading.
func readingFlags(cmd *cobra.Command, o *core.AnalyzeOptions) {
	cmd.Flags().StringVar(&o.Language, "language", "", "language of the document, such as eng or eng+deu")
	cmd.Flags().StringVar((*string)(&o.Priority), "priority", "", "urgent, normal or low")
	cmd.Flags().BoolFunc("force-ocr", "read pages by OCR that have text of their own, too", func(s string) error {
		force, err := strconv.ParseBool(s)
		o.ForceOCR = &force
		return err
	})
}

func (a *app) analyze(ctx context.Context, c *clinicianapi.Client, recordID string, o core.AnalyzeOptions, wait bool) error {
	s, err := c.Analyze(ctx, recordID, o)
	if err != nil {
		return err
	}
	return a.submitted(ctx, c, s, wait)
}

// submitted says what became of a wish to have a record read, and waits.
func (a *app) submitted(ctx context.Context, c *clinicianapi.Client, s core.Submission, wait bool) error {
	err := a.answer(wire.NewSubmitted(s), func() error {
		if s.Existing {
			a.say("Such a job was there already.")
		}
		if s.Job.WaitingFor != "" {
			a.say("%s", s.Job.WaitingFor)
		}
		return a.line("Job %s will read %s.", s.Job.ID, s.Job.FileName)
	})
	if err != nil || !wait {
		return err
	}
	err = a.follow(ctx, c, s.Job.ID)
	if err != nil && !errors.As(err, new(jobError)) {
		a.say("The job goes on. See it with: clinician-tui jobs show %s", s.Job.ID)
	}
	return err
}

// follow watches a job to its end: NDJSON frames on standard output with
// --json, else lines on standard error.
func (a *app) follow(ctx context.Context, c *clinicianapi.Client, jobID string) error {
	w, err := c.WatchFrames(ctx, jobID)
	if err != nil {
		return err
	}
	defer w.Close()
	var last wire.Frame
	said, lost := "", false
	for {
		one, cancel := ctx, context.CancelFunc(func() {})
		if lost {
			one, cancel = context.WithTimeout(ctx, patience)
		}
		f, err := w.Next(one)
		cancel()
		switch {
		case errors.Is(err, io.EOF):
			return a.outcome(ctx, c, jobID, last)
		case core.CodeOf(err) == core.CodeUnavailable && !lost && ctx.Err() == nil:
			lost, said = true, "" // where it stands is worth saying again afterwards
			a.say("%s Trying again.", core.MessageOf(err))
			continue
		case err != nil:
			return err
		}
		last, lost = f, false
		if a.json {
			if err := a.emit(f); err != nil {
				return err
			}
		} else if s := progressLine(f); s != said && s != "" {
			a.say("%s", s)
			said = s
		}
	}
}

// outcome says how the job ended; the last frame may have known it only roughly.
func (a *app) outcome(ctx context.Context, c *clinicianapi.Client, jobID string, last wire.Frame) error {
	status, why := core.JobStatus(last.Status), last.Error
	if status == core.JobFailed && why == "" {
		if j, err := c.Job(ctx, jobID); err == nil {
			why = j.Error
		}
	}
	switch status {
	case core.JobCompleted:
		if a.json {
			return nil
		}
		return a.line("The record has been read. See the text with: clinician-tui jobs result %s", jobID)
	case core.JobFailed, core.JobCancelled:
		return jobError{status, ui.Clean(why)}
	}
	return core.Errorf(core.CodeUnavailable, "The server ended its report before the job had ended.")
}

func progressLine(f wire.Frame) string {
	switch f.Type {
	case wire.FrameStatus, wire.FrameProgress:
	default:
		return ""
	}
	s := f.Message
	if s == "" {
		s = f.Status
	}
	if f.Progress != nil {
		s = fmt.Sprintf("%3d %% %s", *f.Progress, s)
	}
	if f.ETASeconds != nil && *f.ETASeconds > 0 {
		s += ", about " + present.Lasting(time.Duration(*f.ETASeconds)*time.Second) + " left"
	}
	return ui.Clean(s)
}

func newJobs(a *app) *cobra.Command {
	var record string
	list := &cobra.Command{Use: "list", Short: "List jobs, newest first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listJobs(cmd.Context(), record) }}
	list.Flags().StringVar(&record, "record", "", "jobs of this record only")

	one := func(use, short string, f func(ctx context.Context, c *clinicianapi.Client, id string) error) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: takes("a job's id"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error { return f(cmd.Context(), c, args[0]) })
			}}
	}
	return group("jobs", "See what is being read", list,
		one("show JOB", "Show a job", a.showJob),
		one("result JOB", "Print what a job has read", a.printResult),
		one("cancel JOB", "Stop a job", a.cancelJob),
		newRetry(a),
		&cobra.Command{Use: "history RECORD", Short: "Show every reading of a record, newest first", Args: takes("a record's id"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.jobHistory(cmd.Context(), args[0]) }},
	)
}

func (a *app) listJobs(ctx context.Context, record string) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		jobs, err := c.Jobs(ctx, core.JobFilter{RecordID: record, Limit: 100})
		if err != nil {
			return err
		}
		return a.answer(wire.Jobs{Success: true, Jobs: jobs, Count: len(jobs)}, func() error {
			if len(jobs) == 0 {
				return a.line("No jobs.")
			}
			rows := make([][]string, len(jobs))
			for i, j := range jobs {
				rows[i] = []string{j.ID, j.FileName, string(j.Status), strconv.Itoa(j.Progress) + " %", pageCount(j), a.moment(j.CreatedAt)}
			}
			return a.table([]string{"ID", "FILE", "STATUS", "DONE", "PAGES", "ASKED FOR"}, rows)
		})
	})
}

func pageCount(j core.Job) string {
	if j.Pages == 0 {
		return ""
	}
	s := fmt.Sprintf("%d of %d", j.Page, j.Pages)
	if j.FailedPages > 0 {
		s += fmt.Sprintf(", %d failed", j.FailedPages)
	}
	if j.PartialPages > 0 {
		s += fmt.Sprintf(", %d in part", j.PartialPages)
	}
	return s
}

func (a *app) showJob(ctx context.Context, c *clinicianapi.Client, id string) error {
	j, err := c.Job(ctx, id)
	if err != nil {
		return err
	}
	return a.answer(wire.JobStatus{Success: true, Job: wire.NewJob(j)}, func() error {
		facts := [][2]string{
			{"Job", j.ID},
			{"Record", j.RecordID},
			{"File", j.FileName},
			{"Status", string(j.Status)},
			{"Done", strconv.Itoa(j.Progress) + " %"},
			{"Pages", pageCount(j)},
			{"Language", j.Language},
			{"Text layer", textLayer(j)},
			{"Asked for", a.moment(j.CreatedAt)},
		}
		if j.Position > 0 {
			facts = append(facts, [2]string{"Waiting behind", core.Plural(j.Position, "job", "jobs")})
		}
		if j.WaitingFor != "" {
			facts = append(facts, [2]string{"Why it waits", j.WaitingFor})
		}
		if j.Priority != "" && j.Priority != core.PriorityNormal {
			facts = append(facts, [2]string{"Priority", string(j.Priority)})
		}
		if j.RetryOf != "" {
			facts = append(facts, [2]string{"Tries again", j.RetryOf})
		}
		if j.Analysis == core.AnalysisFailed {
			facts = append(facts, [2]string{"Values", "could not be looked for"})
		}
		if j.CompletedAt != nil {
			facts = append(facts, [2]string{"Ended", a.momentOf(j.CompletedAt)})
		}
		if j.Error != "" {
			facts = append(facts, [2]string{"Error", j.Error})
		}
		return a.facts(facts...)
	})
}

// textLayer says what a job does with text that pages have of their own.
func textLayer(j core.Job) string {
	if j.ForceOCR {
		return "not used, all pages are read by OCR"
	}
	return "used where it is usable"
}

func (a *app) cancelJob(ctx context.Context, c *clinicianapi.Client, id string) error {
	if err := c.CancelJob(ctx, id); err != nil {
		return err
	}
	return a.answer(wire.Done{Success: true, Message: "Job cancelled successfully"}, func() error { return a.line("Job %s was stopped.", id) })
}
