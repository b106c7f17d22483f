package written

import (
	"cmp"
	"encoding/xml"
	"strings"
)

// addition is what one person added with changes tracked, and nobody has accepted.
type addition struct {
	by   string
	text strings.Builder
}

// insert notes that what comes was added, or in the properties of a row that the row was.
func (k *wordWalk) insert(e xml.StartElement) {
	by := cmp.Or(strings.Join(strings.Fields(attr(e, "author")), " "), "somebody whose name is not given")
	k.added = append(k.added, by)
	if k.inRow {
		k.rowAdded = by
	}
}

// author is who added what comes; "" nobody.
func (k *wordWalk) author() string {
	if n := len(k.added); n > 0 && k.properties == 0 {
		return k.added[n-1]
	}
	return k.rowAdded
}

// keep notes text that its form calls added.
func (k *wordWalk) keep(text string, f form) {
	if !f.added || f.gone != "" {
		return
	}
	by := k.author()
	for _, a := range k.additions {
		if a.by == by {
			a.text.WriteString(text)
			return
		}
	}
	a := &addition{by: by}
	a.text.WriteString(text)
	k.additions = append(k.additions, a)
}

// endAdded parts what is added at different places.
func (k *wordWalk) endAdded() {
	for _, a := range k.additions {
		if t := a.text.String(); strings.TrimSpace(t) != "" && !strings.HasSuffix(t, "; ") {
			a.text.WriteString("; ")
		}
	}
}

// whoAdded says who added what, in doubt as that is: it stands in the text, too.
func (k *wordWalk) whoAdded() []styled {
	var out []styled
	for _, a := range k.additions {
		what := strings.TrimSuffix(strings.Join(strings.Fields(a.text.String()), " "), ";")
		if what == "" {
			continue
		}
		line := styled{text: []rune("[Added with changes tracked by " + a.by + ": " + what + "]")}
		line.mark(0, len(line.text), doubtAdded, false)
		out = append(out, line)
	}
	return out
}
