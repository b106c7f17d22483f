package analysis

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"clinician/internal/core"
)

// leadingName gives the words a name takes from the start of a value: "CANTÚ,
// Catalina (Mrs)", "Mrs Catalina CANTÚ", "Ó SÚILLEABHÁIN, Pádraig".
func leadingName(value []token) []token {
	const longest = 7
	n, commas, capitals, plain := 0, 0, true, 0
	for i, w := range value {
		if i == longest {
			break
		}
		text := strings.Trim(w.Text, `"'‘“”`)
		if m, ok := labels().find(value[i:]); ok && m.sure && !(i > 0 && m.words == 1 && surnames[w.fold] && !strings.HasSuffix(w.Text, ":")) {
			break
		}
		title := isTitle(w.fold) || i > 0 && formerName(w.fold)
		if !title && !nameWord(text) && !(plain > 0 && particle(w.fold)) && !(plain == 0 && particle(w.fold) && afterParticles(value[i:])) {
			break
		}
		n = i + 1
		if !title {
			plain++
			capitals = capitals && !strings.ContainsFunc(text, unicode.IsLower)
		}
		if strings.HasSuffix(text, ",") {
			if commas++; commas == 2 || plain > 1 && !capitals {
				break // "Mrs Catalina CANTÚ," ends; "VAN DER BERG, Jan" goes on
			}
		}
		if strings.HasSuffix(text, ".") && !title && len([]rune(text)) > 3 || strings.HasSuffix(text, ";") {
			break
		}
	}
	if plain == 0 {
		return nil
	}
	return value[:n]
}

// formerName reports whether the next word is a name given up: "LOPEZ (née CANTÚ)".
func formerName(folded string) bool {
	switch folded {
	case "nee", "ne", "formerly", "previously", "aka":
		return true
	}
	return false
}

// surnames are labels that people are called by too.
var surnames = map[string]bool{"page": true, "race": true, "ward": true, "son": true, "parent": true, "author": true, "nurse": true, "title": true, "provider": true, "wife": true, "date": true}

// afterParticles reports whether a name comes after particles: "van der Berg".
func afterParticles(value []token) bool {
	for _, w := range value {
		if !particle(w.fold) {
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

func particle(folded string) bool {
	switch folded {
	case "de", "da", "di", "del", "della", "dos", "du", "van", "der", "den", "von", "zu", "la", "le", "bin", "ibn", "al", "el", "ap", "ab", "o", "ni", "nic", "mac", "y", "ter", "ten":
		return true
	}
	return false
}

// unlabelled finds names beside a birth date without a label of their own:
// "CANTÚ, Catalina   DOB 08-May-1940", "Mrs Catalina Cantú (born 8 May 1940)".
func (s *sheet) unlabelled(row int) items {
	words := s.rows[row].words
	for k := range words {
		m, ok := labels().find(words[k:])
		if !ok || m.meaning != "born" {
			continue
		}
		if _, _, ok := birthDate(words[k+m.words:]); !ok {
			continue
		}
		for start := max(0, k-6); start < k; start++ {
			value := leadingName(words[start:k])
			if len(value) == 0 || start+len(value) < k && !(start+len(value) == k-1 && words[k-1].fold == "") || precededByOther(words[:start]) {
				continue
			}
			first, score := value[0], 0
			switch {
			case strings.HasSuffix(first.Text, ",") && shoutedWord(first.Text):
				score = 3
			case isTitle(first.fold) && len(value) > 1 && first.fold != "dr" && first.fold != "prof":
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

// identifierOf joins the digits that follow a label: "412 887 0031",
// "412-887-0031". Letters before the digits are dropped.
func identifierOf(value []token) (string, []token) {
	digits, n := "", 0
	for i, w := range value {
		text := strings.Trim(w.Text, ",.;:()[]#")
		part := repairDigits(text)
		bare := strings.ReplaceAll(part, "-", "")
		if i == 0 {
			bare = strings.TrimLeftFunc(bare, func(r rune) bool { return unicode.IsLetter(r) || r == '/' })
		}
		if bare == "" || digitsOf(bare) != bare || len(digits)+len(bare) > 12 {
			break
		}
		if digits += bare; len(digits) >= 4 {
			n = i + 1
		}
		if len(digits) >= 10 || text != strings.TrimRight(w.Text, ")]") {
			break
		}
	}
	if n == 0 || len(digits) < 4 {
		return "", nil
	}
	return digits, value[:n]
}

// repairDigits undoes letters read for digits in a word that is mostly digits.
// It serves comparing identities only.
func repairDigits(s string) string {
	count := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			count++
		}
	}
	if 2*count < len(s) {
		return s
	}
	return digitRepair.Replace(s)
}

var digitRepair = strings.NewReplacer("O", "0", "o", "0", "D", "0", "Q", "0", "l", "1", "I", "1", "|", "1", "i", "1", "Z", "2", "z", "2", "S", "5", "s", "5", "B", "8", "g", "9", "G", "6")

// birthDate reads a date at the start of a value and gives how many words it
// took: 08-May-1940, 8 May 1940, 08/05/1940 (day first, unless that is no day),
// 1940-05-08, May 8, 1940, 8. Mai 1940, 1940年5月8日.
func birthDate(value []token) (core.Date, int, bool) {
	text := ""
	for n := 1; n <= len(value) && n <= 5; n++ {
		if n > 1 {
			text += " "
		}
		text += value[n-1].Text
		if d, ok := parseBirth(text); ok {
			if n == 1 && len(value) > 1 && d.Year < 100 {
				continue
			}
			return d, n, true
		}
	}
	return core.Date{}, 0, false
}

func parseBirth(s string) (core.Date, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" -/.,–—‐()[]:;'\u00a0年月日년월일", r) })
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "de" || p == "del" }) // 8 de mayo de 1940
	if len(parts) != 3 {
		return core.Date{}, false
	}
	for i, p := range parts { // 8th, 1st
		for _, end := range []string{"st", "nd", "rd", "th"} {
			if t := strings.TrimSuffix(p, end); t != p && digitsOf(repairDigits(t)) != "" && len(t) <= 2 {
				parts[i] = t
			}
		}
	}
	var n [3]int
	month := -1
	for i, p := range parts {
		if m := monthNamed(p); m > 0 && month < 0 && i < 2 {
			n[i], month = m, i
			continue
		}
		v, err := strconv.Atoi(repairDigits(p))
		if err != nil || v < 0 || len(p) > 4 {
			return core.Date{}, false
		}
		n[i] = v
	}
	var d core.Date
	switch {
	case len(parts[0]) == 4 && month != 0: // 1940-05-08
		d = core.Date{Year: n[0], Month: time.Month(n[1]), Day: n[2]}
	case len(parts[2]) != 4:
		return core.Date{}, false // two-digit years name no century
	case month == 0, month < 0 && n[0] <= 12 && n[1] > 12: // May 8, 1940; 02/18/1966
		d = core.Date{Year: n[2], Month: time.Month(n[0]), Day: n[1]}
	default:
		d = core.Date{Year: n[2], Month: time.Month(n[1]), Day: n[0]}
	}
	if d.Year < 1880 || d.Year > 2100 || d.Month < 1 || d.Month > 12 || core.DateOf(d.Time()) != d {
		return core.Date{}, false
	}
	return d, true
}

//go:embed data/months.tsv
var monthsFile string

// foreignMonths are the names of months in other languages.
var foreignMonths = sync.OnceValue(func() map[string]int {
	known := map[string]int{}
	for _, f := range table(monthsFile) {
		for i, name := range strings.Split(f[1], ";") {
			known[foldWord(name)] = i + 1
		}
	}
	return known
})

// monthNamed gives the month a word names: in another language as it is
// written, in English with one misread letter at most.
func monthNamed(s string) int {
	if m := foreignMonths()[foldWord(s)]; m > 0 {
		return m
	}
	s = strings.ToLower(strings.Trim(s, "."))
	if len(s) < 3 || digitsOf(s) == s {
		return 0
	}
	short := s[:3]
	if len([]rune(s)) != len(s) {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if s == name || len(s) <= 4 && short == name[:3] || len(s) >= 5 && edits(s, name, 1) <= 1 {
			return int(m)
		}
	}
	found := 0
	if len(s) == 3 {
		for m := time.January; m <= time.December; m++ {
			if edits(loosen(short), loosen(strings.ToLower(m.String()[:3])), 1) == 0 {
				if found != 0 {
					return 0
				}
				found = int(m)
			}
		}
	}
	return found
}
