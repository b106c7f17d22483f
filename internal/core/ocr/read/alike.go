package read

import (
	"regexp"
	"slices"

	"clinician/internal/core"
)

// Why a digit may be a letter, or the other way round.
const (
	doubtAlike = "a letter and a digit that look alike stand together in it"
	doubtZero  = "its 0 may be a letter O"
)

var (
	// A digit right beside a letter that looks like one, and where that is a name: gases,
	// the sounds of the heart and parts of the spine.
	mixed     = regexp.MustCompile(`\d[OolIS|]|[OolIS|]\d`)
	mixedName = regexp.MustCompile(`^\W*(?:[A-Za-z]{0,3}O2|(?:L5\W)?S[1-5](?:\WS[1-5])?)\W*$`)

	// A zero where gases and water have the letter, and one before a whole number, which
	// results do not have.
	gasWithZero = regexp.MustCompile(`(?i)^\W*(?:s?[pa]a?|c|[pv]c|fi|v|n|e?tc)02\W*$|H20\W*$`)
	zeroFirst   = regexp.MustCompile(`^\W*0\d{1,2}\W*$`)
	monthName   = regexp.MustCompile(`(?i)^\W*(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?` +
		`|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\W*$`)
)

// doubtAlikes puts words in doubt in which a digit may be a letter or a letter a digit.
// Two engines that read the same settle it where such a letter stands beside a digit; of a
// zero that may be a letter they prove nothing, for it looks the same to both.
func doubtAlikes(words []core.Word) []core.Word {
	words = slices.Clone(words)
	for i, w := range words {
		if w.Confidence == nil {
			continue
		}
		switch {
		case gasWithZero.MatchString(w.Text), zeroFirst.MatchString(w.Text) && !besideMonth(words, i):
			words[i].Doubt = also(w.Doubt, doubtZero)
		case mixed.MatchString(w.Text) && !mixedName.MatchString(w.Text) && (w.Second == nil || w.Second.Text != solidText(w.Text)):
			words[i].Doubt = also(w.Doubt, doubtAlike)
		}
	}
	return words
}

// besideMonth reports whether a month's name stands beside a word, in its row.
func besideMonth(words []core.Word, i int) bool {
	w := words[i]
	return slices.ContainsFunc(words, func(o core.Word) bool {
		return monthName.MatchString(o.Text) && level(w.Box, o.Box) && max(gap(w, o), gap(o, w)) < 2*w.Box.H
	})
}
