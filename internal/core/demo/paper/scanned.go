package paper

import (
	"strings"
	"time"
)

// ScanOptions says how ScannedPDF treats its pages. The zero value is a clean
// scan at 200 dpi.
type ScanOptions struct {
	Profile Profile
	Seed    uint64
	Size    float64 // of the type, points; 0: 11
	Title   string
}

// ScannedPDF makes a PDF of page images, without a text layer, from the text
// of each page. Long lines are wrapped; what does not fit on the page is lost.
// An empty page is scanned as a blank side, without the Mark.
func ScannedPDF(pages []string, o ScanOptions) ([]byte, error) {
	images := ScanText(pages, o)
	return PDF(images, PDFOptions{Title: o.Title, Created: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
}

// ScanText is the images of ScannedPDF, with the words that are on them.
func ScanText(pages []string, o ScanOptions) []Image {
	out := make([]Image, len(pages))
	for i, text := range pages {
		seed := o.Seed + uint64(i)*7919
		if strings.TrimSpace(text) == "" {
			out[i] = BlankScan(o.Profile, seed)
			continue
		}
		out[i] = Scan([]*Sheet{textSheet(text, o.Size)}, o.Profile, seed)[0]
	}
	return out
}

func textSheet(text string, size float64) *Sheet {
	if size == 0 {
		size = 11
	}
	s := NewSheet()
	y := 60.0
	for _, line := range Wrap(Regular, size, Width-120, text) {
		if y > Height-50 {
			break
		}
		s.Text(60, y, Style{Size: size}, line)
		y += size * 1.4
	}
	return s
}
