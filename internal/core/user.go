package core

import "time"

// Role is the name of a user's role.
type Role string

const (
	RolePatient        Role = "PATIENT"
	RoleClinician      Role = "CLINICIAN"
	RoleAdmin          Role = "ADMIN"
	RoleNurse          Role = "NURSE"
	RoleClerk          Role = "CLERK"
	RolePrivacyOfficer Role = "PRIVACY_OFFICER"
)

// RoleDetail is a row of the role catalogue.
type RoleDetail struct {
	ID          int64  `json:"id"`
	Name        Role   `json:"name"`
	DisplayName string `json:"display_name"`
	Description string `json:"description"`
}

// User is a person with an account. Patients are users too.
type User struct {
	ID         int64      `json:"id"`
	Email      string     `json:"email"`
	FirstName  string     `json:"first_name"`
	LastName   string     `json:"last_name"`
	Role       int64      `json:"role"`
	RoleDetail RoleDetail `json:"role_detail"`
	RoleName   Role       `json:"role_name"`
	IsActive   bool       `json:"is_active"`
	DateJoined time.Time  `json:"date_joined"`
	LastLogin  *time.Time `json:"last_login"`
}

// UserSummary is the part of a User that profiles and lists carry.
type UserSummary struct {
	ID         int64     `json:"id"`
	Email      string    `json:"email"`
	FirstName  string    `json:"first_name"`
	LastName   string    `json:"last_name"`
	IsActive   bool      `json:"is_active"`
	DateJoined time.Time `json:"date_joined"`
	RoleName   Role      `json:"role_name"`
}

// Summary gives the short form of u.
func (u User) Summary() UserSummary {
	return UserSummary{u.ID, u.Email, u.FirstName, u.LastName, u.IsActive, u.DateJoined, u.RoleName}
}

// Credential is what a login is checked against. It never leaves the server.
type Credential struct {
	User         User
	PasswordHash string // PHC string of argon2id, or Django's pbkdf2_sha256; "" means no password login
}

// NewUser is a person to be stored. PasswordHash is already hashed.
type NewUser struct {
	Email        string
	FirstName    string
	LastName     string
	Role         Role
	PasswordHash string
}

// Specialization is a top-level cancer type: what a clinician specialises in.
type Specialization struct {
	ID          int64  `json:"id"`
	CancerType  string `json:"cancer_type"`
	Description string `json:"description"`
}

// Language is a language a patient may prefer.
type Language struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	NativeName string `json:"native_name"`
}

// Clinician is a practitioner's professional side (FHIR PractitionerRole).
type Clinician struct {
	ID                   int64           `json:"id"`
	User                 User            `json:"user"`
	SpecializationDetail *Specialization `json:"specialization_detail"`
	PhoneNumber          string          `json:"phone_number"`
	IsAvailable          bool            `json:"is_available"`
	CreatedAt            time.Time       `json:"created_at"`
	UpdatedAt            time.Time       `json:"updated_at"`
	Specialization       *int64          `json:"specialization"`
}

// Profile is a Clinician as its owner sees it.
type Profile struct {
	ID                   int64           `json:"id"`
	User                 UserSummary     `json:"user"`
	Specialization       *int64          `json:"specialization"`
	SpecializationDetail *Specialization `json:"specialization_detail"`
	PhoneNumber          string          `json:"phone_number"`
	IsAvailable          bool            `json:"is_available"`
	CreatedAt            time.Time       `json:"created_at"`
	UpdatedAt            time.Time       `json:"updated_at"`
	Version              string          `json:"version"` // goes back with a change (If-Match)
}

// Profile gives the profile view of c.
func (c Clinician) Profile() Profile {
	return Profile{ID: c.ID, User: c.User.Summary(), Specialization: c.Specialization, SpecializationDetail: c.SpecializationDetail,
		PhoneNumber: c.PhoneNumber, IsAvailable: c.IsAvailable, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}.Versioned()
}

// NewClinician is a user to be stored together with the clinician's profile.
type NewClinician struct {
	User             NewUser // Role is RoleClinician
	SpecializationID *int64  // must be in the catalogue; nil: none
	PhoneNumber      string
}

// ProfileChange holds the fields of a profile to change; nil leaves one as it is.
type ProfileChange struct {
	FirstName        *string `json:"first_name,omitempty"`
	LastName         *string `json:"last_name,omitempty"`
	PhoneNumber      *string `json:"phone_number,omitempty"`
	SpecializationID *int64  `json:"specialization_id,omitempty"`
	IsAvailable      *bool   `json:"is_available,omitempty"`

	Version string `json:"-"` // Profile.Version as the caller saw it; "" not said
}

// Principal is the person on whose behalf something is done. The zero
// Principal may do nothing.
type Principal struct {
	UserID    int64
	Email     string
	Role      Role
	SessionID string

	ClinicianID int64 // of the user's clinician's profile; 0: there is none, or it is not known here

	ExpiresAt time.Time // of the access token that proved it
	Client    Client
}

// Client is where a request comes from, for the audit log.
type Client struct {
	Address   string // IP without port
	UserAgent string
}
