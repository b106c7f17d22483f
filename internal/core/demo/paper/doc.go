// Package paper makes hospital paper that never existed: pages laid out in
// points, printed to grey images or to PDF with a text layer, and then treated
// the way scanners, fax machines and phones treat paper.
//
// A Sheet is the vector page. Scan prints it, degrades it and keeps track of
// where every word went, so that reading it back can be scored. The encoders
// give the files that hospitals really receive: scanned PDF, JPEG, PNG and
// multi-page TIFF.
//
// Everything is a pure function of its arguments: the same sheet, profile and
// seed give the same bytes with the same Go release. Nothing here keeps state
// and all functions may be called from many goroutines, but a Sheet belongs to
// one goroutine while it is being laid out.
package paper

// Mark stands at the top and the bottom of every page.
const Mark = "SYNTHETIC — NOT A REAL PATIENT"

// A4 in points, the unit of all sheet coordinates. The origin is at the top
// left and y of a text is its baseline.
const (
	Width  = 595.28
	Height = 841.89
)
