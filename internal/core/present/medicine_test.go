package present

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// Whatever is known, it is never said that a patient takes nothing.
func TestMedicinesAreWorded(t *testing.T) {
	t.Parallel()
	one := []core.Prescription{{}}
	for _, k := range []struct {
		m    core.Medicines
		want string
	}{
		{core.Medicines{}, "There are no documents to look for medicines in. That does not say that none is taken."},
		{core.Medicines{Coverage: core.Coverage{Documents: 2}}, "No medicines were found in 2 documents. That does not say that none is taken."},
		{core.Medicines{Coverage: core.Coverage{Documents: 2, NotRead: 1}}, "Not known. 1 of 2 documents has not been read by the machine. That does not say that none is taken."},
		{core.Medicines{Prescriptions: one, Coverage: core.Coverage{Documents: 9, NotRead: 2, InDoubt: 1}},
			"1 medicine verified as taken. 2 of 9 documents have not been read by the machine. 1 may be another patient's and is left out."},
		{core.Medicines{Unverified: 1}, "No medicine has been verified. 1 medicine found in documents is not verified. That does not say what is taken."},
		{core.Medicines{Stopped: one, Unverified: 2}, "No medicine has been verified as taken, 1 as stopped. 2 medicines found in documents are not verified. That does not say what is taken."},
		{core.Medicines{Prescriptions: one}, "1 medicine verified as taken."},
		{core.Medicines{Prescriptions: append(one, one...), Stopped: one, Unverified: 3}, "2 medicines verified as taken, 1 as stopped. 3 medicines found in documents are not verified."},
		{core.Medicines{Problem: "They cannot be read now.", Unverified: 3}, "They cannot be read now."},
	} {
		if got := Medicines(k.m); got != k.want {
			t.Errorf("%+v is %q, not %q", k.m, got, k.want)
		}
	}
}

func TestPrescriptionsAreWorded(t *testing.T) {
	t.Parallel()
	m := core.Prescription{Value: core.Value{Kind: core.ValueMedication, Name: "Warfarin", Text: "25 mg", Dose: "25 mg", Route: "oral", Page: 2, Context: "stopped",
		Cautions: []string{"QD"}, Review: &core.Review{Status: core.ReviewCorrected, Text: "2.5 mg", ByName: "Ann Lee"}}, Title: "Letter",
		DocumentDate: core.Date{Year: 2026, Month: 11, Day: 10}}
	want := "Warfarin (stopped): 2.5 mg oral, of 10-Nov-2026, Letter, page 2, scan, corrected by Ann Lee, was read as 25 mg, careful: QD"
	if got := PrescriptionOf(m).Sentence(); got != want {
		t.Errorf("it is %q", got)
	}
	m.Date = core.Date{Year: 2026, Month: 11, Day: 12}
	if got := PrescriptionOf(m).Day; got != "of 12-Nov-2026" {
		t.Errorf("its own day is %q", got)
	}
	m.Date, m.DocumentDate = core.Date{}, core.Date{}
	if got := PrescriptionOf(m).Sentence(); !strings.Contains(got, "day not known") {
		t.Errorf("without a day: %q", got)
	}
}

// Addresses that were made up for people without one are none.
func TestEmail(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"": "Not recorded", "patient-4128870031@patients.invalid": "Not recorded",
		"ann@example.org": "ann@example.org", "patient-1@example.org": "patient-1@example.org", "ann.lee.31@patients.invalid": "ann.lee.31@patients.invalid"} {
		if got := Email(address); got != want {
			t.Errorf("%q is %q", address, got)
		}
	}
}
