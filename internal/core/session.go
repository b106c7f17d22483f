package core

import (
	"strings"
	"time"
)

// Session is one login: a refresh-token family. It ends by logout, by the
// user being disabled, by reuse of a spent token, or by time.
type Session struct {
	ID         string
	UserID     int64
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time // absolute end
	RevokedAt  *time.Time
}

// AdoptedSession begins the ids of sessions that stand for a token which another service
// of the portal issued. There is one for each of its tokens, so that several can be one
// login of a person.
const AdoptedSession = "portal-"

// IsAdopted reports whether a session is one of those.
func IsAdopted(sessionID string) bool { return strings.HasPrefix(sessionID, AdoptedSession) }

// TokenHash is the SHA-256 of a refresh token; tokens themselves are never stored.
type TokenHash [32]byte

// NewSession opens a family with its first refresh token.
type NewSession struct {
	ID        string // random, at least 128 bits
	UserID    int64
	Token     TokenHash
	At        time.Time
	ExpiresAt time.Time

	// Refresh is the token itself, for a port that has to register it elsewhere. Our
	// own store never keeps it.
	Refresh string
}

// Rotation asks to exchange a refresh token for its successor.
type Rotation struct {
	Presented TokenHash
	Successor TokenHash
	// Sealed is the successor encrypted under a key that only the holder of the
	// presented token can derive, so that a client whose answer was lost gets
	// the same successor again and not a second branch.
	Sealed []byte
	// The tokens themselves; see NewSession.Refresh.
	PresentedToken, SuccessorToken string

	At    time.Time
	Idle  time.Duration // a token unused for longer than this is dead; 0: no idle limit
	Grace time.Duration // a spent token presented again within this gets Sealed back
}

// Rotated is the answer to a Rotation.
type Rotated struct {
	Session  Session
	Replayed []byte // not nil: the token was spent within Grace; this is the Sealed of back then
}

// Tokens is a pair as given to a client.
type Tokens struct {
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
}
