package reading

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		truth, read string
		want        Score
	}{
		"the same":   {"Potassium 4.1", "Potassium  4.1\n", Score{Pages: 1, Chars: 13, Words: 2, Found: 2, Truth: 2, Read: 2, NumFound: 1, NumTruth: 1, NumRead: 1}},
		"typography": {"“it’s – fine”", `"it's - fine"`, Score{Pages: 1, Chars: 13, Words: 3, Found: 2, Truth: 2, Read: 2}},
		"a digit":    {"4.1 mmol/l", "4.7 mmol/l", Score{Pages: 1, CharEdits: 1, Chars: 10, WordEdits: 1, Words: 2, Found: 1, Truth: 2, Read: 2, NumTruth: 1, NumRead: 1}},
		"order":      {"a 1 b 2", "b 2 a 1", Score{Pages: 1, CharEdits: 4, Chars: 7, WordEdits: 4, Words: 4, Found: 4, Truth: 4, Read: 4, NumFound: 2, NumTruth: 2, NumRead: 2}},
		"nothing":    {"ab", "", Score{Pages: 1, CharEdits: 2, Chars: 2, WordEdits: 1, Words: 1, Truth: 1}},
		"invented":   {"", "ab 1", Score{Pages: 1, CharEdits: 4, WordEdits: 2, Read: 2, NumRead: 1}},
		"wide forms": {"ｍｇ ² ﬁt", "mg 2 fit", Score{Pages: 1, Chars: 8, Words: 3, Found: 3, Truth: 3, Read: 3, NumFound: 1, NumTruth: 1, NumRead: 1}},
	} {
		got := Compare(c.truth, c.read)
		got.CaselessEdits, got.Numbers = 0, Numbers{} // have tests of their own
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestSumsWeighByLength(t *testing.T) {
	s := Compare("abcd", "abcd")
	s.Add(Compare("ab", "xy"))
	if s.CER() != 2.0/6 || s.WER() != 0.5 || s.WordF1() != 0.5 || s.NumberF1() != 1 {
		t.Errorf("CER %v, WER %v, words %v, numbers %v", s.CER(), s.WER(), s.WordF1(), s.NumberF1())
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("p.txt", "the truth")
	write("manifest.tsv", "split\tid\tclass\tfile\tgt\nx\tp1\tletters\tp.png\tp.txt\n")
	pages, err := Load(dir)
	if err != nil || len(pages) != 1 || pages[0] != (Page{ID: "p1", Class: "letters", File: filepath.Join(dir, "p.png"), Truth: "the truth"}) {
		t.Errorf("%+v, %v", pages, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "part"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("part/e.entities.json", "{}")
	write("manifest.tsv", "id\tclass\tfile\tgt\textra\np1\ttables\tpart/p.png\tp.txt\te.entities.json\np2\tletters\tp.png\tp.txt\tcapitals\n")
	pages, err = Load(dir)
	if err != nil || len(pages) != 2 || pages[0].Entities != filepath.Join(dir, "part/e.entities.json") || pages[1].Entities != "" {
		t.Errorf("%+v, %v", pages, err)
	}
	write("manifest.tsv", "id\tclass\tfile\tgt\textra\np1\ttables\tp.png\tp.txt\tx.entities.json\n")
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "x.entities.json") {
		t.Errorf("entities that are not there: %v", err)
	}
	write("manifest.tsv", "id\tclass\n")
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "columns") {
		t.Errorf("a manifest without columns: %v", err)
	}
}

func TestGenerateIsTheSameEachTime(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	first, err := generate(a, kinds[:1], []string{"clean", "fax"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(b, kinds[:1], []string{"clean", "fax"})
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 2 || len(second) != len(first) {
		t.Fatalf("%d and %d pages", len(first), len(second))
	}
	for i := range first {
		x, _ := os.ReadFile(first[i].File)
		y, _ := os.ReadFile(second[i].File)
		if len(x) == 0 || string(x) != string(y) || first[i].Truth != second[i].Truth || first[i].Truth == "" {
			t.Errorf("%s differs, or is empty", first[i].ID)
		}
	}
}
