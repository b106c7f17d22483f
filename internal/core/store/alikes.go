package store

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// keyBatch is how many assignments fillNameKeys does in one step.
const keyBatch = 5000

// fillNameKeys works out by what names are found and compared, where a migration
// has taken that away because text.Key gives other keys now.
func (db *DB) fillNameKeys(ctx context.Context) error {
	for filled := false; ; filled = true {
		type name struct {
			PatientID           int64
			LastName, FirstName string
		}
		rows, err := rowsOf(ctx, db.read, func(n *name) []any { return []any{&n.PatientID, &n.LastName, &n.FirstName} },
			`SELECT a.patient_id, u.last_name, u.first_name FROM patient_assignments a
			JOIN patients p ON p.id = a.patient_id JOIN users u ON u.id = p.user_id WHERE a.sound_key IS NULL LIMIT ?`, keyBatch)
		if err != nil {
			return fmt.Errorf("look for names without keys: %w", err)
		}
		if len(rows) == 0 && filled {
			return db.refillAlikes(ctx)
		}
		if len(rows) == 0 {
			return nil
		}
		err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			for _, r := range rows {
				k := keysOf(r.LastName, r.FirstName, "")
				_, err := tx.Exec(ctx, "UPDATE patient_assignments SET family_key = ?, given_key = ?, initials = ?, sound_key = ? WHERE patient_id = ?",
					k.family, k.given, k.initials, k.sound, r.PatientID)
				if err != nil {
					return fmt.Errorf("store the keys of a name: %w", err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// maxAlerted is the longest list that gets name alerts: lists without a limit
// are for callers who do not know them.
const maxAlerted = 1000

// alike is a patient with a name that other patients of the panel may have too.
type alike struct {
	PatientID   int64
	SoundKey    string
	LastName    string
	FirstName   string
	Title       string
	Mrn         string
	DateOfBirth string
}

func (r *alike) fields() []any {
	return []any{&r.PatientID, &r.SoundKey, &r.LastName, &r.FirstName, &r.Title, &r.Mrn, &r.DateOfBirth}
}

// alerted is a row that may get a name alert.
type alerted struct {
	patient int64
	sound   string
	alert   *string
}

// alert words the alerts of rows. The index leads from a sound to three patients
// at most, so the cost does not grow with the panel.
func (db *DB) alert(ctx context.Context, clinicianID int64, rows []alerted) error {
	if len(rows) == 0 || len(rows) > maxAlerted {
		return nil
	}
	sounds := make([]string, len(rows))
	for i, r := range rows {
		sounds[i] = r.sound
	}
	slices.Sort(sounds)
	// Of three patients at least two are others.
	found, err := rowsOf(ctx, db.read, (*alike).fields, `WITH s (sound) AS `+db.d.texts+`
		SELECT a.patient_id, a.sound_key, u.last_name, u.first_name, p.title, p.mrn, p.date_of_birth
		FROM s JOIN patient_assignments a ON a.patient_id IN (SELECT b.patient_id FROM patient_assignments b`+db.d.indexedBy("patient_assignments_sound")+`
			WHERE b.assigned_clinician_id = ? AND b.sound_key = s.sound ORDER BY b.patient_id LIMIT 3)
		JOIN patients p ON p.id = a.patient_id JOIN users u ON u.id = p.user_id ORDER BY a.patient_id`, jsonList(slices.Compact(sounds)), clinicianID)
	if err != nil {
		return fmt.Errorf("look for similar names: %w", err)
	}
	bySound := map[string][]alike{}
	for _, f := range found {
		bySound[f.SoundKey] = append(bySound[f.SoundKey], f)
	}
	for _, r := range rows {
		*r.alert = nameAlert(r.patient, bySound[r.sound])
	}
	return nil
}

// nameAlert words an alert about the others in same.
func nameAlert(self int64, same []alike) string {
	var other *alike
	others := 0
	for i := range same {
		if same[i].PatientID == self {
			continue
		}
		if others++; others == 1 {
			other = &same[i]
		}
	}
	if other == nil {
		return ""
	}
	return other.alert(others > 1)
}

// alert words an alert about one other patient, and says whether there are more.
func (o *alike) alert(more bool) string {
	born, err := storedDate(o.DateOfBirth)
	if err != nil {
		born = core.Date{}
	}
	text := present.NameAlert(present.Person{Name: core.DisplayName(o.LastName, o.FirstName, o.Title), Born: born.Display(), MRN: core.DisplayMRN(shownMRN(o.Mrn))})
	if more {
		text += ", and others"
	}
	return text
}

// keepAlikes works out anew which patients of a clinician share a sound. Whatever
// changes an assignment calls it for what the patient sounded like before and
// sounds like now.
func keepAlikes(ctx context.Context, tx *Tx, clinicianID int64, sound string) error {
	ids, err := column[int64](ctx, tx, "SELECT patient_id FROM patient_assignments"+tx.d.indexedBy("patient_assignments_sound")+
		" WHERE assigned_clinician_id = ? AND sound_key = ? ORDER BY patient_id LIMIT 3", clinicianID, sound)
	if err == nil && len(ids) < 2 {
		_, err = tx.Exec(ctx, "DELETE FROM name_alikes WHERE clinician_id = ? AND sound_key = ?", clinicianID, sound)
	} else if err == nil {
		_, err = tx.Exec(ctx, insert("name_alikes", "clinician_id, sound_key, first_id, second_id, more")+` ON CONFLICT (clinician_id, sound_key)
			DO UPDATE SET first_id = excluded.first_id, second_id = excluded.second_id, more = excluded.more`,
			clinicianID, sound, ids[0], ids[1], len(ids) > 2)
	}
	if err != nil {
		return fmt.Errorf("keep similar names: %w", err)
	}
	return nil
}

// refillAlikes works all of them out anew.
func (db *DB) refillAlikes(ctx context.Context) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, text := range []string{"DELETE FROM name_alikes",
			"INSERT INTO name_alikes SELECT clinician_id, sound_key, first_id, second_id, more FROM name_alikes_now"} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return fmt.Errorf("keep similar names: %w", err)
			}
		}
		return nil
	})
}
