package authservice_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"clinician/internal/clients/authservice"
	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
)

// sent gives the token of a captured exchange.
func sent(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		Request struct{ Headers map[string]string }
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(e.Request.Headers["Authorization"], "Bearer ")
}

func TestCapturedExchanges(t *testing.T) {
	t.Parallel()
	c, err := authservice.New(authservice.Options{URL: siblingtest.Replay(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	u, err := c.VerifyToken(t.Context(), sent(t, "auth_verify_200"))
	if err != nil || u.ID != 2 || u.RoleName != core.RoleClinician || !u.IsActive || u.Email != "dr.main@example.com" {
		t.Errorf("verified %+v: %v", u, err)
	}
	for _, bad := range []string{"auth_verify_bad_token", "auth_verify_expired_token"} {
		if _, err := c.VerifyToken(t.Context(), sent(t, bad)); core.CodeOf(err) != core.CodeUnauthenticated {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
