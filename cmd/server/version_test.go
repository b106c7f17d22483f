package main

import (
	"bytes"
	"strings"
	"testing"

	"clinician/internal/version"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	var out, complaint bytes.Buffer
	status := run(t.Context(), []string{"--version"}, stdio{strings.NewReader(""), &out, &complaint}, nil)
	if want := "server version " + version.String() + "\n"; status != 0 || out.String() != want || complaint.Len() > 0 {
		t.Errorf("--version: status %d, %q, %q, want %q", status, out.String(), complaint.String(), want)
	}
}
