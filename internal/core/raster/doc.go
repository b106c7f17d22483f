// Package raster is all that this program does with grey pixels: one type, Gray,
// and its operations. The page worker prepares pages with it, the reader of pages
// cuts words and glyphs out of them, engines scale what they send.
//
// Start at Gray, then Prepare, which says in which order a page is made ready for
// an engine. Each operation has its file: background, binarize (thresholds, ink,
// shares of brightness), components (pixels that hang together), deskew, grid (ink
// that belongs to no word), noise, resize, ruling (lines of tables and forms).
//
// Unless its comment says otherwise an operation leaves the picture it is given as
// it is and gives a new one. Pictures come from outside: every operation takes
// every size, also none.
package raster
