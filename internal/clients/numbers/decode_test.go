package numbers

import (
	"strings"
	"testing"
)

// listed is a list of characters as the model brings one, with others between them.
func listed() string {
	var b strings.Builder
	for _, r := range wanted {
		b.WriteString(string(r) + "\n疗\n")
	}
	return b.String()
}

func testAlphabet(t *testing.T) alphabet {
	t.Helper()
	a, err := readAlphabet(strings.NewReader(listed()))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// steps makes the model's output of characters, one a step; '_' is a blank, '疗' a
// character that nobody wants.
func steps(a alphabet, says string, sure ...float32) (probabilities []float32, classes int) {
	classes = 2*len([]rune(wanted)) + 2
	for i, r := range []rune(says) {
		row := make([]float32, classes)
		p := float32(0.9)
		if i < len(sure) {
			p = sure[i]
		}
		switch r {
		case '_':
			row[0] = p
		case '疗':
			row[2] = p
			row[a.class[1]] = 1 - p
		default:
			for k, known := range a.runes {
				if known == r {
					row[a.class[k]] = p
				}
			}
		}
		probabilities = append(probabilities, row...)
	}
	return probabilities, classes
}

func TestDecode(t *testing.T) {
	t.Parallel()
	a := testAlphabet(t)
	for name, c := range map[string]struct{ steps, want string }{
		"repeats are one":           {"1144", "14"},
		"unless a blank is between": {"1_1_44", "114"},
		"blanks":                    {"____", ""},
		"a value with its unit":     {"_44_.._5_µµ_m_o_l_//_L", "4.5µmol/L"},
		"signs":                     {"≤_±_²_°", "≤±²°"},
		"one that nobody wants":     {"4疗_5", "415"}, // the likeliest of those that are
		"nothing":                   {"", ""},
	} {
		got := ""
		for _, s := range a.decode(steps(a, c.steps)) {
			got += string(s.r)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	p, classes := steps(a, "_477_", 0.9, 0.6, 0.5, 0.8)
	got := a.decode(p, classes)
	if len(got) != 2 || got[0].sure != 0.6 || got[0].step != 1 || got[1].sure != 0.8 || got[1].step != 3 {
		t.Errorf("%+v", got)
	}
	if got := a.decode(p[:len(p)-1], classes); len(got) != 2 {
		t.Errorf("of an output that ends early: %+v", got)
	}
}

func TestListOfCharacters(t *testing.T) {
	t.Parallel()
	if _, err := readAlphabet(strings.NewReader("1\n2\n3\n")); err == nil {
		t.Error("a list without most characters was taken")
	}
	a := testAlphabet(t)
	for i, r := range []rune(wanted) {
		if a.class[i] != 2*i+1 || a.runes[i] != r && r != 'μ' {
			t.Errorf("%c is class %d, read as %c", r, a.class[i], a.runes[i])
		}
	}
}
