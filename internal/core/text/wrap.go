package text

import "strings"

// Wrap breaks text into lines that fit; a word that does not gets a line to itself. Line
// ends of the text stay, other white space becomes one space.
func Wrap(text string, fits func(line string) bool) (lines []string) {
	for part := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(part) {
			if line != "" && !fits(line+" "+word) {
				lines = append(lines, line)
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return lines
}
