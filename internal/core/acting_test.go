package core_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"clinician/internal/core"
)

// A token is revealed by nothing but Reveal, wherever it is put.
func TestTokenNeverPrints(t *testing.T) {
	t.Parallel()
	const secret = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.signature"
	token := core.NewToken(secret)
	if token.Reveal() != secret || token.IsZero() {
		t.Fatalf("revealed %q", token.Reveal())
	}
	hidden := struct {
		who core.Acting
		at  *core.Acting
	}{core.Acting{Token: token}, &core.Acting{Token: token}}
	var out strings.Builder
	for _, v := range []any{token, &token, hidden, &hidden, hidden.who, hidden.at, []core.Token{token}, map[string]any{"token": token},
		fmt.Errorf("with %v: %w", token, errors.New("cause"))} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v)
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
		if b, err := xml.Marshal(v); err == nil {
			out.Write(b)
		}
		var log bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
			slog.New(h).Info("m", "v", v, slog.Group("g", "v", v))
		}
		out.Write(log.Bytes())
	}
	for _, part := range []string{secret, "signature", "c2VjcmV0", fmt.Sprintf("%x", secret), fmt.Sprintf("%X", "c2VjcmV0")} {
		if strings.Contains(out.String(), part) {
			t.Errorf("%q was printed:\n%s", part, out.String())
		}
	}
	if got := fmt.Sprint(token); got != "[token]" {
		t.Errorf("printed %q", got)
	}
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	for _, none := range []core.Token{{}, core.NewToken("")} {
		if !none.IsZero() || none.Reveal() != "" || none.String() != "" {
			t.Errorf("%v is one", none)
		}
	}
}
