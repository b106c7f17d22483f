package pages

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

// bundlePDF holds the papers of three people, uncompressed, with what could drag
// one into the copy of another: a link, an outline, properties, a shared font.
func bundlePDF() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	page := func(object, content int, extra string) {
		fmt.Fprintf(&b, "%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents %d 0 R/Resources<</Font<</F1 9 0 R>>>>%s>>endobj\n", object, content, extra)
	}
	text := func(object int, s string) {
		ops := "BT /F1 18 Tf 20 100 Td (" + s + ") Tj ET"
		fmt.Fprintf(&b, "%d 0 obj<</Length %d>>stream\n%s\nendstream endobj\n", object, len(ops), ops)
	}
	b.WriteString("1 0 obj<</Type/Catalog/Pages 2 0 R/Outlines 11 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>endobj\n")
	page(3, 6, "/Annots[10 0 R]")
	page(4, 7, "")
	page(5, 8, "")
	text(6, "ALPHAPAGE Letter about Mertz")
	text(7, "BRAVOPAGE Letter about Moscisk")
	text(8, "GAMMAPAGE Letter about Cummings")
	b.WriteString("9 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n" +
		"10 0 obj<</Type/Annot/Subtype/Link/Rect[0 0 50 50]/P 3 0 R/Dest[5 0 R/Fit]>>endobj\n" +
		"11 0 obj<</Type/Outlines/First 12 0 R/Last 12 0 R/Count 1>>endobj\n" +
		"12 0 obj<</Title(OUTLINE Cummings)/Parent 11 0 R/Dest[5 0 R/Fit]>>endobj\n" +
		"13 0 obj<</Title(PROPERTIES of a bundle)>>endobj\n" +
		"trailer<</Root 1 0 R/Info 13 0 R>>\n%%EOF\n")
	return b.Bytes()
}

func TestExtract(t *testing.T) {
	src := mustOpen(t, core.MIMEPDF, bundlePDF())
	for _, c := range []struct {
		pages []int
		want  []string
	}{
		{[]int{1}, []string{"ALPHAPAGE"}},
		{[]int{2}, []string{"BRAVOPAGE"}},
		{[]int{3, 2}, []string{"GAMMAPAGE", "BRAVOPAGE"}},
	} {
		pdf, err := src.(core.PageExtractor).Extract(t.Context(), c.pages)
		if err != nil {
			t.Fatalf("%v: %v", c.pages, err)
		}
		part := mustOpen(t, core.MIMEPDF, pdf)
		if part.Count() != len(c.want) {
			t.Fatalf("%v became %d pages", c.pages, part.Count())
		}
		var all strings.Builder
		for i, want := range c.want {
			p, err := part.Text(t.Context(), i+1)
			if err != nil || !strings.Contains(p.Text, want) {
				t.Errorf("%v: page %d says %q, %v; want %s", c.pages, i+1, p.Text, err, want)
			}
			if _, err := part.Image(t.Context(), i+1, core.ImageRequest{DPI: 50}); err != nil {
				t.Errorf("%v: page %d cannot be drawn: %v", c.pages, i+1, err)
			}
			all.WriteString(want)
		}
		for _, other := range []string{"ALPHAPAGE", "BRAVOPAGE", "GAMMAPAGE", "OUTLINE", "PROPERTIES"} {
			if !strings.Contains(all.String(), other) && bytes.Contains(pdf, []byte(other)) {
				t.Errorf("the copy of %v holds something of %s", c.pages, other)
			}
		}
	}
	for _, bad := range [][]int{nil, {0}, {4}, {1, -1}} {
		if pdf, err := src.(core.PageExtractor).Extract(t.Context(), bad); err == nil || pdf != nil {
			t.Errorf("%v: %d bytes, %v", bad, len(pdf), err)
		}
	}
	text := mustOpen(t, core.MIMEText, []byte("one\ftwo"))
	if _, err := text.(core.PageExtractor).Extract(t.Context(), []int{1}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("a text file was taken apart: %v", err)
	}
}
