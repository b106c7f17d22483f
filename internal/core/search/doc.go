// Package search finds words in the text of pages, in memory and one page at a
// time: nothing of what it sees is kept. Text and query are folded alike: case,
// accents and punctuation do not count, 1,000 is 1000 and HER-2 is HER2. A word
// is found from its beginning (cisplat finds cisplatin), a number as a whole.
package search
