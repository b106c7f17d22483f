package core

import "context"

// TokenVault keeps refresh tokens on the clinician's machine, one per server
// and user. It is the client's side of Sessions; servers never use it.
//
// server is the address the client speaks to ("https://host:port"), user the
// e-mail address in lower case. All methods may be called from many goroutines
// at once, and several processes may share one vault: a token that was stored
// by another process is seen by the next Load.
type TokenVault interface {
	// Load gives the token; CodeNotFound when there is none, CodeUnavailable
	// when the vault does not answer.
	Load(ctx context.Context, server, user string) (string, error)
	// Store keeps the token in place of any earlier one and makes user the
	// server's last user. When it fails, the earlier token may still be there.
	Store(ctx context.Context, server, user, token string) error
	// Delete forgets the token, and the last user when it is this one. A token
	// that is not there is no error.
	Delete(ctx context.Context, server, user string) error
	// LastUser gives the user of the latest Store; CodeNotFound when there is none.
	LastUser(ctx context.Context, server string) (string, error)
	// Lock keeps everybody else, in this and in other processes, from getting
	// the same lock until unlock is called; a process that dies lets go of it.
	// Who exchanges a token holds it over Load, exchange and Store, so that no
	// spent token is ever presented or put in place of a newer one. Unlock is
	// called once. An error (ctx ended, or there is no place for locks) means
	// that nothing is locked.
	Lock(ctx context.Context, server, user string) (unlock func(), err error)
	// Place says where tokens are kept, "keyring" or "memory", and why, in a
	// sentence for people.
	Place() (place, reason string)
}
