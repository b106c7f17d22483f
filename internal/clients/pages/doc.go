// Package pages opens documents (PDF, images, text) in a child process of the
// same binary and gives their pages as text or as pictures.
//
// Documents come from outside and their parsers are large. So the server never
// parses them: the child has no keys, no database, no environment, cannot write
// files, and is killed when a page takes too long. PDF is read by PDFium as
// WebAssembly inside that child, pictures by Go's own decoders.
//
// Start at Opener.OpenPages (opener.go), the parent's side; worker.go is the child's
// and frame.go what they say to each other. confine_linux.go takes the child's rights
// away. The kinds of documents are in package format, what is done to their pictures
// in core/raster, and the memory that grows without being copied in package memory.
//
// Every program (and test binary) that opens documents must give the child its
// turn first thing in main:
//
//	if pages.IsWorker(os.Args) {
//		os.Exit(pages.WorkerMain())
//	}
package pages
