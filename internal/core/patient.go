package core

import (
	"strings"
	"time"
)

// Gender is the administrative gender of a patient.
type Gender string

const (
	GenderMale   Gender = "MALE"
	GenderFemale Gender = "FEMALE"
	GenderOther  Gender = "OTHER"

	GenderNotKnown Gender = ""
)

// Display gives the gender in full (NHS CUI CGS-0005), never a one-letter code.
func (g Gender) Display() string {
	switch g {
	case GenderMale:
		return "Male"
	case GenderFemale:
		return "Female"
	case GenderOther:
		return "Other"
	}
	return "Not known"
}

// AllergyStatus says what is known about allergies; exactly one of four.
type AllergyStatus string

const (
	AllergiesKnown       AllergyStatus = "known"
	AllergiesNone        AllergyStatus = "none"
	AllergiesNotRecorded AllergyStatus = "not_recorded"
	AllergiesUnavailable AllergyStatus = "unavailable"
)

// Allergy is one recorded allergy.
type Allergy struct {
	Substance  string `json:"substance"`
	Reaction   string `json:"reaction"`
	RecordedOn Date   `json:"recorded_on"`
}

// Demographics is what identifies and reaches a patient: the fields a caller
// may set when creating one.
type Demographics struct {
	MRN                   string        `json:"mrn"` // medical record number, digits; given by the store when empty
	Title                 string        `json:"title"`
	PreferredName         string        `json:"preferred_name"`
	DateOfBirth           Date          `json:"date_of_birth"`
	Gender                Gender        `json:"gender"`
	DeceasedDate          Date          `json:"deceased_date"`
	PreferredLanguageID   *string       `json:"preferred_language_id"`
	PhoneNumber           string        `json:"phone_number"`
	Address               string        `json:"address"`
	EmergencyContactName  string        `json:"emergency_contact_name"`
	EmergencyContactPhone string        `json:"emergency_contact_phone"`
	AllergyStatus         AllergyStatus `json:"allergy_status"`
	Allergies             []Allergy     `json:"allergies"`
	Alerts                []string      `json:"alerts"` // short clinical or safety alerts for the banner
	Sensitive             bool          `json:"sensitive"`
}

// NewPatient is a patient to be stored. Email may be empty: the store then
// gives an address under the reserved domain patients.invalid, which nobody
// can log in with.
type NewPatient struct {
	Demographics
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
}

// Assignment says which clinician cares for a patient and why. A patient has
// at most one at a time.
type Assignment struct {
	ID                int64     `json:"id"`
	CancerSubtype     *int64    `json:"cancer_subtype"`
	CancerSubtypeName string    `json:"cancer_subtype_name"`
	CancerTypeName    string    `json:"cancer_type_name"`
	AssignedClinician *int64    `json:"assigned_clinician"`
	Notes             string    `json:"notes"`
	CreatedAt         time.Time `json:"created_at"`
	UpdatedAt         time.Time `json:"updated_at"`
}

// Patient is everything the chart's first screen needs to know about a person.
type Patient struct {
	ID int64 `json:"id"`
	Demographics
	PreferredLanguage string      `json:"preferred_language,omitempty"` // same code as PreferredLanguageID; kept for old callers
	Assignment        *Assignment `json:"assignment"`
	UserID            int64       `json:"user_id"`
	CreatedAt         time.Time   `json:"created_at"`
	UpdatedAt         time.Time   `json:"updated_at"`
	User              User        `json:"user"`
}

// PatientSummary is a row of a patient list: enough to identify and reach, no
// more (minimum necessary).
type PatientSummary struct {
	ID                    int64             `json:"id"`
	User                  UserSummary       `json:"user"`
	MRN                   string            `json:"mrn"`
	Title                 string            `json:"title"`
	PhoneNumber           string            `json:"phone_number"`
	Address               string            `json:"address"`
	EmergencyContactName  string            `json:"emergency_contact_name"`
	EmergencyContactPhone string            `json:"emergency_contact_phone"`
	DateOfBirth           Date              `json:"date_of_birth"`
	DeceasedDate          Date              `json:"deceased_date"`
	Gender                Gender            `json:"gender"`
	CreatedAt             time.Time         `json:"created_at"`
	Assignment            AssignmentSummary `json:"assignment"`
	LastViewedAt          *time.Time        `json:"last_viewed_at,omitempty"` // recent patients only: by this user
	UnreadRecords         int               `json:"unread_records"`           // current records the caller has not reviewed
	NameAlert             string            `json:"name_alert,omitempty"`     // "also BREITENBERG, Bryan  Born 30-Aug-1964  MRN ...": another patient of the panel has the same or a sound-alike name
}

// AssignmentSummary is the assignment as lists carry it.
type AssignmentSummary struct {
	CancerSubtype     *int64    `json:"cancer_subtype"`
	CancerSubtypeName string    `json:"cancer_subtype_name"`
	Notes             string    `json:"notes"`
	AssignedAt        time.Time `json:"assigned_at"`
}

// DisplayName writes a name as charts do: "CANTÚ, Catalina (Mrs)"
// (NHS CUI PAB-0051..0053). Empty parts are left out; nothing at all is
// "Name not known".
func DisplayName(last, first, title string) string {
	name := strings.ToUpper(strings.TrimSpace(last))
	if first = strings.TrimSpace(first); first != "" {
		if name != "" {
			name += ", "
		}
		name += first
	}
	if name == "" {
		return "Name not known"
	}
	if title = strings.TrimSuffix(strings.TrimSpace(title), "."); title != "" {
		name += " (" + title + ")"
	}
	return name
}

// DisplayMRN groups a ten-digit MRN as 412 887 0031; others are left as they are.
func DisplayMRN(mrn string) string {
	if len(mrn) != 10 || strings.Trim(mrn, "0123456789") != "" {
		if mrn == "" {
			return "Not known"
		}
		return mrn
	}
	return mrn[:3] + " " + mrn[3:6] + " " + mrn[6:]
}

// PatientQuery asks for one page of a clinician's patients, ordered by family
// name, then given name, then id.
type PatientQuery struct {
	Text   string // family prefix, "family given", family initial + given letters, MRN tail, or a birth date; "" all
	Limit  int    // 1..1000; 0: all of them
	Cursor string // PatientPage.Next of the page before; "" from the start

	// FromEnd goes through the pages from the end of the list: without a cursor
	// the last one, then the one before. Rows stay in the order of the list.
	FromEnd bool
}

// PatientPage is one page of a patient list.
type PatientPage struct {
	Count    int              `json:"count"` // all patients of the clinician when there is no filter, else the hits, at most counted to 10,000
	Patients []PatientSummary `json:"results"`
	Next     string           `json:"next,omitempty"` // "" when this is the last page, or the first one when they are gone through from the end

	// DateReadings are the days Text can mean, when it is a date that can be read
	// in more than one way. The hits are of all of them; ask which.
	DateReadings []Date `json:"date_readings,omitempty"`
}

// ImportPatient is a patient of a bulk import with the assignment.
type ImportPatient struct {
	NewPatient
	CancerSubtype *int64
	Notes         string
}
