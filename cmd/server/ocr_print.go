package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// printer writes pages in one format, in the order given.
type printer interface {
	begin() error
	page(file string, p core.Page) error
	end() error
}

// textPrinter ends each page with a form feed, as tesseract does.
type textPrinter struct{ w io.Writer }

func (textPrinter) begin() error { return nil }
func (textPrinter) end() error   { return nil }
func (t textPrinter) page(_ string, p core.Page) error {
	text := p.Text
	if text != "" {
		text += "\n"
	}
	_, err := io.WriteString(t.w, text+"\f")
	return err
}

// tsvPrinter writes one word a line. Text holds no tabs: words have no white space.
type tsvPrinter struct{ w io.Writer }

func (t *tsvPrinter) begin() error {
	_, err := io.WriteString(t.w, "file\tpage\tline\tleft\ttop\twidth\theight\tconf\ttext\n")
	return err
}
func (t *tsvPrinter) end() error { return nil }
func (t *tsvPrinter) page(file string, p core.Page) error {
	var b strings.Builder
	name := strings.Map(noControl, file)
	for _, w := range wordsOf(p) {
		conf := "-1"
		if w.Confidence != nil {
			conf = strconv.FormatFloat(*w.Confidence, 'f', 1, 64)
		}
		fmt.Fprintf(&b, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", name, p.Number, w.Line,
			w.Box.X, w.Box.Y, w.Box.W, w.Box.H, conf, strings.Join(strings.Fields(w.Text), " "))
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

// wordsOf gives the words of a page; those of plain text have no boxes.
func wordsOf(p core.Page) []core.Word {
	if len(p.Words) > 0 {
		return p.Words
	}
	var words []core.Word
	line := 0
	for l := range strings.Lines(p.Text) {
		line++
		for w := range strings.FieldsSeq(l) {
			words = append(words, core.Word{Text: w, Line: line})
		}
	}
	return words
}

func noControl(r rune) rune {
	if r < 0x20 || r == 0x7f {
		return ' '
	}
	return r
}

// jsonPrinter writes one array of pages, each with the file it is from.
type jsonPrinter struct {
	w    io.Writer
	some bool
}

func (j *jsonPrinter) begin() error {
	_, err := io.WriteString(j.w, "[")
	return err
}

func (j *jsonPrinter) end() error {
	_, err := io.WriteString(j.w, "\n]\n")
	return err
}

func (j *jsonPrinter) page(file string, p core.Page) error {
	sep := "\n"
	if j.some {
		sep = ",\n"
	}
	j.some = true
	if _, err := io.WriteString(j.w, sep); err != nil {
		return err
	}
	if p.Steps == nil {
		p.Steps = []string{}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(struct {
		File string `json:"file"`
		core.Page
	}{file, p}); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// hocrPrinter writes hOCR 1.2: pages, lines and words with their boxes.
type hocrPrinter struct {
	w io.Writer
	n int
}

func (h *hocrPrinter) begin() error {
	_, err := io.WriteString(h.w, `<!DOCTYPE html>
<html><head><meta charset="utf-8"/><title>OCR</title>
<meta name="ocr-system" content="clinician"/>
<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word"/>
</head><body>
`)
	return err
}

func (h *hocrPrinter) end() error {
	_, err := io.WriteString(h.w, "</body></html>\n")
	return err
}

func (h *hocrPrinter) page(file string, p core.Page) error {
	h.n++
	var b strings.Builder
	// In a title attribute the name stands in quotes of its own.
	name := strings.NewReplacer(`"`, "", `\`, "").Replace(strings.Map(noControl, file))
	fmt.Fprintf(&b, "<div class=\"ocr_page\" id=\"page_%d\" title=\"%s\">\n", h.n,
		html.EscapeString(fmt.Sprintf(`image "%s"; bbox 0 0 %d %d; ppageno %d`, name, p.Width, p.Height, p.Number-1)))
	words := wordsOf(p)
	for i := 0; i < len(words); {
		k := i
		for k < len(words) && words[k].Line == words[i].Line {
			k++
		}
		h.line(&b, words[i:k])
		i = k
	}
	b.WriteString("</div>\n")
	_, err := io.WriteString(h.w, b.String())
	return err
}

func (h *hocrPrinter) line(b *strings.Builder, words []core.Word) {
	all := words[0].Box
	for _, w := range words[1:] {
		right, bottom := max(all.X+all.W, w.Box.X+w.Box.W), max(all.Y+all.H, w.Box.Y+w.Box.H)
		all.X, all.Y = min(all.X, w.Box.X), min(all.Y, w.Box.Y)
		all.W, all.H = right-all.X, bottom-all.Y
	}
	fmt.Fprintf(b, "<span class=\"ocr_line\" title=\"%s\">", bbox(all))
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		title := bbox(w.Box)
		if w.Confidence != nil {
			title += fmt.Sprintf("; x_wconf %.0f", *w.Confidence)
		}
		fmt.Fprintf(b, "<span class=\"ocrx_word\" title=\"%s\">%s</span>", title, html.EscapeString(w.Text))
	}
	b.WriteString("</span>\n")
}

func bbox(b core.Box) string { return fmt.Sprintf("bbox %d %d %d %d", b.X, b.Y, b.X+b.W, b.Y+b.H) }
