// Package format knows the kinds of documents that can be read: PDF, TIFF, other
// pictures, plain text, RTF and DOCX. It runs in the page worker (package pages),
// for what it is given comes from outside.
//
// Start at Prepare and Document. PDF is read by PDFium as WebAssembly: pdf.go draws
// and takes the text layer, which pdf_layer.go judges; pdf_scan.go takes the picture
// of a scanned page out of the file; pdf_pictures.go and pdf_missing.go notice
// pictures that PDFium leaves out without a word. TIFF files are taken apart here
// (tiff*.go) and their pages decoded by golang.org/x/image. Documents of text
// are read by package written, the pictures in them here (illustrated.go).
package format

import (
	"image"
	"unicode"

	"clinician/internal/clients/pages/written"
	"clinician/internal/core"
)

// Document is an open document. One goroutine at a time uses it; pages are
// numbered from 1. Parsers may panic on hostile content: who calls recovers.
type Document interface {
	// Count is the number of pages.
	Count() int
	// Text gives the page's own text; no words when it has none that can be used.
	Text(page int) (core.Page, error)
	// Draw gives the page in grey, or in colour as an *image.RGBA or other
	// image. dpi is for pages that have a size on paper; others have their own
	// pixels. The picture is not changed later, and must not be.
	Draw(page, dpi int, colour bool) (image.Image, error)
}

// Joined is a document whose pages may hold text and pictures of text. DrawInk is
// Draw of the parts that Page.Ink names, in grey, on white, without the page's own
// words.
type Joined interface {
	DrawInk(page, dpi int, ink []core.Box) (image.Image, error)
}

// Lacking is a document that knows after a page was drawn what of it is missing.
type Lacking interface {
	Lacks(page int) []core.Unread
}

// Options say how documents are opened.
type Options struct {
	CacheDir  string // keeps compiled PDFium; "" compiles it each time
	MaxPixels int64  // of one page
}

// Prepare chooses by type and does what must happen before a worker gives its rights
// up: PDFium's compiled form may have to be written. What it gives opens a document,
// whose bytes must stay as they are. Errors of that are CodeInvalid with a sentence
// for people, CodeUnsupported or CodeUnavailable.
func Prepare(mime string, o Options) func(content []byte) (Document, error) {
	switch mime {
	case core.MIMEPDF:
		return preparePDF(o.CacheDir, o.MaxPixels)
	case core.MIMETIFF:
		return func(b []byte) (Document, error) { return openTIFF(b, o.MaxPixels) }
	case core.MIMEJPEG, core.MIMEPNG, core.MIMEBMP, core.MIMEGIF, core.MIMEWebP:
		return func(b []byte) (Document, error) { return openPicture(b, o.MaxPixels) }
	case core.MIMEText:
		return writtenBy(written.OpenText, o.MaxPixels)
	case core.MIMERTF:
		return writtenBy(written.OpenRTF, o.MaxPixels)
	case core.MIMEDOCX:
		return writtenBy(written.OpenDOCX, o.MaxPixels)
	}
	return func([]byte) (Document, error) {
		return nil, core.Errorf(core.CodeUnsupported, "This kind of file has no pages that can be read.")
	}
}

// control are characters that nothing is printed for, white space excepted.
func control(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' }

// writtenBy opens a document whose pages are text.
func writtenBy(open func([]byte) (written.Document, error), maxPixels int64) func([]byte) (Document, error) {
	return func(b []byte) (Document, error) {
		d, err := open(b)
		if err != nil {
			return nil, err
		}
		return openWritten(d, maxPixels), nil
	}
}

// extractor is a document whose pages can be copied.
type extractor interface {
	Extract(pages []int) ([]byte, error)
}

// Extract copies pages of a document, numbered from 1 and in the order given, into a
// new one of the same kind, PDF or TIFF. CodeInvalid when it is of another kind, no
// page is named or one cannot be copied, CodeNotFound for a page that is not there.
func Extract(from Document, pages []int) ([]byte, error) {
	doc, ok := from.(extractor)
	if !ok {
		return nil, core.Errorf(core.CodeInvalid, "Only PDF and TIFF documents can be taken apart.")
	}
	if len(pages) == 0 {
		return nil, core.Errorf(core.CodeInvalid, "Name at least one page.")
	}
	for _, n := range pages {
		if n < 1 || n > from.Count() {
			return nil, core.Errorf(core.CodeNotFound, "The document has no page %d.", n)
		}
	}
	return doc.Extract(pages)
}
