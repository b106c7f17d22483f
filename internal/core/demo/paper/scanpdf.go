package paper

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf16"
)

// PDF binds page images into a file without a text layer: JPEG for grey pages,
// Deflate for bilevel ones. Written by hand because fpdf puts images of the
// same width in random order, and the same pages must give the same bytes.
// It does not encrypt; a Password is refused.
func PDF(pages []Image, o PDFOptions) ([]byte, error) {
	if o.Password != "" {
		return nil, fmt.Errorf("write PDF: scans cannot be encrypted")
	}
	w := &pdfFile{}
	w.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	// Objects: 1 catalogue, 2 page tree, 3 information, then three for each page.
	w.object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids bytes.Buffer
	for i := range pages {
		fmt.Fprintf(&kids, " %d 0 R", 4+3*i)
	}
	w.object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s ] >>", len(pages), kids.String()))
	w.object(fmt.Sprintf("<< /Title %s /Producer (synthetic demo data) /CreationDate (%s) >>", pdfText(o.Title), pdfTime(o.Created)))
	for i, p := range pages {
		if err := w.page(p, 4+3*i); err != nil {
			return nil, fmt.Errorf("write PDF page %d: %w", i+1, err)
		}
	}
	w.end()
	return w.Bytes(), nil
}

// pdfFile is a PDF in the making with the offsets of its objects so far.
type pdfFile struct {
	bytes.Buffer
	offsets []int
}

func (w *pdfFile) object(dictionary string) {
	w.offsets = append(w.offsets, w.Len())
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", len(w.offsets), dictionary)
}

func (w *pdfFile) stream(dictionary string, data []byte) {
	w.offsets = append(w.offsets, w.Len())
	fmt.Fprintf(w, "%d 0 obj\n<< %s /Length %d >>\nstream\n", len(w.offsets), dictionary, len(data))
	w.Write(data)
	w.WriteString("\nendstream\nendobj\n")
}

// page writes the three objects of a page: itself, what it draws, the image.
func (w *pdfFile) page(p Image, number int) error {
	px, py := p.Rect.Dx(), p.Rect.Dy()
	width, height := float64(px)*72/float64(p.DPI), float64(py)*72/float64(p.DPI)
	w.object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /Resources << /XObject << /Scan %d 0 R >> >> >>", width, height, number+1, number+2))
	w.stream("", fmt.Appendf(nil, "q %.2f 0 0 %.2f 0 0 cm /Scan Do Q", width, height))
	filter, bits := "DCTDecode", 8
	encode := JPEG
	if p.Bilevel {
		filter, bits = "FlateDecode", 1
		encode = func(p Image) ([]byte, error) { return deflate(rows(p)) }
	}
	data, err := encode(p)
	if err != nil {
		return err
	}
	w.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent %d /Filter /%s", px, py, bits, filter), data)
	return nil
}

func (w *pdfFile) end() {
	start := w.Len()
	fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		fmt.Fprintf(w, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(w, "trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, start)
}

// pdfText is a text string in UTF-16, as hexadecimal digits.
func pdfText(s string) string {
	var b bytes.Buffer
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteString(">")
	return b.String()
}

func pdfTime(t time.Time) string { return t.UTC().Format("D:20060102150405Z") }
