package written

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// eachToken gives f the tokens of a part, one after the other.
func eachToken(d *xml.Decoder, f func(xml.Token) error) error {
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := f(token); err != nil {
			return err
		}
	}
}

// readNotes takes footnotes, endnotes or comments, by their ids.
func (k *wordWalk) readNotes(r io.Reader) error {
	d := xml.NewDecoder(r)
	return eachToken(d, func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok || !isWord(e.Name) {
			return nil
		}
		switch kind := e.Name.Local; kind {
		case "footnote", "endnote", "comment":
			lines, err := k.note(d)
			if err != nil {
				return err
			}
			if attr(e, "type") == "" { // not the line above the notes
				k.notes[kind+" "+attr(e, "id")] = lines
			}
			if kind == "comment" {
				k.order = append(k.order, attr(e, "id"))
			}
		}
		return nil
	})
}

// note walks to the end of the element that has begun.
func (k *wordWalk) note(d *xml.Decoder) ([]styled, error) {
	whole := k.w
	k.w, k.margin = &writer{}, true
	defer func() { k.w, k.margin = whole, false }()
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > 0 {
			k.token(token)
		}
	}
	k.w.close()
	return slices.DeleteFunc(k.w.lines, func(s styled) bool { return len(s.text) == 0 }), nil
}

// comments gives what people noted beside the text: in doubt, since it is none of it.
func (k *wordWalk) comments() []styled {
	var out []styled
	for _, id := range k.order {
		lines := labelled("Comment beside the text: ", k.notes["comment "+id])
		for i := range lines {
			lines[i].mark(0, len(lines[i].text), "it stands in a comment beside the text", false)
		}
		out = append(out, lines...)
	}
	return out
}

// openBox begins a text box: it stands behind the paragraph it is anchored in.
func (k *wordWalk) openBox() {
	k.boxes = append(k.boxes, wordBox{k.w, k.para, k.run, len(k.w.cells) > 0})
	k.w = k.w.aside()
}

func (k *wordWalk) closeBox() {
	n := len(k.boxes) - 1
	if n < 0 {
		return
	}
	box := k.w
	box.close()
	last := k.boxes[n]
	k.boxes, k.w, k.para, k.run = k.boxes[:n], last.w, last.para, last.run
	for _, line := range box.lines {
		if len(line.text) > 0 {
			k.w.beside = append(k.w.beside, line)
		}
	}
}

// refer writes the number of a note and keeps its text for the foot of the page,
// or for the end.
func (k *wordWalk) refer(kind, id string) {
	f := k.form()
	lines := k.notes[kind+" "+id]
	if f.gone != "" {
		k.w.lose(f.gone, textOf(lines))
		return
	}
	if k.refs == nil {
		k.refs = map[string]int{}
	}
	k.refs[kind]++
	label := fmt.Sprintf("%s %d", kind, k.refs[kind])
	k.w.refer(label)
	lines = labelled(strings.ToUpper(kind[:1])+label[1:]+": ", lines)
	if kind == "endnote" {
		k.ends = append(k.ends, lines...)
		return
	}
	k.w.notes = append(k.w.notes, lines...)
}

// labelled puts words of the reader before the first of some lines.
func labelled(label string, lines []styled) []styled {
	if len(lines) == 0 {
		return nil
	}
	var first styled
	first.text = []rune(label)
	first.mark(0, len(first.text), "", true)
	first.add(lines[0])
	return append([]styled{{}, first}, lines[1:]...)
}
