package format

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// A protected PDF opens with its password, and its copy without one says the same; what
// is wrong with a password is said of the field.
func TestUnlock(t *testing.T) {
	letter := paper.NewSheet()
	letter.Text(40, 60, paper.Style{Size: 12}, "Haemoglobin 13.2 g/dL")
	plain, err := paper.TextPDF([]*paper.Sheet{letter}, paper.PDFOptions{Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	old, err := paper.TextPDF([]*paper.Sheet{letter}, paper.PDFOptions{Created: time.Unix(0, 0), Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	aes, err := os.ReadFile("testdata/password-aes256.pdf") // of qpdf; the user's password is "Grüße 2026"
	if err != nil {
		t.Fatal(err)
	}
	o := Options{CacheDir: formattest.CacheDir(), MaxPixels: 1e8}
	unlock := PrepareUnlock(o)
	for name, c := range map[string]struct {
		content  []byte
		password string
		field    bool // the password is at fault
		fails    bool
	}{
		"RC4":           {content: old, password: "x"},
		"AES of 256":    {content: aes, password: "Grüße 2026"},
		"wrong":         {old, "X", true, true},
		"wrong for AES": {aes, "Grusse 2026", true, true},
		"none needed":   {plain, "x", true, true},
		"damaged":       {[]byte("%PDF-1.7 and nothing"), "x", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := unlock(c.content, c.password)
			if !c.fails {
				if err != nil {
					t.Fatal(err)
				}
				doc, err := Prepare(core.MIMEPDF, o)(out)
				if err != nil {
					t.Fatalf("the copy does not open: %v", err)
				}
				if p, err := doc.Text(1); err != nil || !bytes.Contains([]byte(p.Text), []byte("13.2")) {
					t.Errorf("%q, %v", p.Text, err)
				}
				return
			}
			var e *core.Error
			if !errors.As(err, &e) || e.Code != core.CodeInvalid || (len(e.Fields["password"]) == 1) != c.field {
				t.Errorf("%+v", err)
			}
		})
	}
}
