package pages

import (
	"testing"
	"time"

	"clinician/internal/clients/pages/format"
	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// What a page of a scan costs that somebody turns to, in the worker that has it open.
func BenchmarkPageOfAnOpenScan(b *testing.B) {
	images := paper.ScanText([]string{"Letter\n\nHaemoglobin 131 g/L", "Page 2"}, paper.ScanOptions{Profile: paper.Named("light"), Seed: 1})
	pdf, err := paper.PDF(images, paper.PDFOptions{Created: time.Unix(0, 0)})
	if err != nil {
		b.Fatal(err)
	}
	doc, err := format.Prepare(core.MIMEPDF, format.Options{CacheDir: b.TempDir(), MaxPixels: core.MaxPixels})(pdf)
	if err != nil {
		b.Fatal(err)
	}
	w := worker{doc: doc, maxPixels: core.MaxPixels}
	page := 0
	for b.Loop() {
		page++
		if _, err := w.image(1+page%2, core.ImageRequest{DPI: 150, MaxWidth: 1200}); err != nil {
			b.Fatal(err)
		}
	}
}
