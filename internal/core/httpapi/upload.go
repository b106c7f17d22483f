package httpapi

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// uploadToPatient takes a file into the chart that the path names.
func (a *API) uploadToPatient(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	id, err := number(r, "patient")
	if err != nil {
		return err
	}
	return a.takeIn(w, r, &intake{s: s, patientID: id, fixed: true})
}

// upload is the file service's form: the patient is a field.
func (a *API) upload(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	return a.takeIn(w, r, &intake{s: s})
}

func (a *API) takeIn(w http.ResponseWriter, r *http.Request, in *intake) error {
	in.texts = newForm(map[string]any{})
	defer in.discard(r.Context())
	if in.fixed {
		if err := in.s.MayUpload(r.Context(), in.patientID); err != nil {
			return err
		}
	}
	if err := a.receive(w, r, in); err != nil {
		return err
	}
	rec, err := in.commit(r.Context())
	if err != nil {
		return err
	}
	return in.texts.answer(w, http.StatusCreated, wire.NewUploaded(rec))
}

func (a *API) receive(w http.ResponseWriter, r *http.Request, in *intake) error {
	contentType := r.Header.Get("Content-Type")
	kind, params, _ := mime.ParseMediaType(contentType)
	switch {
	case kind == "application/json":
		return a.receiveJSON(w, r, in)
	case kind == "multipart/form-data" && params["boundary"] != "":
		b := a.open(w, r, core.MaxFileBytes+1<<20)
		defer b.done()
		return in.receiveParts(r.Context(), b, params["boundary"])
	}
	return unsupportedMedia(contentType)
}

// intake is an upload under way.
type intake struct {
	s         *app.Session
	patientID int64 // 0: not known yet
	fixed     bool  // the path said it, and a field may not say otherwise
	texts     *form
	filename  string
	staged    *core.Staged // sealed content nobody owns yet
}

// discard drops what was sealed and did not become a record.
func (in *intake) discard(ctx context.Context) {
	if in.staged != nil {
		in.s.Discard(ctx, *in.staged)
		in.staged = nil
	}
}

// receiveParts reads fields and file in whatever order they come. The file goes
// straight into the vault.
func (in *intake) receiveParts(ctx context.Context, b *body, boundary string) error {
	parts := multipart.NewReader(b, boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return b.why(errMultipart)
		}
		if n == maxParts {
			return parseError("Multipart form parse error - too many fields.")
		}
		name := part.FormName()
		if (name == "file" || name == "document") && part.FileName() != "" {
			if err := in.stage(ctx, part.FileName(), part); err != nil {
				return b.why(err)
			}
			continue
		}
		text, err := fieldText(b, part)
		if err != nil {
			return err
		}
		if err := in.field(ctx, name, text); err != nil {
			return err
		}
	}
}

// field notes a text field; the patient is checked as soon as known, so that
// a refusal costs no upload.
func (in *intake) field(ctx context.Context, name, text string) error {
	in.texts.values[name] = text
	if name != "patient_id" {
		return nil
	}
	in.texts.asked[name] = true
	id := in.texts.asInteger(name, text)
	switch {
	case in.texts.err() != nil:
		return in.texts.err()
	case in.fixed && id != in.patientID:
		return fieldProblem(name, "This is not the patient of the address the file was sent to.")
	case in.patientID != 0 && id != in.patientID:
		return fieldProblem(name, "Send one patient_id.")
	case in.patientID == 0 && id != 0:
		in.patientID = id
		return in.s.MayUpload(ctx, id)
	}
	return nil
}

func (in *intake) stage(ctx context.Context, filename string, content io.Reader) error {
	if in.staged != nil {
		return fieldProblem("file", "Send one file at a time.")
	}
	staged, err := in.s.Stage(ctx, filename, content)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return errMultipart
		}
		return err
	}
	in.staged, in.filename = &staged, filename
	return nil
}

// receiveJSON takes a small file inside a JSON object. A few at a time: they
// sit in memory.
func (a *API) receiveJSON(w http.ResponseWriter, r *http.Request, in *intake) error {
	select {
	case a.jsonUploads <- struct{}{}:
		defer func() { <-a.jsonUploads }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	values, err := a.values(w, r, maxJSONFile)
	if err != nil {
		return err
	}
	in.texts = newForm(values)
	if id := in.texts.optionalText("patient_id"); id != "" {
		if err := in.field(r.Context(), "patient_id", id); err != nil {
			return err
		}
	}
	content, ok := values["content_base64"].(string)
	delete(values, "content_base64")
	if !ok {
		return nil // commit says that the file is missing
	}
	err = in.stage(r.Context(), in.texts.optionalText("filename"), base64.NewDecoder(base64.StdEncoding, strings.NewReader(content)))
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, errMultipart) {
		return fieldProblem("content_base64", "This is not valid base64.")
	}
	return err
}

// typeNames are the names under which callers send the record type.
var typeNames = []string{"medical_record_type_id", "medical_record_type", "record_type", "recordType", "type"}

// commit makes the record out of what came in.
func (in *intake) commit(ctx context.Context) (core.Record, error) {
	typeID, err := in.recordType(ctx)
	if err != nil {
		return core.Record{}, err
	}
	if in.patientID == 0 || typeID == 0 {
		e := core.Errorf(core.CodeInvalid, "patient_id and medical_record_type_id are required")
		e.Fields = map[string][]string{}
		if in.patientID == 0 {
			e.Fields["patient_id"] = []string{"This field is required."}
		}
		if typeID == 0 {
			e.Fields[typeNames[0]] = []string{"This field is required."}
		}
		return core.Record{}, titled{"Missing parameters", e}
	}
	if in.staged == nil {
		e := core.Errorf(core.CodeInvalid, "Please select a file to upload")
		e.Fields = map[string][]string{"file": {"No file was submitted."}}
		return core.Record{}, titled{"No file provided", e}
	}
	n := core.NewRecord{PatientID: in.patientID, TypeID: typeID, Filename: in.filename, Title: in.texts.optionalText("title"),
		DocumentDate: in.texts.date("document_date"), Source: in.texts.optionalText("source"),
		ReceivedBy: in.texts.optionalText("received_by"), Tags: in.texts.words("tags"), LeaveUnread: in.texts.refused("analyze")}
	if err := in.texts.err(); err != nil {
		return core.Record{}, err
	}
	staged := *in.staged
	in.staged = nil // CommitRecord discards it itself when it fails
	return in.s.CommitRecord(ctx, staged, n)
}

// recordType finds the type by id or by name, under any of its field names;
// 0 when none was sent.
func (in *intake) recordType(ctx context.Context) (int64, error) {
	for _, name := range in.texts.names(typeNames) {
		if in.texts.optionalText(name) != "" {
			return recordType(ctx, in.s, in.texts, name)
		}
	}
	return 0, nil
}

// recordType reads one field that holds the id or the name of a type.
func recordType(ctx context.Context, s *app.Session, f *form, name string) (int64, error) {
	text := f.optionalText(name)
	if id, err := strconv.ParseInt(text, 10, 64); err == nil && id > 0 {
		return id, nil
	}
	id, err := s.RecordTypeID(ctx, text)
	if err == nil && id == 0 {
		err = fieldProblem(name, "Invalid record type. GET "+wire.PathRecordTypes+" lists the known ones.")
	}
	return id, err
}
