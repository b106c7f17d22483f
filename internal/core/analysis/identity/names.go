package identity

import (
	"strings"
	"unicode"

	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
	"clinician/internal/core/text"
)

// leadingName gives the words a name takes from the start of a value: "CANTÚ,
// Catalina (Mrs)", "Mrs Catalina CANTÚ", "Ó SÚILLEABHÁIN, Pádraig".
func leadingName(value []vocabulary.Token) []vocabulary.Token {
	const longest = 7
	n, commas, capitals, plain := 0, 0, true, 0
	for i, w := range value {
		if i == longest {
			break
		}
		printed := strings.Trim(w.Text, `"'‘“”`)
		if m, ok := labels().Find(value[i:]); ok && m.Sure && !(i > 0 && m.Words == 1 && surnames[w.Fold] && !strings.HasSuffix(w.Text, ":")) {
			break
		}
		title := text.Title(w.Fold) || i > 0 && text.FormerName(w.Fold)
		if !title && !nameWord(printed) && !(plain > 0 && text.Particle(w.Fold)) && !(plain == 0 && text.Particle(w.Fold) && afterParticles(value[i:])) {
			break
		}
		n = i + 1
		if !title {
			plain++
			capitals = capitals && !strings.ContainsFunc(printed, unicode.IsLower)
		}
		if strings.HasSuffix(printed, ",") {
			if commas++; commas == 2 || plain > 1 && !capitals {
				break // "Mrs Catalina CANTÚ," ends; "VAN DER BERG, Jan" goes on
			}
		}
		if strings.HasSuffix(printed, ".") && !title && len([]rune(printed)) > 3 || strings.HasSuffix(printed, ";") {
			break
		}
	}
	if plain == 0 {
		return nil
	}
	return value[:n]
}

// surnames are labels that people are called by too.
var surnames = map[string]bool{"page": true, "race": true, "ward": true, "son": true, "parent": true, "author": true, "nurse": true, "title": true, "provider": true, "wife": true, "date": true}

// afterParticles reports whether a name comes after particles: "van der Berg".
func afterParticles(value []vocabulary.Token) bool {
	for _, w := range value {
		if !text.Particle(w.Fold) {
			return nameWord(w.Text)
		}
	}
	return false
}

// nameWord reports whether a word may be part of a name: it starts with a
// capital and is letters, but for what a scanner slips in.
func nameWord(s string) bool {
	s = strings.Trim(s, `,.;:()[]"'‘’“”`)
	letters, all := 0, 0
	for i, r := range s {
		if i == 0 && !unicode.IsUpper(r) && !unicode.Is(unicode.Lo, r) {
			return false
		}
		all++
		if unicode.IsLetter(r) || r == '\'' || r == '’' || r == '-' || r == '‐' {
			letters++
		}
	}
	return all > 0 && 4*letters >= 3*all && !notNames[strings.ToLower(s)]
}

// notNames start with a capital in forms and are no part of a name.
var notNames = map[string]bool{
	"details": true, "information": true, "name": true, "id": true, "number": true, "no": true, "record": true, "summary": true,
	"male": true, "female": true, "the": true, "your": true, "our": true, "results": true, "statement": true, "copy": true, "not": true,
	"years": true, "signature": true, "today": true, "unknown": true, "print": true, "continued": true, "this": true, "history": true,
}

// unlabelled finds names beside a birth date without a label of their own:
// "CANTÚ, Catalina   DOB 08-May-1940", "Mrs Catalina Cantú (born 8 May 1940)".
func unlabelled(s *layout.Sheet, row int) items {
	words := s.Rows[row].Words
	for k := range words {
		m, ok := labels().Find(words[k:])
		if !ok || m.Meaning != "born" {
			continue
		}
		if _, _, ok := birthDate(words[k+m.Words:]); !ok {
			continue
		}
		for start := max(0, k-6); start < k; start++ {
			value := leadingName(words[start:k])
			if len(value) == 0 || start+len(value) < k && !(start+len(value) == k-1 && words[k-1].Fold == "") || precededByOther(words[:start]) {
				continue
			}
			first, score := value[0], 0
			switch {
			case strings.HasSuffix(first.Text, ",") && shoutedWord(first.Text):
				score = 3
			case text.Title(first.Fold) && len(value) > 1 && first.Fold != "dr" && first.Fold != "prof":
				score = 3
			case start == 0 && strings.HasSuffix(first.Text, ",") && len(value) > 1, start == 0 && shoutedWord(first.Text) && len(value) > 1:
				score = 2
			}
			if score > 0 {
				return items{{label: "unlabelled", row: row, value: value, score: score}}
			}
		}
	}
	return nil
}

func shoutedWord(s string) bool {
	return len(s) > 2 && !strings.ContainsFunc(s, unicode.IsLower) && strings.ContainsFunc(s, unicode.IsLetter)
}
