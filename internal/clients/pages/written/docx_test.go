package written

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

// word packs parts into a Word document.
func word(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range parts {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(f, `<?xml version="1.0"?><w:document xmlns:w="%s" xmlns:mc="%s"><w:body>%s</w:body></w:document>`, wordSpace, compatibilitySpan, body)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wordRaw is word, whose files that are no parts of text are as given.
func wordRaw(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		switch {
		case strings.HasSuffix(name, ".rels"):
			body = "<Relationships>" + body + "</Relationships>"
		case strings.HasSuffix(name, ".xml"):
			body = fmt.Sprintf(`<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>`, wordSpace, body)
		}
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, body)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func paragraph(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }

func TestWordDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		parts map[string]string
		want  []string
	}{
		"paragraphs": {map[string]string{"word/document.xml": paragraph("Dear Dr Blake") + paragraph("Hb 12 &lt; 13")}, []string{"Dear Dr Blake\nHb 12 < 13"}},
		"pages": {map[string]string{"word/document.xml": paragraph("one") + `<w:p><w:r><w:br w:type="page"/><w:t>two</w:t></w:r></w:p>` +
			`<w:p><w:r><w:lastRenderedPageBreak/><w:t>three</w:t></w:r></w:p>`}, []string{"one", "two", "three"}},
		"table": {map[string]string{"word/document.xml": "<w:tbl><w:tr><w:tc>" + paragraph("Na") + "</w:tc><w:tc>" + paragraph("139") + "</w:tc></w:tr>" +
			"<w:tr><w:tc>" + paragraph("K") + "</w:tc><w:tc>" + paragraph("4.2") + "</w:tc></w:tr></w:tbl>"}, []string{"Na  139\nK   4.2"}},
		"header and footer": {map[string]string{"word/document.xml": paragraph("body"), "word/header1.xml": paragraph("CANTÚ, Catalina"),
			"word/header2.xml": paragraph("CANTÚ, Catalina"), "word/footer1.xml": paragraph("page")}, []string{"CANTÚ, Catalina\nbody\npage"}},
		"deleted, instructions, fallback": {map[string]string{"word/document.xml": "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>" +
			"<w:r><w:instrText>DATE</w:instrText><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>" +
			"<mc:Fallback><w:r><w:t>again</w:t></w:r></mc:Fallback></w:p>"}, []string{"a\tb"}},
		"control characters": {map[string]string{"word/document.xml": paragraph("a&#x9b;31mb")}, []string{"a31mb"}},
		"empty":              {map[string]string{"word/document.xml": ""}, []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := OpenDOCX(word(t, c.parts))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for n := range doc.Count() {
				p, err := doc.Text(n + 1)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, p.Text)
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestHostileWordDocuments(t *testing.T) {
	const most = 10_000
	for name, content := range map[string][]byte{
		"no zip":     []byte("PK and nothing"),
		"no text":    word(t, map[string]string{"word/styles.xml": ""}),
		"broken XML": word(t, map[string]string{"word/document.xml": "<w:p><w:t>"}),
		"bomb":       word(t, map[string]string{"word/document.xml": paragraph(strings.Repeat("0123456789", most/10+1))}),
		"many parts": word(t, map[string]string{"word/document.xml": "", "word/document2.xml": paragraph(strings.Repeat("x", most))}),
	} {
		if _, err := wordDocument(content, most); core.CodeOf(err) != core.CodeInvalid || !strings.Contains(core.MessageOf(err), "Word document") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDOCX(f *testing.F) {
	f.Add([]byte("<w:p><w:t>a</w:t></w:p>"))
	f.Add([]byte(paragraph("x") + "<mc:Fallback><mc:Fallback/></mc:Fallback><w:tc/></w:tc>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		k := wordWalk{w: &writer{}, styles: map[string]*wordStyle{}, notes: map[string][]styled{}}
		if err := k.read(bytes.NewReader(append([]byte(`<w:d xmlns:w="`+wordSpace+`" xmlns:mc="`+compatibilitySpan+`">`), body...))); err == nil {
			checkFormed(t, k.w.finish(), 1000*len(body)+2000)
		}
		_, _ = OpenDOCX(body)
	})
}

// Pictures in the body are kept, each file once, with the page they stand on; what is
// linked or missing is said to be unread, and logos of headers are neither.
func TestPicturesOfWord(t *testing.T) {
	blip := func(attribute string) string {
		return `<w:r><w:drawing><a:graphic xmlns:a="a" xmlns:r="r"><pic:pic xmlns:pic="p"><a:blip ` + attribute + `/></pic:pic></a:graphic></w:drawing></w:r>`
	}
	files := map[string]string{
		"word/document.xml": paragraph("one") + `<w:p>` + blip(`r:embed="a"`) + `<w:r><w:br w:type="page"/></w:r>` + blip(`r:embed="b"`) + blip(`r:embed="a"`) +
			blip(`r:link="web"`) + blip(`r:embed="none"`) + `<w:r><w:pict><v:imagedata xmlns:v="v" xmlns:r="r" r:id="c"/></w:pict></w:r></w:p>` +
			`<w:p><w:r><w:drawing><w:txbxContent><w:p>` + blip(`r:embed="d"`) + `</w:p></w:txbxContent></w:drawing></w:r></w:p>` +
			`<w:p><w:del>` + blip(`r:embed="a"`) + `</w:del></w:p>`,
		"word/header1.xml": `<w:p>` + blip(`r:embed="a"`) + `</w:p>`,
		"word/_rels/document.xml.rels": `<Relationship Id="a" Target="media/a.png"/><Relationship Id="b" Target="/word/media/b.png"/>` +
			`<Relationship Id="c" Target="../word/media/c.png"/><Relationship Id="d" Target="media/d.png"/><Relationship Id="web" TargetMode="External" Target="http://x/y.png"/>`,
		"word/media/a.png": "A", "word/media/b.png": "B", "word/media/c.png": "C", "word/media/d.png": "D",
	}
	doc, err := OpenDOCX(wordRaw(t, files))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range doc.Pictures {
		got = append(got, fmt.Sprintf("%s on %d", p.Content, p.Page))
	}
	if want := "A on 1, B on 2, C on 2, D on 2"; strings.Join(got, ", ") != want {
		t.Errorf("pictures %q, want %q", got, want)
	}
	if len(doc.Pages) != 2 || doc.Pages[0].Text != "one\n[picture 1]" || !strings.HasPrefix(doc.Pages[1].Text, "[picture 2][picture 1][picture 3]") {
		t.Errorf("%+v", doc.Pages)
	}
	if u := doc.Pages[1].Unread; len(u) != 1 || !strings.HasPrefix(u[0].Message, "2 pictures of this document were not read") {
		t.Errorf("%+v", u)
	}
}

// What stands in a note for older programs stands there once.
func TestFallbackOfNotes(t *testing.T) {
	doc, err := OpenDOCX(word(t, map[string]string{"word/document.xml": `<w:p><w:r><w:t>see</w:t><w:footnoteReference w:id="2"/></w:r></w:p>`,
		"word/footnotes.xml": `<w:footnote w:id="2">` + paragraph("Penicillin") + `<mc:Fallback>` + paragraph("Penicillin") + `</mc:Fallback></w:footnote>`}))
	if err != nil || strings.Count(doc.Pages[0].Text, "Penicillin") != 1 {
		t.Errorf("%+v, %v", doc, err)
	}
}
