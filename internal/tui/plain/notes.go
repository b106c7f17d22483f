package plain

import (
	"context"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// notes reads out what people wrote about the open document, oldest first.
func (s *plainShell) notes(ctx context.Context, _ string) error {
	l, err := s.recordNotes(ctx)
	if err != nil {
		return err
	}
	if len(l) == 0 {
		s.say("Nobody has written a note on this document. Type note and its text.")
		return nil
	}
	s.say("%s, oldest first.", page.Count(len(l), "note"))
	for _, n := range l {
		s.say("%s.", present.Aloud(present.NoteHead(n, l, s.Location)))
		if wrong := present.NoteState(n, s.Location); wrong != "" {
			s.say("%s.", present.Aloud(wrong))
		}
		for _, line := range strings.Split(n.Text, "\n") {
			s.say("%s", line)
		}
	}
	return nil
}

func (s *plainShell) recordNotes(ctx context.Context) ([]core.Note, error) {
	l, err := s.Backend.RecordNotes(ctx, s.record.ID)
	if err == nil && l.PatientID != s.chart.Patient.ID {
		err = page.WrongPatient()
	}
	return l.Results, err
}

// note signs a note: "TEXT", "to N TEXT", or marks one: "wrong N".
func (s *plainShell) note(ctx context.Context, typed string) error {
	verb, rest, _ := strings.Cut(typed, " ")
	number, text, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.Atoi(number)
	switch numbered := err == nil; {
	case verb == "wrong" && numbered && text == "":
		return s.noteInError(ctx, n)
	case verb == "to" && numbered:
		there, err := s.noteNumbered(ctx, n)
		if err != nil {
			return err
		}
		return s.sign(ctx, core.NewNote{Text: strings.TrimSpace(text), AddendumTo: there.ID})
	}
	return s.sign(ctx, core.NewNote{Text: typed})
}

// noteNumbered finds a note by its number.
func (s *plainShell) noteNumbered(ctx context.Context, number int) (core.Note, error) {
	l, err := s.recordNotes(ctx)
	if err != nil {
		return core.Note{}, err
	}
	for _, n := range l {
		if n.Number == number {
			return n, nil
		}
	}
	return core.Note{}, core.Errorf(core.CodeNotFound, "This document has no note %d. Type notes for those it has.", number)
}

func (s *plainShell) sign(ctx context.Context, n core.NewNote) error {
	if n.Text == "" {
		return core.Errorf(core.CodeInvalid, "Type note and its text.")
	}
	ok, err := s.yes(ctx, "Sign this note on "+present.Or(s.record.Title)+" of "+s.identity()+": "+n.Text+" It is never changed or removed. Type yes:")
	if err != nil || !ok {
		return err
	}
	made, err := s.Backend.AddNote(ctx, s.record.ID, n)
	if err != nil {
		return err
	}
	s.say("Signed as note %d.", made.Number)
	return nil
}

func (s *plainShell) noteInError(ctx context.Context, number int) error {
	n, err := s.noteNumbered(ctx, number)
	if err != nil {
		return err
	}
	reason, err := s.ask(ctx, "Why is note "+strconv.Itoa(number)+" of "+present.Or(n.AuthorName)+" wrong?")
	if err != nil {
		return err
	}
	if _, err := s.Backend.NoteInError(ctx, s.record.ID, n.ID, n.Version, strings.TrimSpace(reason)); err != nil {
		return err
	}
	s.say("Note %d is marked as entered in error. Its text stays.", number)
	return nil
}
