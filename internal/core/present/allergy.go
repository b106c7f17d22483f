package present

import (
	"strings"

	"clinician/internal/core"
)

// AllergyState says what is known of a patient's allergies. It never leaves it
// open whether there are none or nobody knows; "Known allergies" come with a list.
func AllergyState(s core.AllergyStatus, list []core.Allergy) string {
	switch {
	case s == core.AllergiesKnown && len(list) > 0:
		return "Known allergies"
	case s == core.AllergiesKnown:
		return "Known allergies, not listed"
	case s == core.AllergiesNone:
		return "No known allergies"
	case s == core.AllergiesUnavailable:
		return "Allergies unavailable"
	}
	return "Allergies not recorded"
}

// Allergy is one recorded allergy in words.
type Allergy struct {
	Substance string // "Not recorded" for none
	Reaction  string // "" not recorded
	Recorded  string // "recorded 12-Mar-2019"; "" not known
}

// AllergyOf puts a into words.
func AllergyOf(a core.Allergy) Allergy {
	p := Allergy{Substance: Or(a.Substance), Reaction: a.Reaction}
	if !a.RecordedOn.IsZero() {
		p.Recorded = "recorded " + a.RecordedOn.Display()
	}
	return p
}

// With is the substance with what there is of the details in brackets:
// "Penicillin (Rash, recorded 12-Mar-2019)".
func (a Allergy) With(details ...string) string {
	var known []string
	for _, d := range details {
		if d != "" {
			known = append(known, d)
		}
	}
	if len(known) == 0 {
		return a.Substance
	}
	return a.Substance + " (" + strings.Join(known, ", ") + ")"
}

// Sentence is all of it: "Penicillin: Rash (recorded 12-Mar-2019)".
func (a Allergy) Sentence() string {
	if a.Reaction == "" {
		return a.With(a.Recorded)
	}
	return Allergy{Substance: a.Substance + ": " + a.Reaction}.With(a.Recorded)
}
