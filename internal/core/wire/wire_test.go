package wire

import (
	"testing"

	"clinician/internal/core"
)

func TestEveryCodeSurvivesTheTrip(t *testing.T) {
	for code, status := range statusOf {
		back := CodeOfStatus(status)
		if back != code && Status(back) != status {
			t.Errorf("%s -> %d -> %s", code, status, back)
		}
	}
	for status, want := range map[int]core.Code{502: core.CodeUnavailable, 504: core.CodeUnavailable, 503: core.CodeUnavailable,
		418: core.CodeInvalid, 500: core.CodeInternal, 599: core.CodeInternal} {
		if got := CodeOfStatus(status); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
	if Status("never heard of") != 500 {
		t.Error("an unknown code is not an internal error")
	}
}
