package written

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"

	"clinician/internal/core"
)

// maxWordText bounds what the parts of a Word document may unpack to together:
// far more than anybody writes, far less than a zip bomb needs.
const maxWordText = 32 << 20

// maxHeads bounds how many headers and footers are read: a document has three
// of each for a section.
const maxHeads = 60

var errWord = core.Errorf(core.CodeInvalid, "This Word document is damaged and cannot be opened. Save it again, or as PDF, and upload that.")

// OpenDOCX takes the text of a Word document, as a text file: headers, which often
// name the patient, then the body, then footers, endnotes and comments; footnotes
// stand at the foot of the page that refers to them. Its pages are where Word last
// broke them, or where a break was put. What Word does not show (deleted, hidden) is
// left out and counted; pictures are not read, and counted too.
func OpenDOCX(content []byte) (Document, error) { return wordDocument(content, maxWordText) }

// wordDocument is OpenDOCX with a bound on what may be unpacked, in bytes.
func wordDocument(content []byte, most int64) (Document, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, errWord.WithCause(err)
	}
	d := wordFile{archive: archive, left: most, walk: wordWalk{w: &writer{}, styles: map[string]*wordStyle{}, notes: map[string][]styled{}}}
	for _, part := range []struct {
		name string
		take func(io.Reader) error
	}{
		{"word/styles.xml", d.walk.readStyles}, {"word/footnotes.xml", d.walk.readNotes}, {"word/endnotes.xml", d.walk.readNotes}, {"word/comments.xml", d.walk.readNotes},
	} {
		if err := d.each(part.name, part.take); err != nil {
			return nil, err
		}
	}
	heads, feet, err := d.margins()
	if err != nil {
		return nil, err
	}
	w := d.walk.w
	w.lines = heads
	found := false
	if err := d.each("word/document", func(r io.Reader) error { found = true; return d.walk.read(r) }); err != nil {
		return nil, err
	}
	if !found {
		return nil, errWord
	}
	w.close()
	w.lines = slices.Concat(w.lines, feet, d.walk.ends, d.walk.comments())
	return Document(w.finish()), nil
}

// wordFile is the package of parts that a Word document is.
type wordFile struct {
	archive *zip.Reader
	left    int64 // how much may still be unpacked
	walk    wordWalk
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
		if !strings.HasPrefix(f.Name, strings.TrimSuffix(name, ".xml")) || !strings.HasSuffix(f.Name, ".xml") || read == maxHeads {
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
