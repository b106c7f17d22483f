package written

import (
	"fmt"
	"strings"
)

// rtfSkipped are the destinations whose content is not text of the document.
// Those marked \* are skipped as well, but for those of rtfParts.
var rtfSkipped = map[string]bool{
	"stylesheet": true, "info": true, "object": true,
	"themedata": true, "colorschememapping": true, "datastore": true, "latentstyles": true, "listtable": true,
	"listoverridetable": true, "rsidtbl": true, "generator": true, "xmlnstbl": true, "filetbl": true,
	"revtbl": true, "bkmkstart": true, "bkmkend": true, "nonshppict": true, "pntext": true, "nonesttables": true, "shprslt": true,
	"xe": true, "tc": true, "sp": true, "atnid": true, "atnauthor": true, "ffname": true,
}

// rtfParts are the destinations that are read apart from the text around them.
var rtfParts = map[string]bool{
	"fonttbl": true, "fldinst": true, "pict": true, "footnote": true, "annotation": true,
	"header": true, "headerl": true, "headerr": true, "headerf": true, "footer": true, "footerl": true, "footerr": true, "footerf": true,
	"shptxt": true, "dptxbxtext": true,
}

// rtfSymbols are the control words that stand for text.
var rtfSymbols = map[string]string{
	"tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"emspace": " ", "enspace": " ", "qmspace": " ",
}

// rtfShown are destinations marked to be skipped by readers that do not know them,
// whose text is of the document.
var rtfShown = map[string]bool{"shppict": true, "shpinst": true, "do": true, "fldinst": true, "formfield": true, "annotation": true, "shptxt": true, "dptxbxtext": true}

func (r *rtfReader) word(word string, number int, given bool) {
	r.aside(word, number)
	switch {
	case rtfParts[word] && !r.now.skip:
		r.part(word)
	case r.now.into == "pict":
		r.picture.word(word)
	case r.layout(word), r.formWord(word, number, given):
	case rtfSymbols[word] != "":
		r.text(rtfSymbols[word])
	case r.fontWord(word, number):
	default:
		r.setting(word, number, given)
	}
}

// aside takes what begins a part that is not text of the document, and the colours.
func (r *rtfReader) aside(word string, number int) {
	switch word {
	case "formfield":
		r.now.skip, r.box = true, rtfBox{}
	case "colortbl":
		r.now.into, r.white = word, []bool{false}
	case "red", "green", "blue":
		if r.now.into == "colortbl" {
			r.colour = min(r.colour, number)
		}
	}
	if r.star && !rtfShown[word] || rtfSkipped[word] {
		r.skip(word)
	}
	r.star = false
}

// skip leaves out what a group holds; objects are counted.
func (r *rtfReader) skip(word string) {
	if word == "object" && !r.now.skip && r.now.into == "" {
		r.w.skip("embedded object")
	}
	r.now.skip = true
}

// fontWord takes which font is described or used.
func (r *rtfReader) fontWord(word string, number int) bool {
	switch word {
	case "deff":
		r.usual, r.now.font = number, number
	case "f":
		if r.now.font = number; r.now.into == "fonttbl" {
			r.named = number
		}
	case "fcharset", "cpg":
		r.charset(word, number)
	default:
		return false
	}
	return true
}

// setting takes what says how text is to be read.
func (r *rtfReader) setting(word string, number int, given bool) {
	switch word {
	case "uc":
		if given {
			r.now.uc = max(0, min(number, 16))
		}
	case "ansicpg":
		if given && codePage(number) != nil {
			r.page = number
		}
	case "mac":
		r.page = 10000
	case "pc":
		r.page = 437
	case "pca":
		r.page = 850
	case "fldrslt":
		r.now.skip = r.now.skip || r.symbol
	case "ffres":
		r.box.result, r.box.given = number, 1
	case "ffdefres":
		r.box.preset = number
	}
}

// layout takes what divides text.
func (r *rtfReader) layout(word string) bool {
	switch word {
	case "par", "line", "sect":
		r.newline()
	case "page":
		if !r.now.skip {
			r.w.page()
		}
	case "trowd", "intbl":
		r.w.inRow = r.now.into == "" || r.w.inRow
	case "pard":
		if len(r.w.cells) == 0 {
			r.w.inRow = false
		}
	case "cell", "nestcell":
		if !r.now.skip {
			r.w.cell(1)
		}
	case "row", "nestrow":
		if !r.now.skip {
			r.w.row()
			r.w.inRow = false
		}
	default:
		return false
	}
	return true
}

// formWord takes what says how characters are printed.
func (r *rtfReader) formWord(word string, number int, given bool) bool {
	f, on := &r.now.form, !given || number != 0
	switch word {
	case "plain":
		*f, r.now.font = form{}, r.usual
	case "super":
		f.raised, f.lowered = on, false
	case "sub":
		f.raised, f.lowered = false, on
	case "nosupersub":
		f.raised, f.lowered = false, false
	case "up":
		f.raised, f.lowered = on, false
	case "dn":
		f.raised, f.lowered = false, on
	case "strike", "striked":
		f.struck = on
	case "deleted":
		r.unseen("deleted", on)
	case "revised":
		f.added = on
	case "v":
		r.unseen("hidden", on)
	case "mvf":
		r.unseen("moved", on)
	default:
		return r.seenWord(word, number, given)
	}
	return true
}

// seenWord takes what decides whether characters are seen.
func (r *rtfReader) seenWord(word string, number int, given bool) bool {
	f := &r.now.form
	switch word {
	case "fs":
		f.unseen(given && number <= 4)
	case "cf":
		f.unseen(number < len(r.white) && number >= 0 && r.white[number])
	case "highlight", "cb", "chcbpat":
		f.shaded = number != 0
	default:
		return false
	}
	return true
}

func (r *rtfReader) unseen(why string, on bool) {
	f := &r.now.form
	switch {
	case on:
		f.gone = why
	case f.gone == why:
		f.gone = ""
	}
}

func (r *rtfReader) charset(word string, number int) {
	if r.now.into != "fonttbl" {
		return
	}
	f := r.fonts[r.named]
	switch {
	case word == "cpg" && codePage(number) != nil:
		f.page = number
	case word == "fcharset" && number == 2 && f.signs == "":
		f.signs = fontOther // its name says more
	case word == "fcharset" && f.page == 0:
		f.page = codePageOf(number)
	}
	r.fonts[r.named] = f
}

// fontName takes a piece of the name of a font.
func (r *rtfReader) fontName(name string) {
	f := r.fonts[r.named]
	f.name += name
	if signs := signFont(strings.TrimSuffix(f.name, ";")); signs != "" {
		f.signs = signs
	}
	r.fonts[r.named] = f
}

// part begins text that stands elsewhere than where it is written.
func (r *rtfReader) part(word string) {
	r.now.into = word
	switch word {
	case "fonttbl":
		return
	case "pict":
		r.picture = rtfPicture{}
		return
	case "fldinst":
		r.code.Reset()
		r.box, r.symbol = rtfBox{}, false
		return
	}
	if word == "footnote" || word == "annotation" {
		kind := map[string]string{"footnote": "footnote", "annotation": "comment"}[word]
		r.refs[kind]++
		r.w.refer(fmt.Sprintf("%s %d", kind, r.refs[kind]))
	}
	r.now.form = form{}
	r.hidden = append(r.hidden, hiddenWriter{r.w, len(r.stack), word})
	if r.w = r.w.aside(); strings.HasPrefix(word, "header") || strings.HasPrefix(word, "footer") {
		r.w.pics = nil // logos
	}
}

// endGroup goes back to what held before the braces, and puts a part that ends
// where it belongs.
func (r *rtfReader) endGroup() {
	if n := len(r.hidden) - 1; n >= 0 && r.hidden[n].depth == len(r.stack) {
		part := r.w
		part.close()
		ended := r.hidden[n]
		r.hidden, r.w = r.hidden[:n], ended.w
		r.place(ended.kind, part)
	}
	before := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	ended := r.now.into
	if ended == before.into {
		ended = ""
	}
	r.now = before
	r.star, r.ignore = false, 0
	switch ended {
	case "fldinst":
		r.field()
	case "pict":
		r.w.picture("", r.picture.file)
	}
}

// place puts the lines of a part where it stands on paper.
func (r *rtfReader) place(kind string, part *writer) {
	var lines []styled
	for _, line := range part.lines {
		if len(line.trim().text) > 0 {
			lines = append(lines, line.trim())
		}
	}
	switch {
	case kind == "footnote":
		r.w.notes = append(r.w.notes, labelled(fmt.Sprintf("Footnote %d: ", r.refs["footnote"]), lines)...)
	case kind == "annotation":
		lines = labelled("Comment beside the text: ", lines)
		for i := range lines {
			lines[i].mark(0, len(lines[i].text), "it stands in a comment beside the text", false)
		}
		r.comments = append(r.comments, lines...)
	case strings.HasPrefix(kind, "header"):
		r.w.lines = append(lines, r.w.lines...)
	case strings.HasPrefix(kind, "footer"):
		r.foot = append(r.foot, lines...)
	default:
		r.w.beside = append(r.w.beside, lines...)
	}
}

// field writes what a field shows where the file does not hold it.
func (r *rtfReader) field() {
	code := strings.Fields(r.code.String())
	switch {
	case r.now.skip || len(code) == 0:
	case code[0] == "FORMCHECKBOX":
		ticked := r.box.preset == 1
		if r.box.given == 1 && r.box.result != 25 { // 25: as it was set up
			ticked = r.box.result == 1
		}
		r.w.put(map[bool]string{true: "[x]", false: "[ ]"}[ticked], r.now.form)
		r.symbol = true
	case code[0] == "SYMBOL" && len(code) > 1:
		f := r.now.form
		text, font := fieldSign(code)
		f.signs = signFont(font)
		r.w.put(text, f)
		r.symbol = true
	}
}
