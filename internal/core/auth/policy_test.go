package auth

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

func TestCheckPassword(t *testing.T) {
	own := []string{"Ann.Lee@example.org", "Ann", "Lee-Fitzgerald"}
	for _, c := range []struct {
		password string
		minimum  int
		want     []string
	}{
		{"Str0ng-Passw0rd!", 0, nil},
		{"пароль-длинный", 0, nil},
		{"日本語日本語日本", 0, nil}, // eight characters, not bytes
		{"aaaa bbbb", 0, nil},
		{strings.Repeat("x", 1024), 0, nil},
		{"short", 0, []string{"Ensure this field has at least 8 characters."}},
		{"日本語日本語日", 0, []string{"Ensure this field has at least 8 characters."}},
		{"", 0, []string{"Ensure this field has at least 8 characters."}},
		{"fourteen chars", 15, []string{"Ensure this field has at least 15 characters."}},
		{strings.Repeat("x", 1025), 0, []string{"Ensure this field has no more than 1024 bytes."}},
		{"password123", 0, []string{"This password is too common."}},
		{"PassWord123", 0, []string{"This password is too common."}},
		{"12345678", 15, []string{"Ensure this field has at least 15 characters.", "This password is too common."}},
		{"ann.lee@example.ORG", 0, []string{"The password is too similar to your name or e-mail."}},
		{"lee-fitzgerald", 0, []string{"The password is too similar to your name or e-mail."}},
	} {
		err := CheckPassword(c.password, c.minimum, own...)
		var e *core.Error
		if errors.As(err, &e) && (e.Code != core.CodeInvalid || e.Message != e.Fields["password"][0]) {
			t.Errorf("%q: %v", c.password, e)
		}
		var got []string
		if e != nil {
			got = e.Fields["password"]
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("CheckPassword(%.20q, %d) = %q, want %q", c.password, c.minimum, got, c.want)
		}
	}
}

// An entry the set can never match would be a line that lies.
func TestCommonPasswordsAreUsable(t *testing.T) {
	for word := range common() {
		if word != strings.ToLower(word) || len(word) < DefaultMinPassword {
			t.Errorf("%q can never be refused", word)
		}
	}
	if len(common()) < 500 {
		t.Errorf("only %d common passwords", len(common()))
	}
}
