package text

import "strings"

// Chosen finds which of names was meant by what was typed, case aside: the one that is
// written in full, or the only one that begins so. Else index is -1, and begins has the
// names that begin so, none or several.
func Chosen(typed string, names []string) (index int, begins []string) {
	index = -1
	for i, name := range names {
		switch {
		case strings.EqualFold(name, typed):
			return i, []string{name}
		case typed != "" && strings.HasPrefix(strings.ToLower(name), strings.ToLower(typed)):
			begins, index = append(begins, name), i
		}
	}
	if len(begins) != 1 {
		index = -1
	}
	return index, begins
}
