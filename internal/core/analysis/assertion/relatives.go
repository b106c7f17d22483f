package assertion

import (
	"strings"

	"clinician/internal/core/analysis/vocabulary"
)

// RelativeBefore gives the word for a relative that stands shortly before word i:
// what stands there is the relative's. Sure is false where the relative may only
// be about, as in "attends with her daughter, has asthma".
func RelativeBefore(words []vocabulary.Token, i int) (who []vocabulary.Token, sure bool) {
	for k := max(0, i-8); k < i; k++ {
		n := RemarkAt("relative", words[k:i])
		if n == 0 || aside(words[k:k+n]) || words[k].Fold == "family" && n == 1 && !strings.HasSuffix(words[k].Text, ":") {
			continue
		}
		if returnsToPatient(words[k+n : i+1]) {
			return nil, false
		}
		if k+n < len(words) && informs[words[k+n].Fold] { // "his mother reports that he has epilepsy"
			return words[k : k+n], false
		}
		at := k - 1
		for at >= 0 && possessives[words[at].Fold] {
			at--
		}
		return words[k : k+n], !spouses[words[k].Fold] && (at < 0 || !accompanies[words[at].Fold])
	}
	return nil, false
}

// returnsToPatient reports whether words behind a relative's go back to the patient:
// "Mother: breast cancer; patient has asthma", "; no evidence of ...".
func returnsToPatient(words []vocabulary.Token) bool {
	clause := false
	for i := range words {
		if RemarkAt("patient", words[i:]) > 0 || clause && RemarkAt("looked for", words[i:]) > 0 {
			return true
		}
		clause = clause || strings.HasSuffix(words[i].Text, ";")
	}
	return false
}

// RelativeBehind gives the word for a relative right behind words: "(mother)",
// "in her mother".
func RelativeBehind(words []vocabulary.Token) []vocabulary.Token {
	if len(words) < 2 && (len(words) == 0 || words[0].Text[0] != '(') || words[0].Text[0] != '(' && words[0].Fold != "in" && words[0].Fold != "of" {
		return nil
	}
	for k := 0; k < len(words) && k < 4; k++ {
		if n := RemarkAt("relative", words[k:]); n > 0 {
			return words[k : k+n]
		}
		if strings.HasSuffix(strings.TrimRight(words[k].Text, ",.;"), ")") || k > 0 && vocabulary.EndsPhrase(words[k].Text) {
			return nil
		}
	}
	return nil
}

// aside reports whether words stand in brackets of their own.
func aside(words []vocabulary.Token) bool {
	return words[0].Text[0] == '(' && strings.HasSuffix(strings.TrimRight(words[len(words)-1].Text, ",.;:"), ")")
}

var (
	possessives = vocabulary.WordSet("her his their the my a an our late")
	informs     = vocabulary.WordSet("reports reported says said states stated describes described thinks thought noticed notices concerned worried feels believes")
	accompanies = vocabulary.WordSet("with by from to for")
	spouses     = vocabulary.WordSet("wife wife's husband husband's partner partner's spouse")
)
