package core

import "strconv"

// Plural counts things in a sentence: "1 page", "2 pages", "0 pages".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
