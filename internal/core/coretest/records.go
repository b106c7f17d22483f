package coretest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
)

// RecordsFixture is an empty core.Records and the people it needs.
type RecordsFixture struct {
	Records   core.Records
	Lifecycle core.RecordLifecycle // of the same records
	Contents  core.RecordContents  // of the same records
	Audit     core.AuditLog
	People    Directory   // who the records are about; nobody is assigned yet
	Patients  [2]int64    // named Pat Doe-Łuczak, born in 1940
	UserID    int64       // named Ann Lee
	By        core.Acting // Ann Lee, with what Records wants to see of her
	TypeID    int64       // an active record type

	// Shared content is kept by a service for several programs: it takes the same bytes
	// once, and each record stays whole in the chart it came into.
	Shared bool
}

// Samples of each accepted kind, as short as recognition allows, and the type
// they are.
var Samples = map[string]string{
	"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n":            core.MIMEPDF,
	"\x00\x01\x02 fax header \x00\x00\n%PDF-1.4\n": core.MIMEPDF,
	"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01":         core.MIMEJPEG,
	"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR":          core.MIMEPNG,
	"II*\x00\x08\x00\x00\x00":                      core.MIMETIFF,
	"MM\x00*\x00\x00\x00\x08":                      core.MIMETIFF,
	"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x18\x00\x00\x00\x00\x00\x10\x00\x00\x00": core.MIMEBMP,
	"GIF89a\x01\x00\x01\x00\x00\x00\x00,":                         core.MIMEGIF,
	"RIFF\x24\x00\x00\x00WEBPVP8L":                                core.MIMEWebP,
	"{\\rtf1\\ansi Haemoglobin 13.2 g/dL}":                        core.MIMERTF,
	"Haemoglobin 13.2 g/dL\n":                                     core.MIMEText,
	"Hämoglobin 13,2 g/dL µmol\n":                                 core.MIMEText,
	"H\xe4moglobin in Latin-1\r\n":                                core.MIMEText,
	"name,value,unit\nHb,13.2,g/dL\nWBC,6.1,10^9/L\n":             core.MIMEText,
	"{\"resourceType\":\"Observation\",\"status\":\"final\"}\n":   core.MIMEText,
	"From: lab@example.org\nSubject: results\n\nHb 13.2 g/dL\n":   core.MIMEText,
	"\xff\xfet\x00e\x00x\x00t\x00":                                core.MIMEText,
	"\ufeffReport with a byte order mark\n":                       core.MIMEText,
	"#!/bin/sh looks like a script but is text someone pasted in": core.MIMEText,
}

// Records checks the contracts of core.Records, core.RecordLifecycle and core.RecordContents.
func Records(t *testing.T, open func(t *testing.T) RecordsFixture) {
	t.Run("keeps what was committed", func(t *testing.T) { recordsRoundTrip(t, open(t)) })
	t.Run("decides by content", func(t *testing.T) { recordsKinds(t, open(t)) })
	t.Run("says what to do with pictures it refuses", func(t *testing.T) { recordsAdvice(t, open(t)) })
	t.Run("keeps nothing of a broken upload", func(t *testing.T) { recordsBroken(t, open(t)) })
	t.Run("names duplicates of the same patient", func(t *testing.T) { recordsDuplicates(t, open(t)) })
	t.Run("deletes", func(t *testing.T) { recordsDelete(t, open(t)) })
	t.Run("refuses what does not exist", func(t *testing.T) { recordsRefusals(t, open(t)) })
	t.Run("edits", func(t *testing.T) { recordsEdit(t, open(t)) })
	t.Run("enters in error and restores", func(t *testing.T) { recordsErrorAndBack(t, open(t)) })
	t.Run("holds", func(t *testing.T) { recordsHold(t, open(t)) })
	t.Run("knows who has read what", func(t *testing.T) { recordsReviews(t, open(t)) })
	t.Run("lists what is unread", func(t *testing.T) { recordsUnread(t, open(t)) })
	t.Run("moves", func(t *testing.T) { wholeOr(recordsMove)(t, open(t)) })
	t.Run("splits", func(t *testing.T) { wholeOr(recordsSplit)(t, open(t)) })
	t.Run("takes many at once", func(t *testing.T) { recordsParallel(t, open(t)) })
}

// wholeOr runs test, or where content is shared checks that a record is neither moved
// nor split.
func wholeOr(test func(*testing.T, RecordsFixture)) func(*testing.T, RecordsFixture) {
	return func(t *testing.T, f RecordsFixture) {
		if !f.Shared {
			test(t, f)
			return
		}
		rec := f.add(t, f.Patients[0], pdf(60))
		ev := f.event(core.EventRecordMoved, core.ActionUpdate)
		_, moved := f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: f.Patients[1], Reason: "wrong chart"}, ev)
		_, _, split := f.Contents.SplitRecord(t.Context(), f.By, rec.ID, "two people", []core.RecordPart{{Staged: f.stage(t, pdf(30)), Record: f.newRecord(f.Patients[1])}}, ev)
		for what, err := range map[string]error{"moved": moved, "split": split} {
			if core.CodeOf(err) != core.CodeConflict || core.MessageOf(err) == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if got, err := f.Records.Record(t.Context(), rec.ID); err != nil || got.PatientID != f.Patients[0] || got.Status != core.RecordCurrent {
			t.Errorf("afterwards %+v, %v", got, err)
		}
		f.read(t, rec.ID, 0)
	}
}

func (f RecordsFixture) stage(t *testing.T, content []byte) core.Staged {
	t.Helper()
	s, err := f.Records.Stage(t.Context(), f.By, "report.pdf", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (f RecordsFixture) add(t *testing.T, patient int64, content []byte) core.Record {
	t.Helper()
	r, err := f.Records.Commit(t.Context(), f.By, f.stage(t, content), f.newRecord(patient), f.event(core.EventRecordUploaded, core.ActionCreate))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (f RecordsFixture) newRecord(patient int64) core.NewRecord {
	return core.NewRecord{
		PatientID: patient, TypeID: f.TypeID, Filename: "Blood count \"May\".pdf", UploadedBy: f.UserID,
		DocumentDate: core.Date{Year: 2026, Month: 5, Day: 8},
	}
}

func (f RecordsFixture) event(kind string, action core.Action) core.AuditEvent {
	return core.AuditEvent{Type: kind, Action: action, Outcome: core.OutcomeSuccess, UserID: f.UserID}
}

func (f RecordsFixture) read(t *testing.T, id string, offset int64) []byte {
	t.Helper()
	r, err := f.Records.Open(t.Context(), f.By, id, offset)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (f RecordsFixture) events(t *testing.T, kind string) []core.AuditEvent {
	t.Helper()
	evs, err := f.Audit.Query(t.Context(), core.AuditQuery{Type: kind})
	if err != nil {
		t.Fatal(err)
	}
	return evs
}

func pdf(size int) []byte {
	return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)...)[:size]
}

func recordsRoundTrip(t *testing.T, f RecordsFixture) {
	content := pdf(200_000)
	rec := f.add(t, f.Patients[0], content)
	sum := sha256.Sum256(content)
	if rec.ID == "" || rec.FileID != rec.ID || rec.PatientID != f.Patients[0] || rec.Size != 200_000 || rec.MIME != core.MIMEPDF ||
		rec.SHA256 != hex.EncodeToString(sum[:]) || rec.UploadedBy != f.UserID || rec.UploadedByName != "Ann Lee" || rec.UploadedAt.IsZero() ||
		rec.Title != rec.Filename || rec.Filename != "Blood count \"May\".pdf" || rec.DocumentDate.String() != "2026-05-08" ||
		rec.Type.ID != f.TypeID || rec.Type.TypeName == "" || !rec.CanAnalyze || rec.LastJob != nil || rec.DuplicateOf != "" {
		t.Errorf("committed %+v", rec)
	}
	for _, offset := range []int64{0, 1, 70_000, 199_999, 200_000, 300_000} {
		if got := f.read(t, rec.ID, offset); !bytes.Equal(got, content[min(offset, 200_000):]) {
			t.Errorf("from %d: %d bytes", offset, len(got))
		}
	}
	second := f.add(t, f.Patients[0], pdf(10))
	f.add(t, f.Patients[1], pdf(11))
	list, err := f.Records.ByPatient(t.Context(), f.Patients[0])
	if err != nil || len(list) != 2 || !reflect.DeepEqual(list[0], second) || !reflect.DeepEqual(list[1], rec) {
		t.Errorf("ByPatient = %+v, %v", list, err)
	}
	if got, err := f.Records.Record(t.Context(), rec.ID); err != nil || !reflect.DeepEqual(got, rec) {
		t.Errorf("Record = %+v, %v", got, err)
	}
	evs := f.events(t, core.EventRecordUploaded)
	if len(evs) != 3 || evs[2].RecordID != rec.ID || evs[2].PatientID != rec.PatientID || evs[2].UserID != f.UserID {
		t.Errorf("audit events %+v", evs)
	}
}

func recordsKinds(t *testing.T, f RecordsFixture) {
	for content, want := range Samples {
		s, err := f.Records.Stage(t.Context(), f.By, "misleading.exe", strings.NewReader(content))
		if err != nil || s.MIME != want || s.Size != int64(len(content)) {
			t.Errorf("%.20q is %s (%d bytes), want %s: %v", content, s.MIME, s.Size, want, err)
		}
	}
	for _, content := range []string{
		"\x00\x01\x02\x03", "\x7fELF\x02\x01\x01\x00", "MZ\x90\x00\x03\x00\x00\x00", "PK\x03\x04\x14\x00\x00\x00",
		"<!DOCTYPE html><html><script>alert(1)</script></html>", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
		"<?php system($_GET['c']); ?>", "text with a \x00 in it",
	} {
		_, err := f.Records.Stage(t.Context(), f.By, "report.pdf", strings.NewReader(content))
		if core.CodeOf(err) != core.CodeUnsupported || !strings.Contains(core.MessageOf(err), "Accepted: PDF, JPEG") {
			t.Errorf("%.20q: %v", content, err)
		}
	}
}

// recordsAdvice: pictures that people send and nobody here can read are refused with
// what to do.
func recordsAdvice(t *testing.T, f RecordsFixture) {
	for content, want := range map[string]string{
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic":               "Share the picture as JPEG",
		"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf":           "Share the picture as JPEG",
		"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 \x00\x00": "save it as PNG or PDF",
	} {
		_, err := f.Records.Stage(t.Context(), f.By, "scan.jpg", strings.NewReader(content))
		if core.CodeOf(err) != core.CodeUnsupported || !strings.Contains(core.MessageOf(err), want) {
			t.Errorf("%.20q: %v", content, err)
		}
	}
}

func recordsBroken(t *testing.T, f RecordsFixture) {
	if _, err := f.Records.Stage(t.Context(), f.By, "empty.pdf", strings.NewReader("")); core.CodeOf(err) != core.CodeInvalid || core.MessageOf(err) != "The file is empty." {
		t.Errorf("empty: %v", err)
	}
	broken := errors.New("line dropped")
	for _, size := range []int{20, 65_536, 200_000} {
		if _, err := f.Records.Stage(t.Context(), f.By, "a.pdf", io.MultiReader(bytes.NewReader(pdf(size)), failing{broken})); !errors.Is(err, broken) {
			t.Errorf("broken after %d: %v", size, err)
		}
		_, err := f.Records.Stage(t.Context(), f.By, "a.pdf", io.MultiReader(bytes.NewReader(pdf(size)), failing{io.ErrUnexpectedEOF}))
		if core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("cut off after %d: %v", size, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Records.Stage(ctx, f.By, "a.pdf", bytes.NewReader(pdf(100))); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s := f.stage(t, pdf(100))
	if err := f.Records.Discard(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if list, err := f.Records.ByPatient(t.Context(), f.Patients[0]); err != nil || len(list) != 0 {
		t.Errorf("there are records: %+v, %v", list, err)
	}
	rec := f.add(t, f.Patients[0], pdf(100))
	if err := f.Records.Discard(t.Context(), core.Staged{ID: rec.ID}); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("discarded a record: %v", err)
	}
	f.read(t, rec.ID, 0)
}

func recordsDuplicates(t *testing.T, f RecordsFixture) {
	if f.Shared {
		recordsOnce(t, f)
		return
	}
	first := f.add(t, f.Patients[0], pdf(50))
	other := f.add(t, f.Patients[1], pdf(50))
	second := f.add(t, f.Patients[0], pdf(50))
	third := f.add(t, f.Patients[0], pdf(50))
	if first.DuplicateOf != "" || other.DuplicateOf != "" || second.DuplicateOf != first.ID || third.DuplicateOf != first.ID {
		t.Errorf("duplicates of: %q, other patient %q, %q, %q", first.DuplicateOf, other.DuplicateOf, second.DuplicateOf, third.DuplicateOf)
	}
	if err := f.Records.Delete(t.Context(), f.By, first.ID, f.event(core.EventRecordDeleted, core.ActionDelete)); err != nil {
		t.Fatal(err)
	}
	got, err := f.Records.Record(t.Context(), second.ID)
	if err != nil || got.DuplicateOf != "" {
		t.Errorf("names a record that is gone: %q, %v", got.DuplicateOf, err)
	}
	if !bytes.Equal(f.read(t, second.ID, 0), pdf(50)) {
		t.Error("deleting one took the other's content")
	}
}

// recordsOnce: a service that takes the same bytes once says so, whosever chart they
// are in, and nothing is stored.
func recordsOnce(t *testing.T, f RecordsFixture) {
	f.add(t, f.Patients[0], pdf(50))
	for _, patient := range f.Patients {
		_, err := f.Records.Commit(t.Context(), f.By, f.stage(t, pdf(50)), f.newRecord(patient), f.event(core.EventRecordUploaded, core.ActionCreate))
		if core.CodeOf(err) != core.CodeConflict || core.MessageOf(err) == "" {
			t.Errorf("the same bytes once more: %v", err)
		}
	}
	for i, patient := range f.Patients {
		if list, err := f.Records.ByPatient(t.Context(), patient); err != nil || len(list) != 1-i {
			t.Errorf("patient %d has %+v, %v", i, list, err)
		}
	}
}

func recordsDelete(t *testing.T, f RecordsFixture) {
	rec := f.add(t, f.Patients[0], pdf(50))
	if err := f.Records.Delete(t.Context(), f.By, rec.ID, f.event(core.EventRecordDeleted, core.ActionDelete)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Records.Record(t.Context(), rec.ID); !core.IsNotFound(err) {
		t.Errorf("Record = %v", err)
	}
	if _, err := f.Records.Open(t.Context(), f.By, rec.ID, 0); !core.IsNotFound(err) {
		t.Errorf("Open = %v", err)
	}
	if list, err := f.Records.ByPatient(t.Context(), f.Patients[0]); err != nil || len(list) != 0 {
		t.Errorf("ByPatient = %v, %v", list, err)
	}
	if err := f.Records.Delete(t.Context(), f.By, rec.ID, f.event(core.EventRecordDeleted, core.ActionDelete)); !core.IsNotFound(err) {
		t.Errorf("second Delete = %v", err)
	}
	evs := f.events(t, core.EventRecordDeleted)
	if len(evs) != 1 || evs[0].RecordID != rec.ID || evs[0].PatientID != f.Patients[0] {
		t.Errorf("audit events %+v", evs)
	}
}

func recordsRefusals(t *testing.T, f RecordsFixture) {
	upload := f.event(core.EventRecordUploaded, core.ActionCreate)
	var e *core.Error
	r := f.newRecord(f.Patients[0])
	r.TypeID = 99_999
	if _, err := f.Records.Commit(t.Context(), f.By, f.stage(t, pdf(20)), r, upload); !errors.As(err, &e) ||
		e.Code != core.CodeInvalid || len(e.Fields["medical_record_type_id"]) == 0 {
		t.Errorf("unknown type: %v", err)
	}
	if _, err := f.Records.Commit(t.Context(), f.By, f.stage(t, pdf(20)), f.newRecord(99_999), upload); !core.IsNotFound(err) {
		t.Errorf("unknown patient: %v", err)
	}
	if evs := f.events(t, core.EventRecordUploaded); len(evs) != 0 {
		t.Errorf("refused, but audited as done: %+v", evs)
	}
	for _, id := range []string{"", "nope", "../../etc/passwd", "00000000-0000-4000-8000-000000000000"} {
		if _, err := f.Records.Record(t.Context(), id); !core.IsNotFound(err) {
			t.Errorf("Record(%q) = %v", id, err)
		}
		if _, err := f.Records.Open(t.Context(), f.By, id, 0); !core.IsNotFound(err) {
			t.Errorf("Open(%q) = %v", id, err)
		}
	}
}

func recordsParallel(t *testing.T, f RecordsFixture) {
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			content := fmt.Appendf(pdf(70_000), "%d", i)
			s, err := f.Records.Stage(context.Background(), f.By, "a.pdf", bytes.NewReader(content))
			if err != nil {
				t.Error(err)
				return
			}
			rec, err := f.Records.Commit(context.Background(), f.By, s, f.newRecord(f.Patients[i%2]), f.event(core.EventRecordUploaded, core.ActionCreate))
			if err != nil {
				t.Error(err)
				return
			}
			r, err := f.Records.Open(context.Background(), f.By, rec.ID, 0)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d: %d bytes, %v", i, len(got), err)
			}
		})
	}
	group.Wait()
}
