package present

import (
	"strings"
	"time"

	"clinician/internal/core"
)

// Person identifies a patient in words, part by part. What is not known says
// so; only Died, AgeAtDeath and Age are "" for nothing.
type Person struct {
	Name   string // family name in capitals: "CANTÚ, Catalina (Mrs)"
	Born   string // "08-May-1940"
	Age    string // of the living: "86y"
	Died   string // "19-Jan-2020"
	Gender string // in full: "Female"
	MRN    string // "412 887 0031"

	AgeAtDeath string
}

// PersonOf puts the identity of a chart's patient into words; now settles the age.
func PersonOf(p core.Patient, now time.Time) Person {
	return person(core.DisplayName(p.User.LastName, p.User.FirstName, p.Title), p.DateOfBirth, p.DeceasedDate, p.Gender, p.MRN, now)
}

// PersonOfSummary does so for a row of a list.
func PersonOfSummary(p core.PatientSummary, now time.Time) Person {
	return person(core.DisplayName(p.User.LastName, p.User.FirstName, p.Title), p.DateOfBirth, p.DeceasedDate, p.Gender, p.MRN, now)
}

func person(name string, born, died core.Date, gender core.Gender, mrn string, now time.Time) Person {
	p := Person{Name: name, Born: born.Display(), Gender: gender.Display(), MRN: core.DisplayMRN(mrn)}
	if died.IsZero() {
		p.Age = born.Age(now)
		return p
	}
	p.Died, p.AgeAtDeath = died.Display(), born.Age(died.Time())
	return p
}

// BornWords is the birth date with the age, or with the age at death:
// "08-May-1940 (86y)".
func (p Person) BornWords() string {
	age := p.Age + p.AgeAtDeath // one of them
	if age == "" {
		return p.Born
	}
	return p.Born + " (" + age + ")"
}

// Identity is who this is, with what tells namesakes apart: "CANTÚ, Catalina
// (Mrs), born 08-May-1940, MRN 412 887 0031", for the dead with "died ..." too.
func (p Person) Identity() string {
	s := p.Name + ", born " + p.Born
	if p.Died != "" {
		s += ", died " + p.Died
	}
	return s + ", MRN " + p.MRN
}

// NameAlert words the alert that another patient has the same or a like name, as
// the API gives it: "also BREITENBERG, Bryan  Born 30-Aug-1964  MRN 412 887 0011".
func NameAlert(other Person) string {
	return "also " + other.Name + "  Born " + other.Born + "  MRN " + other.MRN
}

// NameAlertSentence is a name alert of the API for one line of text: "BREITENBERG,
// Bryan, born 30-Aug-1964, MRN 412 887 0011"; "" for no alert.
func NameAlertSentence(alert string) string {
	return strings.NewReplacer("  Born ", ", born ", "  MRN ", ", MRN ").Replace(strings.TrimPrefix(alert, "also "))
}

// Email is an address to write to; those that were made up for patients without one
// (core.NewPatient) are "Not recorded".
func Email(address string) string {
	if strings.HasPrefix(address, "patient-") && strings.HasSuffix(address, "@patients.invalid") {
		return Or("")
	}
	return Or(address)
}
