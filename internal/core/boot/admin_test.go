package boot

import "testing"

func TestCapital(t *testing.T) {
	for in, want := range map[string]string{"": "", "ann": "Ann", "Ann": "Ann", "łukasz": "Łukasz", "émile": "Émile", "1a": "1a"} {
		if got := capital(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
