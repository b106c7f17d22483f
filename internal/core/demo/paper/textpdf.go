package paper

import (
	"bytes"
	"fmt"
	"math"

	"codeberg.org/go-pdf/fpdf"
)

// TextPDF prints sheets as a born-digital PDF: real text, no page images.
func TextPDF(sheets []*Sheet, o PDFOptions) ([]byte, error) {
	f := newPDF(o)
	w := pdfWriter{f: f}
	for i, t := range typefaces() {
		if usesFont(sheets, Font(i)) {
			// A copy: cutting the font down to the used letters writes into it.
			f.AddUTF8FontFromBytes(fontNames[i], "", bytes.Clone(t.ttf))
		}
	}
	for _, s := range sheets {
		f.AddPage()
		for _, op := range s.ops {
			w.draw(op)
		}
	}
	return finish(f)
}

var fontNames = [4]string{"regular", "bold", "italic", "mono"}

func usesFont(sheets []*Sheet, f Font) bool {
	for _, s := range sheets {
		for _, o := range s.ops {
			if o.text != "" && o.style.Font == f {
				return true
			}
		}
	}
	return false
}

type pdfWriter struct{ f *fpdf.Fpdf }

func (w pdfWriter) draw(o op) {
	f := w.f
	switch o.kind {
	case opText, opHand:
		w.text(o.x, o.y, o)
	case opStamp:
		width := TextWidth(o.style.Font, o.style.Size, o.text)
		f.TransformBegin()
		f.TransformRotate(o.angle, o.x, o.y)
		w.text(o.x-width/2, o.y+o.style.Size*0.35, o)
		f.SetDrawColor(int(o.style.Grey), int(o.style.Grey), int(o.style.Grey))
		f.SetLineWidth(1.6)
		f.Rect(o.x-width/2-o.padding, o.y-o.style.Size/2-o.padding, width+2*o.padding, o.style.Size+2*o.padding, "D")
		f.SetDrawColor(0, 0, 0)
		f.TransformEnd()
	case opLine:
		f.SetLineWidth(o.width)
		f.Line(o.x, o.y, o.x1, o.y1)
	case opFill:
		f.SetFillColor(int(o.style.Grey), int(o.style.Grey), int(o.style.Grey))
		f.Rect(o.x, o.y, o.x1-o.x, o.y1-o.y, "F")
	case opCurve:
		f.SetLineWidth(o.width)
		for i := range len(o.points) - 1 {
			f.Line(o.points[i][0], o.points[i][1], o.points[i+1][0], o.points[i+1][1])
		}
	}
}

func (w pdfWriter) text(x, y float64, o op) {
	w.f.SetFont(fontNames[o.style.Font], "", o.style.Size)
	g := int(o.style.Grey)
	w.f.SetTextColor(g, g, g)
	w.f.Text(round3(x), round3(y), o.text)
}

// round3 keeps float noise out of the file.
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }

func newPDF(o PDFOptions) *fpdf.Fpdf {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: Width, Ht: Height}})
	f.SetCatalogSort(true)
	f.SetCreationDate(o.Created.UTC())
	f.SetModificationDate(o.Created.UTC())
	f.SetTitle(o.Title, true)
	f.SetProducer("synthetic demo data", false)
	f.SetAutoPageBreak(false, 0)
	if o.Password != "" {
		f.SetProtection(fpdf.CnProtectPrint, o.Password, o.Password)
	}
	return f
}

func finish(f *fpdf.Fpdf) ([]byte, error) {
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}
