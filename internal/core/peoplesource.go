package core

import (
	"context"
	"time"
)

// PeopleSource is another service that keeps people and assignments, for several
// programs at once: database-service of the portal. Our store mirrors what it says
// (core/portal), and it stays the authority. Ids are its own, everywhere.
//
// "Not there" is CodeNotFound. IsUnanswered errors mean that nothing is known, never
// that something is absent.
type PeopleSource interface {
	Ping(ctx context.Context) error

	SourceUser(ctx context.Context, id int64) (User, error)
	// SourceCredential looks an account up by e-mail, spelled exactly so. It may be
	// old by a quarter of an hour (the service caches it): ask SourceUser for the state.
	SourceCredential(ctx context.Context, email string) (Credential, error)
	SourceClinician(ctx context.Context, userID int64) (Clinician, error)
	// SourceClinicians lists all, whatever number of pages that takes.
	SourceClinicians(ctx context.Context) ([]Clinician, error)
	SourcePatient(ctx context.Context, id int64) (SourcePatient, error)
	// SourcePanel gives all patients of a clinician. known is the Mark of the panel
	// that the caller has: when that is still the same, Same is all that is answered.
	SourcePanel(ctx context.Context, clinicianID int64, known Mark) (SourcePanel, error)
	// SourceAssigned reports whether the patient is the clinician's now. An unknown
	// patient or clinician is not assigned.
	SourceAssigned(ctx context.Context, patientID, clinicianUserID int64) (bool, error)
	SourceCatalogue(ctx context.Context) (SourceCatalogue, error)

	// CreateSourceUser stores a user; PasswordHash is Django's pbkdf2_sha256.
	// CodeConflict when the e-mail is taken.
	CreateSourceUser(ctx context.Context, u NewUser) (User, error)
	// DeleteSourceUser takes one back who was made a moment ago.
	DeleteSourceUser(ctx context.Context, id int64) error
	ChangeSourceUser(ctx context.Context, id int64, change SourceUserChange) (User, error)
	CreateSourceClinician(ctx context.Context, userID int64, specializationID *int64, phone string) (Clinician, error)
	// ChangeSourceClinician changes the profile's own fields; names are the user's.
	ChangeSourceClinician(ctx context.Context, clinicianID int64, change ProfileChange) (Clinician, error)
	CreateSourcePatient(ctx context.Context, userID int64, p NewPatient) (Patient, error)
	// AssignSource stores or replaces a patient's assignment. by is who does it, 0: nobody known.
	AssignSource(ctx context.Context, patientID, clinicianID, subtype int64, notes string, by int64) error

	// Refresh tokens, which every service of the portal can ask for.
	CreateSourceToken(ctx context.Context, userID int64, token string, expires time.Time) error
	// SourceToken says whose token it is and until when; CodeNotFound when it is not
	// valid (any more).
	SourceToken(ctx context.Context, token string) (userID int64, expires time.Time, err error)
	// InvalidateSourceToken ends a token; one that is not there has ended.
	InvalidateSourceToken(ctx context.Context, token string) error
	InvalidateSourceTokens(ctx context.Context, userID int64) error

	// PostEvent tells the portal's event log. CodeInvalid when it will never take it.
	PostEvent(ctx context.Context, e SourceEvent) error
}

// Mark is the digest of something as it was sent; the zero Mark is of nothing.
type Mark [32]byte

// SourcePatient is a patient with the digest of how they were sent.
type SourcePatient struct {
	Patient
	Mark Mark
}

// SourcePanel is all patients of a clinician, each with its user and assignment.
type SourcePanel struct {
	Mark     Mark
	Same     bool
	Patients []SourcePatient
}

// SourceCatalogue is the lists of the source.
type SourceCatalogue struct {
	Roles       []RoleDetail
	CancerTypes []SourceCancerType
	RecordTypes []RecordType
	Languages   []Language
}

// SourceCancerType is a cancer type, or with a parent a subtype.
type SourceCancerType struct {
	Specialization
	ParentID *int64
}

// SourceUserChange holds what of a user to change; nil leaves it as it is.
type SourceUserChange struct {
	FirstName *string `json:"first_name,omitempty"`
	LastName  *string `json:"last_name,omitempty"`
	Password  *string `json:"password,omitempty"` // a hash
	IsActive  *bool   `json:"is_active,omitempty"`

	LastLogin *time.Time `json:"last_login,omitempty"`
}

// SourceEvent is one line of the portal's event log.
type SourceEvent struct {
	Type    string         `json:"event_type"`
	Service string         `json:"service"`
	Data    map[string]any `json:"data"`
}

// TokenVerifier asks the service that signs people in (auth-service) whether the
// holder of an access token is let in now.
type TokenVerifier interface {
	Ping(ctx context.Context) error
	// VerifyToken gives the person; CodeUnauthenticated when the token or its holder
	// is refused. The token's signature and time are checked by the caller.
	VerifyToken(ctx context.Context, access string) (UserSummary, error)
}
