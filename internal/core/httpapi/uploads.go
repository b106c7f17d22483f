package httpapi

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// Uploads in pieces follow the IETF draft "Resumable Uploads for HTTP"
// (draft-ietf-httpbis-resumable-upload): its header fields, its media type, its
// order of calls. What is ours is in docs/api.md.

// beginUpload announces a file, or takes up the caller's unfinished upload of
// the same bytes.
func (a *API) beginUpload(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	n := core.NewUpload{SHA256: strings.ToLower(f.optionalText("sha256")), Size: f.integer("size"), Record: core.NewRecord{
		PatientID: f.integer("patient_id"), Filename: f.text("filename", math.MaxInt), Title: f.optionalText("title"),
		DocumentDate: f.date("document_date"), Source: f.optionalText("source"), ReceivedBy: f.optionalText("received_by"), Tags: f.words("tags"),
		LeaveUnread: f.refused("analyze")}}
	in := &intake{s: s, texts: f}
	if n.Record.TypeID, err = in.recordType(r.Context()); err != nil {
		return err
	}
	if n.Record.TypeID == 0 {
		f.wrong(typeNames[0], "This field is required.")
	}
	if err := f.err(); err != nil {
		return err
	}
	u, found, err := s.BeginUpload(r.Context(), n)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if found {
		status = http.StatusOK
	}
	w.Header().Set("Location", wire.PathUploadPieces(u.ID))
	return writeUpload(w, f, status, u)
}

func (a *API) uploadList(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	found, err := s.UnfinishedUploads(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list(found))
}

// uploadState answers where an upload stands; asked with HEAD, the header fields
// say it.
func (a *API) uploadState(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	u, err := s.UploadState(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeUpload(w, nil, http.StatusOK, u)
}

// addPiece stores a piece, and makes the record with the one that says that it
// is the last.
func (a *API) addPiece(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	if kind := r.Header.Get("Content-Type"); kind != wire.PieceType {
		return unsupportedMedia(kind)
	}
	offset, err := strconv.ParseInt(r.Header.Get(wire.UploadOffset), 10, 64)
	if err != nil || offset < 0 {
		return parseError("The header field " + wire.UploadOffset + " must say at which byte this piece begins.")
	}
	id := r.PathValue("id")
	b := a.open(w, r, core.MaxPieceBytes+1)
	defer b.done()
	u, err := s.AddPiece(r.Context(), id, offset, b)
	if err != nil {
		if err = b.why(err); core.CodeOf(err) == core.CodeConflict && u.ID != "" {
			uploadHeaders(w, u)
		}
		return err
	}
	if r.Header.Get(wire.UploadComplete) != "?1" {
		return writeUpload(w, nil, http.StatusOK, u)
	}
	rec, err := s.FinishUpload(r.Context(), id)
	if err != nil {
		return err
	}
	u.Complete, u.Offset = true, u.Size
	uploadHeaders(w, u)
	return writeJSON(w, http.StatusCreated, wire.NewUploaded(rec))
}

func (a *API) abandonUpload(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	if err := s.AbandonUpload(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.Done{Success: true, Message: "The upload was cancelled. Nothing of it is kept."})
}

func writeUpload(w http.ResponseWriter, f *form, status int, u core.Upload) error {
	uploadHeaders(w, u)
	return f.answer(w, status, u)
}

func uploadHeaders(w http.ResponseWriter, u core.Upload) {
	h := w.Header()
	h.Set(wire.UploadOffset, strconv.FormatInt(u.Offset, 10))
	h.Set(wire.UploadLength, strconv.FormatInt(u.Size, 10))
	h.Set(wire.UploadComplete, "?0")
	if u.Complete {
		h.Set(wire.UploadComplete, "?1")
	}
	h.Set("Upload-Limit", "max-size="+strconv.Itoa(core.MaxFileBytes)+", max-append-size="+strconv.Itoa(core.MaxPieceBytes))
}
