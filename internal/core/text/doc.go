// Package text decides about what people typed, names above all: when two
// spellings are one name, what a name is sorted and found by, what it sounds
// like, and which day a written date means. Search, name alerts, the check of
// two identifiers, the comparison of a page with its chart and the screens all
// ask here, so that they cannot decide differently.
//
// Start reading at Key: everything else about names is built on it.
package text
