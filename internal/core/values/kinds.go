package values

import (
	"crypto/sha256"
	"slices"
	"sync"

	"clinician/internal/core"
)

// maxKinds bounds what is remembered: some megabytes.
const maxKinds = 50_000

// kinds remembers which kinds of values sealed findings hold. To open the findings of a
// whole chart for its few medicines is most of the work of showing it. It is asked for
// by the sealed bytes themselves, so that it cannot speak of others.
type kinds struct {
	mu sync.Mutex
	of map[kindsKey][]core.ValueKind
}

// kindsKey is the SHA-256 of sealed findings.
type kindsKey = [sha256.Size]byte

// lack reports whether these findings are known to hold no value of a kind.
func (k *kinds) lack(key kindsKey, kind core.ValueKind) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	known, ok := k.of[key]
	return ok && !slices.Contains(known, kind)
}

// note takes in what was found when they were opened.
func (k *kinds) note(key kindsKey, values []core.Value) {
	var list []core.ValueKind
	for _, v := range values {
		if !slices.Contains(list, v.Kind) {
			list = append(list, v.Kind)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil || len(k.of) >= maxKinds {
		k.of = map[kindsKey][]core.ValueKind{}
	}
	k.of[key] = list
}
