package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
)

// documentPage is a document: one page of the scan beside its text, and what was
// found in it.
type documentPage struct {
	recordRow
	ID       string
	Version  string
	Post     string // the address below which its acts are
	Chart    string
	Facts    []fact
	Warnings []string
	Current  bool // it counts, and can be worked with
	CanRead  bool // the machine can read it
	MayLock  bool // it is of a kind that can be protected with a password
	Why      string
	Reading  *readingNow // nil: it is not being read
	Check    *checkView  // nil: its patient is not in doubt
	Sheet    sheet
	Values   *valuesView // nil: nothing was read
	Edit     editForm
}

// NoValues says why a document that was not read lists no values.
func (p documentPage) NoValues() string {
	if p.Why != "" {
		return "Not known. " + p.Why
	}
	return present.NoValues(core.RecordValues{})
}

// readingNow is a reading under way.
type readingNow struct {
	ID, State string
	Progress  int
	Socket    string
	Failed    bool
}

func (s *Site) document(v *visit) error {
	ctx, id := v.r.Context(), v.r.PathValue("record")
	rec, err := v.Record(ctx, id)
	if err != nil {
		return err
	}
	patient, err := v.Banner(ctx, rec.PatientID)
	if err != nil {
		return err
	}
	body := documentPage{recordRow: s.recordRow(rec), ID: rec.ID, Version: rec.Version, Post: recordPath(rec.ID), Chart: chartPath(rec.PatientID), Facts: s.recordFacts(rec),
		Warnings: s.warnings(rec), Current: rec.Status == core.RecordCurrent, CanRead: rec.CanAnalyze, MayLock: rec.MIME == core.MIMEPDF, Why: unreadable(rec)}
	p := page{Title: "Document", Section: "patients", Banner: s.bannerOf(patient)}
	if body.Current {
		if err := s.fillDocument(v, rec, &body); err != nil {
			return err
		}
		if body.Reading != nil && !body.Reading.Failed {
			p.Reload = 3
		}
	}
	p.Body = body
	return v.show("document", p)
}

// fillDocument adds what is only there of a document that counts.
func (s *Site) fillDocument(v *visit, rec core.Record, body *documentPage) (err error) {
	ctx := v.r.Context()
	var j core.Job // that reads it now, or failed to
	if rec.LastJob != nil && rec.LastJob.Status != core.JobCompleted {
		if j, err = v.Job(ctx, rec.LastJob.ID); err != nil {
			return err
		}
		body.Reading = &readingNow{ID: j.ID, State: present.JobProgress(j), Progress: j.Progress, Socket: wire.PathJobProgress(j.ID), Failed: j.Status.Final()}
	}
	if rec.PatientCheck == core.CheckPatient {
		if body.Check, err = s.patientCheck(v, rec); err != nil {
			return err
		}
	}
	found, err := v.RecordValues(ctx, rec.ID, core.ValueFilter{})
	if err != nil {
		return err
	}
	if found.PatientID != rec.PatientID {
		return errMovedMeanwhile
	}
	if body.Sheet, err = s.sheet(v, rec, found, j); err != nil {
		return err
	}
	if found.JobID != "" {
		body.Values = s.valuesView(rec, found, body.Sheet.Number)
	}
	types, err := s.App.RecordTypes(ctx)
	if err != nil {
		return err
	}
	body.Edit = editFormOf(rec, types, found)
	return nil
}

var errMovedMeanwhile = core.Errorf(core.CodeConflict, "The document was moved to another chart while this page was made. Open it again from its patient.")

func (s *Site) recordFacts(r core.Record) []fact {
	dated := r.DocumentDate.Display()
	if r.DocumentDate.IsZero() {
		dated = "Not recorded"
	}
	facts := []fact{{"Type", present.Or(r.Type.TypeName)}, {"Of the day", dated}, {"Source", present.Or(r.Source)},
		{"Received by", present.Or(r.ReceivedBy)}, {"Tags", present.Or(strings.Join(r.Tags, ", "))},
		{"Added", s.moment(r.UploadedAt) + ", " + present.Or(r.UploadedByName)},
		{"File", joined(", ", r.Filename, r.MIME, present.Size(r.Size))}, {"SHA-256", present.Or(r.SHA256)}}
	reviewed := "no"
	if r.Reviewed != nil {
		reviewed = s.moment(*r.Reviewed)
	}
	return append(facts, fact{"Reviewed by you", reviewed})
}

// warnings are what has to be known wherever a document is shown: whether it counts,
// whether it may be changed.
func (s *Site) warnings(r core.Record) []string {
	var out []string
	by := ""
	if r.StatusByName != "" && r.StatusAt != nil {
		by = " (" + r.StatusByName + ", " + s.moment(*r.StatusAt) + ")"
	}
	switch r.Status {
	case core.RecordEnteredInError:
		out = append(out, "ENTERED IN ERROR, does not count: "+present.Or(r.StatusReason)+by)
	case core.RecordMoved:
		out = append(out, "MOVED to another chart: "+present.Or(r.StatusReason)+by)
	}
	if h := r.LegalHold; h != nil {
		out = append(out, "LEGAL HOLD since "+present.Day(h.At, s.Location)+" ("+present.Or(h.ByName)+"): "+present.Or(h.Reason))
	}
	if r.DuplicateOf != "" {
		out = append(out, "The chart holds the same content already: this is a duplicate.")
	}
	return out
}

func unreadable(r core.Record) string {
	if r.CanAnalyze {
		return ""
	}
	return "This kind of file holds no text that the machine can read."
}

// checkView is why it is in doubt whose document this is.
type checkView struct {
	Pages []checkedPage
}

type checkedPage struct {
	Number              int
	Doubt               bool
	Name, Born, ID, Why string
	Other               string // the chart that the page fits; "" none of the caller's
}

func (s *Site) patientCheck(v *visit, rec core.Record) (*checkView, error) {
	c, err := v.PatientCheck(v.r.Context(), rec.ID)
	if err != nil {
		return nil, err
	}
	view := &checkView{}
	for _, p := range c.Pages {
		row := checkedPage{Number: p.Page, Doubt: p.Verdict == core.CheckPatient, Name: present.Or(p.Name), Born: present.DayKnown(p.DateOfBirth),
			ID: present.Or(strings.Join(p.Identifiers, ", ")), Why: p.Reason}
		if p.OtherPatientID != 0 {
			row.Other = chartPath(p.OtherPatientID)
		}
		view.Pages = append(view.Pages, row)
	}
	return view, nil
}

// sheet is one page of a document, as picture and as text.
type sheet struct {
	Number, Count int    // Count is 0 while it is not known
	Prev, Next    string // addresses; "" none
	Image         string // address; "" this kind of file has no picture
	Width, Height int    // of the picture that the frames refer to; 0: not known
	Frames        []frame
	Read          bool // there is a reading of it
	State         string
	Lines         []segment
	Doubts        int      // words that the machine was not sure of
	Unmarked      string   // what could not be marked
	Note          string   // instead of a text
	Missing       []string // what of the page was not read, and what to do
	Corrected     bool
}

// frame shows on the picture where a value was found.
type frame struct {
	ID    string
	Boxes []core.Box
	Label string
}

// segment is a part of a text; one that the machine was not sure of says so.
type segment struct {
	Text  string
	Doubt string // why; "" none
}

// sheet makes the page of the document that the address asks for, as the newest reading
// has it; of a document that is read for the first time, as far as now has come.
func (s *Site) sheet(v *visit, rec core.Record, found core.RecordValues, now core.Job) (sheet, error) {
	n, err := strconv.Atoi(v.r.URL.Query().Get("page"))
	if err != nil || n < 1 || n > core.MaxPages {
		n = 1
	}
	ctx, sh := v.r.Context(), sheet{Number: n}
	jobID, count, err := v.readingOf(ctx, found, now)
	if err != nil {
		return sh, err
	}
	if sh.Count = count; count == 0 && pictured(rec) && rec.MIME != core.MIMEPDF && rec.MIME != core.MIMETIFF {
		sh.Count = 1
	}
	if sh.Count > 0 {
		sh.Number = min(n, sh.Count)
	}
	if jobID != "" {
		if err := v.readSheet(ctx, jobID, &sh); err != nil {
			return sh, err
		}
	}
	if pictured(rec) {
		sh.Image = wire.PathRecordImage(rec.ID, sh.Number) + "?width=1100"
		sh.Frames = framesOf(found.Results, sh.Number)
	}
	sh.turn(rec)
	return sh, nil
}

// turn links the pages beside this one.
func (sh *sheet) turn(rec core.Record) {
	at := func(n int) string { return recordPath(rec.ID) + "?page=" + strconv.Itoa(n) + "#sheet" }
	if sh.Number > 1 {
		sh.Prev = at(sh.Number - 1)
	}
	if sh.Number < sh.Count || sh.Count == 0 && pictured(rec) {
		sh.Next = at(sh.Number + 1)
	}
}

// readingOf is the reading whose pages are shown, and how many there are; "" for none,
// 0 for not known.
func (v *visit) readingOf(ctx context.Context, found core.RecordValues, now core.Job) (jobID string, count int, err error) {
	if found.JobID == "" {
		if now.Status == core.JobProcessing {
			return now.ID, now.Pages, nil
		}
		return "", 0, nil
	}
	result, err := v.JobResult(ctx, found.JobID)
	return found.JobID, result.PageCount, err
}

// pictured reports whether pages of the file can be drawn.
func pictured(r core.Record) bool {
	return r.MIME == core.MIMEPDF || strings.HasPrefix(r.MIME, "image/")
}

// readSheet adds what a reading says of the page.
func (v *visit) readSheet(ctx context.Context, jobID string, sh *sheet) error {
	p, err := v.JobPage(ctx, jobID, sh.Number)
	if core.IsNotFound(err) {
		return nil // not read yet
	}
	if err != nil {
		return err
	}
	sh.Read, sh.Width, sh.Height = true, p.Width, p.Height
	sh.State = readState(p)
	sh.Corrected = p.CorrectedText != nil
	for _, u := range p.Unread {
		sh.Missing = append(sh.Missing, present.Or(u.Message))
	}
	text := p.Text
	if sh.Corrected {
		text = *p.CorrectedText
	}
	switch {
	case p.Status == core.PageFailed && !sh.Corrected:
		sh.Note = "This page could not be read: " + present.Or(p.Error)
	case strings.TrimSpace(text) == "":
		sh.Note = "The machine found no text on this page. That does not mean that there is none: look at the scan."
	case sh.Corrected:
		sh.Lines = []segment{{Text: text}}
	default:
		sh.Lines, sh.Doubts, sh.Unmarked = marked(text, p.Words)
	}
	return nil
}

// readState says how a page was read.
func readState(p core.Page) string {
	switch {
	case p.CorrectedText != nil && p.Correction != nil:
		return "corrected by " + present.Or(p.Correction.ByName)
	case p.CorrectedText != nil:
		return "corrected by a person"
	case p.Source == core.SourceTextLayer || p.Source == core.SourceTextFile:
		return "the document's own text"
	case p.Source == core.SourceMixed:
		return "the document's own text, its pictures read by the machine"
	case p.Confidence == nil:
		return "read by the machine, confidence not known"
	}
	return fmt.Sprintf("read by the machine, confidence %.0f %%", *p.Confidence)
}

// marked parts a text at the words that the machine was not sure of, counts those, and
// says how many of them have no place in it.
func marked(text string, words []core.Word) (out []segment, doubts int, unmarked string) {
	at, lost := 0, 0
	for i, place := range present.PlaceWords(text, words) {
		if !words[i].Unsure() {
			continue
		}
		doubts++
		if place.From < 0 {
			lost++
			continue
		}
		out = append(out, segment{Text: text[at:place.From]}, segment{text[place.From:place.To], words[i].WhyUnsure()})
		at = place.To
	}
	if lost > 0 {
		unmarked = core.Plural(lost, "word", "words") + " that the machine was not sure of could not be marked."
	}
	return append(out, segment{Text: text[at:]}), doubts, unmarked
}

func framesOf(values []core.Value, number int) []frame {
	var out []frame
	for _, v := range values {
		if v.Page == number && len(v.Boxes) > 0 {
			out = append(out, frame{"at-" + v.ID, v.Boxes, present.ValueOf(v).Statement()})
		}
	}
	return out
}
