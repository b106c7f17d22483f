package text

import "unicode"

// mostSpellings bounds what a search has to look for besides what was typed.
const mostSpellings = 3

// particles are written both together with the name behind them and apart.
var particles = []string{"o", "mc", "mac", "de la", "de los", "de", "del", "della", "di", "d", "da", "dos", "du", "van der", "van den", "van de", "van",
	"von der", "von", "le", "la", "st", "saint", "al", "el", "ben", "bin", "ibn", "abu", "fitz"}

// Particle reports whether a word of a key may stand, in small letters, within a
// name that is written out: "van der Berg", "de los Santos".
func Particle(key string) bool {
	switch key {
	case "de", "da", "di", "del", "della", "dos", "du", "los", "van", "der", "den", "von", "zu", "la", "le", "bin", "ibn", "al", "el", "ap", "ab", "o", "ni", "nic", "mac", "y", "ter", "ten":
		return true
	}
	return false
}

// Title reports whether a word of a key is a form of address and no name.
func Title(key string) bool {
	switch key {
	case "mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "lord", "lady", "prof", "professor", "rev", "reverend", "master", "mme", "mlle", "m", "herr", "frau", "sr", "sra", "jr", "patient", "baby", "infant":
		return true
	}
	return false
}

// FormerName reports whether a word of a key says that the next is a name given
// up: "LOPEZ (née CANTÚ)".
func FormerName(key string) bool {
	switch key {
	case "nee", "ne", "formerly", "previously", "aka":
		return true
	}
	return false
}

// Script gives the letters a name is written in, by the first of them that is not
// Latin: a name in two scripts is Latin as far as it can be compared. It is
// "Latin", "Cyrillic", "Greek", "other", or "" for a name without letters.
func Script(name string) string {
	other := ""
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Latin, r):
			return "Latin"
		case !unicode.IsLetter(r) || other != "":
		case unicode.Is(unicode.Cyrillic, r):
			other = "Cyrillic"
		case unicode.Is(unicode.Greek, r):
			other = "Greek"
		default:
			other = "other"
		}
	}
	return other
}
