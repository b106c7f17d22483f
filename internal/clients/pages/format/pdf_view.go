package format

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// textDPI is the page image that the boxes of a text layer refer to; lookDPI that in
// which words and ink are compared.
const (
	textDPI = 300
	lookDPI = 100
)

// view is what a page says: the words that it shows, and where it shows something
// that no words tell of.
type view struct {
	words     []core.Word
	text      string
	fault     string     // why the text layer is not usable; "" it is, or there is none
	illegible []core.Box // words whose letters have no meaning, although they are drawn
	ink       []core.Box
	unseen    int // words of the layer that nobody sees
	struck    int // words that a line goes through
	w, h, dpi int // the page image that all boxes refer to
}

func (p *pdf) Text(page int) (core.Page, error) {
	v, err := p.view(page)
	if err != nil {
		return core.Page{}, err
	}
	out := core.Page{Number: page, Source: core.SourceTextLayer, Width: v.w, Height: v.h, Unread: slices.Concat(p.over[page], p.lost[page])}
	if page == 1 {
		out.Unread = slices.Concat(p.within, out.Unread)
	}
	if v.unseen > 0 {
		out.Steps = append(out.Steps, fmt.Sprintf("left out what the page does not show: %s of its text layer", core.Plural(v.unseen, "word", "words")))
	}
	if v.struck > 0 {
		out.Steps = append(out.Steps, fmt.Sprintf("a line goes through %s", core.Plural(v.struck, "word", "words")))
	}
	if v.fault != "" {
		out.Steps = append(out.Steps, "text layer unusable: "+v.fault)
		return out, nil
	}
	out.Words, out.Text, out.Ink, out.Scattered = v.words, v.text, v.ink, p.overlaid[page]
	if out.Scattered {
		out.Steps = append(out.Steps, "read with what lies over the page: fields, stamps and notes")
	}
	if len(out.Words) > 0 {
		out.Status = core.PageRead
	}
	return out, nil
}

// view looks at a page, once.
func (p *pdf) view(page int) (view, error) {
	if v, ok := p.views[page]; ok {
		return v, nil
	}
	if err := p.ready(); err != nil {
		return view{}, err
	}
	v, err := p.look(page)
	p.tidy(err)
	if err != nil {
		return view{}, err
	}
	p.views[page] = v
	return v, nil
}

func (p *pdf) look(page int) (v view, err error) {
	p.settle(page)
	if v.w, v.h, v.dpi, err = p.size(page, textDPI); err != nil {
		return v, err
	}
	chars, err := p.chars(page, v)
	if err != nil {
		p.handles = keepHandles + 1
		return v, nil // no usable layer; drawing the page may still work
	}
	var none bool
	v.words, v.text = layerWords(chars)
	if v.fault, none = layerFault(v.words, v.w, v.h); none || v.fault != "" {
		return v, nil
	}
	return p.compare(page, chars, v)
}

// chars gives the characters of a page's text layer with their boxes in its image.
func (p *pdf) chars(page int, v view) ([]char, error) {
	t, err := p.lib.GetPageTextStructured(&requests.GetPageTextStructured{Page: p.ref(page), Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return nil, err
	}
	toPixels, err := p.mapping(page, float64(v.dpi)/72, v.w, v.h)
	if err != nil {
		return nil, err
	}
	chars := make([]char, 0, len(t.Chars))
	for i, c := range t.Chars {
		x0, y0 := toPixels(c.PointPosition.Left, c.PointPosition.Top)
		x1, y1 := toPixels(c.PointPosition.Right, c.PointPosition.Bottom)
		chars = append(chars, char{c.Text, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), i})
	}
	for _, comb := range p.combs[page] {
		joinComb(chars, func(i int) bool {
			c := t.Chars[i].PointPosition
			x, y := float32(c.Left+c.Right)/2, float32(c.Top+c.Bottom)/2
			return x >= comb.Left && x <= comb.Right && y >= comb.Bottom && y <= comb.Top
		})
	}
	return chars, nil
}

// compare holds the words of a page against what it shows, in a coarse drawing with its
// text and one without. Words that make no difference to what is drawn are no words;
// what is drawn all the same, and may be text, is ink that nobody has read.
func (p *pdf) compare(page int, chars []char, v view) (view, error) {
	text, err := p.textObjects(page)
	switch {
	case errors.Is(err, errManyObjects):
		v.fault = "it has too many parts to be compared with the page"
		return v, nil
	case err != nil:
		return v, errPDFPage.WithCause(err)
	case p.invisible(text):
		v.fault = "it is invisible, what another program read of a picture"
		return v, nil
	}
	whole, bare, dpi, err := p.twice(page, text)
	if err != nil {
		return v, err
	}
	if err := p.showsPictures(page, dpi, raster.FromImage(whole)); err != nil {
		p.loses(page, core.MessageOf(err))
	}
	scale := float64(v.dpi) / float64(dpi)
	shown, point := differences(whole, bare), float64(v.dpi)/72/cmp.Or(p.units[page], 1)
	words := wordsOf(chars)
	for i := range words {
		words[i].seen = legible(words[i], point) && shown.shows(words[i].chars, scale)
	}
	if !p.liesOver(page, dpi, scale, whole, words) {
		v.fault = "its words lie over each other"
		return v, nil
	}
	p.undrawable(page, words)
	if v.keep(words); v.fault != "" {
		return v, nil
	}
	drawn := raster.FromImage(bare)
	for i, w := range v.words {
		if struck(drawn, w.Box, scale) {
			v.words[i].Doubt = core.DoubtStruck
			v.struck++
		}
	}
	for _, r := range inkBeside(drawn, p.frames(page, dpi, bare.Rect)) {
		v.ink = append(v.ink, core.Box{X: int(float64(r.Min.X) * scale), Y: int(float64(r.Min.Y) * scale), W: int(float64(r.Dx()) * scale), H: int(float64(r.Dy()) * scale)})
	}
	v.ink = append(v.ink, v.illegible...)
	return v, nil
}

// twice draws a page coarsely as it is and without its text.
func (p *pdf) twice(page int, text []references.FPDF_PAGEOBJECT) (whole, bare *image.RGBA, dpi int, err error) {
	if _, _, dpi, err = p.size(page, lookDPI); err != nil {
		return nil, nil, 0, err
	}
	if whole, err = p.coloured(page, dpi); err != nil {
		return nil, nil, 0, err
	}
	err = p.without(text, func() (err error) {
		bare, err = p.coloured(page, dpi)
		return err
	})
	return whole, bare, dpi, err
}

// keep leaves the words that are seen and mean something.
func (v *view) keep(words []layerWord) {
	var kept []char
	for _, w := range words {
		switch {
		case !w.seen:
			v.unseen++
		case garbled(w.text):
			v.illegible = append(v.illegible, w.box)
		default:
			kept = append(kept, w.chars...)
		}
		kept = append(kept, w.after...)
	}
	if v.unseen+len(v.illegible) == 0 {
		return
	}
	var none bool
	v.words, v.text = layerWords(kept)
	if v.fault, none = layerFault(v.words, v.w, v.h); none {
		v.fault = "none of it is seen"
	}
}

// frames gives where the pictures of a page stand in a drawing.
func (p *pdf) frames(page, dpi int, drawn image.Rectangle) []image.Rectangle {
	toPixels, err := p.mapping(page, float64(dpi)/72, drawn.Dx(), drawn.Dy())
	if err != nil {
		return []image.Rectangle{drawn}
	}
	var out []image.Rectangle
	for _, pic := range p.pictures(page, toPixels) {
		if r := image.Rect(int(pic.x0), int(pic.y0), int(pic.x1)+1, int(pic.y1)+1).Intersect(drawn); !r.Empty() {
			out = append(out, r)
		}
	}
	return out
}

// liesOver looks at words that stand in each other's place, of which one may cover the
// other: the page is drawn without each. false when they are too many for that.
func (p *pdf) liesOver(page, dpi int, scale float64, whole *image.RGBA, words []layerWord) bool {
	const most = 40
	pairs, ok := overlapping(words)
	if !ok || len(pairs) == 0 {
		return ok
	}
	t, err := p.lib.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: p.ref(page)})
	if err != nil || len(pairs) > most {
		return false
	}
	defer p.lib.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: t.TextPage})
	for _, i := range pairs {
		w := &words[i]
		o, err := p.lib.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: t.TextPage, Index: w.chars[0].index})
		if err != nil {
			continue
		}
		p.handles++
		var rest *image.RGBA
		err = p.without([]references.FPDF_PAGEOBJECT{o.TextObject}, func() (err error) { rest, err = p.coloured(page, dpi); return err })
		if err != nil {
			continue
		}
		w.seen = differences(whole, rest).shows(w.chars, scale)
	}
	return true
}

// undrawable keeps words that PDFium cannot draw: their letters are of an alphabet, and
// their font is not in the file. Other viewers have fonts for it. That nobody compared
// them with the page is said.
func (p *pdf) undrawable(page int, words []layerWord) {
	const most = 500
	var text *references.FPDF_TEXTPAGE
	kept, looked := 0, 0
	for i := range words {
		w := &words[i]
		if w.seen || looked == most || !strings.ContainsFunc(w.text, beyondLatin) {
			continue
		}
		looked++
		if text == nil {
			t, err := p.lib.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: p.ref(page)})
			if err != nil {
				return
			}
			text = &t.TextPage
			defer p.lib.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: t.TextPage})
		}
		o, err := p.lib.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: *text, Index: w.chars[0].index})
		if err != nil {
			continue
		}
		p.handles++
		if p.borrowsFont(o.TextObject) && !p.invisible([]references.FPDF_PAGEOBJECT{o.TextObject}) {
			w.seen = true
			kept++
		}
	}
	if kept > 0 {
		p.lost[page] = append(p.lost[page], core.Unread{Kind: core.UnreadText,
			Message: core.Plural(kept, "word", "words") + " of this page are in a font that is not in the file: they were taken as they are, without a look at the page. Check them in a PDF viewer."})
	}
}

// beyondLatin reports whether a letter is of an alphabet that PDFium has no font for.
func beyondLatin(r rune) bool {
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Greek)
}

// borrowsFont reports whether the font of a text is not in the file.
func (p *pdf) borrowsFont(o references.FPDF_PAGEOBJECT) bool {
	f, err := p.lib.FPDFTextObj_GetFont(&requests.FPDFTextObj_GetFont{PageObject: o})
	if err != nil {
		return false
	}
	e, err := p.lib.FPDFFont_GetIsEmbedded(&requests.FPDFFont_GetIsEmbedded{Font: f.Font})
	return err == nil && !e.IsEmbedded
}

// invisible reports whether all text of a page is of a kind that is never drawn.
func (p *pdf) invisible(text []references.FPDF_PAGEOBJECT) bool {
	for _, o := range text {
		m, err := p.lib.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o})
		if err != nil || m.TextRenderMode != enums.FPDF_TEXTRENDERMODE_INVISIBLE {
			return false
		}
	}
	return len(text) > 0
}

// loses notes that a picture of a page was not drawn, or not whole.
func (p *pdf) loses(page int, message string) {
	u := core.Unread{Kind: core.UnreadPicture, Message: message}
	if !slices.Contains(p.lost[page], u) {
		p.lost[page] = append(p.lost[page], u)
	}
}

// Lacks gives what a page that was drawn does not show although it should.
func (p *pdf) Lacks(page int) []core.Unread { return p.lost[page] }

// mostText and deepestText bound how many objects of a page are looked at for text.
const mostText, deepestText = 60_000, 8

var errManyObjects = errors.New("the page has too many objects")

// textObjects lists the objects of a page that are text, also inside of forms.
func (p *pdf) textObjects(page int) ([]references.FPDF_PAGEOBJECT, error) {
	var out []references.FPDF_PAGEOBJECT
	looked := 0
	defer func() { p.handles += looked }()
	var look func(o references.FPDF_PAGEOBJECT, depth int) error
	look = func(o references.FPDF_PAGEOBJECT, depth int) error {
		if looked++; looked > mostText {
			return errManyObjects
		}
		kind, err := p.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
		if err != nil {
			return err
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_TEXT:
			out = append(out, o)
		case enums.FPDF_PAGEOBJ_FORM:
			n, err := p.lib.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
			if err != nil || depth == deepestText {
				return nil
			}
			for i := range n.Count {
				in, err := p.lib.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)})
				if err != nil {
					return err
				}
				if err := look(in.PageObject, depth+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	n, err := p.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.ref(page)})
	if err != nil {
		return nil, err
	}
	for i := range n.Count {
		o, err := p.lib.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.ref(page), Index: i})
		if err != nil {
			return nil, err
		}
		if err := look(o.PageObject, 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}
