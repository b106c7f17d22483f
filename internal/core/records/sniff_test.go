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
		got, err := sniff(c.head)
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
			if got, err := sniff(text); got != core.MIMEText {
				t.Errorf("%s shifted by %d: %q, %v", char, shift, got, err)
			}
		}
	}
}

// Text is taken as it arrives, and what only looks like it is not.
func TestSniffText(t *testing.T) {
	const line = "Potassium 5.9 mmol/L 3.5-5.3 H\r\n"
	wide := func(order int) string {
		var b []byte
		for _, c := range []byte(line) {
			b = append(b, [][]byte{{c, 0}, {0, c}}[order]...)
		}
		return string(b)
	}
	for name, c := range map[string]struct {
		content string
		text    bool
	}{
		"Windows-1252":        {"r\xe9sum\xe9 \x80 5", true},
		"DOS 850":             {"M\x9aLLER, J\x94rg \x81ber", true},
		"UTF-16, mark":        {"\xff\xfe" + wide(0), true},
		"UTF-16, other mark":  {"\xfe\xff" + wide(1), true},
		"UTF-16, none":        {wide(0), true},
		"UTF-16, none, other": {wide(1), true},
		"end mark of DOS":     {line + "\x1a\x00\x00\xff\x01", true},
		"zeros at the end":    {line + strings.Repeat("\x00", 128), true},
		"codes of terminals":  {"\x1b[31m" + line + "\x1b[0m\a", true},
		"codes of printers":   {"\x1b@\x1b&l0O\x1bS\x00" + line + "\x0f\x12", true},
		"printed over":        {"5.9\b\b\b---", true},
		"clinical document":   {`<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>`, true},
		"message of HL7":      {"MSH|^~\\&|LAB|WGH\rPID|1||5550001\r", true},
		"other XML":           {`<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>`, false},
		"zeros between":       {"ab\x00cd\x00\x00ef", false},
		"zeros only":          {strings.Repeat("\x00", 64), false},
		"control characters":  {"\x01\x02" + line, false},
		"mostly codes":        {"\x1b\x1b\x1b\x1ba", false},
		"pictures of 16 bits": {"\xff\xfe" + strings.Repeat("\x01\x00\x02\x00", 40), false},
	} {
		got, err := sniff([]byte(c.content))
		if (got == core.MIMEText) != c.text || (err == nil) != c.text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func FuzzSniff(f *testing.F) {
	for content := range coretest.Samples {
		f.Add([]byte(content))
	}
	f.Add(docx(f, 10))
	f.Add(doc())
	f.Fuzz(func(t *testing.T, head []byte) {
		got, err := sniff(head)
		switch {
		case err != nil && (got != "" || core.CodeOf(err) != core.CodeUnsupported):
			t.Errorf("%q and %v", got, err)
		case err == nil && !slices.Contains(core.AcceptedTypes(), got):
			t.Errorf("accepted as %q", got)
		case got == core.MIMEText && !isUTF16(head) && bytes.IndexByte(beforeEnd(head), 0x7f) >= 0:
			t.Error("text with control characters")
		}
	})
}

// beforeEnd is what stands before the end mark of DOS.
func beforeEnd(b []byte) []byte {
	text, _, _ := bytes.Cut(b, []byte{0x1a})
	return text
}
