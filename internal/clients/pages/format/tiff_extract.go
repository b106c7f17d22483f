package format

import (
	"cmp"
	"slices"

	"clinician/internal/core"
)

var _ extractor = (*tiffFile)(nil)

var errTIFFExtract = core.Errorf(core.CodeInvalid,
	"A page of this TIFF file cannot be copied: it is damaged or of a kind that is not known. Save its pages as files of their own, upload each to its patient, and enter this record in error.")

// extract copies pages into a new TIFF: their directories and strips or tiles as
// they are, without what describes the file or the scan. Reduced copies of pages
// are left behind.
func (t *tiffFile) Extract(pages []int) ([]byte, error) {
	w := tiffWriter{from: t, out: append(slices.Clone(t.content[:4]), 0, 0, 0, 0), most: 2*len(t.content) + 1<<16, copies: map[span]uint32{}}
	link := 4
	for i, n := range pages {
		at, err := w.page(t.found[n-1], i, len(pages))
		if err != nil {
			return nil, err
		}
		t.order.PutUint32(w.out[link:], at)
		link = len(w.out) - 4
	}
	return w.out, nil
}

// span is a run of bytes of the file.
type span struct{ from, size uint32 }

// tiffWriter makes a file of pages of another.
type tiffWriter struct {
	from   *tiffFile
	out    []byte
	most   int             // bytes: more than any honest file's pages take
	copies map[span]uint32 // where data was copied to: blank strips may be shared
}

// tiffEntry is an entry of a directory with its values.
type tiffEntry struct {
	tag, kind uint16
	count     uint32
	values    []byte
}

// Tags of the data of a page, and what is not copied as it is.
const (
	tagCompression  = 259
	tagStripOffsets = 273
	tagStripCounts  = 279
	tagPageNumber   = 297
	tagTileOffsets  = 324
	tagTileCounts   = 325
	oldJPEG         = 6 // a compression whose tables stand anywhere in the file
)

// pageTags are the tags without which a page cannot be shown as it was: size, form
// of the pixels, compression, colours, resolution. Names, dates, programs,
// thumbnails and what only some program knows are not among them.
var pageTags = map[uint16]bool{
	254: true, 255: true, 256: true, 257: true, 258: true, 259: true, 262: true, 263: true, 266: true, 273: true, 274: true, 277: true, 278: true, 279: true,
	280: true, 281: true, 282: true, 283: true, 284: true, 286: true, 287: true, 290: true, 291: true, 292: true, 293: true, 296: true, 297: true, 301: true,
	317: true, 318: true, 319: true, 320: true, 321: true, 322: true, 323: true, 324: true, 325: true, 326: true, 327: true, 328: true, 332: true, 334: true,
	336: true, 338: true, 339: true, 340: true, 341: true, 342: true, 347: true, 529: true, 530: true, 531: true, 532: true, 34675: true,
}

// kindSizes are the sizes of values by their kind: BYTE, ASCII, SHORT, LONG,
// RATIONAL and so on.
var kindSizes = [...]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}

// page copies the page whose directory stands at an offset, as number i of n, and
// gives the offset of its new directory, which is the last of the file.
func (w *tiffWriter) page(at uint32, i, n int) (uint32, error) {
	entries, err := w.from.pageEntries(at)
	if err != nil {
		return 0, err
	}
	if err := w.data(entries); err != nil {
		return 0, err
	}
	o := w.from.order
	var directory []byte
	for _, e := range entries {
		if e.tag == tagPageNumber {
			e = w.shorts(e.tag, i, n)
		}
		directory = append(directory, make([]byte, 12)...)
		d := directory[len(directory)-12:]
		o.PutUint16(d, e.tag)
		o.PutUint16(d[2:], e.kind)
		o.PutUint32(d[4:], e.count)
		if len(e.values) <= 4 {
			copy(d[8:], e.values)
			continue
		}
		to, err := w.add(e.values)
		if err != nil {
			return 0, err
		}
		o.PutUint32(d[8:], to)
	}
	count := make([]byte, 2)
	o.PutUint16(count, uint16(len(entries)))
	return w.add(slices.Concat(count, directory, make([]byte, 4)))
}

// add appends bytes at an even offset and gives it.
func (w *tiffWriter) add(b []byte) (uint32, error) {
	w.out = append(w.out, make([]byte, len(w.out)%2)...)
	if len(w.out)+len(b) > w.most {
		return 0, errTIFFExtract
	}
	at := uint32(len(w.out))
	w.out = append(w.out, b...)
	return at, nil
}

// data copies the strips or tiles that entries name and points the entries at the
// copies.
func (w *tiffWriter) data(entries []tiffEntry) error {
	where, sizes := entryOf(entries, tagStripOffsets), entryOf(entries, tagStripCounts)
	if where == nil && sizes == nil {
		where, sizes = entryOf(entries, tagTileOffsets), entryOf(entries, tagTileCounts)
	}
	if where == nil || sizes == nil || where.count != sizes.count || where.count == 0 {
		return errTIFFExtract
	}
	to := make([]byte, 0, 4*where.count)
	for i := range where.count {
		s := span{w.from.number(where, i), w.from.number(sizes, i)}
		if int64(s.from)+int64(s.size) > int64(len(w.from.content)) {
			return errTIFFExtract
		}
		at, done := w.copies[s]
		if !done {
			var err error
			if at, err = w.add(w.from.content[s.from : s.from+s.size]); err != nil {
				return err
			}
			w.copies[s] = at
		}
		to = append(to, 0, 0, 0, 0)
		w.from.order.PutUint32(to[4*i:], at)
	}
	where.kind, where.values = 4, to
	return nil
}

// number gives value i of an entry of SHORT or LONG.
func (t *tiffFile) number(e *tiffEntry, i uint32) uint32 {
	if e.kind == 3 {
		return uint32(t.order.Uint16(e.values[2*i:]))
	}
	return t.order.Uint32(e.values[4*i:])
}

func (w *tiffWriter) shorts(tag uint16, numbers ...int) tiffEntry {
	e := tiffEntry{tag: tag, kind: 3, count: uint32(len(numbers)), values: make([]byte, 2*len(numbers))}
	for i, n := range numbers {
		w.from.order.PutUint16(e.values[2*i:], uint16(n))
	}
	return e
}

func entryOf(entries []tiffEntry, tag uint16) *tiffEntry {
	if i := slices.IndexFunc(entries, func(e tiffEntry) bool { return e.tag == tag }); i >= 0 {
		return &entries[i]
	}
	return nil
}

// pageEntries reads the entries of a directory that a page needs, in the order
// of their tags and each once.
func (t *tiffFile) pageEntries(at uint32) ([]tiffEntry, error) {
	var out []tiffEntry
	seen := map[uint16]bool{}
	for d := t.directory(at); len(d) >= 12; d = d[12:] {
		e := tiffEntry{tag: t.order.Uint16(d), kind: t.order.Uint16(d[2:]), count: t.order.Uint32(d[4:])}
		if !pageTags[e.tag] || seen[e.tag] {
			continue
		}
		seen[e.tag] = true
		values, ok := t.values(d)
		numbers := e.tag == tagStripOffsets || e.tag == tagStripCounts || e.tag == tagTileOffsets || e.tag == tagTileCounts
		if !ok || numbers && e.kind != 3 && e.kind != 4 {
			return nil, errTIFFExtract
		}
		if e.tag == tagCompression && len(values) >= 2 && t.order.Uint16(values) == oldJPEG {
			return nil, errTIFFExtract
		}
		e.values = values
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b tiffEntry) int { return cmp.Compare(a.tag, b.tag) })
	return out, nil
}

// values gives the values of an entry; false when they do not lie in the file.
func (t *tiffFile) values(entry []byte) ([]byte, bool) {
	kind, count := t.order.Uint16(entry[2:]), int64(t.order.Uint32(entry[4:]))
	if int(kind) >= len(kindSizes) || kindSizes[kind] == 0 {
		return nil, false
	}
	size := kindSizes[kind] * count
	if size <= 4 {
		return entry[8 : 8+size], true
	}
	from := int64(t.order.Uint32(entry[8:]))
	if from+size > int64(len(t.content)) {
		return nil, false
	}
	return t.content[from : from+size], true
}
