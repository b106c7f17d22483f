package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"time"
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
