package coretest

import (
	"fmt"
	"slices"
	"testing"

	"clinician/internal/core"
)

func notifications(t *testing.T, d Directory) {
	ctx := t.Context()
	c := Clinician(t, d, "mary@example.com")
	var made []core.Notification
	for i := range 3 {
		n := core.Notification{UserID: c.User.ID, Kind: "message", Level: "action", Text: fmt.Sprint("note ", i), JobID: ptr("j"), CreatedAt: at}
		if i == 1 {
			n.ReadAt = ptr(at)
		}
		made = append(made, must[core.Notification](t)(d.Notify(ctx, n)))
	}
	slices.Reverse(made)
	list, unread, err := d.Notifications(ctx, c.User.ID, 2)
	if err != nil || unread != 2 {
		t.Fatalf("unread %d, %v", unread, err)
	}
	wantSame(t, list, made[:2])
	list, unread, err = d.Notifications(ctx, 99999, 2)
	if err != nil || unread != 0 || len(list) != 0 {
		t.Errorf("a stranger sees %v, %d, %v", list, unread, err)
	}
	_, err = d.Notify(ctx, core.Notification{UserID: 99999, Kind: "message", Text: "x"})
	wantCode(t, err, core.CodeNotFound)
}

// notificationsCounted: what needs no answer must not bury what does.
func notificationsCounted(t *testing.T, d Directory) {
	ctx := t.Context()
	c := Clinician(t, d, "mary@example.com")
	read := func(patient int64, kind, level string) core.Notification {
		t.Helper()
		return must[core.Notification](t)(d.Notify(ctx, core.Notification{UserID: c.User.ID, Kind: kind, Level: level, Text: "A document was read.",
			PatientID: &patient, RecordID: ptr("r"), JobID: ptr("j"), CreatedAt: at}))
	}
	open := func(want int) []core.Notification {
		t.Helper()
		list, unread, err := d.Notifications(ctx, c.User.ID, 200)
		if err != nil || len(list) != want || unread != want {
			t.Fatalf("%d notifications, %d unread, %v; want %d", len(list), unread, err, want)
		}
		return list
	}
	patients := make([]int64, core.MaxOpenOfKind+2)
	for i := range patients {
		patients[i] = Patient(t, d, c.ID, "Doe", fmt.Sprint("Pat", i), fmt.Sprint(1000+i), core.Date{Year: 1940, Month: 5, Day: 8}).ID
	}
	if n := read(patients[0], "ocr_done", "info"); n.Count != 1 || n.RecordID == nil || n.Text != "A document was read." {
		t.Errorf("the first: %+v", n)
	}
	for range 19 {
		read(patients[0], "ocr_done", "info")
	}
	if n := open(1)[0]; n.Count != 20 || n.Text != "20 documents were read." || n.PatientID == nil || *n.PatientID != patients[0] || n.RecordID != nil || n.JobID != nil {
		t.Errorf("of twenty: %+v", n)
	}
	for range 2 { // what asks for something stands for itself
		read(patients[0], "ocr_failed", "action")
		read(patients[0], "ocr_done", "action")
	}
	open(5)
	for _, p := range patients[1:] {
		read(p, "ocr_done", "info")
	}
	list := open(5 + core.MaxOpenOfKind)
	rest := 0
	for _, n := range list {
		if n.PatientID == nil {
			rest = n.Count
		}
	}
	if rest != 2 {
		t.Errorf("over the budget %d are counted together, want 2", rest)
	}
}
