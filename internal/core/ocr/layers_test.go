package ocr_test

import (
	"fmt"
	"image"
	"image/draw"
	"slices"
	"strings"
	"testing"

	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// layered is a page of a scan, with what else its contents hold.
func layered(t *testing.T, text, contents string) []byte {
	t.Helper()
	img := paper.ScanText([]string{text}, paper.ScanOptions{Profile: paper.Profile{DPI: 200}})[0]
	jpeg, err := paper.JPEG(img)
	if err != nil {
		t.Fatal(err)
	}
	b := img.Gray.Bounds()
	picture := formattest.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode", b.Dx(), b.Dy()), jpeg)
	return formattest.Sheet{Page: "/MediaBox[0 0 595 842]", Contents: "q 595 0 0 842 0 0 cm /X Do Q\n" + contents, XObjects: "/X 10 0 R", Objects: []string{picture}}.PDF()
}

// A layer that nobody sees is what another program read: the picture counts. One that
// is printed over a scan is read together with it, however long it is.
func TestTextLayersOverScans(t *testing.T) {
	const scanned = "Potassium 5.9 mmol/l\nCreatinine 143 umol/l\nPlease repeat the sample within one week."
	var footer strings.Builder
	for i := range 6 {
		footer.WriteString(formattest.Line(120-14*i, "This message is confidential and was sent by the fax gateway of the hospital"))
	}
	for name, c := range map[string]struct {
		contents     string
		source, step string
		not          string
	}{
		"invisible": {"3 Tr " + formattest.Line(700, "Potassium 3.9 mmol/l") + formattest.Line(680, "Creatinine 148 umol/l"), core.SourceOCR,
			"text layer unusable: it is invisible, what another program read of a picture", "148"},
		"long footer": {footer.String(), core.SourceMixed, "", "148"},
		"footer and invisible": {footer.String() + "3 Tr " + formattest.Line(680, "Creatinine 148 umol/l"), core.SourceMixed,
			"left out what the page does not show: 3 words of its text layer", "148"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			s := h.service(real(t))
			h.start(s)
			j := h.submit(s, h.add(core.MIMEPDF, layered(t, scanned, c.contents)))
			h.ended(s, j.ID)
			p, err := s.Page(t.Context(), j.ID, 1)
			if err != nil || p.Source != c.source || p.Status != core.PageRead || p.Confidence == nil {
				t.Fatalf("%+v, %v", p, err)
			}
			contains(t, p.Text, "Potassium 5.9 mmol/l", "Creatinine 143 umol/l")
			if strings.Contains(p.Text, c.not) || c.step != "" && !slices.Contains(p.Steps, c.step) {
				t.Errorf("steps %q, text %q", p.Steps, p.Text)
			}
			if c.source == core.SourceMixed {
				contains(t, p.Text, "was sent by the fax gateway")
			}
			for _, w := range p.Words {
				if w.Text == "143" && w.Confidence == nil {
					t.Error("a number of the scan has no confidence")
				}
			}
		})
	}
}

// Letters that are not those of the page are found out whatever alphabet they claim.
func TestLayersOfOtherLetters(t *testing.T) {
	line := "Please repeat the sample within one week and let the ward know of the result"
	for name, first := range map[string]int{"Cyrillic": 0x430, "Han": 0x4e2d, "exchanged": 0, "the next letter": 1, "other digits": 2} {
		t.Run(name, func(t *testing.T) {
			var table strings.Builder // of Unicode
			table.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def 1 begincodespacerange <00> <ff> endcodespacerange\n")
			for c := 0x20; c < 0x7f; c++ {
				to := first + (c-0x20)%26
				switch first {
				case 0:
					to = c << 8
				case 1:
					to = c + 1
				case 2:
					if to = c; c >= '0' && c <= '9' {
						to = '0' + (c-'0'+5)%10
					}
				}
				fmt.Fprintf(&table, "1 beginbfchar <%02x> <%04x> endbfchar\n", c, to)
			}
			table.WriteString("endcmap end end")
			sheet := formattest.Sheet{Page: "/MediaBox[0 0 595 842]", ToUnicode: table.String(), Contents: formattest.Line(700, "Potassium 5.9 mmol/L") + formattest.Line(680, line) + formattest.Line(660, "Creatinine 143 umol/L and platelets 310 on 12-Nov-2026")}
			h := newHouse(t)
			s := h.service(real(t))
			h.start(s)
			j := h.submit(s, h.add(core.MIMEPDF, sheet.PDF()))
			if end := h.ended(s, j.ID); end.Status != core.JobCompleted {
				t.Fatalf("ended as %+v", end)
			}
			p, err := s.Page(t.Context(), j.ID, 1)
			if err != nil || p.Source != core.SourceOCR || len(p.Steps) == 0 || !strings.HasPrefix(p.Steps[0], "text layer unusable: ") {
				t.Fatalf("%+v, %v", p, err)
			}
			contains(t, p.Text, "Potassium 5.9 mmol/L", line)
		})
	}
}

// A result that is a picture among printed words, as some programs write their flags
// and values, is read with the row it stands in.
func TestAValueThatIsAPicture(t *testing.T) {
	img := paper.ScanText([]string{"Potassium 5.9 mmol/L"}, paper.ScanOptions{Profile: paper.Profile{DPI: 150}})[0]
	at := slices.IndexFunc(img.Words, func(w paper.Word) bool { return w.Text == "5.9" })
	if at < 0 {
		t.Fatalf("words %+v", img.Words)
	}
	b := img.Words[at].Box
	part := image.NewGray(image.Rect(0, 0, b.W+12, b.H+12))
	draw.Draw(part, part.Rect, img.Gray, image.Pt(b.X-6, b.Y-6), draw.Src)
	jpeg, err := paper.JPEG(paper.Image{Gray: part, DPI: 150})
	if err != nil {
		t.Fatal(err)
	}
	w, h := part.Rect.Dx(), part.Rect.Dy()
	picture := formattest.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode", w, h), jpeg)
	sheet := formattest.Sheet{Page: "/MediaBox[0 0 595 842]", XObjects: "/X 10 0 R", Objects: []string{picture},
		Contents: formattest.Line(700, "Potassium                      mmol/L   3.5-5.3") + fmt.Sprintf("q %d 0 0 %d 110 697 cm /X Do Q", w*72/150, h*72/150)}
	house := newHouse(t)
	s := house.service(real(t))
	house.start(s)
	j := house.submit(s, house.add(core.MIMEPDF, sheet.PDF()))
	house.ended(s, j.ID)
	p, err := s.Page(t.Context(), j.ID, 1)
	if err != nil || p.Source != core.SourceMixed {
		t.Fatalf("%+v, %v", p, err)
	}
	contains(t, p.Text, "Potassium 5.9 mmol/L 3.5-5.3")
}
