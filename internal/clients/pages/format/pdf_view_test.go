package format

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
	"clinician/internal/core/raster"
)

const seenLine, secret = "Haemoglobin 13.4 g/dL was measured today", "Potassium 9.9 mmol/L"

func opened(t *testing.T, content []byte) Document {
	t.Helper()
	doc, err := Prepare(core.MIMEPDF, Options{CacheDir: formattest.CacheDir(), MaxPixels: 100e6})(content)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p := doc.(*pdf); p.lib != nil {
			p.giveUp()
		}
	})
	return doc
}

// What nobody sees on a page is none of its words, and is counted; what can be seen,
// however faint or coloured, is.
func TestWordsAreThoseOnThePage(t *testing.T) {
	line := formattest.Line(100, secret)
	for name, c := range map[string]struct {
		sheet  formattest.Sheet
		unseen int
	}{
		"plain":                    {formattest.Sheet{Contents: line}, 0},
		"grey":                     {formattest.Sheet{Contents: "0.6 g " + line}, 0},
		"small":                    {formattest.Sheet{Contents: "q 0.4 0 0 0.4 0 0 cm " + line + " Q"}, 0},
		"red on green":             {formattest.Sheet{Contents: "0 0.51 0 rg 30 90 300 30 re f 1 0 0 rg " + line}, 0},
		"white on black":           {formattest.Sheet{Contents: "0 g 30 90 300 30 re f 1 g " + line}, 0},
		"marked":                   {formattest.Sheet{Contents: "1 1 0 rg 30 90 300 30 re f 0 g " + line}, 0},
		"white on white":           {formattest.Sheet{Contents: "1 g " + line}, 3},
		"hardly grey":              {formattest.Sheet{Contents: "0.97 g " + line}, 3},
		"black on black":           {formattest.Sheet{Contents: "0 g 30 90 300 30 re f " + line}, 3},
		"under a black box":        {formattest.Sheet{Contents: line + "0 g 30 90 300 30 re f"}, 3},
		"under a white box":        {formattest.Sheet{Contents: line + "1 g 30 90 300 30 re f"}, 3},
		"corrected over":           {formattest.Sheet{Contents: line + "1 g 30 90 300 30 re f 0 g " + formattest.Line(100, "Sodium 138 mEq/L")}, 3},
		"invisible":                {formattest.Sheet{Contents: "3 Tr " + line}, 3},
		"layer switched off":       {formattest.Sheet{Contents: "/OC /MC0 BDC " + line + "EMC"}, 3},
		"too small to be read":     {formattest.Sheet{Contents: "q 0.05 0 0 0.05 0 0 cm " + line + " Q"}, 3},
		"again, switched off":      {formattest.Sheet{Contents: formattest.Line(100, "Potassium 4.1 mmol/L") + "/OC /MC0 BDC " + line + "EMC"}, 3},
		"under a pale large print": {formattest.Sheet{Contents: "q 0.9 g BT /F 150 Tf 0.7 0.7 -0.7 0.7 60 20 Tm (COPY) Tj ET Q " + line}, 0},
		"clipped":                  {formattest.Sheet{Contents: "q 0 0 20 20 re W n " + line + "Q"}, 3},
		"cropped":                  {formattest.Sheet{Contents: line, Page: "/CropBox[0 130 400 300]"}, 3},
		"beside the page":          {formattest.Sheet{Contents: "q 1 0 0 1 900 0 cm " + line + "Q"}, 3},
		"in a form switched off":   {formattest.Sheet{Contents: "/X Do", XObjects: "/X 10 0 R", Objects: []string{formattest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 400 300]/OC 9 0 R/Resources<</Font<</F 5 0 R>>>>", []byte(line))}}, 3},
		"in a form":                {formattest.Sheet{Contents: "/X Do", XObjects: "/X 10 0 R", Objects: []string{formattest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 400 300]/Resources<</Font<</F 5 0 R>>>>", []byte(line))}}, 0},
		"under a stamp":            {stamped("/F 4", "1 g 0 0 200 20 re f", line), 3},
		"under a stamp not viewed": {stamped("/F 36", "1 g 0 0 200 20 re f", line), 0},
		"under a hidden stamp":     {stamped("/F 2", "1 g 0 0 200 20 re f", line), 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.sheet.Contents = formattest.Line(200, seenLine) + c.sheet.Contents
			p, err := opened(t, c.sheet.PDF()).Text(1)
			if err != nil || !strings.Contains(p.Text, seenLine) {
				t.Fatalf("%q, %v", p.Text, err)
			}
			if got := strings.Contains(p.Text, "9.9"); got != (c.unseen == 0) {
				t.Errorf("text %q", p.Text)
			}
			for _, w := range p.Words {
				if w.Text == "9.9" && c.unseen > 0 {
					t.Errorf("the word is there: %+v", w)
				}
			}
			step := fmt.Sprintf("left out what the page does not show: %d words of its text layer", c.unseen)
			if slices.Contains(p.Steps, step) != (c.unseen > 0) {
				t.Errorf("steps %q", p.Steps)
			}
			if len(p.Ink) > 0 {
				t.Errorf("ink at %v", p.Ink)
			}
		})
	}
}

// stamped lays an annotation over the line at 100.
func stamped(flags, appearance, contents string) formattest.Sheet {
	return formattest.Sheet{Contents: contents, Page: "/Annots[10 0 R]",
		Objects: []string{"<</Type/Annot/Subtype/Stamp/Rect[35 93 235 113]/AP<</N 11 0 R>>" + flags + ">>", formattest.Appearance(appearance)}}
}

// What lies over a page is drawn, read and said like the rest of it.
func TestWhatLiesOverAPage(t *testing.T) {
	value := "BT /F 12 Tf 2 5 Td (" + secret + ") Tj ET"
	field := func(more string) string {
		return "<</Type/Annot/Subtype/Widget/FT/Tx/T(k)/V(" + secret + ")/DA(/F 12 Tf 0 g)/F 4/Rect[35 93 235 113]" + more + ">>"
	}
	form := "/AcroForm<</Fields[10 0 R]/DA(/F 12 Tf 0 g)/DR<</Font<</F 5 0 R>>>>"
	for name, c := range map[string]struct {
		sheet  formattest.Sheet
		read   bool
		unread core.UnreadKind
	}{
		"field with its picture":   {formattest.Sheet{Page: "/Annots[10 0 R]", Catalog: form + ">>", Objects: []string{field("/AP<</N 11 0 R>>"), formattest.Appearance(value)}}, true, ""},
		"field to be drawn":        {formattest.Sheet{Page: "/Annots[10 0 R]", Catalog: form + "/NeedAppearances true>>", Objects: []string{field("")}}, true, ""},
		"field without a picture":  {formattest.Sheet{Page: "/Annots[10 0 R]", Catalog: form + ">>", Objects: []string{field("")}}, true, ""},
		"stamp":                    {stamped("/F 4", value, ""), true, ""},
		"hidden stamp":             {stamped("/F 2", value, ""), false, ""},
		"text box":                 {formattest.Sheet{Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/FreeText/Contents(" + secret + ")/DA(/F 12 Tf)/Rect[35 93 235 113]/AP<</N 11 0 R>>/F 4>>", formattest.Appearance(value)}}, true, ""},
		"text box without picture": {formattest.Sheet{Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/FreeText/Contents(" + secret + ")/DA(/F 12 Tf)/Rect[35 93 235 113]/F 4>>"}}, true, ""},
		"note":                     {formattest.Sheet{Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/Text/Contents(see " + secret + ")/Rect[35 93 55 113]/F 4>>"}}, false, core.UnreadText},
		"link":                     {formattest.Sheet{Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/Link/Contents(x)/Rect[35 93 55 113]>>"}}, false, ""},
		"pinned file":              {formattest.Sheet{Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/FileAttachment/FS<</Type/Filespec/F(a.pdf)>>/Rect[35 93 55 113]>>"}}, false, core.UnreadAttachment},
		"sound":                    {formattest.Sheet{Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/Sound/Rect[35 93 55 113]>>"}}, false, core.UnreadObject},
		"attached file":            {formattest.Sheet{Catalog: "/Names<</EmbeddedFiles<</Names[(a.pdf) 10 0 R]>>>>", Objects: []string{"<</Type/Filespec/F(a.pdf)/UF(a.pdf)/EF<</F 11 0 R>>>>", formattest.Stream("/Type/EmbeddedFile", []byte("%PDF"))}}, false, core.UnreadAttachment},
		"form for one reader only": {formattest.Sheet{Catalog: "/NeedsRendering true/AcroForm<</Fields[]/XFA[(datasets)10 0 R]>>", Objects: []string{formattest.Stream("", []byte("<x/>"))}}, false, core.UnreadForm},
	} {
		t.Run(name, func(t *testing.T) {
			c.sheet.Contents += formattest.Line(200, seenLine)
			doc := opened(t, c.sheet.PDF())
			p, err := doc.Text(1)
			if err != nil || !strings.Contains(p.Text, seenLine) {
				t.Fatalf("%q, %v", p.Text, err)
			}
			if strings.Contains(p.Text, secret) != c.read {
				t.Errorf("text %q", p.Text)
			}
			if c.unread == "" && len(p.Unread) > 0 || c.unread != "" && (len(p.Unread) != 1 || p.Unread[0].Kind != c.unread || p.Unread[0].Message == "") {
				t.Errorf("not read: %+v", p.Unread)
			}
			img, err := doc.Draw(1, 100, false)
			if err != nil {
				t.Fatal(err)
			}
			at := raster.FromImage(img).Crop(scaled(core.Box{X: 60, Y: 187, W: 190, H: 70}, 100.0/72))
			if ink := at.InkCount() > 50; c.read && !ink {
				t.Error("it is read and not drawn")
			}
			if copied, err := doc.(*pdf).Extract([]int{1}); err != nil || c.read && !strings.Contains(string(copied), "/Annots") {
				t.Errorf("a copy has the page as it is drawn, not as it was; %v", err)
			}
		})
	}
}

// A page whose unit is larger than a point is drawn as large as it is.
func TestPagesOfLargeUnits(t *testing.T) {
	sheet := formattest.Sheet{Contents: "BT /F 1.2 Tf 4 20 Td (Haemoglobin 13.4 g/dL) Tj ET", Page: "/MediaBox[0 0 40 30]/UserUnit 10"}
	doc := opened(t, sheet.PDF())
	p, err := doc.Text(1)
	if err != nil || p.Width < 1660 || p.Width > 1672 || !strings.Contains(p.Text, "13.4") {
		t.Fatalf("%d×%d %q, %v", p.Width, p.Height, p.Text, err)
	}
	img, err := doc.Draw(1, 300, false)
	if err != nil || img.Bounds().Dx() != p.Width || img.Bounds().Dy() != p.Height {
		t.Errorf("drawn as %v, %v", img.Bounds(), err)
	}
}

// What a page shows beside its words is drawn alone, to be read.
func TestInkOfAPage(t *testing.T) {
	picture := formattest.Stream("/Type/XObject/Subtype/Image/Width 200/Height 100/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode", formattest.JPEG(t, 200, 100, false))
	sheet := formattest.Sheet{Contents: formattest.Line(200, seenLine) + "q 200 0 0 100 40 40 cm /X Do Q", XObjects: "/X 10 0 R", Objects: []string{picture}}
	doc := opened(t, sheet.PDF())
	p, err := doc.Text(1)
	if err != nil || len(p.Ink) != 1 || !strings.Contains(p.Text, seenLine) {
		t.Fatalf("ink %v, %q, %v", p.Ink, p.Text, err)
	}
	img, err := doc.(Joined).DrawInk(1, 300, p.Ink)
	if err != nil || img.Bounds().Dx() != p.Width {
		t.Fatalf("%v, %v", img.Bounds(), err)
	}
	g := raster.FromImage(img)
	if words := g.Crop(scaled(core.Box{X: 40, Y: 80, W: 300, H: 30}, 300.0/72)); words.InkCount() > 0 {
		t.Error("the words of the page are drawn, too")
	}
	if g.InkCount() == 0 {
		t.Error("the picture is not drawn")
	}
}

// A picture that ends early is drawn as far as it goes, and the page says so.
func TestPicturesThatEndEarly(t *testing.T) {
	whole := formattest.JPEG(t, 400, 300, false)
	packed := formattest.Packed(400*300, 120)
	for name, c := range map[string]struct {
		filter string
		data   []byte
		lost   bool
	}{
		"JPEG":            {"DCTDecode", whole, false},
		"JPEG cut short":  {"DCTDecode", whole[:len(whole)/2], true},
		"Flate":           {"FlateDecode", packed, false},
		"Flate cut short": {"FlateDecode", formattest.Packed(400*250, 120), true},
	} {
		t.Run(name, func(t *testing.T) {
			object := formattest.Stream("/Type/XObject/Subtype/Image/Width 400/Height 300/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/"+c.filter, c.data)
			for words, line := range map[string]string{"alone": "", "with words": formattest.Line(200, seenLine)} {
				sheet := formattest.Sheet{Contents: "q 400 0 0 300 0 0 cm /X Do Q " + line, XObjects: "/X 10 0 R", Objects: []string{object}}
				doc := opened(t, sheet.PDF())
				if _, err := doc.Draw(1, 72, false); err != nil {
					t.Fatal(err)
				}
				lost := doc.(Lacking).Lacks(1)
				if (len(lost) > 0) != c.lost || c.lost && lost[0].Kind != core.UnreadPicture {
					t.Errorf("%s: lost %+v", words, lost)
				}
			}
		})
	}
}

// Words that PDFium has no font for are kept, and it is said that nobody compared them.
func TestWordsWithoutAFont(t *testing.T) {
	chinese := "BT /G 12 Tf 40 100 Td <8840 7EA2 86CB 767D> Tj ET\n"
	font := "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 800/StemV 80>>>>]>>"
	for name, c := range map[string]struct {
		contents string
		kept     bool
	}{"drawn": {chinese, true}, "invisible": {"3 Tr " + chinese, false}} {
		sheet := formattest.Sheet{Contents: formattest.Line(200, seenLine) + c.contents, Fonts: "/G 10 0 R", Objects: []string{font}}
		p, err := opened(t, sheet.PDF()).Text(1)
		if err != nil || strings.Contains(p.Text, "血红蛋白") != c.kept || c.kept && (len(p.Unread) != 1 || p.Unread[0].Kind != core.UnreadText) {
			t.Errorf("%s: %q, %+v, %v", name, p.Text, p.Unread, err)
		}
	}
}

// Words that a line goes through are doubtful; lines under, over and beside words, and
// what is printed behind them, strike nothing out.
func TestWordsThatAreStruckOut(t *testing.T) {
	line := formattest.Line(100, secret)
	for name, c := range map[string]struct {
		sheet  formattest.Sheet
		struck bool
	}{
		"struck out":           {formattest.Sheet{Contents: line + "0.8 w 36 104 m 200 104 l S"}, true},
		"struck out in red":    {formattest.Sheet{Contents: line + "1 0 0 RG 1.5 w 36 104 m 200 104 l S"}, true},
		"struck out by a mark": {formattest.Sheet{Contents: line, Page: "/Annots[10 0 R]", Objects: []string{"<</Type/Annot/Subtype/StrikeOut/Rect[38 96 200 112]/QuadPoints[38 112 200 112 38 96 200 96]/C[1 0 0]/F 4>>"}}, true},
		"underlined":           {formattest.Sheet{Contents: line + "0.8 w 36 97.5 m 200 97.5 l S"}, false},
		"ruled above":          {formattest.Sheet{Contents: line + "0.8 w 36 112 m 200 112 l S"}, false},
		"framed":               {formattest.Sheet{Contents: line + "0.8 w 34 94 200 20 re S"}, false},
		"on a dark field":      {formattest.Sheet{Contents: "0 0 0.5 rg 30 90 300 30 re f 1 g " + line}, false},
		"marked":               {formattest.Sheet{Contents: "1 1 0 rg 30 90 300 30 re f 0 g " + line}, false},
		"crossed by a rule":    {formattest.Sheet{Contents: line + "0.8 w 120 60 m 120 140 l S"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.sheet.Contents = formattest.Line(200, seenLine) + c.sheet.Contents
			p, err := opened(t, c.sheet.PDF()).Text(1)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range p.Words {
				own := w.Text == "9.9" || w.Text == "Potassium" || w.Text == "mmol/L"
				if (w.Doubt != "") != (own && c.struck) {
					t.Errorf("%q: %q", w.Text, w.Doubt)
				}
			}
			if slices.Contains(p.Steps, "a line goes through 3 words") != c.struck {
				t.Errorf("steps %q", p.Steps)
			}
		})
	}
}

// Characters in boxes of their own are one word; others that stand apart are not.
func TestFieldsWithABoxForEachCharacter(t *testing.T) {
	for flags, want := range map[string]string{"/Ff 16777216": "5550001", "": ""} {
		field := "<</Type/Annot/Subtype/Widget/FT/Tx/T(k)/V(5550001)/MaxLen 7" + flags + "/DA(/F 12 Tf 0 g)/F 4/Rect[35 93 235 113]/AP<</N 11 0 R>>>>"
		var boxes strings.Builder
		for i, c := range "5550001" {
			fmt.Fprintf(&boxes, "BT /F 12 Tf %d 5 Td (%c) Tj ET ", 8+28*i, c)
		}
		sheet := formattest.Sheet{Contents: formattest.Line(200, seenLine), Page: "/Annots[10 0 R]", Catalog: "/AcroForm<</Fields[10 0 R]>>", Objects: []string{field, formattest.Appearance(boxes.String())}}
		p, err := opened(t, sheet.PDF()).Text(1)
		if err != nil || strings.Contains(p.Text, "5550001") != (want != "") {
			t.Errorf("%q: %q, %v", flags, p.Text, err)
		}
	}
}
