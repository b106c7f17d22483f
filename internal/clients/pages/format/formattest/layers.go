package formattest

import (
	"fmt"
	"strings"
)

// Sheet is a PDF of one page of 400 by 300 points with a font, /F, on which documents
// fool a reader.
type Sheet struct {
	Contents  string   // operators; see Line
	Page      string   // more of the page's dictionary, such as /CropBox or /Annots
	Catalog   string   // more of the catalog's, such as /AcroForm
	Objects   []string // from number 10 on; 9 is a layer that is switched off, /MC0 of the page
	ToUnicode string   // what the font says its letters are; "" nothing
	Fonts     string   // more of the page's fonts
	XObjects  string   // of the page's resources
}

// Line writes a text at a height.
func Line(y int, text string) string {
	return fmt.Sprintf("BT /F 12 Tf 40 %d Td (%s) Tj ET\n", y, text)
}

// PDF is the file.
func (s Sheet) PDF() []byte {
	var b strings.Builder
	box := "/MediaBox[0 0 400 300]"
	if strings.Contains(s.Page, "/MediaBox") {
		box = ""
	}
	toUnicode := ""
	if s.ToUnicode != "" {
		toUnicode = "/ToUnicode 8 0 R"
	}
	b.WriteString("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[9 0 R]/D<</OFF[9 0 R]/Order[9 0 R]>>>>" + s.Catalog + ">>endobj\n" +
		"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R" + box + s.Page + "/Contents 4 0 R/Resources<</Font<</F 5 0 R" + s.Fonts + ">>/XObject<<" + s.XObjects + ">>/Properties<</MC0 9 0 R>>>>>>endobj\n" +
		"4 0 obj" + Stream("", []byte(s.Contents)) + " endobj\n" +
		"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding" + toUnicode + ">>endobj\n" +
		"9 0 obj<</Type/OCG/Name(Notes)>>endobj\n")
	if toUnicode != "" {
		b.WriteString("8 0 obj" + Stream("/Filter/FlateDecode", deflated([]byte(s.ToUnicode))) + " endobj\n")
	}
	for i, o := range s.Objects {
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", 10+i, o)
	}
	b.WriteString("trailer<</Root 1 0 R>>\n%%EOF\n")
	return []byte(b.String())
}

// Appearance is what an annotation of 200 by 20 points shows.
func Appearance(contents string) string {
	return Stream("/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F 5 0 R>>>>", []byte(contents))
}
