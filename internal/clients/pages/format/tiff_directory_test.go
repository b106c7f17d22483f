package format

import "encoding/binary"

// tiffDirectory writes a TIFF of one page whose data are given; entries are SHORT or
// LONG as they need, {kind 5} two numbers of a ratio.
type tiffDirectory struct {
	entries []tiffEntry
	data    []byte
}

func (d *tiffDirectory) numbers(tag uint16, v ...uint32) {
	e := tiffEntry{tag: tag, kind: 4, count: uint32(len(v))}
	for _, n := range v {
		e.values = binary.LittleEndian.AppendUint32(e.values, n)
	}
	d.entries = append(d.entries, e)
}

func (d *tiffDirectory) ratio(tag uint16, n uint32) {
	d.numbers(tag, n, 1)
	d.entries[len(d.entries)-1].kind, d.entries[len(d.entries)-1].count = 5, 1
}

func (d *tiffDirectory) bytes(tag uint16, b []byte) {
	d.entries = append(d.entries, tiffEntry{tag: tag, kind: 7, count: uint32(len(b)), values: b})
}

// add puts data into the file and gives their place.
func (d *tiffDirectory) add(b []byte) uint32 {
	if len(d.data) == 0 {
		d.data = []byte("II*\x00\x00\x00\x00\x00")
	}
	d.data = append(d.data, make([]byte, len(d.data)%2)...)
	at := uint32(len(d.data))
	d.data = append(d.data, b...)
	return at
}

func (d *tiffDirectory) file() []byte {
	o := binary.LittleEndian
	var list []byte
	for _, tag := range sortedTags(d.entries) {
		for _, e := range d.entries {
			if e.tag != tag {
				continue
			}
			entry := make([]byte, 12)
			o.PutUint16(entry, e.tag)
			o.PutUint16(entry[2:], e.kind)
			o.PutUint32(entry[4:], e.count)
			if len(e.values) <= 4 {
				copy(entry[8:], e.values)
			} else {
				o.PutUint32(entry[8:], d.add(e.values))
			}
			list = append(list, entry...)
		}
	}
	at := d.add(append(append(o.AppendUint16(nil, uint16(len(d.entries))), list...), 0, 0, 0, 0))
	o.PutUint32(d.data[4:], at)
	return d.data
}

func sortedTags(entries []tiffEntry) []uint16 {
	var tags []uint16
	for tag := range uint16(600) {
		for _, e := range entries {
			if e.tag == tag {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}
