package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func (w *world) piece(u core.Upload, offset int, content, complete string) answer {
	return w.call("PATCH", wire.PathUploadPieces(u.ID), w.ann.Tokens.Access, strings.NewReader(content),
		"Content-Type", wire.PieceType, wire.UploadOffset, itoa(int64(offset)), wire.UploadComplete, complete)
}

func (a answer) stands(offset int, complete string) answer {
	a.t.Helper()
	if a.header.Get(wire.UploadOffset) != itoa(int64(offset)) || a.header.Get(wire.UploadComplete) != complete || a.header.Get(wire.UploadLength) == "" {
		a.t.Errorf("%s: the header fields are %v", a.what, a.header)
	}
	return a
}

// TestUploadInPieces goes the way of the IETF draft: begin, append, ask, end.
func TestUploadInPieces(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	const text = "haemoglobin 7.1 g/dL\n"
	sum := sha256.Sum256([]byte(text))
	begin := wire.BeginUpload{PatientID: w.annPatient.ID, Filename: "note.txt", Size: int64(len(text)), SHA256: strings.ToUpper(hex.EncodeToString(sum[:])),
		TypeID: 1, Title: "Blood", DocumentDate: "2026-05-08", Tags: []string{"ward 3"}}
	var u core.Upload
	a := w.call("POST", wire.PathUploads, ann, begin).want(201).stands(0, "?0").into(&u)
	if a.header.Get("Location") != wire.PathUploadPieces(u.ID) || len(u.ID) < 26 || u.Filename != "note.txt" || !strings.Contains(a.header.Get("Upload-Limit"), "max-append-size=8388608") {
		t.Errorf("begun: %v %s", a.header, a.body)
	}
	w.piece(u, 0, text[:5], "?0").want(200).stands(5, "?0")
	w.piece(u, 0, text[:5], "?0").want(409).stands(5, "?0")
	w.call("HEAD", wire.PathUploadPieces(u.ID), ann, nil).want(200).stands(5, "?0")
	w.call("POST", wire.PathUploads, ann, begin).want(200).stands(5, "?0")
	w.piece(u, 5, text, "?0").want(400)
	w.piece(u, 5, "", "?1").want(409)
	var done wire.Uploaded
	w.piece(u, 5, text[5:], "?1").want(201).stands(len(text), "?1").into(&done)
	if r := done.Record; r.Title != "Blood" || r.DocumentDate.String() != "2026-05-08" || len(r.Tags) != 1 || r.UploadedByName != "ann Abbott" || r.Reviewed == nil || done.FileID != r.ID {
		t.Errorf("answer: %+v", done)
	}
	w.call("GET", wire.PathUploadPieces(u.ID), ann, nil).want(200).stands(len(text), "?1").into(&u)
	if !u.Complete || u.RecordID != done.FileID {
		t.Errorf("afterwards: %+v", u)
	}
	if got := w.call("GET", wire.PathRecordAct(done.FileID, "download"), ann, nil).want(200); string(got.body) != text {
		t.Errorf("content: %q", got.body)
	}
	events := w.audited(core.EventRecordUploaded)
	if len(events) != 1 || events[0].RecordID != done.FileID || events[0].UserID != w.ann.User.ID || events[0].SessionID == "" {
		t.Errorf("audit: %+v", events)
	}
}

func TestUploadInPiecesRefused(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	begin := wire.BeginUpload{PatientID: w.annPatient.ID, Filename: "note.txt", Size: 5, TypeID: 1}
	change := func(f func(*wire.BeginUpload)) wire.BeginUpload { b := begin; f(&b); return b }
	for name, c := range map[string]struct {
		body   wire.BeginUpload
		status int
		says   string
	}{
		"not assigned":   {change(func(b *wire.BeginUpload) { b.PatientID = w.benPatient.ID }), 403, "not assigned"},
		"empty":          {change(func(b *wire.BeginUpload) { b.Size = 0 }), 400, "The file is empty."},
		"too large":      {change(func(b *wire.BeginUpload) { b.Size = core.MaxFileBytes + 1 }), 413, "larger than 100 MB"},
		"no type":        {change(func(b *wire.BeginUpload) { b.TypeID = 0 }), 400, "medical_record_type_id"},
		"unknown type":   {change(func(b *wire.BeginUpload) { b.TypeID = 9999 }), 400, "medical_record_type_id"},
		"no name":        {change(func(b *wire.BeginUpload) { b.Filename = "" }), 400, "filename"},
		"broken hash":    {change(func(b *wire.BeginUpload) { b.SHA256 = "abc" }), 400, "sha256"},
		"in the future":  {change(func(b *wire.BeginUpload) { b.DocumentDate = "2999-01-01" }), 400, "document_date"},
		"title too long": {change(func(b *wire.BeginUpload) { b.Title = strings.Repeat("x", 256) }), 400, "title"},
	} {
		if a := w.call("POST", wire.PathUploads, ann, c.body); a.status != c.status || !strings.Contains(string(a.body), c.says) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	var u core.Upload
	w.call("POST", wire.PathUploads, ann, begin).want(201).into(&u)
	path := wire.PathUploadPieces(u.ID)
	w.call("PATCH", path, ann, strings.NewReader("hello"), "Content-Type", "text/plain", wire.UploadOffset, "0").want(415)
	w.call("PATCH", path, ann, strings.NewReader("hello"), "Content-Type", wire.PieceType).want(400)
	w.call("PATCH", path, ann, strings.NewReader("hello"), "Content-Type", wire.PieceType, wire.UploadOffset, "-1").want(400)
	_, err := w.store.Assign(t.Context(), w.annPatient.ID, w.ben.Clinician.ID, nil, "", core.AuditEvent{
		Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: w.annPatient.ID})
	must(t, err)
	w.piece(u, 0, "hello", "?1").want(403) // the patient went to somebody else meanwhile
	w.call("DELETE", path, ann, nil).want(200)
	w.call("GET", path, ann, nil).want(404)
}
