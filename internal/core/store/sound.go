package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"clinician/internal/core"
)

// soundOf gives what the names of a person sound like: Soundex in its idea, but
// without a cut after four signs, which throws long names together, and with
// first letters by sound, so that Catherine meets Katherine. A name of one letter
// is like the same letter only, and names in scripts
// without such rules sound like themselves. family and given are folded.
func soundOf(family, given string) string {
	first, _, _ := strings.Cut(given, " ") // further given names are left out as often as not
	return sound(strings.ReplaceAll(family, " ", "")) + "," + sound(first)
}

// silent are beginnings that are written in more than one way.
var silent = strings.NewReplacer("ph", "f", "kn", "n", "gn", "n", "wr", "r", "ck", "k", "sch", "s", "sh", "s", "cz", "s", "tz", "s", "dt", "t", "th", "t", "wh", "w", "dg", "g")

func sound(s string) string {
	if !isPlain(s) {
		return s
	}
	if letter := strings.Trim(s, ".'-"); len(letter) == 1 {
		return "=" + letter // no sound has this sign
	}
	s = silent.Replace(s)
	var b strings.Builder
	last := byte(0)
	for i := range len(s) {
		next := byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		class := classOf(s[i], next)
		switch {
		case class == 0 && i == 0 && unicode.IsLetter(rune(s[i])):
			b.WriteByte('a') // any vowel
		case class != 0 && class != last:
			b.WriteByte(class)
		}
		if s[i] != 'h' && s[i] != 'w' || i == 0 { // Soundex: letters of a class stay one across them
			last = class
		}
	}
	return b.String()
}

// classOf groups consonants that are taken for each other; 0 is a vowel.
func classOf(c, next byte) byte {
	switch c {
	case 'b', 'p':
		return 'b'
	case 'f', 'v':
		return 'f'
	case 'c':
		if next == 'e' || next == 'i' || next == 'y' {
			return 's'
		}
		return 'k'
	case 'k', 'q', 'x':
		return 'k'
	case 'g', 'j':
		return 'g'
	case 's', 'z':
		return 's'
	case 'd', 't':
		return 't'
	case 'l', 'm', 'n', 'r':
		return c
	}
	if c >= '0' && c <= '9' {
		return c
	}
	return 0
}

// soundBatch is how many assignments fillSounds does in one step.
const soundBatch = 5000

// fillSounds works out what the names of older assignments sound like.
func (db *DB) fillSounds(ctx context.Context) error {
	for {
		type name struct {
			PatientID           int64
			FamilyKey, GivenKey string
		}
		rows, err := rowsOf(ctx, db.read, func(n *name) []any { return []any{&n.PatientID, &n.FamilyKey, &n.GivenKey} },
			"SELECT patient_id, family_key, given_key FROM patient_assignments WHERE sound_key IS NULL LIMIT ?", soundBatch)
		if err != nil {
			return fmt.Errorf("look for names without sound: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			for _, r := range rows {
				_, err := tx.Exec(ctx, "UPDATE patient_assignments SET sound_key = ? WHERE patient_id = ?", soundOf(r.FamilyKey, r.GivenKey), r.PatientID)
				if err != nil {
					return fmt.Errorf("store the sound of a name: %w", err)
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

// addNameAlerts says of each patient which other patients of the clinician have
// the same or a similar name.
func (db *DB) addNameAlerts(ctx context.Context, clinicianID int64, list []core.PatientSummary) error {
	rows := make([]alerted, len(list))
	for i := range list {
		p := &list[i]
		rows[i] = alerted{p.ID, soundOf(fold(p.User.LastName), fold(p.User.FirstName)), &p.NameAlert}
	}
	return db.alert(ctx, clinicianID, rows)
}

// alert words the alerts of rows. The index leads from a sound to three patients
// at most, so the cost does not grow with the panel.
func (db *DB) alert(ctx context.Context, clinicianID int64, rows []alerted) error {
	if len(rows) == 0 || len(rows) > maxAlerted {
		return nil
	}
	sounds := map[string]bool{}
	args := []any{}
	for _, r := range rows {
		if !sounds[r.sound] {
			sounds[r.sound], args = true, append(args, r.sound)
		}
	}
	values := strings.TrimSuffix(strings.Repeat("(?),", len(args)), ",")
	args = append(args, clinicianID)
	// Of three patients at least two are others.
	found, err := rowsOf(ctx, db.read, (*alike).fields, `WITH s (sound) AS (VALUES `+values+`)
		SELECT a.patient_id, a.sound_key, u.last_name, u.first_name, p.title, p.mrn, p.date_of_birth
		FROM s JOIN patient_assignments a ON a.patient_id IN (SELECT b.patient_id FROM patient_assignments b`+db.d.indexedBy("patient_assignments_sound")+`
			WHERE b.assigned_clinician_id = ? AND b.sound_key = s.sound ORDER BY b.patient_id LIMIT 3)
		JOIN patients p ON p.id = a.patient_id JOIN users u ON u.id = p.user_id ORDER BY a.patient_id`, args...)
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
	var b strings.Builder
	others := 0
	for _, o := range same {
		if o.PatientID == self {
			continue
		}
		if others++; others > 1 {
			continue
		}
		born, err := storedDate(o.DateOfBirth)
		if err != nil {
			born = core.Date{}
		}
		fmt.Fprintf(&b, "also %s  Born %s  MRN %s", core.DisplayName(o.LastName, o.FirstName, o.Title), born.Display(), core.DisplayMRN(o.Mrn))
	}
	if others > 1 {
		b.WriteString(", and others")
	}
	return b.String()
}
