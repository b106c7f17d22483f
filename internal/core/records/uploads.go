package records

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"maps"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// piecePrefix precedes the upload's id in the names of the blobs of pieces.
const piecePrefix = "uploads/"

// UploadRow is an upload and what its record will say.
type UploadRow struct {
	core.Upload
	Record core.NewRecord
}

// Piece is a stored part of an upload.
type Piece struct {
	Start   int64
	Size    int64
	Blob    string // its name below piecePrefix
	Wrapped []byte // its content key under the patient's key
}

func (p Piece) subject() string { return piecePrefix + p.Blob }

// UploadIndex keeps the rows of uploads. What has expired at now does not exist
// for it, but for ExpireUploads.
type UploadIndex interface {
	// TakeUpload stores a new upload as id, or takes up the one that is there; see
	// core.Uploads. It keeps the bounds of core.MaxUploads and MaxUploadBytes.
	TakeUpload(ctx context.Context, id string, n core.NewUpload, now, expires time.Time, ev core.AuditEvent) (u core.Upload, found bool, err error)
	Upload(ctx context.Context, userID int64, id string, now time.Time) (UploadRow, error)
	ListUploads(ctx context.Context, userID int64, now time.Time) ([]core.Upload, error)
	// AddPiece adds p when it begins where the upload ends, else CodeConflict.
	AddPiece(ctx context.Context, id string, p Piece, expires time.Time) error
	Pieces(ctx context.Context, id string) ([]Piece, error)
	// RemoveUpload removes an unfinished upload and stores ev, when there is one.
	RemoveUpload(ctx context.Context, id string, ev *core.AuditEvent) error
	// ExpireUploads removes what has expired.
	ExpireUploads(ctx context.Context, now time.Time) error
	// LivePieces says which of the blobs belong to pieces.
	LivePieces(ctx context.Context, blobs []string) (map[string]bool, error)
}

var _ core.Uploads = (*Store)(nil)

// BeginUpload announces a file that will come in pieces.
func (s *Store) BeginUpload(ctx context.Context, n core.NewUpload, ev core.AuditEvent) (core.Upload, bool, error) {
	switch {
	case n.Size <= 0:
		return core.Upload{}, false, invalidFile("The file is empty.")
	case n.Size > s.max:
		return core.Upload{}, false, tooLarge(s.max)
	}
	now := s.now()
	return s.index.TakeUpload(ctx, strings.ToLower(rand.Text()), n, now, now.Add(core.UploadLifetime), ev)
}

// Upload gives one of the user's uploads.
func (s *Store) Upload(ctx context.Context, userID int64, id string) (core.Upload, error) {
	row, err := s.index.Upload(ctx, userID, id, s.now())
	return row.Upload, err
}

// Uploads lists the user's unfinished uploads.
func (s *Store) Uploads(ctx context.Context, userID int64) ([]core.Upload, error) {
	return s.index.ListUploads(ctx, userID, s.now())
}

// AddPiece seals a piece into a blob of its own. A stream cannot be continued
// across a crash without keeping the state of its cipher; whole blobs can.
func (s *Store) AddPiece(ctx context.Context, userID int64, id string, offset int64, content io.Reader) (core.Upload, error) {
	row, err := s.index.Upload(ctx, userID, id, s.now())
	if err != nil {
		return core.Upload{}, err
	}
	if offset != row.Offset {
		return row.Upload, elsewhere(row.Upload)
	}
	in := &pieceIntake{ctx: ctx, content: content, rest: row.Size - row.Offset, max: core.MaxPieceBytes}
	buf := heads.Get().(*[]byte)
	defer heads.Put(buf)
	n, err := fill(in, *buf)
	if err != nil || n == 0 {
		return row.Upload, err
	}
	if offset == 0 && (n == len(*buf) || int64(n) == row.Size) {
		if _, err := sniff((*buf)[:n]); err != nil {
			return row.Upload, errors.Join(err, s.index.RemoveUpload(ctx, id, nil))
		}
	}
	p := Piece{Start: offset, Blob: id + "-" + strings.ToLower(rand.Text())}
	sealed, err := s.vault.Stage(ctx, p.subject(), io.MultiReader(bytes.NewReader((*buf)[:n]), in))
	if err != nil {
		return row.Upload, err
	}
	if err := s.addSealed(ctx, row, p, sealed); err != nil {
		s.dropPieces(ctx, []Piece{p})
		return row.Upload, err
	}
	return s.Upload(ctx, userID, id)
}

func (s *Store) addSealed(ctx context.Context, row UploadRow, p Piece, sealed vault.Sealed) (err error) {
	if p.Wrapped, err = s.vault.Wrap(ctx, row.PatientID, p.subject(), sealed.Key); err != nil {
		return err
	}
	p.Size = sealed.Size
	return s.index.AddPiece(ctx, row.ID, p, s.now().Add(core.UploadLifetime))
}

// FinishUpload seals the pieces anew, as one stream, and makes the record.
func (s *Store) FinishUpload(ctx context.Context, by core.Acting, id string, ev core.AuditEvent) (core.Record, error) {
	if s.files != nil {
		defer s.finish.enter(id)()
	}
	row, err := s.index.Upload(ctx, by.UserID, id, s.now())
	switch {
	case err != nil:
		return core.Record{}, err
	case row.Complete:
		return s.Record(ctx, row.RecordID)
	case row.Offset < row.Size:
		return core.Record{}, elsewhere(row.Upload)
	}
	pieces, err := s.index.Pieces(ctx, id)
	if err != nil {
		return core.Record{}, err
	}
	staged, err := s.join(ctx, by, row, pieces)
	if err != nil {
		// Another call may have finished it since the row was read: then its pieces
		// are gone, which must not look like a file that is empty.
		if rec, done := s.finished(ctx, by.UserID, id); done {
			return rec, nil
		}
		if code := core.CodeOf(err); code == core.CodeInvalid || code == core.CodeUnsupported {
			err = errors.Join(err, s.index.RemoveUpload(ctx, id, nil))
			s.dropPieces(ctx, pieces)
		}
		return core.Record{}, err
	}
	rec, err := s.commit(ctx, by, staged, row.Record, id, withUpload(ev, staged, id))
	if err == nil {
		s.dropPieces(ctx, pieces)
		return rec, nil
	}
	if dropErr := s.Discard(context.WithoutCancel(ctx), staged); dropErr != nil {
		s.log.WarnContext(ctx, "staged content not removed; the sweeper will", "record_id", staged.ID, "err", dropErr)
	}
	if core.CodeOf(err) == core.CodeConflict {
		if rec, done := s.finished(ctx, by.UserID, id); done {
			return rec, nil
		}
	}
	return core.Record{}, err
}

// finished gives the record of an upload that another call has finished.
func (s *Store) finished(ctx context.Context, userID int64, id string) (core.Record, bool) {
	now, err := s.Upload(ctx, userID, id)
	if err != nil || !now.Complete {
		return core.Record{}, false
	}
	rec, err := s.Record(ctx, now.RecordID)
	return rec, err == nil
}

// join stages what the pieces hold and compares it with what was announced.
func (s *Store) join(ctx context.Context, by core.Acting, row UploadRow, pieces []Piece) (core.Staged, error) {
	all := &joined{ctx: ctx, vault: s.vault, patient: row.PatientID, pieces: pieces}
	defer all.Close()
	staged, err := s.Stage(ctx, by, row.Record.Filename, all)
	if err != nil {
		return core.Staged{}, err
	}
	if row.SHA256 != "" && staged.SHA256 != row.SHA256 || staged.Size != row.Size {
		return core.Staged{}, errors.Join(
			invalidFile("What arrived is not the file that was announced, so nothing was stored. Send it again from its beginning."),
			s.Discard(ctx, staged))
	}
	return staged, nil
}

func withUpload(ev core.AuditEvent, st core.Staged, id string) core.AuditEvent {
	if ev.Type == "" {
		return ev // accounted for by who calls
	}
	detail := map[string]any{"size": st.Size, "mime_type": st.MIME, "upload_id": id}
	maps.Copy(detail, ev.Detail)
	ev.Detail = detail
	return ev
}

// AbandonUpload removes an upload and its pieces.
func (s *Store) AbandonUpload(ctx context.Context, userID int64, id string, ev core.AuditEvent) error {
	row, err := s.index.Upload(ctx, userID, id, s.now())
	if err != nil {
		return err
	}
	if row.Complete {
		return elsewhere(row.Upload)
	}
	pieces, err := s.index.Pieces(ctx, id)
	if err != nil {
		return err
	}
	ev.PatientID = row.PatientID
	if err := s.index.RemoveUpload(ctx, id, &ev); err != nil {
		return err
	}
	s.dropPieces(ctx, pieces)
	return nil
}

// dropPieces removes blobs whose rows are gone; what stays is for Sweep, and
// unreadable: the keys are gone with the rows.
func (s *Store) dropPieces(ctx context.Context, pieces []Piece) {
	for _, p := range pieces {
		if err := s.vault.Delete(context.WithoutCancel(ctx), p.subject()); err != nil {
			s.log.WarnContext(ctx, "a piece of an upload stays until the next sweep", "err", err)
		}
	}
}

// elsewhere says where an upload stands.
func elsewhere(u core.Upload) *core.Error {
	if u.Complete {
		return core.Errorf(core.CodeConflict, "This upload is complete and stored. Begin another one to send more.")
	}
	return core.Errorf(core.CodeConflict, "This upload has %d of %d bytes. Go on from there.", u.Offset, u.Size)
}

// pieceIntake limits a piece on its way in.
type pieceIntake struct {
	ctx       context.Context
	content   io.Reader
	rest, max int64
}

func (in *pieceIntake) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := in.content.Read(p)
	in.rest, in.max = in.rest-int64(n), in.max-int64(n)
	switch {
	case in.rest < 0:
		return 0, invalidFile("This is more than the upload was announced with. Nothing of it was stored.")
	case in.max < 0:
		return 0, core.Errorf(core.CodeTooLarge, "A piece has at most %d MB. Send smaller ones.", core.MaxPieceBytes>>20)
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = invalidFile("This piece was cut off before its end. Nothing of it was stored; send it again.").WithCause(err)
	}
	return n, err
}

// joined reads pieces one after the other.
type joined struct {
	ctx     context.Context
	vault   *vault.Vault
	patient int64
	pieces  []Piece
	open    io.ReadCloser
}

func (j *joined) Read(p []byte) (int, error) {
	for {
		if j.open == nil {
			if len(j.pieces) == 0 {
				return 0, io.EOF
			}
			next := j.pieces[0]
			content, err := j.vault.Open(j.ctx, vault.Ref{Subject: next.subject(), PatientID: j.patient, Wrapped: next.Wrapped}, 0)
			if err != nil {
				return 0, gone(err)
			}
			j.open, j.pieces = content, j.pieces[1:]
		}
		n, err := j.open.Read(p)
		if err == io.EOF {
			err = j.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close closes the piece that is open.
func (j *joined) Close() error {
	if j.open == nil {
		return nil
	}
	err := j.open.Close()
	j.open = nil
	return err
}

// gone makes an internal error of a piece that is missing: a row promises it.
func gone(err error) error {
	if core.IsNotFound(err) {
		return core.Errorf(core.CodeInternal, "A part of this upload is missing on the server. Send the file again.").WithCause(err)
	}
	return err
}
