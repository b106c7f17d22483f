package written

import (
	"cmp"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// The names of elements in Office Open XML (ECMA-376 part 1, 17 and 22).
const (
	wordSpace         = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	wordSpaceStrict   = "http://purl.oclc.org/ooxml/wordprocessingml/main"
	mathSpace         = "http://schemas.openxmlformats.org/officeDocument/2006/math"
	mathSpaceStrict   = "http://purl.oclc.org/ooxml/officeDocument/math"
	compatibilitySpan = "http://schemas.openxmlformats.org/markup-compatibility/2006"
)

func isWord(n xml.Name) bool { return n.Space == wordSpace || n.Space == wordSpaceStrict }
func isMath(n xml.Name) bool { return n.Space == mathSpace || n.Space == mathSpaceStrict }

// attr gives an attribute by its local name; "" when it is not there.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// isOn reads a property that is on by being there.
func isOn(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// wordStyle is a style of characters or paragraphs.
type wordStyle struct {
	basedOn string
	changes []func(*form)
}

// styled applies a style and those it is based on.
func (k *wordWalk) styled(f *form, id string) {
	var chain []*wordStyle
	for s := k.styles[id]; s != nil && len(chain) < 20; s = k.styles[s.basedOn] {
		chain = append(chain, s)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		for _, change := range chain[i].changes {
			change(f)
		}
	}
}

// readStyles notes what styles do to the form of characters.
func (k *wordWalk) readStyles(r io.Reader) error {
	d := xml.NewDecoder(r)
	var style *wordStyle
	return eachToken(d, func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok || !isWord(e.Name) {
			return nil
		}
		switch e.Name.Local {
		case "style":
			style = &wordStyle{}
			k.styles[attr(e, "styleId")] = style
		case "basedOn":
			if style != nil {
				style.basedOn = attr(e, "val")
			}
		case "tblStylePr": // of parts of tables only
			return d.Skip()
		default:
			if change := formChange(e); change != nil && style != nil {
				style.changes = append(style.changes, change)
			}
		}
		return nil
	})
}

// formChange gives what a property of characters does to their form; nil nothing.
func formChange(e xml.StartElement) func(*form) {
	on, val := isOn(e), attr(e, "val")
	switch e.Name.Local {
	case "vertAlign":
		return func(f *form) { f.raised, f.lowered = val == "superscript", val == "subscript" }
	case "position":
		if by, err := strconv.Atoi(val); err == nil && by != 0 {
			return func(f *form) { f.raised, f.lowered = by > 0, by < 0 }
		}
	case "strike", "dstrike":
		return func(f *form) { f.struck = on }
	case "vanish", "specVanish":
		gone := map[bool]string{true: "hidden"}[on]
		return func(f *form) { f.gone = gone }
	case "rFonts":
		if name := cmp.Or(attr(e, "ascii"), attr(e, "hAnsi")); name != "" {
			return func(f *form) { f.signs = signFont(name) }
		}
	}
	return colourChange(e, val, on)
}

// colourChange is formChange of what decides whether characters are seen.
func colourChange(e xml.StartElement, val string, on bool) func(*form) {
	switch e.Name.Local {
	case "color":
		return func(f *form) { f.unseen(strings.EqualFold(val, "FFFFFF")) }
	case "sz":
		if size, err := strconv.Atoi(val); err == nil && size <= 4 { // half points
			return func(f *form) { f.unseen(true) }
		}
	case "shd":
		if fill := attr(e, "fill"); fill != "" && fill != "auto" && !strings.EqualFold(fill, "FFFFFF") {
			return func(f *form) { f.shaded = true }
		}
	case "highlight":
		return func(f *form) { f.shaded = on }
	}
	return nil
}

func (f *form) unseen(yes bool) {
	switch {
	case yes:
		f.doubt = doubtWhite
	case f.doubt == doubtWhite:
		f.doubt = ""
	}
}
