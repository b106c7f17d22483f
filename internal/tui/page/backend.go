package page

import (
	"context"

	"clinician/internal/core"
)

// Backend is the server as the workstation sees it: what a signed-in person can do,
// and the session of this workstation. The shell has all of it and hands each part
// the little it needs, see the Clinic of a part. clients/clinicianapi implements
// it over HTTP; tests bring their own. Every method may block and is called
// from a tea.Cmd, never from Update or View. Errors are *core.Error:
// CodeUnauthenticated means the session is over, CodeUnavailable that the
// server cannot be reached.
type Backend interface {
	core.Clinic

	Login(ctx context.Context, email, password string) (core.SignedIn, error)
	Signup(ctx context.Context, s core.Signup) (core.SignedIn, error)
	// Resume takes up the session whose refresh token the token vault keeps;
	// CodeUnauthenticated when there is none or it is over.
	Resume(ctx context.Context) (core.Profile, error)
	// KeepAlive refreshes the access token when it is about to end. Call it
	// every few minutes while the user is active.
	KeepAlive(ctx context.Context) error
	Logout(ctx context.Context, everywhere bool) error
	// Unlock checks the password of the person who is signed in. Their session
	// stays, or is begun anew when it has ended meanwhile.
	Unlock(ctx context.Context, email, password string) (core.SignedIn, error)

	// Keyring says where the tokens are kept: "keyring" or "memory", and why.
	Keyring() (place, reason string)
	// Address is the server's address for display.
	Address() string
}
