package core

import "context"

// SignedIn is a person with the tokens of the session that they just began.
type SignedIn struct {
	User      User       `json:"user"`
	Clinician *Clinician `json:"clinician"`
	Tokens    Tokens     `json:"tokens"`
}

// Signup is what a clinician says of themselves when they make an account.
type Signup struct {
	Email            string `json:"email"`
	Password         string `json:"password"`
	PasswordConfirm  string `json:"password_confirm"`
	FirstName        string `json:"first_name"`
	LastName         string `json:"last_name"`
	SpecializationID int64  `json:"specialization_id"`
	PhoneNumber      string `json:"phone_number"`
}

// ActiveSession says whether a session is alive, with new tokens when its access
// token was about to end.
type ActiveSession struct {
	Active       bool   `json:"active"`
	NeedsRefresh *bool  `json:"needs_refresh,omitempty"`
	Access       string `json:"access,omitempty"`
	Refresh      string `json:"refresh,omitempty"`
}

// Account is what a signed-in person can do with their own profile, and what
// anybody may know of the service; see Clinic.
type Account interface {
	Profile(ctx context.Context) (Profile, error)
	// UpdateProfile changes the fields that are not nil. CodeConflict with Error.Current
	// when the profile is not of the version that the caller saw, unless that is "".
	UpdateProfile(ctx context.Context, change ProfileChange) (Profile, error)

	Specializations(ctx context.Context) ([]Specialization, error)
	RecordTypes(ctx context.Context) ([]RecordType, error)
	// Limits says what the server takes.
	Limits(ctx context.Context) (Limits, error)
}
