package written

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"

	"clinician/internal/core"
)

// maxWordText bounds what the parts of a Word document may unpack to together:
// far more than anybody writes, far less than a zip bomb needs.
const maxWordText = 32 << 20

// maxWordPictures bounds what its pictures may unpack to together: a zip file can
// promise more than it is.
const maxWordPictures = 128 << 20

// maxHeads bounds how many headers and footers are read: a document has three
// of each for a section.
const maxHeads = 60

var errWord = core.Errorf(core.CodeInvalid, "This Word document is damaged and cannot be opened. Save it again, or as PDF, and upload that.")

// OpenDOCX takes the text of a Word document, as a text file: headers, which often
// name the patient, then the body, then footers, endnotes and comments; footnotes
// stand at the foot of the page that refers to them. Its pages are where Word last
// broke them, or where a break was put. What Word does not show (deleted, hidden) is
// left out and counted. Pictures in the body are kept apart, for who can draw them.
func OpenDOCX(content []byte) (Document, error) { return wordDocument(content, maxWordText) }

// wordDocument is OpenDOCX with a bound on what may be unpacked, in bytes.
func wordDocument(content []byte, most int64) (Document, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return Document{}, errWord.WithCause(err)
	}
	d := wordFile{archive: archive, left: most, pictures: maxWordPictures, targets: map[string]string{}}
	d.walk = wordWalk{w: &writer{pics: &pictures{}}, open: d.picture, styles: map[string]*wordStyle{}, notes: map[string][]styled{}}
	for _, part := range []struct {
		name string
		take func(io.Reader) error
	}{
		{"word/styles.xml", d.walk.readStyles}, {"word/footnotes.xml", d.walk.readNotes}, {"word/endnotes.xml", d.walk.readNotes}, {"word/comments.xml", d.walk.readNotes},
		{"word/_rels/document.xml.rels", d.relationships},
	} {
		if err := d.each(part.name, part.take); err != nil {
			return Document{}, err
		}
	}
	heads, feet, err := d.margins()
	if err != nil {
		return Document{}, err
	}
	w := d.walk.w
	w.lines = heads
	found := false
	if err := d.each("word/document", func(r io.Reader) error { found = true; return d.walk.read(r) }); err != nil {
		return Document{}, err
	}
	if !found {
		return Document{}, errWord
	}
	w.close()
	w.lines = slices.Concat(w.lines, feet, d.walk.ends, d.walk.comments(), d.walk.whoAdded())
	return Document{Pages: w.finish(), Pictures: w.pics.list}, nil
}

// wordFile is the package of parts that a Word document is.
type wordFile struct {
	archive  *zip.Reader
	left     int64             // how much may still be unpacked of text
	pictures int64             // and of pictures
	targets  map[string]string // names of files, by their ids in the main part
	walk     wordWalk
}

// relationships takes what files the ids of the main part stand for.
func (d *wordFile) relationships(r io.Reader) error {
	return eachToken(xml.NewDecoder(r), func(token xml.Token) error {
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Relationship" && attr(e, "TargetMode") != "External" {
			d.targets[attr(e, "Id")] = attr(e, "Target")
		}
		return nil
	})
}

// picture reads the file of a picture; nil when it is not there or unpacks to more
// than is left for pictures.
func (d *wordFile) picture(id string) []byte {
	target := d.targets[id]
	if !strings.HasPrefix(target, "/") {
		target = "/word/" + target
	}
	f, err := d.archive.Open(strings.TrimPrefix(path.Clean(target), "/"))
	if err != nil {
		return nil
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, d.pictures+1))
	if err != nil || int64(len(content)) > d.pictures {
		return nil
	}
	d.pictures -= int64(len(content))
	return content
}

// margins gives the lines of headers and footers, each text once.
func (d *wordFile) margins() (heads, feet []styled, err error) {
	seen := map[string]bool{}
	take := func(lines *[]styled) func(io.Reader) error {
		return func(r io.Reader) error {
			part, err := d.walk.apart(r)
			text := textOf(part)
			if err == nil && text != "" && !seen[text] {
				seen[text] = true
				*lines = append(*lines, part...)
			}
			return err
		}
	}
	if err := d.each("word/header", take(&heads)); err != nil {
		return nil, nil, err
	}
	seen = map[string]bool{}
	return heads, feet, d.each("word/footer", take(&feet))
}

func textOf(lines []styled) string { return strings.TrimSpace(pageOf(slices.Clone(lines)).Text) }

// each reads the parts whose name begins so.
func (d *wordFile) each(name string, take func(io.Reader) error) error {
	read := 0
	for _, f := range d.archive.File {
		if !strings.HasPrefix(f.Name, strings.TrimSuffix(name, ".xml")) || !strings.HasSuffix(f.Name, ".xml") && f.Name != name || read == maxHeads {
			continue
		}
		read++
		if err := d.part(f, take); err != nil {
			return err
		}
	}
	return nil
}

func (d *wordFile) part(f *zip.File, take func(io.Reader) error) error {
	r, err := f.Open()
	if err != nil {
		return errWord.WithCause(err)
	}
	defer r.Close()
	bounded := &io.LimitedReader{R: r, N: d.left}
	err = take(bounded)
	d.left = bounded.N
	switch {
	case d.left <= 0:
		return core.Errorf(core.CodeInvalid, "This Word document holds more text than can be read. Save the part that matters as PDF and upload that.")
	case err != nil:
		return errWord.WithCause(err)
	}
	return nil
}
