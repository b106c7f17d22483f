package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
)

// upload asks for what the form of the screens asks, and names the patient before
// anything is stored.
func (s *plainShell) upload(ctx context.Context, typed string) error {
	if typed == "" {
		return core.Errorf(core.CodeInvalid, "Upload which file? Type upload and its path.")
	}
	path := s.Local.Resolve(typed)
	types, err := s.Backend.RecordTypes(ctx)
	if err != nil {
		return err
	}
	for i, t := range types {
		s.say("%d. %s.", i+1, t.TypeName)
	}
	answer, err := s.ask(ctx, "Type, by number:")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSpace(answer))
	if err != nil || n < 1 || n > len(types) {
		return core.Errorf(core.CodeInvalid, "There is no such type. Nothing was stored.")
	}
	answer, err = s.ask(ctx, "Date of the document, like 8 May 2026, or nothing:")
	if err != nil {
		return err
	}
	date, err := text.ReadDate(answer, s.Clock().In(s.Location))
	if err != nil {
		return err
	}
	name := filepath.Base(path)
	ok, err := s.yes(ctx, fmt.Sprintf("Store %s as %s for %s? Type yes:", name, types[n-1].TypeName, s.identity()))
	if err != nil || !ok {
		return err
	}
	return s.send(ctx, path, core.NewDocument{PatientID: s.chart.Patient.ID, TypeID: types[n-1].ID, Filename: name, DocumentDate: date})
}

func (s *plainShell) send(ctx context.Context, path string, u core.NewDocument) error {
	most := int64(core.MaxFileBytes)
	if s.limits.MaxFileBytes > 0 {
		most = s.limits.MaxFileBytes
	}
	parts := make(chan string, 64)
	tell := func(text string) {
		select {
		case parts <- text:
		default: // one line less
		}
	}
	to := page.Sending{Backend: s.Backend, Local: s.Local,
		Again: func(n int) { tell("The connection was lost. Trying again by itself.") },
		Resumed: func(have int64) {
			tell("Going on where an earlier try stopped: " + present.Size(have) + " were there.")
		},
		Progress: func(n, total int64) { tell(fmt.Sprintf("%d percent.", 100*n/max(1, total))) }}
	type answer struct {
		up  core.Record
		err error
	}
	done := make(chan answer, 1)
	go func() {
		up, err := to.Send(ctx, path, most, u)
		done <- answer{up, err}
	}()
	say := atMost(s.Clock, func(text string) { s.say("%s", text) })
	for {
		select {
		case text := <-parts:
			say(text)
		case a := <-done:
			if a.err != nil {
				return a.err
			}
			if a.up.PatientID != s.chart.Patient.ID {
				return page.WrongPatient()
			}
			s.record = &a.up
			s.say("Stored %s for %s.", present.Or(a.up.Title), s.identity())
			if a.up.DuplicateOf != "" {
				s.say("Careful: this chart already holds a document with exactly this content.")
			}
			s.say("It is the open document now. Type analyse to have it read.")
			return nil
		}
	}
}

// analyse has the open document read and follows that, or has documents of the last list
// read.
func (s *plainShell) analyse(ctx context.Context, rest string) error {
	again := strings.EqualFold(rest, "again")
	if rest != "" && !again {
		return s.analyseMany(ctx, rest)
	}
	if s.record == nil {
		return core.Errorf(core.CodeInvalid, "Open a document first, or type analyse and numbers of the last list.")
	}
	o, err := s.settings(ctx, again)
	if err != nil {
		return err
	}
	sub, err := s.Backend.Analyze(ctx, s.record.ID, o)
	if err != nil {
		return err
	}
	return s.follow(ctx, sub.Job.ID)
}

// follow follows a reading line by line: one for each page, at most one a second.
func (s *plainShell) follow(ctx context.Context, job string) error {
	stream, err := s.Backend.WatchJob(ctx, job)
	if err != nil {
		return err
	}
	defer stream.Close()
	say := atMost(s.Clock, func(text string) { s.say("%s", text) })
	var status string
	pages := 0
	for {
		ev, err := stream.Next(ctx)
		j := ev.Job
		switch {
		case errors.Is(err, io.EOF) && status == "":
			status = string(core.JobCompleted)
		case core.CodeOf(err) == core.CodeUnavailable && ctx.Err() == nil:
			say("The connection was lost, connecting again. The server goes on reading.")
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		pages = max(pages, j.Pages)
		switch {
		case j.Status == core.JobCompleted:
			status = string(core.JobCompleted)
		case j.Status == core.JobFailed:
			return core.Errorf(core.CodeConflict, "It could not be read: %s", present.FailureReason(j))
		case j.Status == core.JobCancelled:
			s.say("Reading was cancelled.")
			return nil
		case j.Page > 0:
			say(fmt.Sprintf("page %d of %d", j.Page, max(j.Pages, j.Page)))
		case j.Message != "":
			say(j.Message)
		}
		if status == string(core.JobCompleted) {
			s.say("Done, %s.", page.Count(max(1, pages), "page"))
			s.last = s.Clock() // nobody could type meanwhile
			return s.read(ctx, "")
		}
	}
}

func (s *plainShell) download(ctx context.Context, typed string) error {
	if typed == "" {
		typed = page.LocalName(s.record.Filename)
	}
	path := s.Local.Resolve(typed)
	say := atMost(s.Clock, func(text string) { s.say("%s", text) })
	path, err := page.SaveRecord(ctx, s.Local, s.Backend, s.record.ID, path, page.LocalName(s.record.Filename), false, func(n int64) {
		say(fmt.Sprintf("%d percent.", 100*n/max(1, s.record.Size)))
	})
	if errors.Is(err, page.ErrExists) {
		return core.Errorf(core.CodeConflict, "There is a file of this name already. Type download and another name.")
	}
	if err != nil {
		return err
	}
	s.say("Saved as %s. It is not encrypted there; remove it when it is no longer needed.", path)
	return nil
}

// delete asks for two identifiers, like the screens.
func (s *plainShell) delete(ctx context.Context, _ string) error {
	s.say("Delete %s, of %s? It goes for good.", present.Aloud(present.RecordOf(*s.record).Identity()), s.identity())
	typed, err := s.identifiers(ctx, s.banner())
	if err != nil {
		return err
	}
	if !typed.Given() {
		return core.Errorf(core.CodeInvalid, "Nothing was typed. Nothing was deleted.")
	}
	if err := s.Backend.DeleteRecord(ctx, s.record.ID, s.record.Version, typed); err != nil {
		s.say("Nothing was deleted.")
		return err
	}
	s.say("Deleted %s of %s.", present.Or(s.record.Title), s.name())
	s.record = nil
	return s.openPatient(ctx, s.chart.Patient.ID)
}

// sayUnread says what of a page was not read.
func (s *plainShell) sayUnread(p core.Page) {
	for _, u := range p.Unread {
		s.say("Not all of this page was read: %s", u.Message)
	}
}
