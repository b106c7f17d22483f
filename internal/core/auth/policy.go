package auth

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"clinician/internal/core"
)

// MaxPasswordBytes is the longest password taken. Nothing is ever cut off.
const MaxPasswordBytes = 1024

// DefaultMinPassword is what the replaced service asked for, in characters.
const DefaultMinPassword = 8

//go:embed common.txt
var commonText string

// common is the set of passwords everybody tries first, in lower case.
var common = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(commonText) {
		set[word] = true
	}
	return set
})

// CheckPassword says whether a new password is good enough: at least minimum
// characters (0: DefaultMinPassword), at most MaxPasswordBytes, not one of the
// most common ones and not one of the person's own words (e-mail, names).
// There are no rules on what it is made of. The error is CodeInvalid with
// Fields["password"].
func CheckPassword(password string, minimum int, own ...string) error {
	if minimum <= 0 {
		minimum = DefaultMinPassword
	}
	var wrong []string
	if utf8.RuneCountInString(password) < minimum {
		wrong = append(wrong, fmt.Sprintf("Ensure this field has at least %d characters.", minimum))
	}
	if len(password) > MaxPasswordBytes {
		wrong = append(wrong, fmt.Sprintf("Ensure this field has no more than %d bytes.", MaxPasswordBytes))
	}
	low := strings.ToLower(password)
	if common()[low] {
		wrong = append(wrong, "This password is too common.")
	}
	for _, o := range own {
		if o = strings.ToLower(strings.TrimSpace(o)); o != "" && o == low {
			wrong = append(wrong, "The password is too similar to your name or e-mail.")
			break
		}
	}
	if wrong == nil {
		return nil
	}
	err := core.Errorf(core.CodeInvalid, "%s", wrong[0])
	err.Fields = map[string][]string{"password": wrong}
	return err
}
