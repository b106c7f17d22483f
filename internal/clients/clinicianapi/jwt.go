package clinicianapi

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// claims is what the client reads of an access token. Nothing is verified: the
// server does that; the client only wants to renew in time.
type claims struct {
	Email     string  `json:"email"`
	ExpiresAt float64 `json:"exp"`
	IssuedAt  float64 `json:"iat"`
}

// readClaims gives the zero claims for anything that is not a JWT.
func readClaims(token string) claims {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > 16<<10 {
		return claims{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims{}
	}
	var c claims
	if json.Unmarshal(payload, &c) != nil || !plausible(c.ExpiresAt) || !plausible(c.IssuedAt) {
		return claims{}
	}
	return c
}

func plausible(seconds float64) bool {
	return !math.IsNaN(seconds) && seconds >= 0 && seconds < 1<<40
}

// expiry tells when the token ends by the local clock. For one that was issued
// just now (fresh) only its lifetime counts, so that a local clock that is
// wrong by hours does no harm. Zero: not known.
func (c claims) expiry(now time.Time, fresh bool) time.Time {
	switch {
	case c.ExpiresAt == 0:
		return time.Time{}
	case fresh && c.IssuedAt > 0 && c.ExpiresAt > c.IssuedAt:
		return now.Add(seconds(c.ExpiresAt - c.IssuedAt))
	default:
		return time.Unix(int64(c.ExpiresAt), 0)
	}
}

func seconds(s float64) time.Duration {
	return time.Duration(min(s, 1e9) * float64(time.Second))
}
