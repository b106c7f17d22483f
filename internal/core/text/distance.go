package text

import "strings"

// Distance is the number of insertions, deletions and replacements between a and b.
func Distance[T comparable](a, b []T) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			best := diagonal
			if x != y {
				best = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)]
}

// Nearest gives the one of names that was probably meant by a word that is none of them:
// it begins one of them, or one or two letters are wrong. "" when none is near, or when
// several are equally near.
func Nearest(word string, names []string) string {
	if word == "" {
		return ""
	}
	best, least := "", 3
	for _, name := range names {
		d := Distance([]rune(strings.ToLower(word)), []rune(strings.ToLower(name)))
		if strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) {
			d = 1
		}
		switch {
		case d >= len([]rune(word)): // nothing of it is left
		case d < least:
			best, least = name, d
		case d == least:
			best = ""
		}
	}
	return best
}
