package httpapi

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
)

// medicineList writes medicines as "name amount/page" in the order they are given.
func medicineList(list []core.Prescription) string {
	var out []string
	for _, m := range list {
		p := present.PrescriptionOf(m)
		out = append(out, strings.TrimSpace(p.Subject+" "+p.Amount())+" p"+string(rune('0'+m.Page)))
	}
	return strings.Join(out, ", ")
}

// What of documents counts as a medicine of the patient: verified, of this patient, of
// now, in a document that counts.
func TestMedicinesOfAChart(t *testing.T) {
	t.Parallel()
	verify := core.ValueReview{Status: core.ReviewVerified}
	correct := core.ValueReview{Status: core.ReviewCorrected, Value: "2.5 mg"}
	reject := core.ValueReview{Status: core.ReviewRejected, Reason: "somebody else's line"}
	type say struct {
		value string
		what  core.ValueReview
	}
	for name, k := range map[string]struct {
		pages          []string
		say            []say
		then           func(w *world, rec core.Record)
		taken, stopped string
		unverified     int
	}{
		"nobody has looked":     {pages: []string{"Rx Warfarin=5mg", "Rx Aspirin=75mg stopped"}, unverified: 2},
		"verified":              {pages: []string{"x", "Rx Warfarin=5mg"}, say: []say{{"p2-Warfarin", verify}}, taken: "Warfarin 5mg p2"},
		"corrected":             {pages: []string{"Rx Warfarin=25mg"}, say: []say{{"p1-Warfarin", correct}}, taken: "Warfarin 2.5 mg p1"},
		"rejected":              {pages: []string{"Rx Warfarin=5mg"}, say: []say{{"p1-Warfarin", reject}}},
		"one of two":            {pages: []string{"Rx Warfarin=5mg\nRx Aspirin=75mg"}, say: []say{{"p1-Aspirin", verify}}, taken: "Aspirin 75mg p1", unverified: 1},
		"continued and started": {pages: []string{"Rx B=1mg started\nRx A=1mg continued\nRx C=1mg changed"}, say: []say{{"p1-A", verify}, {"p1-B", verify}, {"p1-C", verify}}, taken: "A 1mg p1, B 1mg p1, C 1mg p1"},
		"stopped":               {pages: []string{"Rx Warfarin=5mg stopped"}, say: []say{{"p1-Warfarin", verify}}, stopped: "Warfarin 5mg p1"},
		"the family's":          {pages: []string{"Rx Warfarin=5mg family history"}, say: []say{{"p1-Warfarin", verify}}},
		"a word nobody knows":   {pages: []string{"Rx Warfarin=5mg considered"}, say: []say{{"p1-Warfarin", verify}}},
		"denied":                {pages: []string{"Rx !Aspirin=75mg"}, say: []say{{"p1-Aspirin", verify}}},
		"not a medicine":        {pages: []string{"Hb=7.1"}, say: []say{{"p1-Hb", verify}}},
		"taken back": {pages: []string{"Rx Warfarin=5mg"}, say: []say{{"p1-Warfarin", verify}}, then: func(w *world, rec core.Record) {
			w.call("DELETE", wire.PathValueReview(rec.ID, "p1-Warfarin"), w.ann.Tokens.Access, nil).want(200)
		}, unverified: 1},
		"read otherwise since":   {pages: []string{"Rx Warfarin=5mg"}, say: []say{{"p1-Warfarin", verify}}, then: func(w *world, rec core.Record) { w.read(rec, "Rx Warfarin=50mg") }, unverified: 1},
		"another patient's page": {pages: []string{"Patient: Zelda\nRx Warfarin=5mg"}, say: []say{{"p1-Warfarin", verify}}},
		"it is theirs after all": {pages: []string{"Patient: Zelda\nRx Warfarin=5mg"}, say: []say{{"p1-Warfarin", verify}}, then: func(w *world, rec core.Record) {
			w.call("POST", wire.PathPatientCheckResolve(rec.ID), w.ann.Tokens.Access, map[string]string{"reason": "her name at birth"}).want(200)
		}, taken: "Warfarin 5mg p1"},
		"entered in error": {pages: []string{"Rx Warfarin=5mg"}, say: []say{{"p1-Warfarin", verify}}, then: func(w *world, rec core.Record) {
			w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActEnteredInError), w.ann.Tokens.Access, map[string]string{"reason": "a test"}).want(200)
		}},
		"moved away": {pages: []string{"Rx Warfarin=5mg"}, say: []say{{"p1-Warfarin", verify}}, then: func(w *world, rec core.Record) {
			to := w.patient("Bob", "Moran", w.ann.Clinician.ID)
			w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActMove), w.ann.Tokens.Access, map[string]any{"patient_id": to.ID, "reason": "misfiled",
				"family_name": "Moran", "birth_year": to.DateOfBirth.Year}).want(200)
			var there core.PatientDetail
			w.call("GET", wire.PathPatient(to.ID), w.ann.Tokens.Access, nil).want(200).into(&there)
			if len(there.Prescriptions) != 0 {
				w.t.Error("what was verified of one patient is another's")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			rec := w.upload("x")
			w.read(rec, k.pages...)
			for _, s := range k.say {
				w.call("POST", wire.PathValueReview(rec.ID, s.value), w.ann.Tokens.Access, s.what).want(200)
			}
			if k.then != nil {
				k.then(w, rec)
			}
			for _, path := range []string{wire.PathPatient(rec.PatientID), wire.PathPatient(rec.PatientID) + "dashboard/"} {
				var d core.PatientDetail
				w.call("GET", path, w.ann.Tokens.Access, nil).want(200).into(&d)
				if taken, stopped := medicineList(d.Prescriptions), medicineList(d.Stopped); taken != k.taken || stopped != k.stopped || d.Unverified != k.unverified {
					t.Errorf("%s: takes %q, stopped %q, %d unverified; want %q, %q, %d", path, taken, stopped, d.Unverified, k.taken, k.stopped, k.unverified)
				}
				if d.Prescriptions == nil || d.Stopped == nil || d.Problem != "" {
					t.Errorf("%s: %+v", path, d.Medicines)
				}
				for _, m := range d.Prescriptions {
					if m.RecordID != rec.ID || m.Title == "" || m.Review.ByName == "" {
						t.Errorf("where it is from: %+v", m)
					}
				}
			}
		})
	}
}

// The same content twice in a chart is one document.
func TestMedicinesOfCopiesCountOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		rec := w.upload("the same")
		w.read(rec, "Rx Warfarin=5mg")
		w.call("POST", wire.PathValueReview(rec.ID, "p1-Warfarin"), w.ann.Tokens.Access, core.ValueReview{Status: core.ReviewVerified}).want(200)
	}
	var d core.PatientDetail
	w.call("GET", wire.PathPatient(w.annPatient.ID), w.ann.Tokens.Access, nil).want(200).into(&d)
	if got := medicineList(d.Prescriptions); got != "Warfarin 5mg p1" {
		t.Errorf("takes %q", got)
	}
}
