package format

import (
	"bytes"
	"encoding/hex"
	"image"
	"image/color"
	"image/gif"
	"testing"

	"clinician/internal/core"
)

// smallWebP is dark at its top left, 16 by 8 pixels.
const smallWebP = "524946462c000000574542505650384c200000002f0fc001000f7085f52bac5f617dfe030f0ad23660e6dff49f8788fe4f00b83e"

func gifOf(t testing.TB, pictures int) []byte {
	t.Helper()
	var g gif.GIF
	for range pictures {
		p := image.NewPaletted(image.Rect(0, 0, 16, 8), color.Palette{color.Gray{240}, color.Gray{10}})
		for i := range 8 {
			for y := range 4 {
				p.SetColorIndex(i, y, 1)
			}
		}
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesOfOtherKinds(t *testing.T) {
	webp, err := hex.DecodeString(smallWebP)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		mime    string
		content []byte
		more    bool
	}{
		"WebP":                  {core.MIMEWebP, webp, false},
		"GIF":                   {core.MIMEGIF, gifOf(t, 1), false},
		"GIF of three pictures": {core.MIMEGIF, gifOf(t, 3), true},
	} {
		doc, err := Prepare(c.mime, Options{MaxPixels: 1000})(c.content)
		if err != nil {
			t.Fatal(name, err)
		}
		p, err := doc.Text(1)
		if err != nil || (len(p.Unread) > 0) != c.more || c.more && p.Unread[0].Kind != core.UnreadLimit {
			t.Errorf("%s: %+v, %v", name, p.Unread, err)
		}
		img, err := doc.Draw(1, 300, true)
		if err != nil {
			t.Fatal(name, err)
		}
		cornered(t, img, color.Gray{10}, color.Gray{245})
	}
}

func FuzzGIFPictures(f *testing.F) {
	f.Add(gifOf(f, 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := gifPictures(b); n < 0 || n > len(b) {
			t.Errorf("%d pictures", n)
		}
	})
}
