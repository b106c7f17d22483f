// Package reading measures how well documents are read: by this program, by the
// plain tesseract program, and by OCRmyPDF where it is installed.
//
// Text is compared after NFKC, with typographic quotes and dashes made plain and
// every run of white space one space. Case and punctuation count, but for CaselessCER.
package reading

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"clinician/internal/core/text"
)

// Score counts edits and matches over any number of pages.
type Score struct {
	Pages                 int
	CharEdits, Chars      int // Levenshtein distance over the characters of the truth
	CaselessEdits         int // the same without regard to case
	WordEdits, Words      int // the same over words
	Found, Truth, Read    int // words regardless of order: in both, in the truth, as read
	NumFound, NumTruth    int // the same over tokens that hold a digit
	NumRead               int
	CPUSeconds, WallClock float64

	Numbers Numbers
}

// Compare scores one page.
func Compare(truth, read string) Score {
	t, r := normal(truth), normal(read)
	tw, rw := strings.Fields(t), strings.Fields(r)
	s := Score{Pages: 1, Chars: len([]rune(t)), Words: len(tw)}
	s.CharEdits = text.Distance([]rune(t), []rune(r))
	s.CaselessEdits = text.Distance(small(t), small(r))
	s.WordEdits = text.Distance(tw, rw)
	tb, rb := tokens(tw), tokens(rw)
	s.Found, s.Truth, s.Read = common(tb, rb), len(tb), len(rb)
	tn, rn := numbers(tb), numbers(rb)
	s.NumFound, s.NumTruth, s.NumRead = common(tn, rn), len(tn), len(rn)
	s.Numbers = compareNumbers(t, r)
	return s
}

// Add sums scores, so that long pages weigh more.
func (s *Score) Add(o Score) {
	s.Pages += o.Pages
	s.CharEdits += o.CharEdits
	s.Chars += o.Chars
	s.CaselessEdits += o.CaselessEdits
	s.WordEdits += o.WordEdits
	s.Words += o.Words
	s.Found += o.Found
	s.Truth += o.Truth
	s.Read += o.Read
	s.NumFound += o.NumFound
	s.NumTruth += o.NumTruth
	s.NumRead += o.NumRead
	s.CPUSeconds += o.CPUSeconds
	s.WallClock += o.WallClock
	s.Numbers.add(o.Numbers)
}

// CER is the share of characters that are wrong; more than 1 is possible.
func (s Score) CER() float64 { return float64(s.CharEdits) / float64(max(1, s.Chars)) }

// CaselessCER is CER without regard to case: what is printed in small letters, some
// transcriptions have in capitals.
func (s Score) CaselessCER() float64 { return float64(s.CaselessEdits) / float64(max(1, s.Chars)) }

// WER is the share of words that are wrong.
func (s Score) WER() float64 { return float64(s.WordEdits) / float64(max(1, s.Words)) }

// WordF1 is the order-free F1 over words, the fair measure for forms and tables.
func (s Score) WordF1() float64 { return f1(s.Found, s.Truth, s.Read) }

// NumberF1 is the order-free F1 over tokens that hold a digit.
func (s Score) NumberF1() float64 { return f1(s.NumFound, s.NumTruth, s.NumRead) }

// CPU is the seconds of CPU a page took.
func (s Score) CPU() float64 { return s.CPUSeconds / float64(max(1, s.Pages)) }

func f1(both, a, b int) float64 {
	if a+b == 0 {
		return 1
	}
	return 2 * float64(both) / float64(a+b)
}

var plain = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "–", "-", "—", "-",
	"−", "-", "\u00ad", "", "•", "*", "·", ".", "ﬁ", "fi", "ﬂ", "fl")

func normal(s string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(plain.Replace(s))), " ")
}

// small gives the characters of a text with capitals made small, one for one.
func small(s string) []rune {
	all := []rune(s)
	for i, r := range all {
		all[i] = unicode.ToLower(r)
	}
	return all
}

// tokens strips punctuation from the ends of words and drops what is nothing else.
func tokens(words []string) []string {
	var list []string
	for _, w := range words {
		if w = strings.ToLower(strings.Trim(w, `.,;:()[]{}"'|_-*`)); w != "" {
			list = append(list, w)
		}
	}
	return list
}

func numbers(tokens []string) []string {
	var list []string
	for _, t := range tokens {
		if strings.ContainsFunc(t, unicode.IsDigit) {
			list = append(list, t)
		}
	}
	return list
}

// common counts what two bags share.
func common(a, b []string) int {
	left := make(map[string]int, len(a))
	for _, w := range a {
		left[w]++
	}
	n := 0
	for _, w := range b {
		if left[w] > 0 {
			left[w]--
			n++
		}
	}
	return n
}
