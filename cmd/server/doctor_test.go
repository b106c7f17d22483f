package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"clinician/internal/core/boot"
)

// What the doctor says fits a terminal of 80 columns, and its exit status counts problems
// and not warnings.
func TestDoctorSays(t *testing.T) {
	dir := t.TempDir() + "/data"
	env := []string{"CLINICIAN_DATA_DIR=" + dir, "CLINICIAN_ADDR=127.0.0.1:1", "CLINICIAN_TIME_ZONE=UTC"}
	if code, _, errs := command(t, env, "demo-data", "--people-only", "--patients", "3"); code != 0 {
		t.Fatal(errs)
	}
	code, out, errs := command(t, env, "doctor")
	if code != 0 || !strings.Contains(out, "ok       audit log       ") || !strings.Contains(out, "warning  server          None answers at 127.0.0.1:1.") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	for line := range strings.Lines(out) {
		if utf8.RuneCountInString(line) > 81 && !strings.Contains(line, dir) {
			t.Errorf("too wide: %s", line)
		}
	}
	code, out, errs = command(t, append(env, "CLINICIAN_TEMP_TTL=1ms"), "doctor", "--json")
	var list []boot.Finding
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 1 || !strings.Contains(errs, "1 problem was found") || list[0].Status != boot.FoundProblem {
		t.Errorf("%d, %v: %s%s", code, err, out, errs)
	}
}

// command runs a command line.
func command(t *testing.T, env []string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, stdio{strings.NewReader(""), &o, &e}, env)
	return code, o.String(), e.String()
}
