package core

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"strings"
	"time"
)

// Throttle slows down guessing, per account and per address: the first failures
// cost nothing, the next ones 1, 2, 4 ... seconds up to ThrottleMaxDelay. It never
// locks anybody out for good, so nobody can lock out somebody else. What it
// remembers is bounded and holds no e-mail address in clear. Safe for many
// goroutines.
type Throttle interface {
	// Try says whether a guess may be tried; call it before any work. The try
	// counts as failed until Succeeded or Undo says otherwise, so that many at the
	// same moment gain nothing. The error is CodeRateLimited with RetryAfter; a
	// refused try does not count. An empty account or address is left out.
	Try(ctx context.Context, account, address string) error
	// Succeeded resets the account and takes the try back for the address. Other
	// failures of the address stay: one valid account must not buy fresh guesses
	// at others.
	Succeeded(ctx context.Context, account, address string)
	// Undo takes a try back that ended without an answer.
	Undo(ctx context.Context, account, address string)
}

// How a Throttle answers guessing. Behind one address there may be a whole
// clinic, so it has more free failures than an account.
const (
	ThrottleFreePerAccount = 10
	ThrottleFreePerAddress = 30
	ThrottleWindow         = 15 * time.Minute // without a failure, and all is forgotten
	ThrottleMaxDelay       = 15 * time.Minute
)

// ThrottleDelay is how long nothing may be tried after so many failures, of which
// free cost nothing.
func ThrottleDelay(failures, free int) time.Duration {
	over := failures - free
	if over <= 0 {
		return 0
	}
	return min(ThrottleMaxDelay, time.Second<<min(over-1, 30))
}

// Throttled is the refusal of a try that has to wait.
func Throttled(wait time.Duration) *Error {
	seconds := int((wait + time.Second - 1) / time.Second)
	err := Errorf(CodeRateLimited, "Too many failed attempts. Try again in %s.", Plural(seconds, "second", "seconds"))
	err.RetryAfter = seconds
	return err
}

// Guesser is who a Throttle counts failures of: the hash of an account or of an
// address, short and no list of e-mail addresses. The zero Guesser is nobody.
type Guesser [sha256.Size]byte

// GuesserOfAccount does not tell capitals from small letters.
func GuesserOfAccount(account string) Guesser {
	if account == "" {
		return Guesser{}
	}
	return sha256.Sum256([]byte("account " + strings.ToLower(account)))
}

// GuesserOfAddress counts IPv6 by /64: that is what one customer gets.
func GuesserOfAddress(address string) Guesser {
	if address == "" {
		return Guesser{}
	}
	if a, err := netip.ParseAddr(address); err == nil {
		a = a.Unmap().WithZone("")
		address = a.String()
		if p, err := a.Prefix(64); err == nil && a.Is6() {
			address = p.String()
		}
	}
	return sha256.Sum256([]byte("address " + address))
}
