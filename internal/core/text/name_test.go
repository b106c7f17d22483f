package text_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"clinician/internal/core/text"
)

func TestKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Smith": "smith", "O'Brien-Núñez": "obrien nunez", "O’Brien": "obrien", "  van  der\tBerg ": "van der berg",
		"Ångström": "angstrom", "Łukasz": "lukasz", "Straße": "strasse", "Søren": "soren", "Æsop": "aesop",
		"ＳＭＩＴＨ": "smith", "St. John": "st john", "محمّد": "محمّد", "李 小龙": "李 小龙", "हिन्दी": "हिन्दी", "": "", "--": "",
		"O'Brien-Jørgensen": "obrien jorgensen", "O´Brien": "obrien", "Oʼbrien": "obrien", "O′Brien": "obrien", "Ka\u02bbiulani": "kaiulani",
		"Gal·la": "galla", "GROẞ": "gross", "Đorđević": "dordevic", "I\u0307nan": "inan", "Ayşe": "ayse", "Œuvray": "oeuvray", "Þór": "thor",
		"Doe\u2010Luczak": "doe luczak", "Doe\u2013Luczak": "doe luczak", "Doe\u00a0Luczak": "doe luczak", "Her\u00admann": "hermann", "\u200eCohen\u200f": "cohen",
		"ﬃnn": "ffinn", "Παπαδόπουλος": "παπαδοπουλοσ", "Nguye\u0302\u0303n": "nguyen", "Nguyễn": "nguyen",
	} {
		if got := text.Key(in); got != want {
			t.Errorf("Key(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{
		{"O'Brien-Jørgensen", "O'Brien Jorgensen"}, {"O'Brien-Jørgensen", "o’brien‐jorgensen"}, {"Wałęsa", "Walesa"}, {"Groß", "Gross"},
		{"Groß", "GROSS"}, {"O'Brien", "O’Brien"}, {"O'Brien", "O´Brien"}, {"O'Brien", "OBrien"}, {"O'Brien", "O Brien"}, {"Mbeki-Stone", "Mbeki  Stone"},
		{"Cantú", "CANTU"}, {"Cantu\u0301", "Cantú"}, {"Ægir", "aegir"}, {"Đorđević", "Dordevic"}, {"McDonald", "Mc Donald"}, {"St. John", "St John"}, {"赵明宇", "赵明宇"},
	} {
		if !text.SameName(p[0], p[1]) || !text.SameName(p[1], p[0]) {
			t.Errorf("%q and %q are one name", p[0], p[1])
		}
	}
	for _, p := range [][2]string{
		{"", ""}, {"'", "-"}, {"Doe", "Doe-Łuczak"}, {"Roberts", "Robertson"}, {"Smith", "Smyth"}, {"Jorgensen", "Jorgenson"}, {"李", "王"}, {"Müller", "Mueller"},
	} {
		if text.SameName(p[0], p[1]) {
			t.Errorf("%q and %q are two names", p[0], p[1])
		}
	}
}

func TestSpellings(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"o brien": "obrien", "obrien": "o brien", "mcdonald": "mc donald", "delacruz": "de la cruz", "smith": "", "dee": "", "": ""} {
		if got := text.Spellings(key); len(got) > 3 || (want == "") != (len(got) == 0) || want != "" && !slices.Contains(got, want) {
			t.Errorf("%q is also spelled %q, want %q", key, got, want)
		}
	}
}

func TestContains(t *testing.T) {
	t.Parallel()
	if !text.Contains("Discharge summary, Groß", "gross") || !text.Contains("x", "") || text.Contains("Referral", "letter") {
		t.Error("what was typed is looked for by keys")
	}
	if got := text.Words("O'Brien-Jørgensen"); len(got) != 2 || got[0] != "obrien" || got[1] != "jorgensen" {
		t.Errorf("%q", got)
	}
	if got := text.MRN(" 412-887\u00a00031 "); got != "4128870031" {
		t.Errorf("%q", got)
	}
}

func TestSound(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{{"catherine", "katharine"}, {"schmidt", "schmitt"}, {"philip", "filip"}, {"bryan", "brian"}, {"jon", "john"},
		{"smith", "smyth"}, {"stephen", "steven"}, {"Å", "a"}, {"j.", "j"}, {"Cantú", "CANTU"}, {"Meyer", "Maier"}} {
		if text.Sound(same[0]) != text.Sound(same[1]) {
			t.Errorf("%s is %s, %s is %s", same[0], text.Sound(same[0]), same[1], text.Sound(same[1]))
		}
	}
	for _, other := range [][2]string{{"smith", "jones"}, {"anna", "maria"}, {"abbott", "baker"}, {"mertz", "moretti"}, {"李", "王"}, {"roberts", "robertson"},
		{"a", "e"}, {"b", "p"}, {"j.", "g."}, {"a", "ao"}, {"a", "eye"}, {"g", "joe"}, {"n", "kno"}, {"Å", "E"}, {"B", "Bo"}} {
		if text.Sound(other[0]) == text.Sound(other[1]) {
			t.Errorf("%s and %s are both %s", other[0], other[1], text.Sound(other[0]))
		}
	}
}

func TestPersonSound(t *testing.T) {
	t.Parallel()
	for _, p := range [][4]string{{"Breitenberg", "Bryan", "BREITENBURG", "Brian Paul"}, {"Smith", "", "Smyth", ""}} {
		if text.PersonSound(p[0], p[1]) != text.PersonSound(p[2], p[3]) {
			t.Errorf("%v sound alike", p)
		}
	}
	for _, p := range [][4]string{{"Roberts", "Ann", "Robertson", "Ann"}, {"Smith", "Ann", "Smith", "Mary"}} {
		if text.PersonSound(p[0], p[1]) == text.PersonSound(p[2], p[3]) {
			t.Errorf("%v sound different", p)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"", "O´Brien", "ß", "\xff\xfe", "\U0010ffff", "\xf2Ň", "´", "ŉ", "İ", "a\u0301\u0302", "-x-", "ǅ"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		key := text.Key(a)
		if utf8.ValidString(a) && !utf8.ValidString(key) {
			t.Errorf("Key(%q) is not valid", a)
		}
		if again := text.Key(key); again != key {
			t.Errorf("Key(%q) is %q, its key %q", a, key, again)
		}
		if text.SameName(a, b) != text.SameName(b, a) || text.SameName(a, a) == (text.Letters(a) == "") {
			t.Errorf("%q and %q are the same one way only", a, b)
		}
		if text.SameName(a, b) && text.Sound(a) != text.Sound(b) {
			t.Errorf("%q and %q are one name and sound different", a, b)
		}
	})
}
