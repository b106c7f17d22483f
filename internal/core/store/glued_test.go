package store_test

import (
	"testing"

	"clinician/internal/core"
)

// Names of scripts that put no space between family and given name are found as
// they are written, and by the family name alone.
func TestNamesWrittenWithoutASpace(t *testing.T) {
	db := open(t, "")
	c := register(t, db, "mary@example.com")
	names := [][2]string{{"佐藤", "太郎"}, {"王", "伟"}, {"司馬", "小龙"}, {"김", "민준"}, {"ワタナベ", "ケン"}, {"だいご", "さくら"}, {"Smith", "John"}}
	var list []core.ImportPatient
	for _, n := range names {
		list = append(list, core.ImportPatient{NewPatient: core.NewPatient{LastName: n[0], FirstName: n[1]}})
	}
	ids, err := db.ImportPatients(t.Context(), c.ID, list, core.AuditEvent{Type: core.EventDemoData, UserID: c.User.ID})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"佐藤太郎": 0, "佐藤太": 0, "佐藤 太郎": 0, "佐藤": 0, "王伟": 1, "司馬小龙": 2, "김민준": 3, "김민": 3, "김 민준": 3,
		"ワタナベケン": 4, "だいごさくら": 5, "だい": 5, "sj": 6} {
		page, err := db.Patients(t.Context(), c.ID, core.PatientQuery{Text: text, Limit: 5})
		if err != nil || len(page.Patients) != 1 || page.Count != 1 || page.Patients[0].ID != ids[want] {
			t.Errorf("%s: %d found, %v", text, len(page.Patients), err)
		}
	}
}
