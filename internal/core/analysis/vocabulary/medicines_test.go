package vocabulary

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// FuzzCombination: two medicines in one word are that word.
func FuzzCombination(f *testing.F) {
	for _, s := range []string{"hydrocodone-acetaminophen", "amoxicillin/clavulanate 875", "5 mg-325 mg", "500 mg/5 mL", ".."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		var ws []Token
		for _, w := range strings.Fields(text) {
			ws = append(ws, NewToken(core.Word{Text: w}))
		}
		if both, ok := combination(append(ws, Token{})); ok && both.Words != 1 {
			t.Errorf("%+v", both)
		}
	})
}
