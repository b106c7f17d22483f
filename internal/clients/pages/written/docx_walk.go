package written

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
)

// wordWalk goes through the parts of one document, whose text it gives to a writer.
type wordWalk struct {
	w      *writer
	open   func(id string) []byte // the file of a picture
	styles map[string]*wordStyle  // by id
	notes  map[string][]styled    // "footnote 1", "endnote 1", "comment 1": by the ids of the file
	ends   []styled               // endnotes, in the order they are referred to
	refs   map[string]int         // how many notes of a kind were referred to

	texts, skipped int // how deep in text, in what is left out
	codes          int // how deep in the code of a field
	properties     int // how deep in the properties of a paragraph, whose form is of its mark
	deleted, moved int
	commented      int
	added          []string    // for each insertion that is open: by whom
	rowAdded       string      // by whom the row was added
	additions      []*addition // of the document, by their authors
	margin         bool        // a header or footer, whose pictures are logos
	para, run      form
	cellShaded     bool
	depth          int // how deep in cells
	columns        int // that the cell takes
	rowGone        bool
	inRow, inCell  bool     // within the properties of a row, of a cell
	order          []string // ids of the comments
	fields         []wordField
	holders        []bool // for each structured tag that is open: it shows a placeholder
	boxes          []wordBox
}

// wordField is a field that is open.
type wordField struct {
	code   strings.Builder
	result bool // what it shows has begun
	shown  bool // it showed something
	form   wordForm
}

// wordForm is the element of a form that a field is.
type wordForm struct {
	box, ticked, given bool // ticked by its default, unless it was given
	choices            []string
	choice             int
}

// wordBox is what a text box interrupted.
type wordBox struct {
	w         *writer
	para, run form
	cell      bool
}

// read walks a part.
func (k *wordWalk) read(r io.Reader) error {
	return eachToken(xml.NewDecoder(r), func(token xml.Token) error {
		k.token(token)
		return nil
	})
}

func (k *wordWalk) token(token xml.Token) {
	switch t := token.(type) {
	case xml.StartElement:
		if k.skipped > 0 || t.Name.Space == compatibilitySpan && t.Name.Local == "Fallback" {
			k.skipped++ // what older programs show instead: the same once more
			return
		}
		k.start(t)
	case xml.EndElement:
		if k.skipped > 0 {
			k.skipped--
			return
		}
		k.end(t.Name)
	case xml.CharData:
		if k.texts > 0 && k.skipped == 0 {
			k.chars(string(t))
		}
	}
}

// apart walks a part of its own and gives its lines.
func (k *wordWalk) apart(r io.Reader) ([]styled, error) {
	whole := k.w
	k.w, k.margin = &writer{}, true
	err := k.read(r)
	k.w.close()
	lines := k.w.lines
	k.w, k.margin = whole, false
	return lines, err
}

// form is that of the characters that come.
func (k *wordWalk) form() form {
	f := k.run
	switch {
	case k.deleted > 0 || k.rowGone:
		f.gone = "deleted"
	case k.moved > 0:
		f.gone = "moved"
	case slices.Contains(k.holders, true):
		f.gone = "placeholder"
	}
	if k.commented > 0 && f.doubt == "" {
		f.doubt = "somebody has commented on it"
	}
	f.added = k.author() != ""
	f.shaded = f.shaded || k.cellShaded
	return f
}

func (k *wordWalk) chars(text string) {
	if k.codes > 0 && len(k.fields) == 0 {
		return
	}
	if n := len(k.fields); n > 0 {
		f := &k.fields[n-1]
		if k.codes > 0 {
			f.code.WriteString(text)
			return
		}
		f.shown = f.shown || f.result
	}
	form := k.form()
	k.keep(text, form)
	k.w.put(text, form)
}

func (k *wordWalk) start(e xml.StartElement) {
	switch {
	case isMath(e.Name):
		k.startMath(e.Name.Local)
	case !isWord(e.Name):
		k.startOther(e)
	default:
		if k.startText(e) || k.startTable(e) || k.startField(e) {
			return
		}
		k.startRun(e)
	}
}

// startText takes what stands for text, and where text begins.
func (k *wordWalk) startText(e xml.StartElement) bool {
	switch e.Name.Local {
	case "p":
		k.para, k.run = form{}, form{}
	case "r":
		k.run = k.para
	case "t", "delText":
		k.texts++
	case "tab":
		if k.properties == 0 {
			k.chars("\t")
		}
	case "noBreakHyphen":
		k.chars("-")
	case "cr":
		k.w.newline()
	case "br":
		if attr(e, "type") == "page" {
			k.w.page()
		} else {
			k.w.newline()
		}
	case "lastRenderedPageBreak":
		k.w.page()
	case "sym":
		k.symbol(e)
	default:
		return false
	}
	return true
}

// startRun takes properties, references and what is not text.
func (k *wordWalk) startRun(e xml.StartElement) {
	switch e.Name.Local {
	case "pPr":
		k.properties++
	case "pStyle":
		k.styled(&k.para, attr(e, "val"))
	case "rStyle":
		if k.properties == 0 {
			k.styled(&k.run, attr(e, "val"))
		}
	case "del", "moveFrom", "ins", "moveTo":
		k.change(e)
	case "footnoteReference", "endnoteReference":
		k.refer(strings.TrimSuffix(e.Name.Local, "Reference"), attr(e, "id"))
	case "sdt":
		k.holders = append(k.holders, false)
	case "showingPlcHdr":
		if n := len(k.holders); n > 0 {
			k.holders[n-1] = isOn(e)
		}
	case "txbxContent":
		k.openBox()
	case "object":
		k.w.skip("embedded object")
	case "altChunk":
		k.w.skip("inserted document")
	default:
		k.property(e)
	}
}

// change takes the beginning of a tracked change.
func (k *wordWalk) change(e xml.StartElement) {
	switch e.Name.Local {
	case "del":
		k.deleted++
		k.rowGone = k.rowGone || k.inRow
	case "moveFrom":
		k.moved++
	default:
		k.insert(e)
	}
}

// property takes a property of characters, or of a cell.
func (k *wordWalk) property(e xml.StartElement) {
	switch e.Name.Local {
	case "commentRangeStart":
		k.commented++
	case "commentRangeEnd":
		k.commented = max(0, k.commented-1)
	}
	change := formChange(e)
	switch {
	case change == nil:
	case k.inCell:
		var f form
		change(&f)
		k.cellShaded = k.cellShaded || f.shaded
	case k.properties == 0:
		change(&k.run)
	}
}

// symbol writes a character that is named by its number.
func (k *wordWalk) symbol(e xml.StartElement) {
	f := k.form()
	f.signs = signFont(attr(e, "font"))
	code, err := strconv.ParseUint(attr(e, "char"), 16, 16)
	if err != nil || f.signs == "" && code >= 0xf000 && code <= 0xf0ff { // of a font nobody knows
		k.w.put(unknownSign, f)
		return
	}
	k.w.put(string(rune(code)), f)
}

// startOther keeps pictures, and counts what else other languages draw.
func (k *wordWalk) startOther(e xml.StartElement) {
	if k.margin {
		return
	}
	switch name := e.Name.Local; name {
	case "blip", "imagedata":
		if id := cmp.Or(attr(e, "embed"), attr(e, "id")); k.form().gone == "" {
			k.w.picture(id, func() []byte { return k.open(id) })
		}
	case "chart":
		k.w.skip(name)
	case "relIds":
		k.w.skip("diagram")
	}
}

// startMath writes formulas in a row, what is raised in them raised.
func (k *wordWalk) startMath(name string) {
	switch name {
	case "t":
		k.texts++
	case "r":
		raised, lowered := k.run.raised, k.run.lowered
		k.run = k.para
		k.run.raised, k.run.lowered = raised, lowered
	case "sup":
		k.run.raised = true
	case "sub", "lim":
		k.run.lowered = true
	case "den":
		k.chars("/")
	}
}

func (k *wordWalk) end(n xml.Name) {
	switch {
	case isMath(n):
		switch n.Local {
		case "t":
			k.texts--
		case "sup", "sub", "lim":
			k.run.raised, k.run.lowered = false, false
		}
	case isWord(n):
		k.endWord(n.Local)
	}
}

func (k *wordWalk) endWord(name string) {
	switch name {
	case "t", "delText":
		k.texts--
	case "p":
		k.w.newline()
	case "pPr":
		k.properties--
	case "r":
		k.run = k.para
	case "del":
		k.deleted--
	case "moveFrom":
		k.moved--
	case "ins", "moveTo":
		k.added = k.added[:max(0, len(k.added)-1)]
		k.endAdded()
	case "sdt":
		if n := len(k.holders); n > 0 {
			k.holders = k.holders[:n-1]
		}
	case "txbxContent":
		k.closeBox()
	case "instrText":
		k.codes--
		k.texts--
	default:
		k.endTable(name)
	}
}

// endTable takes the ends of tables, of their rows and cells.
func (k *wordWalk) endTable(name string) {
	switch name {
	case "tc":
		k.w.cell(max(1, k.columns))
		k.depth--
		k.w.inRow = k.depth > 0
	case "tr":
		k.rowGone, k.rowAdded = false, ""
		k.w.row()
	case "tbl":
		k.w.row()
		k.w.endTable()
	case "trPr", "tcPr":
		k.properties--
		k.inRow, k.inCell = false, false
	}
}

// startTable takes the rows and cells of tables.
func (k *wordWalk) startTable(e xml.StartElement) bool {
	switch e.Name.Local {
	case "tbl":
		k.w.row() // within a cell: its rows are lines of their own
		k.w.endTable()
	case "tr":
		k.rowGone, k.rowAdded = false, ""
	case "trPr":
		k.properties++
		k.inRow = true
	case "tc":
		k.columns, k.cellShaded = 1, false
		k.depth++
		k.w.inRow = true
	case "tcPr":
		k.properties++
		k.inCell = true
	case "gridSpan":
		k.columns, _ = strconv.Atoi(attr(e, "val"))
	default:
		return false
	}
	return true
}
