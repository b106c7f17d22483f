package auth

import (
	"errors"
	"testing"
)

// A token that was verified is remembered as it was, until it expires: no other
// spelling, signature or session rides on it.
func TestProvenTokensStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	now := start
	a := access(t, &now, keyA)
	token, _, err := a.Issue(ann, "session1")
	if err != nil {
		t.Fatal(err)
	}
	first, err := a.Verify(token)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := a.Verify(token); err != nil || again != first {
		t.Errorf("again: %+v, %v", again, err)
	}
	for i := range token {
		for _, other := range []byte{token[i] ^ 1, 'A', '=', '\n'} {
			b := []byte(token)
			if b[i] == other {
				continue
			}
			b[i] = other
			if p, err := a.Verify(string(b)); err == nil {
				t.Fatalf("byte %d as %q: %+v", i, other, p)
			}
		}
	}
	if p, err := a.Verify(token + " "); err == nil {
		t.Errorf("with a space: %+v", p)
	}
	if n := len(a.proven.tokens); n != 1 {
		t.Errorf("%d tokens are remembered", n)
	}
	now = first.ExpiresAt
	if _, err := a.Verify(token); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("at its end: %v", err)
	}
}

func TestProvenTokensAreBounded(t *testing.T) {
	t.Parallel()
	now := start
	a := access(t, &now, keyA)
	for range mostProven + 10 {
		token, _, err := a.Issue(ann, "session1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Verify(token); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(a.proven.tokens); n == 0 || n > mostProven {
		t.Errorf("%d tokens are remembered", n)
	}
}

func BenchmarkVerify(b *testing.B) {
	now := start
	a := access(b, &now, keyA)
	token, _, err := a.Issue(ann, "session1")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			a.proven.tokens = nil
			if _, err := a.Verify(token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			if _, err := a.Verify(token); err != nil {
				b.Fatal(err)
			}
		}
	})
}
