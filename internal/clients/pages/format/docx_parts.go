package format

import (
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
)

// readNotes takes footnotes, endnotes or comments, by their ids.
func (k *wordWalk) readNotes(r io.Reader) error {
	d := xml.NewDecoder(r)
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok || !isWord(e.Name) {
			continue
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
	}
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
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			k.start(t)
		case xml.EndElement:
			if depth--; depth > 0 {
				k.end(t.Name)
			}
		case xml.CharData:
			if k.texts > 0 {
				k.chars(string(t))
			}
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

// startField takes the fields of a document and of its forms.
func (k *wordWalk) startField(e xml.StartElement) bool {
	n := len(k.fields)
	switch e.Name.Local {
	case "fldChar":
		switch attr(e, "fldCharType") {
		case "begin":
			k.fields = append(k.fields, wordField{})
		case "separate":
			if n > 0 {
				k.fields[n-1].result = true
			}
		case "end":
			k.closeField()
		}
		return true
	case "instrText":
		k.codes++
		k.texts++
		return true
	}
	if n == 0 {
		return false
	}
	f := &k.fields[n-1].form
	switch e.Name.Local {
	case "checkBox":
		f.box = true
	case "checked":
		f.ticked, f.given = isOn(e), true
	case "default":
		if on := attr(e, "val"); !f.given {
			f.ticked = f.box && (on == "1" || on == "true")
			f.choice, _ = strconv.Atoi(on)
		}
	case "result":
		f.choice, _ = strconv.Atoi(attr(e, "val"))
		f.given = true
	case "listEntry":
		f.choices = append(f.choices, attr(e, "val"))
	default:
		return false
	}
	return true
}

// closeField writes what a field shows where the file does not hold it: a box to
// tick, what was chosen of a list, a sign by its number.
func (k *wordWalk) closeField() {
	n := len(k.fields) - 1
	if n < 0 {
		return
	}
	f := k.fields[n]
	k.fields = k.fields[:n]
	if f.shown {
		return
	}
	code := strings.Fields(f.code.String())
	switch {
	case f.form.box && f.form.ticked:
		k.chars("[x]")
	case f.form.box:
		k.chars("[ ]")
	case f.form.choice >= 0 && f.form.choice < len(f.form.choices):
		k.chars(f.form.choices[f.form.choice])
	case len(code) > 1 && strings.EqualFold(code[0], "SYMBOL"):
		form := k.form()
		text, font := fieldSign(code)
		form.signs = signFont(font)
		k.w.put(text, form)
	}
}

// fieldSign reads the field SYMBOL 109 \f "Symbol" \s 12.
func fieldSign(code []string) (text, font string) {
	n, err := strconv.ParseUint(code[1], 0, 16)
	if err != nil {
		return unknownSign, ""
	}
	for i, c := range code {
		if c == `\f` && i+1 < len(code) {
			font = strings.Trim(strings.Join(code[i+1:min(len(code), i+2)], " "), `"`)
		}
	}
	return string(rune(n)), font
}
