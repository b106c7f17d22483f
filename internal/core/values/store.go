// Package values keeps what was found in documents and what clinicians made of
// it: reviews of single values, corrected text, notes, tasks, decisions on whose document it
// is. It finds nothing itself; what reads values out of pages and compares
// identities is handed in.
//
// What people add is never overwritten by a new reading. A review belongs to a
// value's words: when a later reading has other words there, the value is
// unverified and the review is listed as orphaned. Corrections are a signed
// history beside the engine's text.
package values

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"clinician/internal/core"
)

// Options are what a Store is made of; all but Clock and NewID are needed.
type Options struct {
	Index  Index
	Vault  Sealer
	People People
	// Register knows the numbers of all patients, also of those who are nobody's that
	// the reader of a document looks after; nil: only panels are known.
	Register core.PatientFinder
	SignKey  []byte // 32 bytes, for this purpose only: signs text corrections
	// Extract finds values and identities in the pages of a document. Check
	// compares identities with the chart; others gives patients a page might be
	// about. Both are pure.
	Extract func(pages []core.Page) core.Findings
	Check   func(ids []core.PageIdentity, chart core.Patient, others func(core.PageIdentity) []core.Patient) ([]core.CheckedPage, core.PatientCheck)
	Clock   core.Clock    // nil: core.SystemClock
	NewID   func() string // nil: 26 characters, 130 random bits
}

// Store implements core.ValueStore, and Analyze for the OCR queue.
type Store struct {
	o     Options
	kinds kinds
}

var (
	_ core.ValueStore = (*Store)(nil)
	_ core.NoteStore  = (*Store)(nil)
	_ core.TaskStore  = (*Store)(nil)
)

// New checks o and makes a Store.
func New(o Options) (*Store, error) {
	if o.Index == nil || o.Vault == nil || o.People == nil || o.Extract == nil || o.Check == nil || len(o.SignKey) != 32 {
		return nil, errors.New("values: a part is missing")
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.NewID == nil {
		o.NewID = func() string { return strings.ToLower(rand.Text()) }
	}
	return &Store{o: o}, nil
}

// kept is what is sealed of a job's findings.
type kept struct {
	core.Findings
	Pages []core.CheckedPage `json:"checked_pages"`
}

// maxJSON bounds what is unpacked; the values of a long document are some megabytes.
const maxJSON = 64 << 20

// seal packs v and seals it for a patient.
func (s *Store) seal(ctx context.Context, patientID int64, subject string, v any) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return s.o.Vault.SealBytes(ctx, patientID, subject, b.Bytes())
}

func (s *Store) open(ctx context.Context, patientID int64, subject string, sealed []byte, v any) error {
	clear, err := s.o.Vault.OpenBytes(ctx, patientID, subject, sealed)
	if err != nil {
		return fmt.Errorf("open %s: %w", subject, err)
	}
	z, err := gzip.NewReader(bytes.NewReader(clear))
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := json.NewDecoder(io.LimitReader(z, maxJSON)).Decode(v); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

// kept opens the findings of a row; nothing kept is nil.
func (s *Store) kept(ctx context.Context, row FindingsRow) (*kept, error) {
	if row.Sealed == nil {
		return nil, nil
	}
	var k kept
	return &k, s.open(ctx, row.PatientID, core.FindingsSubject(row.JobID), row.Sealed, &k)
}

// Findings gives what was found in one job.
func (s *Store) Findings(ctx context.Context, jobID string) (core.DocumentValues, error) {
	row, err := s.o.Index.FindingsOfJob(ctx, jobID)
	if err != nil {
		return core.DocumentValues{}, err
	}
	if row.Sealed == nil {
		return core.DocumentValues{}, core.Errorf(core.CodeNotFound, "No values are kept of this reading.")
	}
	return s.document(ctx, row)
}

// Newest gives what was found in the newest reading of a record.
func (s *Store) Newest(ctx context.Context, recordID string) (core.DocumentValues, error) {
	row, err := s.o.Index.NewestFindings(ctx, recordID)
	if err != nil {
		return core.DocumentValues{}, err
	}
	return s.document(ctx, row)
}

// ByPatient gives the findings of a patient's records.
func (s *Store) ByPatient(ctx context.Context, patientID int64, q core.ValueQuery) ([]core.DocumentValues, error) {
	rows, err := s.o.Index.FindingsOfPatient(ctx, patientID, q.Trusted)
	if err != nil {
		return nil, err
	}
	return s.documents(ctx, rows, q.Kind)
}

// ByRecords gives the findings of some records.
func (s *Store) ByRecords(ctx context.Context, recordIDs []string, q core.ValueQuery) ([]core.DocumentValues, error) {
	rows, err := s.o.Index.FindingsOfRecords(ctx, recordIDs, q.Trusted)
	if err != nil {
		return nil, err
	}
	return s.documents(ctx, rows, q.Kind)
}

// documents opens those of the rows that hold findings; with a kind, values of that
// kind only.
func (s *Store) documents(ctx context.Context, rows []FindingsRow, kind core.ValueKind) ([]core.DocumentValues, error) {
	rows = slices.DeleteFunc(rows, func(r FindingsRow) bool { return r.Sealed == nil })
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.RecordID
	}
	reviews, err := s.o.Index.StandingReviews(ctx, ids...)
	if err != nil {
		return nil, err
	}
	of := make(map[string][]ReviewRow, len(rows))
	for _, r := range reviews {
		of[r.RecordID] = append(of[r.RecordID], r)
	}
	list := make([]core.DocumentValues, 0, len(rows))
	for _, row := range rows {
		var key kindsKey
		if kind != "" {
			key = sha256.Sum256(row.Sealed)
			if s.kinds.lack(key, kind) {
				list = append(list, emptyDocument(row))
				continue
			}
		}
		d, err := s.reviewedDocument(ctx, row, of[row.RecordID])
		if err != nil {
			return nil, err
		}
		if kind != "" {
			s.kinds.note(key, d.Values)
			d.Values = slices.DeleteFunc(d.Values, func(v core.Value) bool { return v.Kind != kind })
		}
		list = append(list, d)
	}
	return list, nil
}

// document opens a row and puts the reviews to the values they are about.
func (s *Store) document(ctx context.Context, row FindingsRow) (core.DocumentValues, error) {
	reviews, err := s.o.Index.StandingReviews(ctx, row.RecordID)
	if err != nil {
		return core.DocumentValues{}, err
	}
	return s.reviewedDocument(ctx, row, reviews)
}

// emptyDocument is a row whose findings hold nothing that was asked for.
func emptyDocument(row FindingsRow) core.DocumentValues {
	return core.DocumentValues{RecordID: row.RecordID, JobID: row.JobID, PatientID: row.PatientID, Check: row.Check, UploadedAt: row.UploadedAt, InPart: row.InPart,
		Analyzed: true, Findings: core.Findings{Values: []core.Value{}}, Orphaned: []core.OrphanedReview{}}
}

func (s *Store) reviewedDocument(ctx context.Context, row FindingsRow, reviews []ReviewRow) (core.DocumentValues, error) {
	d := core.DocumentValues{RecordID: row.RecordID, JobID: row.JobID, PatientID: row.PatientID, Check: row.Check,
		UploadedAt: row.UploadedAt, InPart: row.InPart, Orphaned: []core.OrphanedReview{}}
	k, err := s.kept(ctx, row)
	if err != nil {
		return core.DocumentValues{}, err
	}
	if k != nil {
		d.Analyzed, d.Findings = true, k.Findings
	}
	at := make(map[string]int, len(d.Values))
	for i := range d.Values {
		v := &d.Values[i]
		v.RecordID, v.JobID, v.PatientID, v.Review = row.RecordID, row.JobID, row.PatientID, nil
		v.Version = version(*v, "")
		at[v.ID] = i
	}
	for _, r := range reviews {
		old, err := s.reviewed(ctx, r)
		if err != nil {
			return core.DocumentValues{}, err
		}
		if i, ok := at[r.ValueID]; ok && sameWords(d.Values[i], old) {
			d.Values[i].Review, d.Values[i].Version = old.Review, version(d.Values[i], r.ID)
		} else {
			d.Orphaned = append(d.Orphaned, core.OrphanedReview{Value: old})
		}
	}
	if d.Values == nil {
		d.Values = []core.Value{}
	}
	return d, nil
}
