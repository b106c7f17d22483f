package values

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"clinician/internal/core"
)

// corrected is what is sealed of a step.
type corrected struct {
	Text       string          `json:"text"`
	Edits      []core.TextEdit `json:"edits,omitempty"`
	EngineText string          `json:"engine_text"`
	Reason     string          `json:"reason,omitempty"`
}

var errBroken = core.Errorf(core.CodeInternal, "The history of this page's corrections was changed from outside, so it is not shown. Tell your administrator.")

// CorrectText appends a correction to a page's history.
func (s *Store) CorrectText(ctx context.Context, c core.NewCorrection, ev core.AuditEvent) (core.Correction, error) {
	return s.append(ctx, c.RecordID, c.Page, c.By, ev, func([]core.Correction) (corrected, int, error) {
		return corrected{c.Text, c.Edits, c.EngineText, c.Reason}, 0, nil
	})
}

// UndoCorrection appends that the last correction in force no longer is.
func (s *Store) UndoCorrection(ctx context.Context, recordID string, page int, by int64, ev core.AuditEvent) (core.Correction, error) {
	return s.append(ctx, recordID, page, by, ev, func(history []core.Correction) (corrected, int, error) {
		standing := standing(history)
		if len(standing) == 0 {
			return corrected{}, 0, core.Errorf(core.CodeNotFound, "Nothing on this page is corrected.")
		}
		last := standing[len(standing)-1]
		var before corrected
		if len(standing) > 1 {
			prev := standing[len(standing)-2]
			before = corrected{Text: prev.Text, EngineText: prev.EngineText}
		}
		return before, last.Number, nil
	})
}

// append adds a step that next makes out of the history so far.
func (s *Store) append(ctx context.Context, recordID string, page int, by int64, ev core.AuditEvent,
	next func([]core.Correction) (corrected, int, error)) (core.Correction, error) {
	reading, err := s.o.Index.NewestFindings(ctx, recordID) // whose record it is, and that it was read
	if err != nil {
		return core.Correction{}, err
	}
	history, err := s.Corrections(ctx, recordID, page)
	if err != nil {
		return core.Correction{}, err
	}
	if err := mayCorrect(reading.JobID, history, by, ev); err != nil {
		return core.Correction{}, err
	}
	step, undoes, err := next(history)
	if err != nil {
		return core.Correction{}, err
	}
	row := CorrectionRow{ID: s.o.NewID(), RecordID: recordID, PatientID: reading.PatientID, Page: page, Number: len(history) + 1,
		Undoes: undoes, By: by, At: s.o.Clock()}
	before := ""
	if len(history) > 0 {
		before = history[len(history)-1].Signature
	}
	row.MAC = s.sign(before, row, step)
	if row.Sealed, err = s.seal(ctx, row.PatientID, CorrectionSubject(row.ID), step); err != nil {
		return core.Correction{}, err
	}
	if err := s.o.Index.AddCorrection(ctx, row, ev); err != nil {
		return core.Correction{}, err
	}
	history, err = s.Corrections(ctx, recordID, page)
	if err != nil {
		return core.Correction{}, err
	}
	return history[row.Number-1], nil
}

// mayCorrect refuses a change of a page's text by somebody who has not seen what stands.
// Who does not say what they saw must not find somebody else's words there.
func mayCorrect(jobID string, history []core.Correction, by int64, ev core.AuditEvent) error {
	left := standing(history)
	if ev.Seen == "" && len(left) > 0 && left[len(left)-1].By != by {
		ev.Seen = "nothing"
	}
	return core.Unseen(ev, core.TextVersion(jobID, history), nil)
}

// Corrections opens histories and checks every signature.
func (s *Store) Corrections(ctx context.Context, recordID string, page int) ([]core.Correction, error) {
	rows, err := s.o.Index.CorrectionRows(ctx, recordID, page)
	if err != nil {
		return nil, err
	}
	all := make([]core.Correction, 0, len(rows))
	from := 0 // where the page's history begins
	before := ""
	for i, row := range rows {
		if i == 0 || row.Page != rows[i-1].Page {
			markInForce(all[from:])
			from, before = i, ""
		}
		var c corrected
		if err := s.open(ctx, row.PatientID, CorrectionSubject(row.ID), row.Sealed, &c); err != nil {
			return nil, err
		}
		if mac := s.sign(before, row, c); row.Number != i-from+1 || !hmac.Equal([]byte(mac), []byte(row.MAC)) {
			return nil, errBroken
		}
		before = row.MAC
		all = append(all, core.Correction{ID: row.ID, Page: row.Page, Number: row.Number, Text: c.Text, Edits: c.Edits,
			Undoes: row.Undoes, Reason: c.Reason, By: row.By, ByName: row.ByName, At: row.At, Signature: row.MAC, EngineText: c.EngineText})
	}
	markInForce(all[from:])
	return all, nil
}

// standing gives the corrections of one page that nobody took back.
func standing(history []core.Correction) []core.Correction {
	var left []core.Correction
	for _, c := range history {
		if c.Undoes == 0 {
			left = append(left, c)
		} else if len(left) > 0 {
			left = left[:len(left)-1]
		}
	}
	return left
}

func markInForce(history []core.Correction) {
	if left := standing(history); len(left) > 0 {
		history[left[len(left)-1].Number-1].InForce = true
	}
}

// sign is the HMAC of a step and, through its predecessor's, of all before it.
// The patient is not part of it: a record may move. Every part is preceded by
// its length, so that no two steps spell the same bytes.
func (s *Store) sign(before string, row CorrectionRow, c corrected) string {
	h := hmac.New(sha256.New, s.o.SignKey)
	text := func(t string) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(t))))
		h.Write([]byte(t))
	}
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	text(before)
	text(row.ID)
	text(row.RecordID)
	number(int64(row.Page))
	number(int64(row.Number))
	number(int64(row.Undoes))
	number(row.By)
	number(row.At.UnixMicro())
	text(c.Text)
	text(c.EngineText)
	text(c.Reason)
	number(int64(len(c.Edits)))
	for _, e := range c.Edits {
		number(int64(e.From))
		number(int64(e.To))
		text(e.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}
