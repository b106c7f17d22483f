package vocabulary

import (
	_ "embed"
	"strings"
	"sync"
)

// ConditionWords are the single words of names of conditions.
var ConditionWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for name := range Conditions().exact {
		for word := range strings.FieldsSeq(name) {
			out[word] = true
		}
	}
	return out
})

//go:embed data/conditions.txt
var conditionsFile string

// Conditions are names of diseases and findings, to be found in prose.
var Conditions = sync.OnceValue(func() *Phrases[bool] {
	p := NewPhrases[bool]()
	for line := range strings.Lines(conditionsFile) {
		line, _, _ = strings.Cut(line, "#")
		p.Add(line, true)
	}
	return p
})
