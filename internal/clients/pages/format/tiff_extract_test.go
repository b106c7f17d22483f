package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"os"
	"slices"
	"testing"

	"clinician/internal/core"
)

// pixelsOf gives the pixels of a page.
func pixelsOf(t *testing.T, doc Document, page int) image.Image {
	t.Helper()
	img, err := doc.Draw(page, 300, true)
	if err != nil {
		t.Fatalf("page %d: %v", page, err)
	}
	return img
}

func samePicture(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if color.NRGBA64Model.Convert(a.At(x, y)) != color.NRGBA64Model.Convert(b.At(x, y)) {
				return false
			}
		}
	}
	return true
}

// unopened is a file of which nothing was decoded.
func unopened(content []byte) *tiffFile {
	order, found := tiffPages(content)
	return &tiffFile{content: content, order: order, found: found}
}

// stripsOf gives the packed strips or tiles of a page.
func stripsOf(t *testing.T, content []byte, page int) [][]byte {
	t.Helper()
	f := unopened(content)
	entries, err := f.pageEntries(f.found[page-1])
	if err != nil {
		t.Fatal(err)
	}
	where, sizes := entryOf(entries, tagStripOffsets), entryOf(entries, tagStripCounts)
	if where == nil {
		where, sizes = entryOf(entries, tagTileOffsets), entryOf(entries, tagTileCounts)
	}
	var out [][]byte
	for i := range where.count {
		from, size := f.number(where, i), f.number(sizes, i)
		out = append(out, content[from:from+size])
	}
	return out
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Pages of a TIFF come out as they went in, in the order asked for, and with
// nothing of the others.
func TestExtractTIFF(t *testing.T) {
	shade := func(x, y int) [2]uint8 { return [2]uint8{uint8(x*31 + y*7), uint8(255 - x*13 - y*5)} }
	other := func(x, y int) [2]uint8 { return [2]uint8{uint8(x*11 + y*17), uint8(200 - x - y*5)} }
	various := func(o byteOrder) []byte {
		return greyTIFF(greyPage{7, 5, o, false, -1, true, 0, false, shade}, greyPage{9, 4, o, true, 2, true, 0, true, other}, greyPage{40, 20, o, false, 2, true, 16, false, shade})
	}
	for name, content := range map[string][]byte{
		"little": various(binary.LittleEndian), "big": various(binary.BigEndian), "Group 4": fixture(t, "fax-g4.tif"),
	} {
		whole := must(openTIFF(bytes.Clone(content), 1e6))
		for _, pages := range [][]int{{1}, {2}, {3, 1}, {2, 3, 1}} {
			part, err := Extract(whole, pages)
			if err != nil {
				t.Fatalf("%s, %v: %v", name, pages, err)
			}
			doc := must(openTIFF(bytes.Clone(part), 1e6))
			if doc.Count() != len(pages) {
				t.Fatalf("%s: %v became %d pages", name, pages, doc.Count())
			}
			for i, n := range pages {
				if !samePicture(pixelsOf(t, doc, i+1), pixelsOf(t, whole, n)) {
					t.Errorf("%s, %v: page %d looks different", name, pages, n)
				}
				if !slices.EqualFunc(stripsOf(t, part, i+1), stripsOf(t, content, n), bytes.Equal) {
					t.Errorf("%s, %v: page %d was packed again", name, pages, n)
				}
			}
			for n := 1; n <= 3; n++ {
				for _, strip := range stripsOf(t, content, n) {
					if len(strip) > 12 && !slices.Contains(pages, n) && bytes.Contains(part, strip) {
						t.Errorf("%s, %v holds something of page %d", name, pages, n)
					}
				}
			}
		}
		for _, bad := range [][]int{nil, {0}, {4}, {1, -1}} {
			if part, err := Extract(whole, bad); err == nil || part != nil {
				t.Errorf("%v: %d bytes, %v", bad, len(part), err)
			}
		}
	}
}

// Pages that this program cannot draw are copied all the same: another may.
func TestExtractTIFFOfJPEG(t *testing.T) {
	content := fixture(t, "jpeg-tiles.tif")
	part, err := must(openTIFF(bytes.Clone(content), 1e6)).(extractor).Extract([]int{2})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := stripsOf(t, part, 1), stripsOf(t, content, 2); len(want) != 6 || !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%d tiles, want %d", len(got), len(want))
	}
	tables := func(content []byte, page int) []byte {
		f := unopened(content)
		entries, err := f.pageEntries(f.found[page-1])
		if err != nil || entryOf(entries, 347) == nil {
			t.Fatalf("no tables: %v", err)
		}
		return entryOf(entries, 347).values
	}
	if !bytes.Equal(tables(part, 1), tables(content, 2)) {
		t.Error("the tables differ")
	}
}

// directoryOf writes a directory of entries: tag and kind, count, value.
func directoryOf(o byteOrder, entries ...[3]uint32) []byte {
	out := o.AppendUint16(nil, uint16(len(entries)))
	for _, e := range entries {
		out = o.AppendUint16(o.AppendUint16(out, uint16(e[0]>>8)), uint16(e[0]&0xff))
		out = o.AppendUint32(o.AppendUint32(out, e[1]), e[2])
	}
	return out
}

// What describes the bundle stays behind, and pages are counted anew; a thumbnail
// is no page.
func TestExtractTIFFLeavesPropertiesBehind(t *testing.T) {
	o := binary.LittleEndian
	content := append([]byte("II*\x00\x00\x00\x00\x00"), "CUMMINGS, Ann\x00\x00\x00GREY"...) // text at 8, pixels at 24
	picture := func(kind, page uint32) []byte {
		return directoryOf(o, [3]uint32{254<<8 | 4, 1, kind}, [3]uint32{256<<8 | 4, 1, 2}, [3]uint32{257<<8 | 4, 1, 2}, [3]uint32{258<<8 | 3, 1, 8}, [3]uint32{259<<8 | 3, 1, 1},
			[3]uint32{262<<8 | 3, 1, 1}, [3]uint32{270<<8 | 2, 14, 8}, [3]uint32{273<<8 | 4, 1, 24}, [3]uint32{277<<8 | 3, 1, 1}, [3]uint32{278<<8 | 4, 1, 2},
			[3]uint32{279<<8 | 4, 1, 4}, [3]uint32{297<<8 | 3, 2, page | 9<<16}, [3]uint32{330<<8 | 4, 1, 8}, [3]uint32{50000<<8 | 2, 14, 8})
	}
	link := 4
	for _, d := range [][]byte{picture(2, 4), picture(1, 4), picture(2, 5)} {
		content = append(content, make([]byte, len(content)%2)...)
		o.PutUint32(content[link:], uint32(len(content)))
		content = append(append(content, d...), 0, 0, 0, 0)
		link = len(content) - 4
	}
	whole := must(openTIFF(bytes.Clone(content), 1e6))
	if whole.Count() != 2 {
		t.Fatalf("%d pages", whole.Count())
	}
	part, err := whole.(extractor).Extract([]int{2, 1})
	if err != nil {
		t.Fatal(err)
	}
	f := must(openTIFF(bytes.Clone(part), 1e6)).(*tiffFile)
	if f.Count() != 2 || bytes.Contains(part, []byte("CUMMINGS")) || bytes.Count(part, []byte("GREY")) != 1 {
		t.Errorf("%d pages in %q", f.Count(), part)
	}
	for n := 1; n <= 2; n++ {
		d := f.directory(f.found[n-1])
		if f.field(d, 297, 0) != int64(n-1) || f.field(d, 297, 1) != 2 || f.field(d, 330, 0) != -1 || !samePicture(pixelsOf(t, f, n), pixelsOf(t, whole, n)) {
			t.Errorf("page %d: %x", n, d)
		}
	}
	for name, spoil := range map[string]func(d []byte) bool{
		"old JPEG":       func(d []byte) bool { return change(d, 259, 6) },
		"no strips":      func(d []byte) bool { return change(d, 273, 1<<30) },
		"strips of text": func(d []byte) bool { return o.Uint16(d) == 273 && put16(d[2:], 2) },
		"a long strip":   func(d []byte) bool { return change(d, 279, 1<<31) },
		"unknown kind":   func(d []byte) bool { return o.Uint16(d) == 256 && put16(d[2:], 99) },
	} {
		bad := bytes.Clone(content)
		at := o.Uint32(bad[4:])
		done := false
		for e := bad[at+2:]; !done; e = e[12:] {
			done = spoil(e[:12])
		}
		f := &tiffFile{content: bad, order: o, found: []uint32{at}}
		if part, err := f.Extract([]int{1}); core.CodeOf(err) != core.CodeInvalid || part != nil {
			t.Errorf("%s: %d bytes, %v", name, len(part), err)
		}
	}
}

func change(entry []byte, tag uint16, value uint32) bool {
	if binary.LittleEndian.Uint16(entry) != tag {
		return false
	}
	binary.LittleEndian.PutUint32(entry[8:], value)
	return true
}

func put16(b []byte, v uint16) bool {
	binary.LittleEndian.PutUint16(b, v)
	return true
}

// FuzzTIFFExtract copies pages of any file: what comes out is a file of so many
// pages, and not much larger.
func FuzzTIFFExtract(f *testing.F) {
	f.Add(fixture(f, "fax-g4.tif"))
	f.Add(fixture(f, "jpeg-tiles.tif"))
	f.Add(greyTIFF(greyPage{40, 20, binary.BigEndian, false, 2, true, 16, false, func(x, y int) [2]uint8 { return [2]uint8{uint8(x), uint8(y)} }}))
	f.Fuzz(func(t *testing.T, content []byte) {
		whole := unopened(content)
		if len(whole.found) == 0 {
			return
		}
		pages := []int{len(whole.found), 1}[:min(2, len(whole.found))]
		part, err := whole.Extract(pages)
		if err != nil {
			if core.CodeOf(err) != core.CodeInvalid {
				t.Errorf("%v", err)
			}
			return
		}
		if _, copied := tiffPages(part); len(copied) != len(pages) || len(part) > 2*len(content)+1<<16 {
			t.Errorf("%d pages in %d bytes of %d", len(copied), len(part), len(content))
		}
	})
}
