package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// JPEG encodes a page the way document scanners do: small.
func JPEG(img Image) ([]byte, error) {
	var b bytes.Buffer
	quality := 62
	if img.Bilevel || img.Profile == "clean" {
		quality = 75
	}
	if err := jpeg.Encode(&b, img.Gray, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode JPEG page: %w", err)
	}
	return b.Bytes(), nil
}

// PNG encodes a page losslessly, with one bit a pixel when it is bilevel.
func PNG(img Image) ([]byte, error) {
	var b bytes.Buffer
	var src image.Image = img.Gray
	if img.Bilevel {
		p := image.NewPaletted(img.Rect, color.Palette{color.Gray{Y: 0}, color.Gray{Y: 255}})
		for i, v := range img.Pix {
			p.Pix[i] = v >> 7
		}
		src = p
	}
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, src); err != nil {
		return nil, fmt.Errorf("encode PNG page: %w", err)
	}
	return b.Bytes(), nil
}

// PDFOptions says what a PDF carries beside its pages.
type PDFOptions struct {
	Title    string
	Created  time.Time // goes into the file; must not be zero
	Password string    // not empty: encrypted, and this opens it
}

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

// PDF binds page images into a file without a text layer.
func PDF(pages []Image, o PDFOptions) ([]byte, error) {
	f := newPDF(o)
	for i, p := range pages {
		kind, encode := "JPG", JPEG
		if p.Bilevel {
			kind, encode = "PNG", PNG
		}
		data, err := encode(p)
		if err != nil {
			return nil, err
		}
		w, h := float64(p.Rect.Dx())*72/float64(p.DPI), float64(p.Rect.Dy())*72/float64(p.DPI)
		orientation := "P"
		if w > h {
			orientation = "L"
		}
		f.AddPageFormat(orientation, fpdf.SizeType{Wd: min(w, h), Ht: max(w, h)})
		name := fmt.Sprintf("page%d", i)
		options := fpdf.ImageOptions{ImageType: kind}
		f.RegisterImageOptionsReader(name, options, bytes.NewReader(data))
		f.ImageOptions(name, 0, 0, w, h, false, options, 0, "")
	}
	return finish(f)
}

func finish(f *fpdf.Fpdf) ([]byte, error) {
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}
