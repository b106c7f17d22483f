package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"clinician/internal/core"
)

var (
	start = time.Date(2026, 11, 23, 9, 41, 50, 0, time.UTC)
	keyA  = bytes.Repeat([]byte("a"), 32)
	keyB  = bytes.Repeat([]byte("b"), 32)
	ann   = core.User{ID: 7, Email: "ann@example.org", RoleName: core.RoleClinician}
)

func access(t testing.TB, now *time.Time, keys ...[]byte) *Access {
	t.Helper()
	a, err := NewAccess(AccessOptions{Keys: keys, Clock: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestIssueAndVerify(t *testing.T) {
	now := start
	a := access(t, &now, keyA)
	token, expires, err := a.Issue(ann, "session1")
	if err != nil {
		t.Fatal(err)
	}
	if want := start.Add(15 * time.Minute); !expires.Equal(want) {
		t.Errorf("expires %s, want %s", expires, want)
	}
	now = start.Add(15*time.Minute - time.Second)
	got, err := a.Verify(token)
	want := core.Principal{UserID: 7, Email: "ann@example.org", Role: core.RoleClinician, SessionID: "session1", ExpiresAt: expires}
	if err != nil || got != want {
		t.Errorf("Verify = %+v, %v", got, err)
	}
	now = start.Add(15*time.Minute + time.Second)
	if got, err := a.Verify(token); !errors.Is(err, ErrTokenExpired) || got != (core.Principal{}) {
		t.Errorf("expired: %+v, %v", got, err)
	}
}

// What programs of the replaced service read from a token.
func TestTokenHasTheOldClaims(t *testing.T) {
	now := start
	token, _, err := access(t, &now, keyA).Issue(ann, "session1")
	if err != nil {
		t.Fatal(err)
	}
	header, body := part(t, token, 0), part(t, token, 1)
	if header["alg"] != "HS256" || header["typ"] != "JWT" || len(header) != 3 || header["kid"] == "" {
		t.Errorf("header %v", header)
	}
	for claim, want := range map[string]any{
		"user_id": 7.0, "email": "ann@example.org", "role": "CLINICIAN", "iat": float64(start.Unix()),
		"exp": float64(start.Add(15 * time.Minute).Unix()), "token_type": "access", "sid": "session1",
		"iss": "clinician-service", "aud": "clinician",
	} {
		if body[claim] != want {
			t.Errorf("%s = %v, want %v", claim, body[claim], want)
		}
	}
	if id, _ := body["jti"].(string); len(id) != 36 || id[14] != '4' {
		t.Errorf("jti %v", body["jti"])
	}
}

func part(t *testing.T, token string, i int) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestVerifyRefuses(t *testing.T) {
	now := start
	a := access(t, &now, keyA)
	good := jwt.MapClaims{
		"user_id": 7, "email": "ann@example.org", "role": "CLINICIAN", "iat": start.Unix(), "exp": start.Add(time.Minute).Unix(),
		"jti": "x", "token_type": "access", "sid": "session1", "iss": Issuer, "aud": Audience,
	}
	sign := func(method jwt.SigningMethod, key any, change jwt.MapClaims) string {
		c := maps.Clone(good)
		for k, v := range change {
			if c[k] = v; v == nil {
				delete(c, k)
			}
		}
		token, err := jwt.NewWithClaims(method, c).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	hs := func(change jwt.MapClaims) string { return sign(jwt.SigningMethodHS256, keyA, change) }
	if _, err := a.Verify(hs(nil)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	expired := jwt.MapClaims{"exp": start.Add(-time.Hour).Unix()}
	whole := hs(nil)
	for name, token := range map[string]string{
		"nothing":                    "",
		"not a token":                "abc",
		"many dots":                  strings.Repeat(".", 8000),
		"too long":                   hs(jwt.MapClaims{"email": strings.Repeat("x", 9000)}),
		"alg none":                   sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"HS512":                      sign(jwt.SigningMethodHS512, keyA, nil),
		"another key":                sign(jwt.SigningMethodHS256, keyB, nil),
		"another key and expired":    sign(jwt.SigningMethodHS256, keyB, expired),
		"cut signature":              whole[:len(whole)-2],
		"no signature":               whole[:strings.LastIndex(whole, ".")+1],
		"padding":                    whole + "=",
		"line break":                 whole + "\n",
		"no exp":                     hs(jwt.MapClaims{"exp": nil}),
		"exp of text":                hs(jwt.MapClaims{"exp": "tomorrow"}),
		"refresh token":              hs(jwt.MapClaims{"token_type": "refresh"}),
		"expired refresh token":      hs(jwt.MapClaims{"token_type": "refresh", "exp": start.Add(-time.Hour).Unix()}),
		"no token type":              hs(jwt.MapClaims{"token_type": nil}),
		"another audience":           hs(jwt.MapClaims{"aud": "pharmacy"}),
		"no audience":                hs(jwt.MapClaims{"aud": nil}),
		"another issuer":             hs(jwt.MapClaims{"iss": "elsewhere"}),
		"another issuer and expired": hs(jwt.MapClaims{"iss": "elsewhere", "exp": start.Add(-time.Hour).Unix()}),
		"not yet valid":              hs(jwt.MapClaims{"nbf": start.Add(time.Hour).Unix()}),
		"no user":                    hs(jwt.MapClaims{"user_id": nil}),
		"user of text":               hs(jwt.MapClaims{"user_id": "7"}),
		"negative user":              hs(jwt.MapClaims{"user_id": -7}),
		"no session":                 hs(jwt.MapClaims{"sid": nil}),
	} {
		got, err := a.Verify(token)
		if core.CodeOf(err) != core.CodeUnauthenticated || errors.Is(err, ErrTokenExpired) || got != (core.Principal{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if core.MessageOf(err) != "Invalid token" {
			t.Errorf("%s: message %q", name, core.MessageOf(err))
		}
	}
	if _, err := a.Verify(hs(expired)); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("expired and nothing else: %v", err)
	}
}

func TestKeyRotation(t *testing.T) {
	now := start
	old, both, fresh := access(t, &now, keyA), access(t, &now, keyB, keyA), access(t, &now, keyB)
	before, _, _ := old.Issue(ann, "s")
	after, _, _ := both.Issue(ann, "s")
	for _, c := range []struct {
		name string
		by   *Access
		tok  string
		ok   bool
	}{
		{"old token, both keys", both, before, true}, {"new token, both keys", both, after, true},
		{"new token, new key", fresh, after, true}, {"old token, new key", fresh, before, false}, {"new token, old key", old, after, false},
	} {
		if _, err := c.by.Verify(c.tok); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	now = start.Add(time.Hour)
	if _, err := both.Verify(before); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("expired under an old key: %v", err)
	}
}

func TestShortKeysAreRefused(t *testing.T) {
	for _, keys := range [][][]byte{nil, {[]byte("short")}, {keyA, []byte("short")}} {
		if _, err := NewAccess(AccessOptions{Keys: keys}); err == nil {
			t.Errorf("%d keys accepted", len(keys))
		}
	}
}

func FuzzVerify(f *testing.F) {
	now := start
	a := access(f, &now, keyA)
	// The same in every process of the fuzzer, unlike what Issue makes.
	good, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		UserID: 7, TokenType: TypeAccess, SessionID: "s", Issuer: Issuer, Audience: Audience,
		Expires: jwt.NewNumericDate(start.Add(time.Minute)),
	}).SignedString(keyA)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		if p, err := a.Verify(token); err == nil && token != good {
			t.Errorf("%q verified as %+v", token, p)
		}
	})
}

func TestKeysAreNamedAndTakenBack(t *testing.T) {
	old, fresh := bytes.Repeat([]byte("o"), 32), bytes.Repeat([]byte("n"), 32)
	now := time.Now()
	before := access(t, &now, old)
	after := access(t, &now, fresh, old)
	u := core.User{ID: 7, Email: "ann@example.org", RoleName: core.RoleClinician}
	issue := func(a *Access) (token, kid string) {
		t.Helper()
		token, _, err := a.Issue(u, "s")
		if err != nil {
			t.Fatal(err)
		}
		parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
		if err != nil {
			t.Fatal(err)
		}
		return token, parsed.Header["kid"].(string)
	}
	first, firstKey := issue(before)
	second, secondKey := issue(after)
	if firstKey == secondKey || len(firstKey) != 12 {
		t.Errorf("keys are called %q and %q", firstKey, secondKey)
	}
	for _, token := range []string{first, second} {
		if _, err := after.Verify(token); err != nil {
			t.Errorf("with both keys: %v", err)
		}
	}
	if _, err := before.Verify(second); err == nil {
		t.Error("a key nobody named was taken")
	}
	// Once the old key is named no longer, its tokens end, remembered or not.
	if err := after.TakeAlso(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := after.Verify(first); err == nil {
		t.Error("a token of a key that was taken back")
	}
	if _, err := after.Verify(second); err != nil {
		t.Error(err)
	}
	if err := after.TakeAlso([][]byte{[]byte("short")}); err == nil {
		t.Error("a short key was taken")
	}
}
