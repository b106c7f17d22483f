package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"

	"clinician/internal/core/raster"
)

// corner is a picture that is dark at its top left and light elsewhere.
func corner(w, h int, dark, light color.Color) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(light), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, w/2, h/2), image.NewUniform(dark), image.Point{}, draw.Src)
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func grey(img image.Image) *image.Gray {
	g := image.NewGray(img.Bounds())
	draw.Draw(g, g.Rect, img, img.Bounds().Min, draw.Src)
	return g
}

// abbreviated parts a JPEG into its tables and the rest, as TIFF keeps them.
func abbreviated(b []byte) (tables, rest []byte) {
	tables, rest = []byte{0xff, 0xd8}, []byte{0xff, 0xd8}
	for at := 2; at+4 < len(b); {
		marker, n := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == 0xda {
			rest = append(rest, b[at:]...)
			break
		}
		if segment := b[at : at+2+n]; marker == 0xdb || marker == 0xc4 {
			tables = append(tables, segment...)
		} else {
			rest = append(rest, segment...)
		}
		at += 2 + n
	}
	return append(tables, 0xff, 0xd9), rest
}

// jpegTIFF writes a page of JPEGs, in blocks of a size.
func jpegTIFF(t testing.TB, img image.Image, photometric, samples uint32, block image.Point, tiles, tables bool) *tiffDirectory {
	t.Helper()
	d := &tiffDirectory{}
	b := img.Bounds()
	var offsets, counts []uint32
	for y := 0; y < b.Dy(); y += block.Y {
		for x := 0; x < b.Dx(); x += block.X {
			part := image.NewRGBA(image.Rectangle{Max: block})
			if !tiles {
				part = image.NewRGBA(image.Rect(0, 0, min(block.X, b.Dx()-x), min(block.Y, b.Dy()-y)))
			}
			draw.Draw(part, part.Rect, img, image.Pt(x, y), draw.Src)
			var content image.Image = part
			if samples == 1 {
				content = grey(part)
			}
			data := asJPEG(t, content)
			if tables {
				var common []byte
				if common, data = abbreviated(data); len(offsets) == 0 {
					d.bytes(tagJPEGTables, common)
				}
			}
			offsets, counts = append(offsets, d.add(data)), append(counts, uint32(len(data)))
		}
	}
	d.numbers(tagWidth, uint32(b.Dx()))
	d.numbers(257, uint32(b.Dy()))
	d.numbers(tagCompression, newJPEG)
	d.numbers(tagPhotometric, photometric)
	d.numbers(tagSamples, samples)
	if tiles {
		d.numbers(tagTileWidth, uint32(block.X))
		d.numbers(tagTileLength, uint32(block.Y))
		d.numbers(tagTileOffsets, offsets...)
		d.numbers(tagTileCounts, counts...)
		return d
	}
	d.numbers(tagRowsPerStrip, uint32(block.Y))
	d.numbers(tagStripOffsets, offsets...)
	d.numbers(tagStripCounts, counts...)
	return d
}

// cornered expects a picture that is dark at its top left and light elsewhere.
func cornered(t *testing.T, img image.Image, dark, light color.Color) {
	t.Helper()
	b := img.Bounds()
	for _, c := range []struct {
		x, y int
		want color.Color
	}{{b.Dx() / 8, b.Dy() / 8, dark}, {b.Dx() * 7 / 8, b.Dy() / 8, light}, {b.Dx() / 8, b.Dy() * 7 / 8, light}, {b.Dx() * 7 / 8, b.Dy() * 7 / 8, light}} {
		got := color.RGBAModel.Convert(img.At(b.Min.X+c.x, b.Min.Y+c.y)).(color.RGBA)
		want := color.RGBAModel.Convert(c.want).(color.RGBA)
		for _, v := range [][2]uint8{{got.R, want.R}, {got.G, want.G}, {got.B, want.B}} {
			if int(v[0])-int(v[1]) > 24 || int(v[1])-int(v[0]) > 24 {
				t.Errorf("%v at %d,%d, want %v", got, c.x, c.y, want)
				break
			}
		}
	}
}

// Pages of JPEGs are read whatever their blocks, tables and colours.
func TestTIFFOfJPEGs(t *testing.T) {
	red, pale := color.RGBA{180, 20, 30, 255}, color.RGBA{230, 240, 250, 255}
	black, white := color.Gray{10}, color.Gray{240}
	for name, c := range map[string]struct {
		photometric, samples uint32
		block                image.Point
		tiles, tables        bool
		dark, light          color.Color
	}{
		"grey in one strip":             {1, 1, image.Pt(96, 80), false, false, black, white},
		"grey in strips, shared tables": {1, 1, image.Pt(96, 16), false, true, black, white},
		"white is zero":                 {0, 1, image.Pt(96, 16), false, true, color.Gray{245}, color.Gray{15}},
		"colours in strips":             {6, 3, image.Pt(96, 32), false, true, red, pale},
		"colours in tiles":              {6, 3, image.Pt(64, 64), true, true, red, pale},
	} {
		t.Run(name, func(t *testing.T) {
			dark, light := c.dark, c.light
			if c.photometric == 0 {
				dark, light = color.Gray{10}, color.Gray{240}
			}
			content := jpegTIFF(t, corner(96, 80, dark, light), c.photometric, c.samples, c.block, c.tiles, c.tables).file()
			doc, err := openTIFF(content, 1e6)
			if err != nil {
				t.Fatal(err)
			}
			img, err := doc.Draw(1, 300, true)
			if err != nil || img.Bounds().Dx() != 96 || img.Bounds().Dy() != 80 {
				t.Fatalf("%v, %v", img, err)
			}
			cornered(t, img, c.dark, c.light)
			if copied, err := doc.(*tiffFile).Extract([]int{1}); err != nil {
				t.Error(err)
			} else if again, err := openTIFF(copied, 1e6); err != nil {
				t.Error(err)
			} else if img, err := again.Draw(1, 300, true); err != nil {
				t.Error(err)
			} else {
				cornered(t, img, c.dark, c.light)
			}
		})
	}
}

// The colours of a JPEG that is said to be RGB are those of its samples.
func TestTIFFOfJPEGsInRGB(t *testing.T) {
	d := jpegTIFF(t, corner(96, 80, color.Gray{100}, color.Gray{240}), coloursRGB, 3, image.Pt(96, 80), false, false)
	img := drawn(t, d)
	// Go wrote brightness and two colours of 128, which here are red, green and blue.
	cornered(t, img, color.RGBA{100, 128, 128, 255}, color.RGBA{240, 128, 128, 255})
}

// Pages of compression 6 are read as one JPEG or put together from their tables.
func TestTIFFOfOldJPEGs(t *testing.T) {
	black, white := color.Gray{10}, color.Gray{240}
	whole := asJPEG(t, grey(corner(96, 80, black, white)))
	page := func(d *tiffDirectory) []byte {
		d.numbers(tagWidth, 96)
		d.numbers(257, 80)
		d.numbers(tagCompression, oldJPEG)
		d.numbers(tagPhotometric, 1)
		d.numbers(tagSamples, 1)
		return d.file()
	}
	inOne := &tiffDirectory{}
	inOne.numbers(tagJPEGInside, inOne.add(whole))
	inOne.numbers(tagJPEGLength, uint32(len(whole)))

	apart := &tiffDirectory{}
	for at := 2; ; {
		marker, n := whole[at+1], int(binary.BigEndian.Uint16(whole[at+2:]))
		content := whole[at+4 : at+2+n]
		at += 2 + n
		if marker == 0xdb {
			apart.numbers(tagJPEGQuantized, apart.add(content[1:65]))
		}
		for marker == 0xc4 && len(content) > 17 {
			size := 17
			for _, l := range content[1:17] {
				size += int(l)
			}
			tag := uint16(tagJPEGDC)
			if content[0]&0x10 != 0 {
				tag = tagJPEGAC
			}
			apart.numbers(tag, apart.add(content[1:size]))
			content = content[size:]
		}
		if marker == 0xda {
			apart.numbers(tagStripOffsets, apart.add(whole[at:]))
			apart.numbers(tagStripCounts, uint32(len(whole)-at))
			break
		}
	}
	for name, content := range map[string][]byte{"one JPEG": page(inOne), "tables": page(apart)} {
		doc, err := openTIFF(content, 1e6)
		if err != nil {
			t.Fatal(name, err)
		}
		img, err := doc.Draw(1, 300, false)
		if err != nil {
			t.Fatal(name, err)
		}
		cornered(t, img, black, white)
	}
}

// Pages lie as their tags say: turned, mirrored, with pixels that are not square.
func TestTIFFOnPaper(t *testing.T) {
	black, white := color.Gray{10}, color.Gray{240}
	for name, c := range map[string]struct {
		orientation  uint32
		across, down uint32
		w, h         int
		dark         image.Point // the corner
	}{
		"upright":               {1, 200, 200, 96, 80, image.Pt(0, 0)},
		"nothing is said":       {0, 0, 0, 96, 80, image.Pt(0, 0)},
		"on its head":           {3, 200, 200, 96, 80, image.Pt(1, 1)},
		"turned":                {6, 200, 200, 80, 96, image.Pt(1, 0)},
		"turned the other way":  {8, 200, 200, 80, 96, image.Pt(0, 1)},
		"mirrored":              {2, 200, 200, 96, 80, image.Pt(1, 0)},
		"a coarse fax":          {1, 204, 98, 96, 166, image.Pt(0, 0)},
		"fine down":             {1, 100, 200, 192, 80, image.Pt(0, 0)},
		"a coarse fax, turned":  {6, 204, 98, 166, 96, image.Pt(1, 0)},
		"nonsense":              {1, 1, 60000, 96, 80, image.Pt(0, 0)},
		"hardly any difference": {1, 200, 204, 96, 80, image.Pt(0, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			d := jpegTIFF(t, corner(96, 80, black, white), 1, 1, image.Pt(96, 80), false, false)
			if c.orientation > 0 {
				d.numbers(tagOrientation, c.orientation)
			}
			if c.across > 0 {
				d.ratio(tagAcross, c.across)
				d.ratio(tagDown, c.down)
			}
			doc, err := openTIFF(d.file(), 1e6)
			if err != nil {
				t.Fatal(err)
			}
			img, err := doc.Draw(1, 300, false)
			if err != nil || img.Bounds().Dx() != c.w || img.Bounds().Dy() != c.h {
				t.Fatalf("%v, %v", img.Bounds(), err)
			}
			g := raster.FromImage(img)
			for _, at := range []image.Point{{}, {1, 0}, {0, 1}, {1, 1}} {
				v := g.Pix[(c.h/8+at.Y*c.h*3/4)*c.w+c.w/8+at.X*c.w*3/4]
				if (v < 128) != (at == c.dark) {
					t.Errorf("%v is %d", at, v)
				}
			}
		})
	}
}

// Four inks are what they print.
func TestTIFFOfInks(t *testing.T) {
	d := &tiffDirectory{}
	pix := bytes.Repeat([]byte{0, 0, 0, 0}, 96*80) // no ink
	for y := range 40 {
		for x := range 48 {
			copy(pix[4*(96*y+x):], []byte{0, 200, 200, 40})
		}
	}
	d.numbers(tagStripOffsets, d.add(pix))
	d.numbers(tagStripCounts, uint32(len(pix)))
	d.numbers(tagWidth, 96)
	d.numbers(257, 80)
	d.numbers(tagBits, 8, 8, 8, 8)
	d.numbers(tagCompression, 1)
	d.numbers(tagPhotometric, coloursCMYK)
	d.numbers(tagSamples, 4)
	d.numbers(tagRowsPerStrip, 80)
	img := drawn(t, d)
	cornered(t, img, color.CMYK{0, 200, 200, 40}, color.White)
}

// FuzzTIFFOfJPEGs draws pages whose directories and JPEGs say anything.
func FuzzTIFFOfJPEGs(f *testing.F) {
	img := corner(48, 32, color.Black, color.White)
	f.Add(jpegTIFF(f, img, 1, 1, image.Pt(48, 16), false, true).file())
	f.Add(jpegTIFF(f, img, 6, 3, image.Pt(32, 32), true, true).file())
	old := &tiffDirectory{}
	data := asJPEG(f, grey(img))
	old.numbers(tagJPEGInside, old.add(data))
	old.numbers(tagWidth, 48)
	old.numbers(257, 32)
	old.numbers(tagCompression, oldJPEG)
	f.Add(old.file())
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := openTIFF(bytes.Clone(b), fuzzPixels)
		if err != nil {
			return
		}
		for n := 1; n <= min(3, doc.Count()); n++ {
			if img, err := doc.Draw(n, 300, false); err == nil && img.Bounds().Dx()*img.Bounds().Dy() > fuzzPixels {
				t.Errorf("a picture of %v", img.Bounds())
			}
		}
	})
}

// drawn is the page of a TIFF.
func drawn(t *testing.T, d *tiffDirectory) image.Image {
	t.Helper()
	doc, err := openTIFF(d.file(), 1e6)
	if err != nil {
		t.Fatal(err)
	}
	img, err := doc.Draw(1, 300, true)
	if err != nil {
		t.Fatal(err)
	}
	return img
}
