package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"clinician/internal/core"
)

// Bounds of a corrected page.
const (
	maxPageText  = 100_000
	maxPageEdits = 1000
)

// PageText gives what the engine read on a page and what people made of it.
func (s *Session) PageText(ctx context.Context, recordID string, page int) (core.PageCorrections, error) {
	r, _, err := s.readRecord(ctx, recordID, core.EventResultRead)
	if err != nil {
		return core.PageCorrections{}, err
	}
	return s.pageText(ctx, r, page)
}

func (s *Session) pageText(ctx context.Context, r core.Record, page int) (core.PageCorrections, error) {
	jobID, read, err := s.readPage(ctx, r, "", page)
	if err != nil {
		return core.PageCorrections{}, err
	}
	history, err := s.Values.Corrections(ctx, r.ID, page)
	if err != nil {
		return core.PageCorrections{}, err
	}
	out := core.PageCorrections{RecordID: r.ID, JobID: jobID, PatientID: r.PatientID, Page: page, EngineText: read.Text, History: orEmpty(history)}
	putCorrections(&read, history)
	out.CorrectedText, out.Correction = read.CorrectedText, read.Correction
	out.Version = core.TextVersion(jobID, history)
	for i := range out.History {
		out.History[i].Stale = out.History[i].EngineText != read.Text
	}
	draft, err := s.Values.Draft(ctx, r.ID, page, s.who.UserID)
	switch {
	case err == nil:
		out.Draft = &draft
	case !core.IsNotFound(err):
		return core.PageCorrections{}, err
	}
	return out, nil
}

// KeepDraft keeps what the caller typed over a page's text and has not stored,
// so that it outlives their program. It changes nothing anybody else sees.
func (s *Session) KeepDraft(ctx context.Context, recordID string, page int, in core.DraftText) error {
	ev := s.event(core.EventTextDrafted, core.ActionUpdate)
	r, err := s.allowCorrection(ctx, recordID, &ev)
	if err != nil {
		return err
	}
	f := fields{}
	checkCorrection(core.TextCorrection{Text: in.Text}, f)
	if in.Steps < 0 {
		f.add("steps", "Ensure this value is greater than or equal to 0.")
	}
	if in.Line < 0 || in.Line > maxPageText {
		f.add("line", "This is no line of a page.")
	}
	if err := f.err(); err != nil {
		return err
	}
	if _, _, err := s.readPage(ctx, r, "", page); err != nil {
		return err
	}
	ev.Detail = map[string]any{"page": page}
	err = s.Values.KeepDraft(ctx, core.TextDraft{RecordID: r.ID, Page: page, By: s.who.UserID, Text: cleanText(*in.Text), Line: in.Line, Steps: in.Steps}, ev)
	return s.meanwhile(ctx, ev, err)
}

// DropDraft throws away what the caller typed over a page.
func (s *Session) DropDraft(ctx context.Context, recordID string, page int) error {
	ev := s.event(core.EventTextDrafted, core.ActionDelete)
	r, err := s.allowWork(ctx, recordID, &ev)
	if err != nil {
		return err
	}
	return s.Values.DropDraft(ctx, r.ID, page, s.who.UserID)
}

// readPage gives a page with its words as a completed job of the record read
// it, "" means the newest one.
func (s *Session) readPage(ctx context.Context, r core.Record, jobID string, page int) (string, core.Page, error) {
	jobs, err := s.Recognizer.Jobs(ctx, core.JobQuery{RecordID: r.ID, Limit: 1000})
	if err != nil {
		return "", core.Page{}, err
	}
	for _, j := range jobs {
		if j.Status == core.JobCompleted && (jobID == "" || jobID == j.ID) {
			p, err := s.Recognizer.Page(ctx, j.ID, page)
			if core.IsNotFound(err) {
				err = core.Errorf(core.CodeNotFound, "The document has no page %d.", page)
			}
			return j.ID, p, err
		}
	}
	if jobID != "" {
		return "", core.Page{}, errJobNotFound
	}
	return "", core.Page{}, core.Errorf(core.CodeConflict, "The document has not been read. Start that with analyze.")
}

// putCorrections puts what is in force of a page's history beside its text.
func putCorrections(p *core.Page, history []core.Correction) {
	for _, c := range history {
		if c.Page != p.Number || !c.InForce {
			continue
		}
		text := c.Text
		c.Stale = c.EngineText != p.Text
		c.Text, c.EngineText, c.Edits = "", "", nil
		p.CorrectedText, p.Correction = &text, &c
	}
}

// CorrectText puts the caller's text over what the engine read on a page.
func (s *Session) CorrectText(ctx context.Context, recordID string, page int, in core.TextCorrection) (core.PageCorrections, error) {
	ev := s.changing(core.EventTextCorrected, core.ActionUpdate, in.Version)
	r, err := s.allowCorrection(ctx, recordID, &ev)
	if err != nil {
		return core.PageCorrections{}, err
	}
	f := fields{}
	checkCorrection(in, f)
	if err := f.err(); err != nil {
		return core.PageCorrections{}, err
	}
	_, read, err := s.readPage(ctx, r, in.JobID, page)
	if err != nil {
		return core.PageCorrections{}, err
	}
	c := core.NewCorrection{RecordID: r.ID, Page: page, EngineText: read.Text, Reason: CleanLine(in.Reason), By: s.who.UserID}
	if in.Text != nil {
		c.Text = cleanText(*in.Text)
	} else if c.Text, err = applyEdits(read, in.Edits); err != nil {
		return core.PageCorrections{}, err
	}
	if in.Text == nil {
		c.Edits = in.Edits
	}
	ev.Detail = map[string]any{"page": page}
	if _, err := s.Values.CorrectText(ctx, c, ev); err != nil {
		return core.PageCorrections{}, s.otherText(ctx, r, page, ev, err)
	}
	return s.pageText(ctx, r, page)
}

// otherText ends a change of a page's text that was refused. What stands there instead is
// given with the refusal.
func (s *Session) otherText(ctx context.Context, r core.Record, page int, ev core.AuditEvent, refused error) error {
	var e *core.Error
	if core.CodeOf(refused) != core.CodeConflict || !errors.As(refused, &e) {
		return s.meanwhile(ctx, ev, refused)
	}
	now, err := s.pageText(ctx, r, page)
	if err != nil {
		return err
	}
	told := *e
	told.Current = now
	return s.outdated(ctx, ev, &told)
}

func checkCorrection(in core.TextCorrection, f fields) {
	switch {
	case in.Text == nil && len(in.Edits) == 0:
		f.add("text", "Send the page's text, or edits.")
	case in.Text != nil && len(in.Edits) > 0:
		f.add("edits", "Send the page's text or edits, not both.")
	case in.Text != nil && utf8.RuneCountInString(*in.Text) > maxPageText:
		f.add("text", fmt.Sprintf("Ensure this field has no more than %d characters.", maxPageText))
	case len(in.Edits) > maxPageEdits:
		f.add("edits", fmt.Sprintf("Ensure this field has no more than %d elements.", maxPageEdits))
	}
	for _, e := range in.Edits {
		if utf8.RuneCountInString(e.Text) > maxValueText*10 {
			f.add("edits", "A single edit is too long; send the page's text instead.")
			break
		}
	}
	if utf8.RuneCountInString(in.Reason) > maxReason {
		f.add("reason", "Ensure this field has no more than 1000 characters.")
	}
}

// UndoCorrection takes a page's last correction back.
func (s *Session) UndoCorrection(ctx context.Context, recordID string, page int, version string) (core.PageCorrections, error) {
	ev := s.changing(core.EventTextCorrected, core.ActionDelete, version)
	r, err := s.allowCorrection(ctx, recordID, &ev)
	if err != nil {
		return core.PageCorrections{}, err
	}
	ev.Detail = map[string]any{"page": page}
	if _, err := s.Values.UndoCorrection(ctx, r.ID, page, s.who.UserID, ev); err != nil {
		return core.PageCorrections{}, s.otherText(ctx, r, page, ev, err)
	}
	return s.pageText(ctx, r, page)
}

// allowCorrection is allowWork, but a record under legal hold keeps its text.
func (s *Session) allowCorrection(ctx context.Context, recordID string, ev *core.AuditEvent) (core.Record, error) {
	r, err := s.allowWork(ctx, recordID, ev)
	if err != nil {
		return r, err
	}
	return r, s.held(ctx, r, *ev, r.Changeable())
}

// applyEdits gives a page's text with ranges of its words replaced; what stands
// between the words stays as it is. Ranges are in order and do not overlap.
func applyEdits(p core.Page, edits []core.TextEdit) (string, error) {
	spans, ok := wordSpans(p)
	if !ok {
		return "", core.Errorf(core.CodeInvalid, "The words of this page cannot be counted. Send the page's text instead.")
	}
	var b strings.Builder
	at, word := 0, 0
	for _, e := range edits {
		if e.From < word || e.To < e.From || e.To > len(spans) {
			err := core.Errorf(core.CodeInvalid, "Edits name ranges of the page's %s, in order and without overlap.", core.Plural(len(spans), "word", "words"))
			err.Fields = map[string][]string{"edits": {err.Message}}
			return "", err
		}
		text := cleanText(e.Text)
		switch {
		case e.From == e.To && e.From == len(spans): // behind the last word
			b.WriteString(p.Text[at:])
			if at = len(p.Text); text != "" {
				b.WriteString(" " + text)
			}
		case e.From == e.To:
			b.WriteString(p.Text[at:spans[e.From].start])
			if at = spans[e.From].start; text != "" {
				b.WriteString(text + " ")
			}
		default:
			b.WriteString(p.Text[at:spans[e.From].start])
			b.WriteString(text)
			at = spans[e.To-1].end
		}
		word = e.To
	}
	b.WriteString(p.Text[at:])
	return b.String(), nil
}

// span is where a word stands in a text, in bytes.
type span struct{ start, end int }

// wordSpans finds the words of a page in its text, where they stand in order.
// A page without words has the fields of its text.
func wordSpans(p core.Page) ([]span, bool) {
	var spans []span
	if len(p.Words) == 0 {
		start := -1
		for i, r := range p.Text {
			if unicode.IsSpace(r) {
				if start >= 0 {
					spans = append(spans, span{start, i})
				}
				start = -1
			} else if start < 0 {
				start = i
			}
		}
		if start >= 0 {
			spans = append(spans, span{start, len(p.Text)})
		}
		return spans, true
	}
	at := 0
	for _, w := range p.Words {
		i := strings.Index(p.Text[at:], w.Text)
		if i < 0 {
			return nil, false
		}
		spans = append(spans, span{at + i, at + i + len(w.Text)})
		at += i + len(w.Text)
	}
	return spans, true
}

// cleanText is CleanLine for texts of several lines.
func cleanText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(strings.Map(func(r rune) rune {
			switch {
			case r == '\t':
				return ' '
			case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\u2060', r == '\ufeff', r == utf8.RuneError:
				return -1
			}
			return r
		}, l), unicode.IsSpace)
	}
	return norm.NFC.String(strings.Join(lines, "\n"))
}
