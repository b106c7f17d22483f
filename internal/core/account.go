package core

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
