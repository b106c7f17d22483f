package core

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Token is somebody's access token. It never prints: fmt, encoding/json and log/slog
// give a mask, also of a struct that holds one. The zero Token is none.
type Token struct {
	// A pointer, since fmt calls no methods on unexported fields: of a struct that
	// hides a Token it prints an address.
	secret *string
}

const maskedToken = "[token]"

// NewToken takes a token over as it was sent; "" is none.
func NewToken(secret string) Token {
	if secret == "" {
		return Token{}
	}
	return Token{&secret}
}

// Reveal gives the token as it was sent, for the header of a request and nothing else;
// "" when there is none.
func (t Token) Reveal() string {
	if t.secret == nil {
		return ""
	}
	return *t.secret
}

// IsZero reports whether there is no token.
func (t Token) IsZero() bool { return t.secret == nil }

// String gives a mask; "" when there is no token.
func (t Token) String() string {
	if t.IsZero() {
		return ""
	}
	return maskedToken
}

// GoString gives a mask, for %#v.
func (t Token) GoString() string { return "core.Token(" + t.String() + ")" }

// Format gives a mask, whatever the verb.
func (t Token) Format(s fmt.State, verb rune) {
	if verb == 'v' && s.Flag('#') {
		_, _ = fmt.Fprint(s, t.GoString()) // fmt looks after errors of s itself
		return
	}
	_, _ = fmt.Fprint(s, t.String())
}

// MarshalText gives a mask.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalJSON gives a mask.
func (t Token) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// LogValue gives a mask.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Acting is the person on whose behalf content is read or changed, with what proves it
// to another service that looks for itself. The zero Acting is the shell or the server
// itself: what is on this machine takes it, another service refuses it.
type Acting struct {
	Principal
	Token Token // the person's own
}

// DelegationLifetime is how long the token of a Delegation is good.
const DelegationLifetime = 2 * time.Minute

// Delegation gives work that no request waits for, such as the queue of readings, the
// person it is done for.
type Delegation interface {
	// OnBehalf gives the user with a token that is minted now, good for
	// DelegationLifetime, for work on a patient's documents; ask again for the next
	// act. CodeForbidden, with a sentence that says what to do, when the user is not
	// active or the patient is not assigned to them at this moment.
	OnBehalf(ctx context.Context, userID, patientID int64) (Acting, error)
}
