package auth

import (
	"regexp"
	"testing"

	"clinician/internal/core"
)

func TestSuccessorIsForTheHolderOnly(t *testing.T) {
	presented, hash := NewRefresh()
	successor, _ := NewRefresh()
	if HashRefresh(presented) != hash || presented == successor || len(presented) != 43 {
		t.Fatalf("tokens %q, %q", presented, successor)
	}
	sealed, err := SealSuccessor(presented, successor)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenSuccessor(presented, sealed); err != nil || got != successor {
		t.Errorf("holder got %q, %v", got, err)
	}
	other, _ := NewRefresh()
	for _, c := range []struct {
		token  string
		sealed []byte
	}{{other, sealed}, {successor, sealed}, {presented, nil}, {presented, sealed[:20]}, {presented, append([]byte{1}, sealed...)}} {
		if got, err := OpenSuccessor(c.token, c.sealed); core.CodeOf(err) != core.CodeUnauthenticated || got != "" {
			t.Errorf("opened as %q, %v", got, err)
		}
	}
	if _, err := SealSuccessor("", successor); err == nil {
		t.Error("sealed for nobody")
	}
}

func TestIDs(t *testing.T) {
	seen := make(map[string]bool)
	for range 1000 {
		id := NewID()
		if !regexp.MustCompile(`^[a-z2-7]{32}$`).MatchString(id) || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}
