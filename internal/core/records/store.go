package records

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// subjectPrefix precedes the record id in the names of blobs.
const subjectPrefix = "records/"

// sweepGrace is how old a blob without a row must be before it is removed:
// between staging and the row lie moments, even on a bad day.
const sweepGrace = 15 * time.Minute

// halfGrace is how long an upload may stand still before what there is of it
// counts as left by a crash.
const halfGrace = time.Hour

// Options are what a Store is made of.
type Options struct {
	Vault    *vault.Vault
	Index    Index
	Logger   *slog.Logger // nil: none
	Clock    core.Clock   // nil: core.SystemClock
	MaxBytes int64        // 0: core.MaxFileBytes

	// Files keeps the content of new records instead of Vault, which then has it for
	// moments only: see elsewhere.go. Records whose content is in Vault stay there. Nil: none.
	Files core.FileService
	// Source knows the records that are in Files, whoever put them there; nil: nobody does,
	// and those of other programs are not seen.
	Source core.RecordSource
	// People is asked for who uploaded what Source knows; needed with Source.
	People core.People
}

// Store implements core.Records, core.RecordContents and core.Uploads on this machine:
// what the acting person may is asked by the use cases, and not here once more.
type Store struct {
	vault *vault.Vault
	index Index
	log   *slog.Logger
	now   core.Clock
	max   int64

	files  core.FileService
	source core.RecordSource
	people core.People
	copies copies
	follow follower
	finish busy[string] // by the id of an upload: another service would take it twice
}

var (
	_ core.Records        = (*Store)(nil)
	_ core.RecordContents = (*Store)(nil)
)

// New makes a Store; Vault and Index are needed.
func New(o Options) *Store {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = core.MaxFileBytes
	}
	return &Store{vault: o.Vault, index: o.Index, log: o.Logger, now: o.Clock, max: o.MaxBytes,
		files: o.Files, source: o.Source, people: o.People}
}

var heads = sync.Pool{New: func() any { b := make([]byte, headSize); return &b }}

// Stage streams content once: its kind, size and hash are found while it is
// being sealed.
func (s *Store) Stage(ctx context.Context, _ core.Acting, _ string, content io.Reader) (core.Staged, error) {
	in := &intake{ctx: ctx, content: content, left: s.max, max: s.max, hash: sha256.New()}
	buf := heads.Get().(*[]byte)
	defer heads.Put(buf)
	n, err := fill(in, *buf)
	if err != nil {
		return core.Staged{}, err
	}
	if n == 0 {
		return core.Staged{}, invalidFile("The file is empty.")
	}
	mime, err := sniff((*buf)[:n])
	if err != nil {
		return core.Staged{}, err
	}
	id := newRecordID()
	sealed, err := s.vault.Stage(ctx, subjectPrefix+id, io.MultiReader(bytes.NewReader((*buf)[:n]), in))
	if err != nil {
		return core.Staged{}, err
	}
	return core.Staged{ID: id, Size: sealed.Size, SHA256: hex.EncodeToString(in.hash.Sum(nil)), MIME: mime, Key: sealed.Key}, nil
}

// Commit wraps the content key under the patient's and stores the row with ev.
func (s *Store) Commit(ctx context.Context, by core.Acting, st core.Staged, r core.NewRecord, ev core.AuditEvent) (core.Record, error) {
	return s.commit(ctx, by, st, r, "", ev)
}

func (s *Store) commit(ctx context.Context, by core.Acting, st core.Staged, r core.NewRecord, uploadID string, ev core.AuditEvent) (core.Record, error) {
	if s.files != nil {
		return s.commitElsewhere(ctx, by, st, r, uploadID, ev)
	}
	wrapped, err := s.vault.Wrap(ctx, r.PatientID, subjectPrefix+st.ID, st.Key)
	if err != nil {
		return core.Record{}, err
	}
	if r.Title == "" {
		r.Title = r.Filename
	}
	return s.index.InsertRecord(ctx, NewRow{
		NewRecord: r, ID: st.ID, Size: st.Size, SHA256: st.SHA256, MIME: st.MIME,
		Wrapped: wrapped, UploadedAt: s.now(), UploadID: uploadID,
	}, ev)
}

// Discard removes staged content. It refuses to touch a record that lives.
func (s *Store) Discard(ctx context.Context, st core.Staged) error {
	live, err := s.index.LiveRecords(ctx, []string{st.ID})
	if err != nil {
		return err
	}
	if live[st.ID] {
		return core.Errorf(core.CodeConflict, "This content belongs to a record by now.")
	}
	return s.vault.Delete(ctx, subjectPrefix+st.ID)
}

// Record gives the metadata of a live record.
func (s *Store) Record(ctx context.Context, id string) (core.Record, error) {
	rec, err := s.index.Record(ctx, id)
	if core.IsNotFound(err) && s.source != nil {
		return s.found(ctx, id)
	}
	return rec, err
}

// ByPatient lists a patient's records, newest upload first.
func (s *Store) ByPatient(ctx context.Context, patientID int64) ([]core.Record, error) {
	return s.index.RecordsByPatient(ctx, patientID)
}

// Open gives the clear content from offset on.
func (s *Store) Open(ctx context.Context, by core.Acting, id string, offset int64) (io.ReadCloser, error) {
	at, err := s.index.RecordLocation(ctx, id)
	if err != nil {
		return nil, err
	}
	if at.elsewhere() {
		return s.openElsewhere(ctx, by, id, offset)
	}
	subject := subjectPrefix + id
	content, err := s.vault.Open(ctx, vault.Ref{Subject: subject, PatientID: at.PatientID, Wrapped: at.Wrapped}, offset)
	if core.IsNotFound(err) { // a row promises content
		return nil, core.Errorf(core.CodeInternal, "The content of this record is missing on the server. Tell your administrator.").WithCause(err)
	}
	return content, err
}

// Delete removes the row with ev, then the content. What is left of the
// content when that fails is for Sweep, and unreadable: its key is gone.
func (s *Store) Delete(ctx context.Context, by core.Acting, id string, ev core.AuditEvent) error {
	at, err := s.index.RecordLocation(ctx, id)
	switch {
	case err == nil && at.elsewhere():
		return s.deleteElsewhere(ctx, by, id, ev)
	case err != nil && !core.IsNotFound(err): // a tombstone has no location, and a reason why it stays
		return err
	}
	if err := s.index.DeleteRecord(ctx, id, ev); err != nil {
		return err
	}
	if err := s.vault.Delete(context.WithoutCancel(ctx), subjectPrefix+id); err != nil {
		s.log.WarnContext(ctx, "content of a deleted record stays until the next sweep", "record_id", id, "err", err)
	}
	return nil
}

// Sweep removes content that nothing points to: staged but never committed,
// deleted, half written before a crash, or pieces of uploads that have expired.
// It goes by what is stored, not by what was noted, and says how many it removed.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	if err := s.index.ExpireUploads(ctx, s.now()); err != nil {
		return 0, err
	}
	removed, err := s.sweep(ctx, subjectPrefix, s.index.LiveRecords)
	if err != nil {
		return removed, err
	}
	n, err := s.sweep(ctx, piecePrefix, s.index.LivePieces)
	if removed += n; err != nil {
		return removed, err
	}
	s.dropCopies(ctx, func(kept sealedCopy) bool { return !s.now().Before(kept.until) })
	n, err = s.sweep(ctx, copyPrefix, s.copies.alive)
	return removed + n, err
}

// sweep removes old blobs below prefix that live does not know by the rest of
// their names.
func (s *Store) sweep(ctx context.Context, prefix string, live func(context.Context, []string) (map[string]bool, error)) (int, error) {
	now := s.now()
	return s.vault.Sweep(ctx, core.BlobSweep{
		StalledBefore: now.Add(-halfGrace), Prefix: prefix, Before: now.Add(-sweepGrace),
		Keep: func(ctx context.Context, names []string) (map[string]bool, error) {
			rest := make([]string, len(names))
			for i, name := range names {
				rest[i] = strings.TrimPrefix(name, prefix)
			}
			known, err := live(ctx, rest)
			keep := make(map[string]bool, len(known))
			for id, ok := range known {
				keep[prefix+id] = ok
			}
			return keep, err
		},
	})
}

// newRecordID is a version 4 UUID, as callers of the replaced service expect.
// Knowing one gives no access.
func newRecordID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// intake hashes, counts and limits content on its way in.
type intake struct {
	ctx       context.Context
	content   io.Reader
	left, max int64
	hash      hash.Hash
}

func (in *intake) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := in.content.Read(p)
	if in.left -= int64(n); in.left < 0 {
		return 0, tooLarge(in.max)
	}
	in.hash.Write(p[:n])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = invalidFile("The upload was cut off before its end. Nothing was stored; send it again.").WithCause(err)
	}
	return n, err
}

// fill reads until buf is full or content ends. Unlike io.ReadFull it does not
// mistake content that broke off for content that ended.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) {
		m, err := r.Read(buf[n:])
		n += m
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func tooLarge(most int64) *core.Error {
	return core.Errorf(core.CodeTooLarge, "The file is larger than %d MB, the most that is accepted.", most>>20)
}

func invalidFile(message string) *core.Error {
	err := core.Errorf(core.CodeInvalid, "%s", message)
	err.Fields = map[string][]string{"file": {message}}
	return err
}

// StoresEvents: records and events are stored together where the index is the
// ledger's own database; content is durable before and is swept when nothing
// points to it. What another service keeps shares no transaction with anything here.
func (s *Store) StoresEvents(ledger core.AuditLog) bool {
	if s.files != nil {
		return false
	}
	t, ok := s.index.(core.Transactional)
	return ok && t.StoresEvents(ledger)
}
