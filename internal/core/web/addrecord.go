package web

import (
	"context"
	"errors"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
)

// errNotToAdd is the refusal in the words of the service this one replaces.
var errNotToAdd = core.Errorf(core.CodeForbidden, "You are not authorized to add records for this patient")

// addPage is the form for a new document.
type addPage struct {
	Post, Back string
	Types      []core.RecordType
	Chosen     string // the type's name
	Title, Day string
	Read       bool
	Most       string // the largest file
	Reader     string // why nothing can be read; "" it can
}

func (s *Site) addRecordPage(v *visit) error {
	id, err := v.patientID()
	if err != nil {
		return err
	}
	if err := v.MayUpload(v.r.Context(), id); err != nil {
		return reworded(err, errNotToAdd)
	}
	return s.showAddRecord(v, id, url.Values{"read": {"yes"}}, nil)
}

// showAddRecord shows the form, again with what is wrong when it was not taken.
func (s *Site) showAddRecord(v *visit, id int64, typed url.Values, wrong error) error {
	ctx := v.r.Context()
	patient, err := v.Banner(ctx, id)
	if err != nil {
		return reworded(err, errNotToAdd)
	}
	types, err := s.App.RecordTypes(ctx)
	if err != nil {
		return err
	}
	limits, err := v.Limits(ctx)
	if err != nil {
		return err
	}
	p := page{Title: "Add a document", Section: "patients", Banner: s.bannerOf(patient), Body: addPage{Post: patientPath(id) + "add-record/",
		Back: chartPath(id), Types: types, Chosen: typed.Get("recordType"), Title: typed.Get("title"), Day: typed.Get("document_date"),
		Read: typed.Get("read") != "", Most: present.Size(limits.MaxFileBytes), Reader: limits.OCRMessage}}
	if wrong == nil {
		return v.show("add", p)
	}
	p.Problem = sentence(wrong)
	return v.render(v, wire.Status(core.CodeOf(wrong)), "add", p)
}

// addition is a document on its way in.
type addition struct {
	v         *visit
	patientID int64
	fields    url.Values
	filename  string
	staged    *core.Staged // sealed content nobody owns yet
}

// addRecord takes a document in. The file goes straight into the vault, sealed, while
// it comes; it becomes a record when the whole form is there and right.
func (s *Site) addRecord(v *visit) error {
	id, err := v.patientID()
	if err != nil {
		return err
	}
	if err := v.MayUpload(v.r.Context(), id); err != nil {
		return reworded(err, errNotToAdd)
	}
	in := &addition{v: v, patientID: id, fields: url.Values{}}
	defer in.discard()
	rec, err := in.take(v.r.Context())
	switch core.CodeOf(err) {
	case "":
	case core.CodeInvalid, core.CodeTooLarge, core.CodeUnsupported:
		return s.showAddRecord(v, id, in.fields, err)
	default:
		if errors.Is(err, errForeign) {
			return err
		}
		return reworded(err, errNotToAdd)
	}
	return s.added(v, rec, in.fields)
}

// added goes on to the chart, as in the service this one replaces; or to the document,
// when it is to be read at once. Only our own form, which has a day, is told what was
// done: who sends the form of that service expects its address to the letter.
func (s *Site) added(v *visit, rec core.Record, fields url.Values) error {
	to := chartPath(rec.PatientID)
	if fields.Has("document_date") {
		to += "?done=added"
	}
	if fields.Get("read") != "" && rec.CanAnalyze {
		to = recordPath(rec.ID) + "?done=added"
		if _, err := v.Analyze(v.r.Context(), rec.ID, core.AnalyzeOptions{}); err != nil {
			to = recordPath(rec.ID) + "?done=added-unread"
			s.logFailure(v.r.Context(), v.r, v.Principal().UserID, err)
		}
	}
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(http.StatusFound)
	return nil
}

// take reads the form and makes a record of it.
func (in *addition) take(ctx context.Context) (core.Record, error) {
	kind, params, _ := mime.ParseMediaType(in.v.r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if !in.v.vouched() {
			return core.Record{}, errForeign
		}
		return core.Record{}, errMissing
	}
	b := in.v.site.API.FormBody(in.v.w, in.v.r, core.MaxFileBytes+maxForm)
	defer b.Done()
	if err := eachPart(b, params["boundary"], func(p *multipart.Part) error { return in.part(ctx, p) }); err != nil {
		return core.Record{}, b.Why(err)
	}
	b.Done()
	if !in.v.vouched() && !in.v.proves(in.fields.Get(tokenField)) {
		return core.Record{}, errForeign
	}
	return in.commit(ctx)
}

func (in *addition) part(ctx context.Context, p *multipart.Part) error {
	if p.FormName() != "document" || p.FileName() == "" {
		text, err := fieldText(p)
		in.fields.Add(p.FormName(), text)
		return err
	}
	if in.staged != nil {
		return core.Errorf(core.CodeInvalid, "Send one file at a time.")
	}
	staged, err := in.v.Stage(ctx, p.FileName(), p)
	if err != nil {
		return err
	}
	in.staged, in.filename = &staged, p.FileName()
	return nil
}

// The refusals of the form, in the words of the service this one replaces.
var (
	errMissing = core.Errorf(core.CodeInvalid, "Missing required fields")
	errType    = core.Errorf(core.CodeInvalid, "Invalid record type")
)

func (in *addition) commit(ctx context.Context) (core.Record, error) {
	name := in.fields.Get("recordType")
	if name == "" || in.staged == nil {
		return core.Record{}, errMissing
	}
	typeID, err := in.v.RecordTypeID(ctx, name)
	if err != nil {
		return core.Record{}, err
	}
	if typeID == 0 {
		return core.Record{}, errType
	}
	date, err := typedDate(in.fields.Get("document_date"))
	if err != nil {
		return core.Record{}, err
	}
	staged := *in.staged
	in.staged = nil // CommitRecord discards it itself when it fails
	return in.v.CommitRecord(ctx, staged, core.NewRecord{PatientID: in.patientID, TypeID: typeID, Title: in.fields.Get("title"),
		Filename: in.filename, DocumentDate: date})
}

func (in *addition) discard() {
	if in.staged != nil {
		in.v.Discard(in.v.r.Context(), *in.staged)
	}
}
