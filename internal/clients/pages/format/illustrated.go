package format

import (
	"bytes"
	"fmt"
	"image"
	"strings"

	"clinician/internal/clients/pages/written"
	"clinician/internal/core"
)

// smallPicture is the most pixels of a side of a picture that can say nothing: a
// bullet, a line, a spacer.
const smallPicture = 16

// illustrated is a document of text with pictures in it: each picture is a page of its
// own behind those of the text, drawn and read like a scan. Where there is no text but
// theirs, they are all the pages there are.
type illustrated struct {
	text     []core.Page
	pictures []embedded
	limit    int64 // pixels of one
}

// embedded is a picture of a document: its number there, and its file.
type embedded struct {
	number  int
	content []byte
}

// openWritten opens a document of text. A picture that cannot be drawn is a part that
// is not read of the page it stands on.
func openWritten(d written.Document, limit int64) Document {
	doc := illustrated{text: d.Pages, limit: limit}
	for i, p := range d.Pictures {
		page := &d.Pages[min(p.Page, len(d.Pages))-1]
		switch says, err := tells(p.Content, limit); {
		case err != nil:
			page.Leaves(core.Unread{Kind: core.UnreadPicture,
				Message: fmt.Sprintf("Picture %d of this document was not read. Save the document as PDF and upload that.", i+1)})
		case !says:
			page.Steps = append(page.Steps, fmt.Sprintf("left out picture %d: too small to say anything", i+1))
		default:
			doc.pictures = append(doc.pictures, embedded{i + 1, p.Content})
		}
	}
	if len(doc.pictures) == 0 {
		return d
	}
	if onlyPictures(d.Pages) {
		doc.text = nil
	}
	return &doc
}

// tells reports whether a picture is large enough to say something; an error says that
// it cannot be drawn.
func tells(content []byte, limit int64) (bool, error) {
	if isTIFF(content) {
		_, err := openTIFF(content, limit)
		return true, err
	}
	if _, err := openPicture(content, limit); err != nil {
		return false, err
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(content))
	return min(cfg.Width, cfg.Height) > smallPicture, err
}

func isTIFF(b []byte) bool {
	_, ok := tiffOrder(b)
	return ok
}

// onlyPictures reports whether pages hold nothing but what the reader wrote in the
// place of pictures.
func onlyPictures(pages []core.Page) bool {
	for _, p := range pages {
		if len(p.Unread) > 0 || len(p.Steps) > 0 {
			return false
		}
		lines := strings.Split(p.Text, "\n")
		noted := 0
		for _, m := range p.Marks {
			if m.Note {
				noted += m.To - m.From
			}
		}
		for _, line := range lines {
			noted -= len([]rune(strings.Join(strings.Fields(line), " ")))
		}
		if noted < 0 {
			return false
		}
	}
	return true
}

// Count is the number of pages: those of the text, then one for each picture.
func (d *illustrated) Count() int { return len(d.text) + len(d.pictures) }

// Text gives a page of the text; a picture has none of its own.
func (d *illustrated) Text(page int) (core.Page, error) {
	if page <= len(d.text) {
		return written.Document{Pages: d.text}.Text(page)
	}
	p := d.pictures[page-len(d.text)-1]
	return core.Page{Number: page, Steps: []string{fmt.Sprintf("picture %d of the document", p.number)}}, nil
}

// Draw draws a picture; the text has none: CodeInvalid.
func (d *illustrated) Draw(page, dpi int, colour bool) (image.Image, error) {
	if page <= len(d.text) {
		return written.Document{Pages: d.text}.Draw(page, dpi, colour)
	}
	content := d.pictures[page-len(d.text)-1].content
	open := openPicture
	if isTIFF(content) {
		open = openTIFF
	}
	file, err := open(content, d.limit)
	if err != nil {
		return nil, err
	}
	return file.Draw(1, dpi, colour)
}
