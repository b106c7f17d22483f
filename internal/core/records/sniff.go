package records

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gabriel-vasile/mimetype"

	"clinician/internal/core"
)

// headSize is how much of a file its kind is decided by. DOCX and DOC need
// more than the few bytes other formats do.
const headSize = 64 << 10

// widen tells the library to look at all of the head; it has no other way than
// its own global setting.
var widen = sync.OnceFunc(func() { mimetype.SetLimit(headSize) })

// direct are the accepted types that are recognised as they are; text needs a
// closer look.
var direct = []string{
	core.MIMEPDF, core.MIMEJPEG, core.MIMEPNG, core.MIMETIFF, core.MIMEBMP, core.MIMEGIF, core.MIMEWebP,
	core.MIMERTF, core.MIMEDOC, core.MIMEDOCX,
}

// active kinds of text would run or draw in a browser.
var active = []string{"text/html", "image/svg+xml", "application/xhtml+xml", "text/x-php", "text/javascript"}

// sniff decides the type of content by its first bytes. CodeUnsupported when it is none of core.AcceptedTypes.
func sniff(head []byte) (string, error) {
	widen()
	found := mimetype.Detect(head)
	refused, plain := false, false
	for t := found; t != nil; t = t.Parent() {
		name, _, _ := strings.Cut(t.String(), ";")
		switch {
		case slices.Contains(direct, name):
			return name, nil
		case advice(name, head) != "":
			return "", core.Errorf(core.CodeUnsupported, "%s", advice(name, head))
		case slices.Contains(active, name):
			refused = true
		case name == core.MIMEText:
			plain = true
		case name == "application/x-ole-storage" && isWord(head):
			return core.MIMEDOC, nil
		}
	}
	if found.Parent() == nil && pdfLater(head) {
		return core.MIMEPDF, nil
	}
	if (plain || found.Parent() == nil) && !refused && isText(head) {
		return core.MIMEText, nil
	}
	return "", core.Errorf(core.CodeUnsupported,
		"This kind of file is not accepted: %s. Accepted: PDF, JPEG, PNG, TIFF, BMP, GIF, WebP, plain text, RTF, Word (DOC, DOCX).", kind(found))
}

// advice says what to do with kinds of files that people send and that cannot be
// read; "" for others.
func advice(mime string, head []byte) string {
	switch mime {
	case "text/xml":
		if !bytes.Contains(head, []byte("ClinicalDocument")) { // those are read as text
			return "XML files are not accepted, but for clinical documents (C-CDA). Print it to PDF in the program it comes from and upload that."
		}
	case "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif":
		return "Pictures in HEIC, HEIF or AVIF, as telephones take them, are not accepted. Share the picture as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible) or save it as PDF and upload that."
	case "image/jp2", "image/jpx", "image/jpm", "image/jxl", "image/vnd.ms-photo":
		return "JPEG 2000, JPEG XL and JPEG XR are not accepted. Open the picture in a viewer, save it as PNG or PDF and upload that."
	case "application/dicom":
		return "DICOM files are not accepted. Print the pictures or the report to PDF in the viewer they come from and upload that."
	}
	return ""
}

// pdfLater reports whether a PDF begins behind something else: readers allow for it,
// and some programs write it.
func pdfLater(head []byte) bool { return bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) }

// isWord recognises a Word document whose directory lies behind the head: its
// main stream nearly always comes first.
func isWord(head []byte) bool {
	return len(head) > 514 && bytes.Equal(head[512:514], []byte{0xEC, 0xA5})
}

// kind names refused content for people.
func kind(m *mimetype.MIME) string {
	name, _, _ := strings.Cut(m.String(), ";")
	switch {
	case name == "application/octet-stream", name == core.MIMEText:
		return "its content is not recognised"
	case m.Extension() == "":
		return name
	}
	return fmt.Sprintf("%s (%s)", strings.ToUpper(strings.TrimPrefix(m.Extension(), ".")), name)
}
