package account

import (
	"context"

	"clinician/internal/core"
)

// Clinic is what the screens of the account do: sign in and out, and the profile.
// Nothing of a patient is in reach.
type Clinic interface {
	Login(ctx context.Context, email, password string) (core.SignedIn, error)
	Signup(ctx context.Context, s core.Signup) (core.SignedIn, error)
	Logout(ctx context.Context, everywhere bool) error
	Profile(ctx context.Context) (core.Profile, error)
	UpdateProfile(ctx context.Context, change core.ProfileChange) (core.Profile, error)
	Specializations(ctx context.Context) ([]core.Specialization, error)
}
