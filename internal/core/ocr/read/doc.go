// Package read reads the pages of documents: page -> text layer, or picture ->
// engine -> words -> text. It knows no queue and no store; Reader implements
// core.DocumentReader, which the queue of jobs and "server ocr" work with.
//
// Start at Reader.ReadDocument, then recognize in page.go (is there a text layer?)
// and pageReading.best in reading.go, which decides in how many ways a page is
// read. What is done to a reading then has a file each: missedtext (what the
// engine passed over), reread (doubtful words once more), glyphs (µ and ^ seen in
// the picture), crosscheck (numbers against another engine), layout and columns
// (rows and columns from boxes).
//
// Documents are opened in a child process (core.PageOpener) and pages read in
// others (core.Engine); this package never parses foreign bytes. docs/ocr.md says
// why each step is there and what it is worth.
package read
