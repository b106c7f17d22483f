package records

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

// docx is a Word document whose first entry is larger than what the library
// looks at by itself.
func docx(t testing.TB, stuffing int) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range []struct{ name, text string }{
		{"[Content_Types].xml", strings.Repeat("x", stuffing)}, {"_rels/.rels", "<r/>"}, {"word/document.xml", "<w:document/>"},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// doc is the beginning of a Word 97 file whose directory comes later.
func doc() []byte {
	b := make([]byte, 1024)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	copy(b[24:], "\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00")
	copy(b[48:], "\xff\xff\x00\x00")
	copy(b[512:], "\xEC\xA5\xC1\x00")
	return b
}

func TestSniffOffice(t *testing.T) {
	for name, c := range map[string]struct {
		head []byte
		want string
	}{
		"small docx":                  {docx(t, 10), core.MIMEDOCX},
		"docx with a long first part": {docx(t, 20_000), core.MIMEDOCX},
		"doc":                         {doc(), core.MIMEDOC},
		"another OLE file":            {append(doc()[:512:512], make([]byte, 512)...), ""},
		"a zip of anything":           {[]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00"), ""},
	} {
		got, err := sniff(c.head, true)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// Whatever the cut does to the last character, text stays text.
func TestTextCutInTheMiddle(t *testing.T) {
	for _, char := range []string{"a", "é", "日", "🩺"} {
		for shift := range 4 {
			text := []byte(strings.Repeat("x", shift) + strings.Repeat(char, headSize))[:headSize]
			if got, err := sniff(text, false); got != core.MIMEText {
				t.Errorf("%s shifted by %d: %q, %v", char, shift, got, err)
			}
		}
	}
	if isText([]byte("r\x81sum"), true) || !isText([]byte("r\xe9sum\xe9 \x80 5"), true) {
		t.Error("Windows-1252 is told apart wrongly")
	}
}

func FuzzSniff(f *testing.F) {
	for content := range coretest.Samples {
		f.Add([]byte(content), true)
	}
	f.Add(docx(f, 10), true)
	f.Add(doc(), false)
	f.Fuzz(func(t *testing.T, head []byte, whole bool) {
		got, err := sniff(head, whole)
		switch {
		case err != nil && (got != "" || core.CodeOf(err) != core.CodeUnsupported):
			t.Errorf("%q and %v", got, err)
		case err == nil && !slices.Contains(core.AcceptedTypes(), got):
			t.Errorf("accepted as %q", got)
		case got == core.MIMEText && bytes.ContainsAny(head, "\x00\x1b"):
			t.Error("text with control characters")
		}
	})
}
