package demo

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// Document is a file in somebody's chart. Its content is made when asked for.
type Document struct {
	Ref        string // "d0001": names the document within the panel
	Patient    int    // index into Panel.Patients: whose chart it is filed in
	Type       string // name of the record type
	Kind       string // what it is: "laboratory report", "referral letter", ...
	Title      string
	Filename   string
	MIME       string // what the content really is
	Date       core.Date
	UploadedAt time.Time
	UploadedBy int    // index into Panel.Users
	Scanned    bool   // page images without a text layer
	Profile    string // how it was scanned
	Purpose    string // what the edge cases are for: "encrypted", "duplicate", "misfile", ...; else ""
	Read       bool   // was sent to be read, which fails: damaged or protected

	fresh  bool         // came in this morning
	write  func() draft // nil for the edge cases
	render func() (rendered, error)
}

// LeftUnread reports whether the demo shows the document before anybody has had it read:
// what came in this morning, what cannot be read, old papers that take long, and a few
// of every kind.
func (d Document) LeftUnread() bool {
	switch {
	case d.fresh, d.Read, strings.HasPrefix(d.Purpose, "encrypted"):
		return true
	case d.Purpose == "bundle", d.Purpose == "duplicate":
		return true
	}
	return d.Purpose == "" && stream(1, "unread "+d.Ref).IntN(12) == 0
}

// rendered is a document's bytes with what is known about them.
type rendered struct {
	content []byte
	truth   Truth
}

// Content makes the file. Every call gives the same bytes. It takes a few
// milliseconds for text and about 100 ms for each scanned page.
func (d Document) Content() ([]byte, error) {
	r, err := d.render()
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", d.Ref, err)
	}
	return r.content, nil
}

// Truth says what is in the document. It costs as much as Content.
func (d Document) Truth() (Truth, error) {
	_, truth, err := d.Render()
	return truth, err
}

// Render gives content and truth at the price of one.
func (d Document) Render() ([]byte, Truth, error) {
	r, err := d.render()
	if err != nil {
		return nil, Truth{}, fmt.Errorf("render %s: %w", d.Ref, err)
	}
	r.truth.Ref, r.truth.Kind, r.truth.Profile, r.truth.MIME = d.Ref, d.Kind, d.Profile, d.MIME
	return r.content, r.truth, nil
}

// ScannedAs gives the document as a scanned PDF of another scanner profile (see
// paper.ProfileNames), whatever its own form: for scoring readers on one text in
// all conditions. Edge cases have no such form.
func (d Document) ScannedAs(profile string) ([]byte, Truth, error) {
	if d.write == nil {
		return nil, Truth{}, fmt.Errorf("scan %s: it has no text of its own", d.Ref)
	}
	p := press{format: formatScan, profile: paper.Named(profile), seed: 1, title: d.Title, created: d.UploadedAt}
	r, err := p.print(d.write())
	if err != nil {
		return nil, Truth{}, fmt.Errorf("scan %s: %w", d.Ref, err)
	}
	r.truth.Ref, r.truth.Kind, r.truth.Profile, r.truth.MIME = d.Ref, d.Kind, profile, core.MIMEPDF
	return r.content, r.truth, nil
}

// Truth is what a document says, for scoring those who read it.
type Truth struct {
	Ref     string      `json:"ref"`
	Kind    string      `json:"kind"`
	Profile string      `json:"profile,omitempty"`
	MIME    string      `json:"mime"`
	Pages   []PageTruth `json:"pages"`
	Values  []Value     `json:"values"`
}

// PageTruth is one page. Words are on the page image as it is in the file,
// Printed are the same before the paper was turned, bent or photographed.
// Both are empty for documents that are not scans.
type PageTruth struct {
	Page    int          `json:"page"`
	Width   int          `json:"width,omitempty"`
	Height  int          `json:"height,omitempty"`
	DPI     int          `json:"dpi,omitempty"`
	Text    string       `json:"text"`
	Words   []paper.Word `json:"words,omitempty"`
	Printed []paper.Word `json:"printed,omitempty"`
}

// Value is a fact a reader should find, exactly as printed.
type Value struct {
	Page  int    `json:"page"`
	Kind  string `json:"kind"` // "result", "vital", "dose", "measurement", "identity", "date", "choice"
	Name  string `json:"name"`
	Text  string `json:"text"`
	Unit  string `json:"unit,omitempty"`
	Range string `json:"range,omitempty"`
	Flag  string `json:"flag,omitempty"`
}

// draft is a laid-out document before it becomes a file.
type draft struct {
	sheets []*paper.Sheet
	values []Value
}

func (d *draft) value(v Value) {
	v.Page = len(d.sheets)
	d.values = append(d.values, v)
}

// last is the sheet being written on.
func (d *draft) last() *paper.Sheet { return d.sheets[len(d.sheets)-1] }

// page starts a new sheet.
func (d *draft) page() *paper.Sheet {
	d.sheets = append(d.sheets, paper.NewSheet())
	return d.last()
}

// format turns a draft into a file.
type format string

const (
	formatText    format = "text"     // .txt
	formatDigital format = "digital"  // PDF with text
	formatScan    format = "scan.pdf" // PDF of images
	formatTIFF    format = "scan.tif"
	formatJPEG    format = "scan.jpg" // first page only
	formatPNG     format = "scan.png" // first page only
)

func (f format) scanned() bool { return strings.HasPrefix(string(f), "scan.") }

func (f format) mime() string {
	switch f {
	case formatText:
		return core.MIMEText
	case formatTIFF:
		return core.MIMETIFF
	case formatJPEG:
		return core.MIMEJPEG
	case formatPNG:
		return core.MIMEPNG
	}
	return core.MIMEPDF
}

func (f format) extension() string {
	switch f {
	case formatText:
		return ".txt"
	case formatDigital:
		return ".pdf"
	}
	return strings.TrimPrefix(string(f), "scan")
}

// press says how a draft is printed.
type press struct {
	format  format
	profile paper.Profile
	seed    uint64
	title   string
	created time.Time
}

func (p press) print(d draft) (rendered, error) {
	switch p.format {
	case formatText:
		return printText(d), nil
	case formatDigital:
		content, err := paper.TextPDF(d.sheets, p.pdf())
		return rendered{content, Truth{Pages: textPages(d), Values: d.values}}, err
	case formatJPEG, formatPNG:
		d.sheets = d.sheets[:1]
		d.values = onPage(d.values, 1)
	}
	images := paper.Scan(d.sheets, p.profile, p.seed)
	content, err := p.bind(images)
	return rendered{content, scanTruth(d, images)}, err
}

func (p press) pdf() paper.PDFOptions { return paper.PDFOptions{Title: p.title, Created: p.created} }

func (p press) bind(images []paper.Image) ([]byte, error) {
	switch p.format {
	case formatTIFF:
		return paper.TIFF(images)
	case formatJPEG:
		return paper.JPEG(images[0])
	case formatPNG:
		return paper.PNG(images[0])
	}
	return paper.PDF(images, p.pdf())
}

// printText writes a draft as a plain text letter.
func printText(d draft) rendered {
	var b bytes.Buffer
	for i, s := range d.sheets {
		if i > 0 {
			b.WriteString("\n\f\n")
		}
		b.WriteString(strings.ReplaceAll(s.PlainText(), "\n", "\r\n"))
	}
	text := b.String()
	return rendered{[]byte(text), Truth{Pages: []PageTruth{{Page: 1, Text: strings.ReplaceAll(text, "\r", "")}}, Values: onOnePage(d.values)}}
}

func onPage(values []Value, page int) []Value {
	var out []Value
	for _, v := range values {
		if v.Page == page {
			out = append(out, v)
		}
	}
	return out
}

func onOnePage(values []Value) []Value {
	out := append([]Value(nil), values...)
	for i := range out {
		out[i].Page = 1
	}
	return out
}

func textPages(d draft) []PageTruth {
	out := make([]PageTruth, len(d.sheets))
	for i, s := range d.sheets {
		out[i] = PageTruth{Page: i + 1, Text: s.PlainText()}
	}
	return out
}

func scanTruth(d draft, images []paper.Image) Truth {
	t := Truth{Pages: textPages(d), Values: d.values}
	for i, img := range images {
		p := &t.Pages[i]
		p.Width, p.Height, p.DPI, p.Words, p.Printed = img.Rect.Dx(), img.Rect.Dy(), img.DPI, img.Words, img.Printed
	}
	return t
}
