package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/raster"
)

func TestTIFFPages(t *testing.T) {
	b, err := paper.TIFF(paper.ScanText([]string{"one", "two", "three"}, paper.ScanOptions{Size: 30}))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openTIFF(b, 100e6)
	if err != nil || doc.Count() != 3 {
		t.Fatalf("%v", err)
	}
	var first []byte
	for n := 1; n <= 3; n++ {
		img, err := doc.Draw(n, 300, false)
		if err != nil {
			t.Fatal(n, err)
		}
		if g := raster.FromImage(img); n == 1 {
			first = g.Pix
		} else if bytes.Equal(first, g.Pix) {
			t.Errorf("page %d is page 1 again", n)
		}
	}
	if _, err := openTIFF(b, 1000); core.CodeOf(err) == "" {
		if _, err := must(openTIFF(b, 1000)).Draw(1, 300, false); !strings.Contains(core.MessageOf(err), "too large") {
			t.Errorf("a page over the limit: %v", err)
		}
	}
}

func must(d Document, err error) Document {
	if err != nil {
		panic(err)
	}
	return d
}

func TestTIFFFaxGroup4(t *testing.T) {
	images := paper.ScanText([]string{"fax"}, paper.ScanOptions{Profile: paper.Named("fax")})
	if !images[0].Bilevel {
		t.Skip("the fax profile is not bilevel")
	}
	b, err := paper.TIFF(images)
	if err != nil {
		t.Fatal(err)
	}
	doc := must(openTIFF(b, 100e6))
	img, err := doc.Draw(1, 300, false)
	if err != nil || img.Bounds().Size() != images[0].Bounds().Size() {
		t.Fatalf("%v, %v", img, err)
	}
	if got := raster.FromImage(img).Percentile(0.5); got != 255 {
		t.Errorf("paper is %d, want white", got)
	}
}

func FuzzTIFFPages(f *testing.F) {
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\x00\x01\x00\xfe\x00\x04\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, pages := tiffPages(b)
		seen := map[uint32]bool{}
		for _, at := range pages {
			if seen[at] || int64(at)+2 > int64(len(b)) {
				t.Errorf("directory at %d of %d bytes, seen %v", at, len(b), seen[at])
			}
			seen[at] = true
		}
	})
}

// oriented is a JPEG, dark on its left half, that says it has to be turned.
func oriented(t testing.TB, value byte) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := 32; x < 64; x++ {
			img.SetGray(x, y, color.Gray{Y: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(rune(value)) + "\x00\x00\x00\x00\x00\x00\x00")
	segment := append([]byte{0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append([]byte{0xff, 0xd8}, append(segment, exif...)...), b.Bytes()[2:]...)
}

func TestOrientation(t *testing.T) {
	// Where the dark half lies after the picture was put upright.
	for value, dark := range map[byte]string{1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom", 9: "left"} {
		doc := must(openPicture(oriented(t, value), 1e6))
		img, err := doc.Draw(1, 300, false)
		if err != nil {
			t.Fatal(err)
		}
		g := raster.FromImage(img)
		at := map[string][2]int{"left": {4, g.H / 2}, "right": {g.W - 5, g.H / 2}, "top": {g.W / 2, 4}, "bottom": {g.W / 2, g.H - 5}}
		for side, p := range at {
			v := g.Pix[p[1]*g.W+p[0]]
			if side == dark && v > 60 {
				t.Errorf("orientation %d: %s is light (%d)", value, side, v)
			}
		}
		if (value >= 5 && value <= 8) != (g.H > g.W) {
			t.Errorf("orientation %d gives %d×%d", value, g.W, g.H)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(oriented(f, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		if turn, _ := orientation(b); turn%90 != 0 || turn < 0 || turn > 270 {
			t.Errorf("turn by %d", turn)
		}
	})
}

func TestLayerFault(t *testing.T) {
	word := func(s string) core.Word { return core.Word{Text: s, Box: core.Box{X: 10, Y: 10, W: 50, H: 20}} }
	many := func(text string) (list []core.Word) {
		for w := range strings.FieldsSeq(text) {
			list = append(list, word(w))
		}
		return list
	}
	for name, c := range map[string]struct {
		words []core.Word
		fault string
		none  bool
	}{
		"text":        {many("Haemoglobin 13.4"), "", false},
		"Greek":       {many("Αιμοσφαιρίνη"), "", false},
		"none":        {nil, "", true},
		"unmapped":    {many("\ue001\ue002\ue003ab\ufffd"), "its characters have no meaning", false},
		"exchanged":   {many("\u4800\u6100\u6500\u6d00 \u3100\u3300\u2e00\u3400"), "its characters have no meaning", false},
		"Chinese":     {many("血红蛋白 白细胞 血小板"), "", false},
		"punctuation": {many("!$%&/()=ab1"), "its letters are garbled", false},
		"shifted":     {many("gshsq pdiglwx dqg kvjtwd nbbwk mfrrd zlwk gdlob wdeohwv lq wkh hyhqlqj sdwlhqw wkdqn grfwru qljkw"), "its letters are garbled", false},
		"next letter": {many("Qpubttjvn Dsfbujojof Ibfnphmpcjo Qmbufmfut Gfssjujo Uibol zpv gps sfgfssjoh uijt mbez xipn xf tbx jo dmjojd upebz"), "its letters are garbled", false},
		"Polish":      {many("Szanowny Panie Doktorze pacjentka zglasza dusznosc wysilkowa oraz obrzeki konczyn dolnych"), "", false},
		"names":       {many("Wojciech Brzezinski Krzysztof Szymanski Nguyen Tran Zdravko Hrvoje Ozturk Yilmaz Chukwuemeka"), "", false},
		"medicines":   {many("bisoprolol ramipril atorvastatin levothyroxine omeprazole zopiclone quetiapine hydroxychloroquine"), "", false},
		"tests":       {many("HAEMOGLOBIN NEUTROPHILS LYMPHOCYTES MONOCYTES EOSINOPHILS BASOPHILS MCHC PLT"), "", false},
		"short names": {many("MCHC PLT WBC RBC HCT MCV RDW MPV TSH LDL HDL GGT ALT AST CRP"), "", false},
		"two marks":   {many("1 /"), "it holds no text", false},
		"off page":    {[]core.Word{{Text: "hidden", Box: core.Box{X: 9000, Y: 10, W: 5, H: 5}}}, "it lies beside the page", false},
	} {
		if fault, none := layerFault(c.words, 1000, 1000); fault != c.fault || none != c.none {
			t.Errorf("%s: %q, none %v; want %q, %v", name, fault, none, c.fault, c.none)
		}
	}
}

// Pictures, and signs in a row, may be text; rules, frames and boxes to tick are none.
func TestInkBesideWords(t *testing.T) {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog near the river bank.\n", 3)
	scan := raster.FromImage(paper.ScanText([]string{text}, paper.ScanOptions{Profile: paper.Profile{DPI: 100}})[0].Gray)
	page := raster.NewWhite(850, 1100)
	for _, r := range []image.Rectangle{{Min: image.Pt(50, 700), Max: image.Pt(800, 702)}, {Min: image.Pt(50, 600), Max: image.Pt(52, 900)}, // a frame
		{Min: image.Pt(100, 740), Max: image.Pt(110, 750)}, {Min: image.Pt(200, 740), Max: image.Pt(210, 750)}} { // boxes to tick
		page.Fill(r, 0)
	}
	if ink := inkBeside(page, []image.Rectangle{image.Rect(300, 300, 500, 500)}); len(ink) != 0 {
		t.Errorf("rules, boxes and a white picture are ink at %v", ink)
	}
	lines := inkBeside(scan, nil)
	if len(lines) < 3 {
		t.Errorf("three lines drawn as shapes: %v", lines)
	}
	if ink := inkBeside(scan, []image.Rectangle{image.Rect(0, 0, scan.W, scan.H)}); len(ink) != 1 {
		t.Errorf("one picture: %v", ink)
	}
	head := raster.NewWhite(850, 1100)
	head.Fill(image.Rect(600, 50, 700, 90), 60)
	if ink := inkBeside(head, []image.Rectangle{image.Rect(0, 0, 850, 1100)}); len(ink) != 1 || ink[0] != image.Rect(598, 48, 702, 92) {
		t.Errorf("the mark on a letterhead: %v", ink)
	}
}

func TestTextFiles(t *testing.T) {
	for name, c := range map[string]struct {
		mime string
		in   string
		want []string
	}{
		"UTF-8":        {core.MIMEText, "Grüße\r\nzwei\n", []string{"Grüße\nzwei"}},
		"mark":         {core.MIMEText, "\ufeffHb 12", []string{"Hb 12"}},
		"Latin-1":      {core.MIMEText, "Gr\xfc\xdfe \x80", []string{"Grüße €"}},
		"UTF-16":       {core.MIMEText, "\xff\xfeH\x00\xe9\x00", []string{"Hé"}},
		"pages":        {core.MIMEText, "one\f\ftwo\f", []string{"one", "", "two"}},
		"control":      {core.MIMEText, "a\x00b\x1b[31mc", []string{"abc"}},
		"RTF":          {core.MIMERTF, `{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}Caf\'e9 \b bold\b0\par 5 \u8804? 7\page next}`, []string{"Café bold\n5 ≤ 7", "next"}},
		"RTF unicode":  {core.MIMERTF, `{\rtf1{\uc2 \u-10179 ??\u-8704 ??x} \{\}\~y}`, []string{"\U0001f600x {} y"}},
		"RTF table":    {core.MIMERTF, `{\rtf1 Na\cell 139\cell\row K\cell 4.2\cell\row}`, []string{"Na  139\nK   4.2"}},
		"RTF picture":  {core.MIMERTF, `{\rtf1 a{\pict\bin4 }}}}}b}`, []string{"ab"}},
		"RTF unclosed": {core.MIMERTF, `{\rtf1 all of it`, []string{"all of it"}},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := Prepare(c.mime, Options{})([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for n := range doc.Count() {
				p, err := doc.Text(n + 1)
				if err != nil || p.Source != "text-file" || p.Confidence != nil {
					t.Errorf("%+v, %v", p, err)
				}
				if (p.Status == "empty") != (p.Text == "") {
					t.Errorf("status %q of %q", p.Status, p.Text)
				}
				got = append(got, p.Text)
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
