package databaseservice

import (
	"slices"
	"testing"
	"time"

	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
)

// What the service says of records, pages followed, and which of them file-service
// would look at.
func TestRecords(t *testing.T) {
	t.Parallel()
	db, files := siblingtest.StartDatabase(t), siblingtest.StartFiles(t)
	db.Keep(files)
	c, err := New(Options{URL: db.URL, Token: siblingtest.ServiceToken})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := c.JudgedRecord(t.Context(), "x"); !core.IsNotFound(err) {
		t.Errorf("there is none: %v", err)
	}
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for i := range 150 {
		files.Kept = append(files.Kept, &siblingtest.KeptFile{ID: id(i), Patient: int64(1 + i%2), Kind: 11, By: 7, Name: "scan1.pdf", Content: []byte{byte(i)}, At: at.Add(time.Duration(i) * time.Second)})
	}
	for range 120 { // more than a page of patient 1's
		files.Kept = append(files.Kept, &siblingtest.KeptFile{ID: id(len(files.Kept)), Patient: 1, Kind: 11, By: 7, Name: "b.pdf", At: at})
	}
	list, err := c.SourceRecords(t.Context(), 1)
	if err != nil || len(list) != 75+120 || slices.ContainsFunc(list, func(r core.SourceRecord) bool { return r.PatientID != 1 }) {
		t.Errorf("%d records, %v", len(list), err)
	}
	got, err := c.SourceRecord(t.Context(), id(3))
	want := core.SourceRecord{ID: id(3), PatientID: 2, TypeID: 11, UploadedBy: 7, UploadedAt: at.Add(3 * time.Second), Filename: "scan1.pdf",
		MIME: core.MIMEPDF, Size: 1, SHA256: "084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5"}
	if err != nil || got != want {
		t.Errorf("one is %+v, %v", got, err)
	}
	for _, unknown := range []string{id(999), "", "1", "../../users/1", "00000000-0000-4000-9000-00000000000g"} {
		if _, err := c.SourceRecord(t.Context(), unknown); !core.IsNotFound(err) {
			t.Errorf("%q: %v", unknown, err)
		}
	}
	if newest, err := c.NewestRecords(t.Context()); err != nil || len(newest) != 100 || newest[0].ID != id(269) {
		t.Errorf("the newest are %d, %v", len(newest), err)
	}
	if judged, err := c.JudgedRecord(t.Context(), id(3)); err != nil || judged.ID != id(269) {
		t.Errorf("it would look at %q, %v", judged.ID, err)
	}
	for _, fault := range siblingtest.Faults {
		if fault == siblingtest.Slow {
			continue
		}
		db.Fail(fault)
		_, err1 := c.SourceRecords(t.Context(), 1)
		_, err2 := c.SourceRecord(t.Context(), id(3))
		_, err3 := c.JudgedRecord(t.Context(), id(3))
		for i, err := range []error{err1, err2, err3} {
			if !core.IsUnanswered(err) {
				t.Errorf("%s, %d: %v", fault, i, err)
			}
		}
	}
}

func id(n int) string {
	const digits = "0123456789"
	s := []byte("00000000-0000-4000-9000-000000000000")
	for at := len(s) - 1; n > 0; at-- {
		s[at], n = digits[n%10], n/10
	}
	return string(s)
}
