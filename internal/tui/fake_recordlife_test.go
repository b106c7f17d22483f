package tui

import (
	"context"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// saw notes which version a change was of; f is locked.
func (f *fake) saw(call, version string) {
	if f.seen == nil {
		f.seen = map[string]string{}
	}
	f.seen[call] = version
}

// changeRecord lets f change the chart's record id, or refuse.
func (f *fake) changeRecord(ctx context.Context, call, id, seen string, change func(*core.Record) error) (core.Record, error) {
	if err := f.note(ctx, call); err != nil {
		return core.Record{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saw(call, seen)
	for patient, d := range f.details {
		i := slices.IndexFunc(d.MedicalRecords, func(r core.Record) bool { return r.ID == id })
		if i < 0 {
			continue
		}
		r := d.MedicalRecords[i]
		if r.LegalHold != nil && call != "ReviewRecord" && call != "ReleaseRecord" {
			return core.Record{}, r.Changeable()
		}
		if err := change(&r); err != nil {
			return core.Record{}, err
		}
		d.MedicalRecords = slices.Clone(d.MedicalRecords) // lists that were given out stay as they were
		d.MedicalRecords[i] = r
		f.details[patient] = d
		return r, nil
	}
	return core.Record{}, core.Errorf(core.CodeNotFound, "Medical record not found")
}

func (f *fake) EditRecord(ctx context.Context, id string, e core.RecordEdit) (core.Record, error) {
	return f.changeRecord(ctx, "EditRecord", id, e.Version, func(r *core.Record) error {
		if e.Title != nil {
			r.Title = *e.Title
		}
		if e.TypeID != nil {
			r.Type.ID = *e.TypeID
		}
		if e.DocumentDate != nil {
			r.DocumentDate = *e.DocumentDate
		}
		if e.Source != nil {
			r.Source = *e.Source
		}
		if e.ReceivedBy != nil {
			r.ReceivedBy = *e.ReceivedBy
		}
		if e.Tags != nil {
			r.Tags = *e.Tags
		}
		return nil
	})
}

func (f *fake) EnterInError(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	if err := f.fits(c.Identifiers); err != nil {
		return core.Record{}, err
	}
	return f.changeRecord(ctx, "EnterInError", id, c.Version, func(r *core.Record) error {
		if c.Reason == "" {
			return core.Errorf(core.CodeInvalid, "This field may not be blank.")
		}
		r.Status, r.StatusReason, r.CanAnalyze = core.RecordEnteredInError, c.Reason, false
		return nil
	})
}

func (f *fake) RestoreRecord(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	return f.changeRecord(ctx, "RestoreRecord", id, c.Version, func(r *core.Record) error {
		r.Status, r.StatusReason, r.CanAnalyze = core.RecordCurrent, "", true
		return nil
	})
}

func (f *fake) HoldRecord(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	return f.changeRecord(ctx, "HoldRecord", id, c.Version, func(r *core.Record) error {
		r.LegalHold = &core.LegalHold{Reason: c.Reason, By: 7, ByName: "Aria Blake", At: fakeNow}
		return nil
	})
}

func (f *fake) ReleaseRecord(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	if err := f.fits(c.Identifiers); err != nil {
		return core.Record{}, err
	}
	return f.changeRecord(ctx, "ReleaseRecord", id, c.Version, func(r *core.Record) error {
		r.LegalHold = nil
		return nil
	})
}

func (f *fake) VerifyRecord(ctx context.Context, id string) (core.Integrity, error) {
	out := core.Integrity{RecordID: id, OK: f.damage == "", Problem: f.damage, Size: 482133, At: fakeNow,
		SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
	return out, f.note(ctx, "VerifyRecord")
}

// fitsOther compares what was typed of another patient like the server; f is locked.
func (f *fake) fitsOther(patient int64, typed core.Identifiers) error {
	f.typed = append(f.typed, typed)
	target, ok := f.details[patient]
	if !ok || !text.SameName(target.Patient.User.LastName, typed.FamilyName) || target.Patient.DateOfBirth.Year != typed.BirthYear {
		return core.Errorf(core.CodeForbidden, "Patient number, family name and year of birth do not belong together.")
	}
	return nil
}

// UnlockRecord takes "open sesame" for the password of any document.
func (f *fake) UnlockRecord(ctx context.Context, id string, u core.UnlockRecord) (core.Unlocked, error) {
	if u.Password != "open sesame" {
		const wrong = "This is not the password of the document."
		return core.Unlocked{}, &core.Error{Code: core.CodeInvalid, Message: wrong, Fields: map[string][]string{"password": {wrong}}}
	}
	original, err := f.changeRecord(ctx, "UnlockRecord", id, u.Version, func(r *core.Record) error {
		r.Status = core.RecordEnteredInError
		return nil
	})
	made := original
	made.ID, made.PartOf, made.Status, made.LastJob = id+"-open", id, core.RecordCurrent, nil
	return core.Unlocked{Record: made, Original: original}, err
}

func (f *fake) SplitRecord(ctx context.Context, id string, split core.SplitRecord) (core.SplitDone, error) {
	bundle, err := f.changeRecord(ctx, "SplitRecord", id, split.Version, func(r *core.Record) error {
		for _, p := range split.Parts {
			if p.PatientID == r.PatientID {
				continue
			}
			if err := f.fitsOther(p.PatientID, p.Identifiers); err != nil {
				return err
			}
		}
		r.Status, r.StatusReason = core.RecordEnteredInError, split.Reason
		return nil
	})
	if err == nil {
		f.splits = append(f.splits, split)
	}
	return core.SplitDone{Original: bundle}, err
}

func (f *fake) MoveRecord(ctx context.Context, id string, m core.MoveRecord) (core.Record, error) {
	var stone core.Record
	_, err := f.changeRecord(ctx, "MoveRecord", id, m.Version, func(r *core.Record) error {
		if err := f.fitsOther(m.PatientID, m.Identifiers); err != nil {
			return err
		}
		target := f.details[m.PatientID]
		stone = core.Record{ID: "stone-" + id, FileID: "stone-" + id, PatientID: r.PatientID, Type: r.Type, Status: core.RecordMoved,
			StatusReason: m.Reason, MovedTo: id, UploadedAt: r.UploadedAt, Tags: []string{}}
		moved := *r
		moved.PatientID, moved.Reviewed = m.PatientID, nil
		target.MedicalRecords = append(slices.Clone(target.MedicalRecords), moved)
		f.details[m.PatientID] = target
		*r = stone
		return nil
	})
	return stone, err
}

func (f *fake) ReviewRecord(ctx context.Context, id, version string, reviewed bool) (core.Record, error) {
	return f.changeRecord(ctx, "ReviewRecord", id, version, func(r *core.Record) error {
		r.Reviewed = nil
		if reviewed {
			r.Reviewed = ptr(fakeNow)
		}
		return nil
	})
}
