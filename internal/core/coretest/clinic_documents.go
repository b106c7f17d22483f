package coretest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image/png"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// counts are the numbers that a progress function was called with.
type counts struct {
	mu   sync.Mutex
	list []int64
}

func (c *counts) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, n)
}

// grew checks that the numbers grew up to last.
func (f clinic) grew(what string, c *counts, last int64) {
	f.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) == 0 || c.list[len(c.list)-1] != last || anyOf(!slices.IsSorted(c.list), c.list[0] < 0) {
		f.t.Errorf("%s: told %v, want growing numbers up to %d", what, c.list, last)
	}
}

func clinicFiles(f clinic) {
	ctx := f.t.Context()
	text := strings.Repeat("Haemoglobin 13.2 g/dL\n", 8000)
	sum := sha256.Sum256([]byte(text))
	var sent counts
	before := f.Now()
	r := got(f.Ann.Upload(ctx, core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 2, Title: " A title ", Filename: "ward/Größe 1.txt",
		DocumentDate: core.Date{Year: 2026, Month: 11, Day: 2}, Source: "Wexmoor", ReceivedBy: "fax", Tags: []string{"one", "two words", "ONE"},
		Size: int64(len(text)), Content: strings.NewReader(text)}, sent.add))(f)
	f.grew("Upload", &sent, int64(len(text)))
	if r.UploadedAt.Before(before) || r.UploadedAt.After(f.Now()) {
		f.t.Errorf("uploaded at %v", r.UploadedAt)
	}
	if r.Reviewed == nil || !r.Reviewed.Equal(r.UploadedAt) { // who sends a document knows it
		f.t.Errorf("reviewed at %v", r.Reviewed)
	}
	types := got(f.Ann.RecordTypes(ctx))(f)
	kind := types[slices.IndexFunc(types, func(k core.RecordType) bool { return k.ID == 2 })]
	want := core.Record{ID: r.ID, FileID: r.ID, PatientID: f.AnnPatient.ID, Type: kind, LOINC: kind.LOINC, Title: "A title", Filename: "Größe 1.txt", MIME: core.MIMEText,
		Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:]), DocumentDate: core.Date{Year: 2026, Month: 11, Day: 2}, UploadedAt: r.UploadedAt,
		UploadedBy: f.AnnUser.ID, Reviewed: r.Reviewed, UploadedByName: r.UploadedByName, Status: core.RecordCurrent, Source: "Wexmoor", ReceivedBy: "fax", Tags: []string{"one", "two words"}, CanAnalyze: true}.Versioned()
	f.same("uploaded", plain(r), plain(want))
	f.same("record", plain(got(f.Ann.Record(ctx, r.ID))(f)), plain(want))

	// What does not know its size, and cannot seek, is the same.
	second := f.file(core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "plain.txt", Size: -1, Content: struct{ io.Reader }{strings.NewReader(text)}})
	if anyOf(second.DuplicateOf != r.ID, second.Title != "plain", second.ReceivedBy != "upload", !second.DocumentDate.IsZero()) {
		f.t.Errorf("uploaded again: %+v", second)
	}
	f.same("no tags", second.Tags, []string{})
	list := got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, false))(f)
	if len(list) != 2 || anyOf(list[0].ID != second.ID, list[1].ID != r.ID) {
		f.t.Errorf("records: %+v", list)
	}

	var b bytes.Buffer
	var received counts
	f.done(f.Ann.Download(ctx, r.ID, false, &b, received.add))
	if b.String() != text {
		f.t.Errorf("%d other bytes came back", b.Len())
	}
	f.grew("Download", &received, int64(len(text)))
	f.done(f.Ann.Download(ctx, r.ID, true, io.Discard, nil))
	refusal := f.Ann.Download(ctx, r.ID, false, failingWriter{}, nil)
	f.refused("a full disk here", refusal, core.CodeInternal)
	found := got(f.Ann.VerifyRecord(ctx, r.ID))(f)
	if anyOf(found.RecordID != r.ID, !found.OK, found.SHA256 != r.SHA256, found.Size != r.Size, found.Problem != "", found.At.IsZero()) {
		f.t.Errorf("verified: %+v", found)
	}
	clinicFilesRefused(f)
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("no room") }

func clinicFilesRefused(f clinic) {
	ctx := f.t.Context()
	try := func(what, content string, change func(*core.NewDocument), code core.Code, fields ...string) {
		f.t.Helper()
		d := core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "x.txt", Size: int64(len(content)), Content: strings.NewReader(content)}
		change(&d)
		_, err := f.Ann.Upload(ctx, d, nil)
		f.refused(what, err, code, fields...)
	}
	try("nothing in it", "", func(*core.NewDocument) {}, core.CodeInvalid, "file")
	try("a program", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00", func(*core.NewDocument) {}, core.CodeUnsupported)
	try("no such type", "x", func(d *core.NewDocument) { d.TypeID = 9999 }, core.CodeInvalid, "medical_record_type_id")
	try("no such way", "x", func(d *core.NewDocument) { d.ReceivedBy = "pigeon" }, core.CodeInvalid, "received_by")
	try("tomorrow's", "x", func(d *core.NewDocument) { d.DocumentDate = core.DateOf(f.Now().Add(72 * time.Hour)) }, core.CodeInvalid, "document_date")
	try("a long title", "x", func(d *core.NewDocument) { d.Title = strings.Repeat("x", 256) }, core.CodeInvalid, "title")
	try("a file that cannot be read", "", func(d *core.NewDocument) { d.Size, d.Content = -1, failingReader{} }, core.CodeInvalid)
	f.same("nothing was stored", len(got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, true))(f)), 2)
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// clinicUnfinished: a Clinic that sends large files in pieces has something to list
// and abandon when one stops half way; one that does not has nothing.
func clinicUnfinished(f clinic) {
	f.same("nothing unfinished", got(f.Ann.UnfinishedUploads(f.t.Context()))(f), []core.Upload{})
	text := bytes.Repeat([]byte("Haemoglobin 13.2 g/dL\n"), (core.MaxPieceBytes+(2<<20))/22)
	ctx, stop := context.WithCancel(f.t.Context())
	defer stop()
	_, err := f.Ann.Upload(ctx, core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "large.txt", Size: int64(len(text)), Content: bytes.NewReader(text)},
		func(sent int64) {
			if sent > core.MaxPieceBytes+(1<<20) {
				stop()
			}
		})
	f.refused("an upload that was stopped", err, core.CodeCanceled)
	ctx = f.t.Context()
	f.same("records", got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, false))(f), []core.Record{})
	for _, u := range got(f.Ann.UnfinishedUploads(ctx))(f) {
		if u.Size != int64(len(text)) || anyOf(u.PatientID != f.AnnPatient.ID, u.Filename != "large.txt", u.Complete, u.Offset > u.Size, u.ExpiresAt.Before(f.Now())) {
			f.t.Errorf("unfinished: %+v", u)
		}
		f.refused("AbandonUpload of another's", f.Ben.AbandonUpload(ctx, u.ID), core.CodeNotFound)
		f.done(f.Ann.AbandonUpload(ctx, u.ID))
	}
	f.same("nothing unfinished any more", got(f.Ann.UnfinishedUploads(ctx))(f), []core.Upload{})
	f.refused("AbandonUpload of what is unknown", f.Ann.AbandonUpload(ctx, unknown), core.CodeNotFound)

	var sent counts
	r := got(f.Ann.Upload(ctx, core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "large.txt", Size: int64(len(text)), Content: bytes.NewReader(text)}, sent.add))(f)
	f.grew("Upload", &sent, int64(len(text)))
	f.same("size", r.Size, int64(len(text)))
	f.same("nothing unfinished after all", got(f.Ann.UnfinishedUploads(ctx))(f), []core.Upload{})
}

func clinicImages(f clinic) {
	ctx := f.t.Context()
	r := f.pictureRecord()
	for maxWidth, want := range map[int][2]int{0: {300, 200}, 150: {150, 100}} {
		img := got(f.Ann.PageImage(ctx, r.ID, 1, maxWidth, false))(f)
		page, err := png.Decode(bytes.NewReader(img.Data))
		f.done(err)
		if size := page.Bounds().Size(); anyOf(img.Format != "png", size.X != want[0], size.Y != want[1], img.Width != size.X, img.Height != size.Y) {
			f.t.Errorf("at most %d wide: %s of %d by %d, said to be %d by %d", maxWidth, img.Format, size.X, size.Y, img.Width, img.Height)
		}
	}
	for _, n := range []int{0, 2, -1} {
		_, err := f.Ann.PageImage(ctx, r.ID, n, 0, false)
		f.refused("no such page", err, core.CodeNotFound)
	}
	for _, width := range []int{-1, 15, 4001} {
		_, err := f.Ann.PageImage(ctx, r.ID, 1, width, false)
		f.refused("no such width", err, core.CodeInvalid, "width")
	}
	_, err := f.Ann.PageImage(ctx, f.note("Only text").ID, 1, 0, false)
	f.refused("a text", err, core.CodeInvalid)
}

func clinicOthersRecords(f clinic) {
	ctx := f.t.Context()
	theirs := got(f.Ben.Upload(ctx, core.NewDocument{PatientID: f.BenPatient.ID, TypeID: 1, Filename: "note.txt", Size: 1, Content: strings.NewReader("x")}, nil))(f)
	own := core.Confirmation{Reason: "A test", Identifiers: core.Identifiers{FamilyName: "Zorngarten", BirthYear: 1960}}
	for what, id := range map[string]string{"another's": theirs.ID, "unknown": unknown} {
		for name, act := range map[string]func() error{
			"Record":        func() error { _, err := f.Ann.Record(ctx, id); return err },
			"Download":      func() error { return f.Ann.Download(ctx, id, true, io.Discard, nil) },
			"PageImage":     func() error { _, err := f.Ann.PageImage(ctx, id, 1, 0, true); return err },
			"EditRecord":    func() error { _, err := f.Ann.EditRecord(ctx, id, core.RecordEdit{Title: ptr("x")}); return err },
			"EnterInError":  func() error { _, err := f.Ann.EnterInError(ctx, id, own); return err },
			"RestoreRecord": func() error { _, err := f.Ann.RestoreRecord(ctx, id, core.Confirmation{Reason: "A test"}); return err },
			"HoldRecord":    func() error { _, err := f.Ann.HoldRecord(ctx, id, core.Confirmation{Reason: "A test"}); return err },
			"ReleaseRecord": func() error { _, err := f.Ann.ReleaseRecord(ctx, id, own); return err },
			"ReviewRecord":  func() error { _, err := f.Ann.ReviewRecord(ctx, id, "", true); return err },
			"UnlockRecord":  func() error { _, err := f.Ann.UnlockRecord(ctx, id, core.UnlockRecord{Password: "x"}); return err },
			"VerifyRecord":  func() error { _, err := f.Ann.VerifyRecord(ctx, id); return err },
			"MoveRecord": func() error {
				_, err := f.Ann.MoveRecord(ctx, id, core.MoveRecord{PatientID: f.BenPatient.ID, Confirmation: own})
				return err
			},
			"SplitRecord":  func() error { _, err := f.Ann.SplitRecord(ctx, id, core.SplitRecord{Reason: "A test"}); return err },
			"DeleteRecord": func() error { return f.Ann.DeleteRecord(ctx, id, "", core.Identifiers{}) },
			"Analyze":      func() error { _, err := f.Ann.Analyze(ctx, id, core.AnalyzeOptions{}); return err },
			"RecordValues": func() error { _, err := f.Ann.RecordValues(ctx, id, core.ValueFilter{}); return err },
			"ReviewValue": func() error {
				_, err := f.Ann.ReviewValue(ctx, id, "v1", core.ValueReview{Status: core.ReviewVerified})
				return err
			},
			"UndoReview":     func() error { _, err := f.Ann.UndoReview(ctx, id, "v1", ""); return err },
			"PatientCheck":   func() error { _, err := f.Ann.PatientCheck(ctx, id); return err },
			"ResolveCheck":   func() error { _, err := f.Ann.ResolveCheck(ctx, id, "", "A test"); return err },
			"PageText":       func() error { _, err := f.Ann.PageText(ctx, id, 1); return err },
			"CorrectText":    func() error { _, err := f.Ann.CorrectText(ctx, id, 1, core.TextCorrection{Text: ptr("x")}); return err },
			"UndoCorrection": func() error { _, err := f.Ann.UndoCorrection(ctx, id, 1, ""); return err },
			"KeepDraft":      func() error { return f.Ann.KeepDraft(ctx, id, 1, core.DraftText{Text: ptr("x")}) },
			"DropDraft":      func() error { return f.Ann.DropDraft(ctx, id, 1) },
			"SendTask": func() error {
				_, err := f.Ann.SendTask(ctx, id, core.NewTask{Owner: f.AnnUser.Email, Note: "x", Due: core.DateOf(f.Now().AddDate(0, 0, 1))})
				return err
			},
			"RecordNotes": func() error { _, err := f.Ann.RecordNotes(ctx, id); return err },
			"AddNote":     func() error { _, err := f.Ann.AddNote(ctx, id, core.NewNote{Text: "x"}); return err },
			"NoteInError": func() error { _, err := f.Ann.NoteInError(ctx, id, unknown, "", "A test"); return err },
		} {
			f.refused(name+" "+what, act(), core.CodeNotFound)
		}
	}
	r := got(f.Ben.Record(ctx, theirs.ID))(f)
	f.same("untouched", plain(r), plain(theirs))
}
