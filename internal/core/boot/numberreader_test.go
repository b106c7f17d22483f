package boot

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"clinician/internal/clients/numbers"
)

// The start says what reads numbers a second time, on what, or why nothing does.
func TestStartSaysWhatReadsNumbers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ dir, want string }{
		"none named": {"", `msg="numbers are read by one engine" why="CLINICIAN_NUMBER_READER is not set"`},
		"not there":  {"/nowhere", "scripts/setup number-reader"},
		"there":      {numbers.AtHand(), "device=cpu"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "there" && c.dir == "" {
				t.Skip("the number reader is not there; scripts/setup number-reader fetches it where npm can")
			}
			var log bytes.Buffer
			s := &Server{data: &data{log: slog.New(slog.NewTextHandler(&log, nil))}}
			second, err := Config{NumberReader: c.dir}.numberReader(false)
			ok(t, err)
			if s.numbers = second; second != nil {
				t.Cleanup(func() { second.Close() })
			}
			s.sayNumberReader(t.Context())
			if !strings.Contains(log.String(), c.want) {
				t.Errorf("%s, want %s", log.String(), c.want)
			}
		})
	}
}
