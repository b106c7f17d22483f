package written

import (
	"strings"
	"testing"
	"unicode/utf8"

	"clinician/internal/core"
)

func FuzzRTF(f *testing.F) {
	for _, s := range []string{`{\rtf1 Hb\'e9\par}`, `{\rtf1{\*\x y}\u8804?\uc0\u-1\bin3 abc}`, `{\rtf1 \`, `{\rtf1\bin99999999999 x`, `{\rtf1\'`, `{\rtf0{0`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		pages, ok := rtfPages(b)
		if !ok && pages.Pages != nil {
			t.Error("text from a refused file")
		}
		checkFormed(t, pages.Pages, 20*len(b)+200)
	})
}

// checkFormed holds what every format promises of its text: it can be shown, is not
// endless, and marks lie on it.
func checkFormed(t *testing.T, pages []core.Page, most int) {
	t.Helper()
	for _, p := range pages {
		if most -= len(p.Text); most < 0 || !utf8.ValidString(p.Text) || strings.ContainsAny(p.Text, "\x00\x1b\u009b\r\f") {
			t.Fatalf("%q", p.Text)
		}
		lines := strings.Split(p.Text, "\n")
		for _, m := range p.Marks {
			if m.Line < 0 || m.Line >= len(lines) || m.From < 0 || m.From >= m.To || m.To > len([]rune(lines[m.Line])) || m.Doubt == "" && !m.Note {
				t.Fatalf("%+v on %q", m, p.Text)
			}
		}
		if p.Status != core.PagePartial && (p.Status == core.PageEmpty) != (p.Text == "") {
			t.Fatalf("status %q of %q", p.Status, p.Text)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"\xff\xfea\x00", "a\x80\f\n", "5.9\b\b\b---\r\n", "\x1b[31mK\x1b[0m\x1b&l0O\x1bS\x001\x1bT\x1a", "ab\rcd\nM\x9aLLER"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := OpenText(b)
		if err != nil {
			return
		}
		if doc.Count() < 1 {
			t.Fatal("no page")
		}
		checkFormed(t, doc.Pages, 1000*len(b)+2000)
	})
}
