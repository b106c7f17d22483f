package siblingtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// JWTKey is the key that the services share.
const JWTKey = "a key of thirty-two bytes or more, shared"

// Auth answers as auth-service does, for the people of a Database.
type Auth struct {
	server
	people *Database
}

// StartAuth starts one.
func StartAuth(t testing.TB, people *Database) *Auth {
	a := &Auth{people: people}
	mux := http.NewServeMux()
	health := object{"status": "healthy", "service": "auth-service", "database": "connected", "cache": "connected"}
	mux.HandleFunc("GET /health/", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, health) })
	mux.HandleFunc("GET /api/auth/verify/{$}", a.verify)
	a.start(t, mux, "Invalid access token.")
	return a
}

// AccessToken signs one as auth-service does: without a kind, an id or an audience.
func AccessToken(userID int64, email, role string, at time.Time, lifetime time.Duration) string {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"user_id": userID, "email": email, "role": role,
		"exp": at.Add(lifetime).Unix(), "iat": at.Unix()}).SignedString([]byte(JWTKey))
	if err != nil {
		panic(err)
	}
	return token
}

// verify does what PyJWT does there: it refuses a token that names an audience, and
// looks at nothing else but signature and times (which the test's clock makes its own).
func (a *Auth) verify(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	claims := jwt.MapClaims{}
	_, err := jwt.NewParser(jwt.WithoutClaimsValidation()).ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return []byte(JWTKey), nil })
	userID, ok := claims["user_id"].(float64)
	if err != nil || !ok || claims["aud"] != nil {
		reply(w, http.StatusForbidden, object{"detail": "Invalid access token."})
		return
	}
	a.people.data.Lock()
	defer a.people.data.Unlock()
	u := a.people.users[int64(userID)]
	switch {
	case u == nil:
		reply(w, http.StatusNotFound, object{"valid": false, "error": "User not found"})
	case !u.active:
		reply(w, http.StatusForbidden, object{"detail": "User account is disabled."})
	default:
		v := u.json()
		delete(v, "role")
		delete(v, "last_login")
		reply(w, 200, object{"valid": true, "user": v})
	}
}
