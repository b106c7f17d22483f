package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/remarks.tsv
var remarksFile string

// remarks are words by which a text says of a value beside them that it is not
// what it looks like: "spurious" of a number, "unsure" of what follows, "unsure
// behind" of what comes before, "ended" and "ended behind" of a medicine,
// "unmeasured" of a weight, and a "relative" whose it is.
var remarks = sync.OnceValue(func() kinds { return readKinds(remarksFile) })

// remarkAt gives how many words make a remark of a kind; 0 none.
func remarkAt(kind string, words []token) int { return remarks().at(kind, words) }

// remarkIn finds the first remark of a kind that the words do not deny: "not
// haemolysed" is none, "not reliable" is one.
func remarkIn(kind string, words []token) (reach, bool) {
	var found []negation
	for i := range words {
		n := remarkAt(kind, words[i:])
		if n == 0 {
			continue
		}
		if found == nil {
			found = negations(words)
		}
		if _, no := denied(found, i, i+n); no && !deniesItself(words[i].fold) {
			continue
		}
		return reach{i, i + n}, true
	}
	return reach{}, false
}

// quoted gives a remark without the punctuation around it.
func quoted(words []token) string { return strings.Trim(joined(words), " .,;:()[]") }

// deniesItself reports whether a remark starts with its own "no".
func deniesItself(first string) bool { return first == "not" || first == "cannot" }

// clause is a part of a sentence that says one thing.
type clause struct {
	words    []token
	spurious []token // by which it takes a result back; nil none
}

// position is where a word stands on a page.
type position struct {
	row int
	x0  float64
}

// clauses gives the sentences of a page, divided at semicolons.
func (s *sheet) clauses() []clause {
	if s.partOf != nil {
		return s.parts
	}
	s.partOf = map[position]int{}
	for _, t := range s.sentences() {
		start := 0
		for i, w := range t.words {
			if i+1 < len(t.words) && !strings.HasSuffix(w.Text, ";") {
				continue
			}
			c := clause{words: t.words[start : i+1]}
			if at, ok := remarkIn("spurious", c.words); ok {
				c.spurious = c.words[at.from:at.to]
			}
			for _, w := range c.words {
				s.partOf[position{w.row, w.x0}] = len(s.parts)
			}
			s.parts, start = append(s.parts, c), i+1
		}
	}
	return s.parts
}

// clauseOf gives the index of the clause a word stands in; -1 none.
func (s *sheet) clauseOf(w token) int {
	s.clauses()
	if i, ok := s.partOf[position{w.row, w.x0}]; ok {
		return i
	}
	return -1
}

// takenBack gives the words by which the text takes back a result whose name is
// given: in its own clause, in a table in its row, or in a clause beside it that
// has no subject of its own: "Potassium 6.5 mmol/L. Sample haemolysed." Comments
// under a label are about the page.
func (s *sheet) takenBack(name token) []token {
	tabled := len(s.rows[name.row].cells) > 1
	if tabled {
		words := s.rows[name.row].words
		if at, ok := remarkIn("spurious", words); ok {
			return words[at.from:at.to]
		}
	}
	all, at := s.clauses(), s.clauseOf(name)
	if at < 0 {
		return nil
	}
	if all[at].spurious != nil || tabled {
		return all[at].spurious
	}
	if at+1 < len(all) && all[at+1].points() && !commentLabel(all[at+1].words) && all[at+1].near(all[at]) {
		return all[at+1].spurious
	}
	if at > 0 && all[at-1].points() && !commentLabel(all[at-1].words) && !pointsBack[all[at-1].words[0].fold] && all[at].near(all[at-1]) {
		return all[at-1].spurious
	}
	return nil
}

// near reports whether a clause follows another on the same line or the next.
func (c clause) near(before clause) bool {
	return c.words[0].row-before.words[len(before.words)-1].row <= 1
}

// points reports whether a clause takes back what stands beside it: it speaks of
// the result or the sample only.
func (c clause) points() bool {
	if c.spurious == nil {
		return false
	}
	pointing, others := false, 0
	for i, w := range c.words {
		if analyteAt(c.words[i:]) {
			return false
		}
		switch {
		case pointers[w.fold]:
			pointing = true
		case w.fold != "" && !fillers[w.fold] && !commentWords[w.fold]:
			others++
		}
	}
	return pointing || others <= len(c.spurious)
}

// ofSample reports whether a clause takes back whatever was measured.
func (c clause) ofSample() bool {
	return c.points() && slices.ContainsFunc(c.words, func(w token) bool { return w.fold == "sample" || w.fold == "specimen" || commentWords[w.fold] })
}

var (
	pointers   = wordSet("this that these those it they result results value values reading readings sample specimen number above")
	pointsBack = wordSet("this that these those it they which above")
)

// relativeBefore gives the word for a relative that stands shortly before word i:
// what stands there is the relative's. Sure is false where the relative may only
// be about, as in "attends with her daughter, has asthma".
func relativeBefore(words []token, i int) (who []token, sure bool) {
	for k := max(0, i-8); k < i; k++ {
		n := remarkAt("relative", words[k:i])
		if n == 0 || aside(words[k:k+n]) || words[k].fold == "family" && n == 1 && !strings.HasSuffix(words[k].Text, ":") {
			continue
		}
		if k+n < len(words) && informs[words[k+n].fold] { // "his mother reports that he has epilepsy"
			return words[k : k+n], false
		}
		at := k - 1
		for at >= 0 && possessives[words[at].fold] {
			at--
		}
		return words[k : k+n], !spouses[words[k].fold] && (at < 0 || !accompanies[words[at].fold])
	}
	return nil, false
}

// relativeBehind gives the word for a relative right behind words: "(mother)",
// "in her mother".
func relativeBehind(words []token) []token {
	if len(words) < 2 && (len(words) == 0 || words[0].Text[0] != '(') || words[0].Text[0] != '(' && words[0].fold != "in" && words[0].fold != "of" {
		return nil
	}
	for k := 0; k < len(words) && k < 4; k++ {
		if n := remarkAt("relative", words[k:]); n > 0 {
			return words[k : k+n]
		}
		if strings.HasSuffix(strings.TrimRight(words[k].Text, ",.;"), ")") || k > 0 && endsPhrase(words[k].Text) {
			return nil
		}
	}
	return nil
}

// aside reports whether words stand in brackets of their own.
func aside(words []token) bool {
	return words[0].Text[0] == '(' && strings.HasSuffix(strings.TrimRight(words[len(words)-1].Text, ",.;:"), ")")
}

var (
	possessives = wordSet("her his their the my a an our late")
	informs     = wordSet("reports reported says said states stated describes described thinks thought noticed notices concerned worried feels believes")
	accompanies = wordSet("with by from to for")
	spouses     = wordSet("wife wife's husband husband's partner partner's spouse")
)
