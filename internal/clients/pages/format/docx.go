package format

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
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

// The names of elements in Office Open XML (ECMA-376 part 1, 17).
const (
	wordSpace         = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	wordSpaceStrict   = "http://purl.oclc.org/ooxml/wordprocessingml/main"
	compatibilitySpan = "http://schemas.openxmlformats.org/markup-compatibility/2006"
)

var errWord = core.Errorf(core.CodeInvalid, "This Word document is damaged and cannot be opened. Save it again, or as PDF, and upload that.")

// openDOCX takes the text of a Word document, as a text file: headers, which often
// name the patient, then the body, then footers. Its pages are where Word last
// broke them, or where a break was put. Pictures, comments and deleted text are
// left out.
func openDOCX(content []byte) (Document, error) { return wordDocument(content, maxWordText) }

// wordDocument is openDOCX with a bound on what may be unpacked, in bytes.
func wordDocument(content []byte, most int64) (Document, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, errWord.WithCause(err)
	}
	w := wordReader{left: most}
	heads, err := w.parts(archive, "word/header")
	if err != nil {
		return nil, err
	}
	body, err := w.parts(archive, "word/document")
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, errWord
	}
	feet, err := w.parts(archive, "word/footer")
	if err != nil {
		return nil, err
	}
	return textDocument(splitPages(strings.Join(slices.Concat(heads, body, feet), "\n"))), nil
}

// wordReader takes the text out of the parts of one document.
type wordReader struct{ left int64 } // how much may still be unpacked

// parts gives the text of the parts whose name begins so, each text once.
func (w *wordReader) parts(archive *zip.Reader, name string) ([]string, error) {
	var texts []string
	read := 0
	for _, f := range archive.File {
		if !strings.HasPrefix(f.Name, name) || !strings.HasSuffix(f.Name, ".xml") || read == maxHeads {
			continue
		}
		read++
		text, err := w.part(f)
		if err != nil {
			return nil, err
		}
		if text = strings.Trim(text, "\n"); text != "" && !slices.Contains(texts, text) || name == "word/document" {
			texts = append(texts, text)
		}
	}
	return texts, nil
}

func (w *wordReader) part(f *zip.File) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", errWord.WithCause(err)
	}
	defer r.Close()
	bounded := &io.LimitedReader{R: r, N: w.left}
	text, err := wordText(bounded)
	w.left = bounded.N
	switch {
	case w.left <= 0:
		return "", core.Errorf(core.CodeInvalid, "This Word document holds more text than can be read. Save the part that matters as PDF and upload that.")
	case err != nil:
		return "", errWord.WithCause(err)
	}
	return text, nil
}

// wordText reads WordprocessingML. Paragraphs and rows of tables are lines, cells
// are divided by tabs, page breaks are form feeds.
func wordText(r io.Reader) (string, error) {
	var out strings.Builder
	var cells, skipped, texts int // how deep in cells, in what is left out, in text
	d := xml.NewDecoder(r)
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return out.String(), nil
		case err != nil:
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch {
			case skipped > 0 || t.Name.Space == compatibilitySpan && t.Name.Local == "Fallback":
				skipped++ // what older programs show instead: the same once more
			case !isWord(t.Name):
			case t.Name.Local == "t":
				texts++
			case t.Name.Local == "tc":
				cells++
			default:
				out.WriteString(wordSign(t))
			}
		case xml.EndElement:
			switch {
			case skipped > 0:
				skipped--
			case !isWord(t.Name):
			case t.Name.Local == "t":
				texts--
			case t.Name.Local == "tc":
				cells--
				out.WriteString("\t")
			case t.Name.Local == "p" && cells > 0:
				out.WriteString(" ")
			case t.Name.Local == "p", t.Name.Local == "tr":
				out.WriteString("\n")
			}
		case xml.CharData:
			if texts > 0 && skipped == 0 {
				out.WriteString(decodeText(t))
			}
		}
	}
}

func isWord(n xml.Name) bool { return n.Space == wordSpace || n.Space == wordSpaceStrict }

// wordSign gives the text that an element without content stands for.
func wordSign(e xml.StartElement) string {
	switch e.Name.Local {
	case "tab":
		return "\t"
	case "noBreakHyphen":
		return "-"
	case "cr":
		return "\n"
	case "lastRenderedPageBreak":
		return "\f"
	case "br":
		for _, a := range e.Attr {
			if a.Name.Local == "type" && a.Value == "page" {
				return "\f"
			}
		}
		return "\n"
	}
	return ""
}
