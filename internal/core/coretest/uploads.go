package coretest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
)

// UploadsFixture is a RecordsFixture whose records also come in pieces.
type UploadsFixture struct {
	RecordsFixture
	Uploads core.Uploads
	OtherID int64       // a user who is not UserID
	Other   core.Acting // that user, as RecordsFixture.By
}

// Uploads checks the contract of core.Uploads.
func Uploads(t *testing.T, open func(t *testing.T) UploadsFixture) {
	t.Run("makes one record of pieces", func(t *testing.T) { uploadsRoundTrip(t, open(t)) })
	t.Run("takes up what was begun", func(t *testing.T) { uploadsTakenUp(t, open(t)) })
	t.Run("takes pieces in order and whole", func(t *testing.T) { uploadsPieces(t, open(t)) })
	t.Run("belongs to one user", func(t *testing.T) { uploadsOwner(t, open(t)) })
	t.Run("keeps nothing of what was not announced", func(t *testing.T) { uploadsFalse(t, open(t)) })
	t.Run("is bounded", func(t *testing.T) { uploadsBounded(t, open(t)) })
	t.Run("is finished once", func(t *testing.T) { uploadsFinishedOnce(t, open(t)) })
}

func (f UploadsFixture) announce(content []byte) core.NewUpload {
	sum := sha256.Sum256(content)
	return core.NewUpload{Record: f.newRecord(f.Patients[0]), Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func (f UploadsFixture) begin(t *testing.T, n core.NewUpload) core.Upload {
	t.Helper()
	u, found, err := f.Uploads.BeginUpload(t.Context(), n, f.event(core.EventUploadBegun, core.ActionCreate))
	if err != nil || found || u.Offset != 0 || u.Complete || u.ID == "" || u.PatientID != n.Record.PatientID || u.Size != n.Size || u.ExpiresAt.IsZero() {
		t.Fatalf("begun: %+v, %v, %v", u, found, err)
	}
	return u
}

func (f UploadsFixture) piece(t *testing.T, u core.Upload, offset int64, piece []byte) core.Upload {
	t.Helper()
	after, err := f.Uploads.AddPiece(t.Context(), f.UserID, u.ID, offset, bytes.NewReader(piece))
	if err != nil || after.Offset != offset+int64(len(piece)) {
		t.Fatalf("piece at %d: %+v, %v", offset, after, err)
	}
	return after
}

func (f UploadsFixture) finish(t *testing.T, u core.Upload) (core.Record, error) {
	return f.Uploads.FinishUpload(t.Context(), f.By, u.ID, f.event(core.EventRecordUploaded, core.ActionCreate))
}

func (f UploadsFixture) none(t *testing.T, when string) {
	t.Helper()
	if list, err := f.Records.ByPatient(t.Context(), f.Patients[0]); err != nil || len(list) != 0 {
		t.Errorf("%s: records %+v, %v", when, list, err)
	}
}

func uploadsRoundTrip(t *testing.T, f UploadsFixture) {
	content := pdf(300_001)
	u := f.begin(t, f.announce(content))
	for at := 0; at < len(content); at += 100_000 {
		f.none(t, "before the end")
		f.piece(t, u, int64(at), content[at:min(at+100_000, len(content))])
	}
	rec, err := f.finish(t, u)
	if err != nil || rec.Size != 300_001 || rec.SHA256 != f.announce(content).SHA256 || rec.MIME != core.MIMEPDF ||
		rec.Filename != "Blood count \"May\".pdf" || rec.DocumentDate.String() != "2026-05-08" || rec.UploadedByName != "Ann Lee" {
		t.Fatalf("finished: %+v, %v", rec, err)
	}
	if !bytes.Equal(f.read(t, rec.ID, 0), content) {
		t.Error("the content came back changed")
	}
	evs := f.events(t, core.EventRecordUploaded)
	if len(evs) != 1 || evs[0].RecordID != rec.ID || evs[0].PatientID != rec.PatientID || evs[0].Detail["upload_id"] != u.ID ||
		evs[0].Detail["size"] != int64(300_001) || evs[0].Detail["mime_type"] != core.MIMEPDF {
		t.Errorf("audit events %+v", evs)
	}
	if evs := f.events(t, core.EventUploadBegun); len(evs) != 1 || evs[0].PatientID != rec.PatientID || evs[0].Detail["upload_id"] != u.ID {
		t.Errorf("audit events %+v", evs)
	}
	after, err := f.Uploads.Upload(t.Context(), f.UserID, u.ID)
	if err != nil || !after.Complete || after.RecordID != rec.ID || after.Offset != after.Size {
		t.Errorf("afterwards: %+v, %v", after, err)
	}
	f.piece(t, u, after.Size, nil)
	if _, err := f.Uploads.AddPiece(t.Context(), f.UserID, u.ID, after.Size, strings.NewReader("x")); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("more than there is: %v", err)
	}
	if list, err := f.Uploads.Uploads(t.Context(), f.UserID); err != nil || len(list) != 0 {
		t.Errorf("unfinished: %+v, %v", list, err)
	}
}

func uploadsTakenUp(t *testing.T, f UploadsFixture) {
	content := pdf(1000)
	u := f.begin(t, f.announce(content))
	f.piece(t, u, 0, content[:600])
	again := f.announce(content)
	again.Record.Title = "Blood count, signed"
	got, found, err := f.Uploads.BeginUpload(t.Context(), again, f.event(core.EventUploadBegun, core.ActionCreate))
	if err != nil || !found || got.ID != u.ID || got.Offset != 600 {
		t.Fatalf("begun again: %+v, %v, %v", got, found, err)
	}
	if list, err := f.Uploads.Uploads(t.Context(), f.UserID); err != nil || len(list) != 1 || list[0] != got {
		t.Errorf("unfinished: %+v, %v", list, err)
	}
	other := f.announce(content)
	other.Record.PatientID = f.Patients[1]
	f.begin(t, other)
	unknown := f.announce(content)
	unknown.SHA256 = ""
	f.begin(t, unknown)
	f.begin(t, unknown)
	f.piece(t, u, 600, content[600:])
	rec, err := f.finish(t, u)
	if err != nil || rec.Title != "Blood count, signed" || rec.PatientID != f.Patients[0] {
		t.Errorf("finished: %+v, %v", rec, err)
	}
	f.begin(t, f.announce(content)) // what is complete is not taken up: this is a second copy
}

func uploadsPieces(t *testing.T, f UploadsFixture) {
	content := pdf(1000)
	u := f.begin(t, f.announce(content))
	f.piece(t, u, 0, content[:600])
	for _, offset := range []int64{0, 599, 601, 1000} {
		got, err := f.Uploads.AddPiece(t.Context(), f.UserID, u.ID, offset, bytes.NewReader(content[:10]))
		if core.CodeOf(err) != core.CodeConflict || got.Offset != 600 {
			t.Errorf("at %d: %+v, %v", offset, got, err)
		}
	}
	broken := errors.New("line dropped")
	for cause, want := range map[error]core.Code{broken: core.CodeInternal, io.ErrUnexpectedEOF: core.CodeInvalid} {
		if _, err := f.Uploads.AddPiece(t.Context(), f.UserID, u.ID, 600, io.MultiReader(bytes.NewReader(content[600:700]), failing{cause})); core.CodeOf(err) != want {
			t.Errorf("broken off: %v", err)
		}
	}
	if _, err := f.Uploads.AddPiece(t.Context(), f.UserID, u.ID, 600, bytes.NewReader(pdf(401))); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("more than announced: %v", err)
	}
	if _, err := f.finish(t, u); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("finished before its end: %v", err)
	}
	f.piece(t, u, 600, nil)
	f.piece(t, u, 600, content[600:])
	rec, err := f.finish(t, u)
	if err != nil || !bytes.Equal(f.read(t, rec.ID, 0), content) {
		t.Errorf("finished: %v", err)
	}
	big := f.begin(t, core.NewUpload{Record: f.newRecord(f.Patients[0]), Size: core.MaxPieceBytes + 1})
	if _, err := f.Uploads.AddPiece(t.Context(), f.UserID, big.ID, 0, bytes.NewReader(pdf(core.MaxPieceBytes+1))); core.CodeOf(err) != core.CodeTooLarge {
		t.Errorf("a piece too large: %v", err)
	}
}

func uploadsOwner(t *testing.T, f UploadsFixture) {
	content := pdf(1000)
	u := f.begin(t, f.announce(content))
	ev := f.event(core.EventUploadAbandoned, core.ActionDelete)
	for _, c := range []struct {
		user int64
		by   core.Acting
		id   string
	}{{f.OtherID, f.Other, u.ID}, {f.UserID, f.By, "nope"}, {f.UserID, f.By, ""}} {
		_, err1 := f.Uploads.Upload(t.Context(), c.user, c.id)
		_, err2 := f.Uploads.AddPiece(t.Context(), c.user, c.id, 0, bytes.NewReader(content))
		_, err3 := f.Uploads.FinishUpload(t.Context(), c.by, c.id, ev)
		err4 := f.Uploads.AbandonUpload(t.Context(), c.user, c.id, ev)
		for i, err := range []error{err1, err2, err3, err4} {
			if !core.IsNotFound(err) {
				t.Errorf("%d of user %d, %q: %v", i, c.user, c.id, err)
			}
		}
	}
	theirs := f.announce(content)
	theirs.Record.UploadedBy = f.OtherID
	if got := f.begin(t, theirs); got.ID == u.ID {
		t.Error("took up somebody else's upload")
	}
	if err := f.Uploads.AbandonUpload(t.Context(), f.UserID, u.ID, ev); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Uploads.Upload(t.Context(), f.UserID, u.ID); !core.IsNotFound(err) {
		t.Errorf("abandoned: %v", err)
	}
	if evs := f.events(t, core.EventUploadAbandoned); len(evs) != 1 || evs[0].PatientID != f.Patients[0] || evs[0].Detail["upload_id"] != u.ID {
		t.Errorf("audit events %+v", evs)
	}
}

func uploadsFalse(t *testing.T, f UploadsFixture) {
	content := pdf(1000)
	wrong := f.announce(content)
	wrong.SHA256 = strings.Repeat("ab", 32)
	u := f.begin(t, wrong)
	f.piece(t, u, 0, content)
	if _, err := f.finish(t, u); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("another hash: %v", err)
	}
	if _, err := f.Uploads.Upload(t.Context(), f.UserID, u.ID); !core.IsNotFound(err) {
		t.Errorf("it is still there: %v", err)
	}
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 99_992)...)
	u = f.begin(t, f.announce(program))
	if _, err := f.Uploads.AddPiece(t.Context(), f.UserID, u.ID, 0, bytes.NewReader(program[:80_000])); core.CodeOf(err) != core.CodeUnsupported {
		t.Errorf("a program, at its first piece: %v", err)
	}
	u = f.begin(t, f.announce(program))
	f.piece(t, u, 0, program[:100])
	f.piece(t, u, 100, program[100:])
	if _, err := f.finish(t, u); core.CodeOf(err) != core.CodeUnsupported {
		t.Errorf("a program, at its end: %v", err)
	}
	f.none(t, "after all that")
}

func uploadsBounded(t *testing.T, f UploadsFixture) {
	begin := func(size int64, change func(*core.NewUpload)) error {
		n := core.NewUpload{Record: f.newRecord(f.Patients[0]), Size: size}
		if change != nil {
			change(&n)
		}
		_, _, err := f.Uploads.BeginUpload(t.Context(), n, f.event(core.EventUploadBegun, core.ActionCreate))
		return err
	}
	for size, want := range map[int64]core.Code{0: core.CodeInvalid, -1: core.CodeInvalid, core.MaxFileBytes + 1: core.CodeTooLarge} {
		if err := begin(size, nil); core.CodeOf(err) != want {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if err := begin(1, func(n *core.NewUpload) { n.Record.PatientID = 99_999 }); !core.IsNotFound(err) {
		t.Errorf("unknown patient: %v", err)
	}
	if err := begin(1, func(n *core.NewUpload) { n.Record.TypeID = 99_999 }); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("unknown type: %v", err)
	}
	for range core.MaxUploadBytes / core.MaxFileBytes {
		if err := begin(core.MaxFileBytes, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := begin(1, nil); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("more bytes than allowed: %v", err)
	}
	list, err := f.Uploads.Uploads(t.Context(), f.UserID)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		if err := f.Uploads.AbandonUpload(t.Context(), f.UserID, u.ID, f.event(core.EventUploadAbandoned, core.ActionDelete)); err != nil {
			t.Fatal(err)
		}
	}
	for range core.MaxUploads {
		if err := begin(1, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := begin(1, nil); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("more uploads than allowed: %v", err)
	}
	if err := begin(1, func(n *core.NewUpload) { n.Record.UploadedBy = f.OtherID }); err != nil {
		t.Errorf("somebody else's: %v", err)
	}
}

func uploadsFinishedOnce(t *testing.T, f UploadsFixture) {
	content := pdf(200_000)
	u := f.begin(t, f.announce(content))
	f.piece(t, u, 0, content)
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			rec, err := f.finish(t, u)
			if err != nil {
				t.Errorf("finish: %v", err)
			}
			ids[i] = rec.ID
		})
	}
	wg.Wait()
	again, err := f.finish(t, u)
	for _, id := range ids {
		if err != nil || id == "" || id != again.ID {
			t.Errorf("records %v, then %s, %v", ids, again.ID, err)
			break
		}
	}
	if list, err := f.Records.ByPatient(t.Context(), f.Patients[0]); err != nil || len(list) != 1 {
		t.Errorf("records: %+v, %v", list, err)
	}
	if evs := f.events(t, core.EventRecordUploaded); len(evs) != 1 {
		t.Errorf("audit events %+v", evs)
	}
}
