package format

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// pngOf is a grey picture of some size.
func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for x := range w {
		img.SetGray(x, h/2, color.Gray{Y: 200})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// letters are a text with pictures in it, in each format that can hold both.
func letters(t testing.TB, text string, pictures ...[]byte) map[string][]byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, body []byte) {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	body, rels, rtf := "", "", ""
	if text != "" {
		body, rtf = "<w:p><w:r><w:t>"+text+"</w:t></w:r></w:p>", text+`\par `
	}
	for i, p := range pictures {
		body += fmt.Sprintf(`<w:p><w:r><a:blip xmlns:a="a" r:embed="p%d" xmlns:r="r"/></w:r></w:p>`, i)
		rels += fmt.Sprintf(`<Relationship Id="p%d" Target="media/p%d"/>`, i, i)
		rtf += `{\*\shppict{\pict{\*\picprop\shplid1 00}\pngblip\picw5 ` + hex.EncodeToString(p) + `}}{\nonshppict{\pict\wmetafile8 00}}\par `
		add(fmt.Sprintf("word/media/p%d", i), p)
	}
	add("word/_rels/document.xml.rels", []byte("<Relationships>"+rels+"</Relationships>"))
	add("word/document.xml", []byte(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`+body+`</w:body></w:document>`))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{core.MIMEDOCX: b.Bytes(), core.MIMERTF: []byte(`{\rtf1 ` + rtf + `}`)}
}

// A picture in a text is a page of its own behind the text; one that cannot be drawn is
// said to be unread where it stands; one that can say nothing is a step.
func TestPicturesInTexts(t *testing.T) {
	scan, dot, metafile := pngOf(t, 300, 400), pngOf(t, 8, 300), []byte("\xd7\xcd\xc6\x9a a drawing")
	for name, c := range map[string]struct {
		text     string
		pictures [][]byte
		pages    []string // text, or the size of the picture
		unread   int
		step     string
	}{
		"text and a scan":   {"Dear Dr Blake", [][]byte{scan}, []string{"Dear Dr Blake\n[picture 1]", "300x400"}, 0, ""},
		"scans only":        {"", [][]byte{scan, pngOf(t, 200, 100)}, []string{"300x400", "200x100"}, 0, ""},
		"a bullet":          {"a", [][]byte{dot, scan}, []string{"a\n[picture 1]\n[picture 2]", "300x400"}, 0, "left out picture 1: too small to say anything"},
		"only a bullet":     {"a", [][]byte{dot}, []string{"a\n[picture 1]"}, 0, "left out picture 1: too small to say anything"},
		"a drawing":         {"a", [][]byte{metafile}, []string{"a\n[picture 1]"}, 1, "not read: picture"},
		"drawing and scan":  {"", [][]byte{metafile, scan}, []string{"[picture 1]\n[picture 2]", "300x400"}, 1, "not read: picture"},
		"no picture at all": {"a", nil, []string{"a"}, 0, ""},
	} {
		for mime, content := range letters(t, c.text, c.pictures...) {
			t.Run(name+" "+mime, func(t *testing.T) {
				doc, err := Prepare(mime, Options{MaxPixels: 1e6})(content)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for n := 1; n <= doc.Count(); n++ {
					p, err := doc.Text(n)
					if err != nil {
						t.Fatal(err)
					}
					if p.Source == core.SourceTextFile {
						got = append(got, p.Text)
						if _, err := doc.Draw(n, 300, false); core.CodeOf(err) != core.CodeInvalid {
							t.Errorf("page %d of text was drawn: %v", n, err)
						}
						continue
					}
					img, err := doc.Draw(n, 300, false)
					if err != nil {
						t.Fatal(err)
					}
					if !slices.ContainsFunc(p.Steps, func(s string) bool { return strings.HasPrefix(s, "picture ") }) {
						t.Errorf("page %d does not say that it is a picture: %q", n, p.Steps)
					}
					got = append(got, fmt.Sprintf("%dx%d", img.Bounds().Dx(), img.Bounds().Dy()))
				}
				if !slices.Equal(got, c.pages) {
					t.Errorf("pages %q, want %q", got, c.pages)
				}
				first, _ := doc.Text(1)
				if len(first.Unread) != c.unread || c.step != "" && !slices.Contains(first.Steps, c.step) {
					t.Errorf("unread %+v, steps %q", first.Unread, first.Steps)
				}
			})
		}
	}
}

// A picture beyond the limit of pixels is not drawn, and said to be unread.
func TestTooLargePicturesInTexts(t *testing.T) {
	for mime, content := range letters(t, "a", pngOf(t, 300, 400)) {
		doc, err := Prepare(mime, Options{MaxPixels: 100})(content)
		if err != nil || doc.Count() != 1 {
			t.Fatalf("%s: %v", mime, err)
		}
		if p, _ := doc.Text(1); p.Status != core.PagePartial {
			t.Errorf("%s: %+v", mime, p)
		}
	}
}
