package format

import (
	"fmt"
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"clinician/internal/core"
)

// mostOver bounds how many annotations of a page are looked at one by one.
const mostOver = 2000

// settle makes what lies over a page part of it: fields of forms, stamps, notes and
// marks, as a viewer shows them. So they are drawn, read and searched like the rest.
// What cannot be shown is in p.over. A page that cannot be settled stays as it is, and
// says so.
func (p *pdf) settle(page int) {
	if p.settled[page] {
		return
	}
	p.settled[page] = true
	n, err := p.lib.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: p.ref(page)})
	if err != nil || n.Count == 0 {
		return
	}
	// Fields that have no picture get one where the form asks for it.
	if out, err := p.lib.RenderPageInDPI(&requests.RenderPageInDPI{Page: p.ref(page), DPI: 5, RenderForm: true, Document: &p.doc}); err == nil {
		out.Cleanup()
	}
	shown, left := false, []core.Unread(nil)
	p.combs[page] = nil
	for i := range min(n.Count, mostOver) {
		s, u := p.annotation(page, i)
		shown = shown || s
		left = append(left, u...)
	}
	if shown || n.Count > mostOver {
		p.changed = true
		done, err := p.lib.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: p.ref(page), Usage: requests.FPDFPage_FlattenUsageNormalDisplay})
		p.overlaid[page] = err == nil && done.Result == responses.FPDFPage_FlattenResultSuccess
		if err != nil || done.Result == responses.FPDFPage_FlattenResultFail {
			left = append(left, core.Unread{Kind: core.UnreadForm,
				Message: "Fields, stamps or notes that lie over this page could not be read. Print the document to a new PDF and upload that."})
		}
	}
	p.over[page] = left
}

// annotation says of something that lies over a page whether it is drawn, and what of
// it nobody sees.
func (p *pdf) annotation(page, i int) (shown bool, left []core.Unread) {
	a, err := p.lib.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: p.ref(page), Index: i})
	if err != nil {
		return false, nil
	}
	defer p.lib.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation})
	kind, err := p.lib.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
	if err != nil || kind.Subtype == enums.FPDF_ANNOT_SUBTYPE_LINK || kind.Subtype == enums.FPDF_ANNOT_SUBTYPE_POPUP {
		return false, nil
	}
	flags, err := p.lib.FPDFAnnot_GetFlags(&requests.FPDFAnnot_GetFlags{Annotation: a.Annotation})
	switch {
	case err != nil || flags.Flags&enums.FPDF_ANNOT_FLAG_HIDDEN != 0:
		return false, nil
	case flags.Flags&enums.FPDF_ANNOT_FLAG_NOVIEW != 0: // flattening knows no such thing
		_, _ = p.lib.FPDFAnnot_SetFlags(&requests.FPDFAnnot_SetFlags{Annotation: a.Annotation, Flags: flags.Flags | enums.FPDF_ANNOT_FLAG_HIDDEN})
		return false, nil
	}
	if kind.Subtype == enums.FPDF_ANNOT_SUBTYPE_WIDGET {
		p.comb(page, a.Annotation)
	}
	return true, p.unseen(a.Annotation, kind.Subtype)
}

// comb notes a field with a box for each character (PDF 32000-1, table 228): its
// characters are one word, however far they stand apart.
func (p *pdf) comb(page int, a references.FPDF_ANNOTATION) {
	const flag = 1 << 24
	flags, err := p.lib.FPDFAnnot_GetNumberValue(&requests.FPDFAnnot_GetNumberValue{Annotation: a, Key: "Ff"})
	if err != nil || int(flags.Value)&flag == 0 {
		return
	}
	if at, err := p.lib.FPDFAnnot_GetRect(&requests.FPDFAnnot_GetRect{Annotation: a}); err == nil {
		p.combs[page] = append(p.combs[page], at.Rect)
	}
}

// unseen says what of an annotation is not drawn: the text of a note, the value of a
// field without a picture, a file, a sound.
func (p *pdf) unseen(a references.FPDF_ANNOTATION, kind enums.FPDF_ANNOTATION_SUBTYPE) []core.Unread {
	pictured := p.has(a, "AP")
	switch kind {
	case enums.FPDF_ANNOT_SUBTYPE_WIDGET:
		if !pictured && strings.TrimSpace(p.textOf(a, "V")) != "" {
			return []core.Unread{{Kind: core.UnreadForm,
				Message: "A field of the form on this page was filled in, but the file holds no picture of it, and it was not read. Open the document in another viewer, print it to a new PDF and upload that."}}
		}
	case enums.FPDF_ANNOT_SUBTYPE_FILEATTACHMENT: // counted with the other files of the document where it is among them
		return []core.Unread{{Kind: core.UnreadAttachment,
			Message: "A file is pinned to this page and was not read. Save it from a PDF viewer and upload it as a document of its own."}}
	case enums.FPDF_ANNOT_SUBTYPE_SOUND, enums.FPDF_ANNOT_SUBTYPE_MOVIE, enums.FPDF_ANNOT_SUBTYPE_SCREEN,
		enums.FPDF_ANNOT_SUBTYPE_THREED, enums.FPDF_ANNOT_SUBTYPE_RICHMEDIA:
		return []core.Unread{{Kind: core.UnreadObject,
			Message: "A sound, a film or another object on this page was not read. Open the document in a PDF viewer to see it."}}
	default:
		drawn := pictured && (kind == enums.FPDF_ANNOT_SUBTYPE_FREETEXT || kind == enums.FPDF_ANNOT_SUBTYPE_STAMP || kind == enums.FPDF_ANNOT_SUBTYPE_WATERMARK)
		if note := strings.TrimSpace(p.textOf(a, "Contents")); note != "" && !drawn {
			return []core.Unread{{Kind: core.UnreadText, Name: note,
				Message: fmt.Sprintf("A note lies over this page and is no part of its text: “%s”. Open the document in a PDF viewer to see what it is about.", cut(note, 300))}}
		}
	}
	return nil
}

func (p *pdf) has(a references.FPDF_ANNOTATION, key string) bool {
	r, err := p.lib.FPDFAnnot_HasKey(&requests.FPDFAnnot_HasKey{Annotation: a, Key: key})
	return err == nil && r.HasKey
}

func (p *pdf) textOf(a references.FPDF_ANNOTATION, key string) string {
	r, err := p.lib.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a, Key: key})
	if err != nil {
		return ""
	}
	return uncontrolled(r.Value)
}

// uncontrolled is a text of a document without signs that control a terminal.
func uncontrolled(s string) string {
	return strings.Map(func(r rune) rune {
		if control(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// cut shortens a text to at most so many characters, in one line.
func cut(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}

// inside says what a document holds besides its pages: files, and forms that are not
// drawn on them.
func (p *pdf) inside() []core.Unread {
	left := []core.Unread{}
	if t, err := p.lib.FPDF_GetFormType(&requests.FPDF_GetFormType{Document: p.doc}); err == nil && t.FormType == enums.FPDF_FORMTYPE_XFA_FULL {
		left = append(left, core.Unread{Kind: core.UnreadForm,
			Message: "This is a form (XFA) that only Adobe Reader shows: what was filled in was not read. Open it there, print it to a new PDF and upload that."})
	}
	n, err := p.lib.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: p.doc})
	if err != nil {
		return left
	}
	const named = 20
	for i := range min(n.AttachmentCount, named) {
		name := ""
		if a, err := p.lib.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: p.doc, Index: i}); err == nil {
			if r, err := p.lib.FPDFAttachment_GetName(&requests.FPDFAttachment_GetName{Attachment: a.Attachment}); err == nil {
				name = cut(uncontrolled(r.Name), 120)
			}
		}
		left = append(left, core.UnreadFile(name))
	}
	if more := n.AttachmentCount - named; more > 0 {
		left = append(left, core.Unread{Kind: core.UnreadAttachment,
			Message: fmt.Sprintf("%d more files inside this document were not read. Save them from a PDF viewer and upload them as documents of their own.", more)})
	}
	return left
}
