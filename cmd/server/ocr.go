package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
	"clinician/internal/core/ocr/read"
)

// ocrCommand is the command line of "server ocr".
type ocrCommand struct {
	*program
	language, pages    string
	tsv, hocr, json    bool
	force              bool
	only               []int
	failed, unreadable int
}

func newOCR(p *program) *cobra.Command {
	o := &ocrCommand{program: p}
	cmd := &cobra.Command{
		Use:   "ocr FILE...",
		Short: "Read documents and print their text, without server or login",
		Long: `Read documents (PDF, JPEG, PNG, TIFF, BMP, GIF, WebP, plain text, RTF, DOCX) with the pipeline of the server and print the text,
each page ended by a form feed. "-" is standard input. Nothing is stored, and nothing leaves the machine unless OCR_ENGINE_URL says so.

Boxes are pixels of the page at 300 dpi, as drawn for people. A confidence that the source does not give is null
in JSON, -1 in TSV and absent in hOCR.

Exit status: 0 every page was read, 1 a file or a page could not be, 2 wrong usage, 130 interrupted.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("name the files to read, as in: server ocr scan.pdf")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) },
	}
	cmd.Flags().StringVar(&o.language, "language", "", "languages of the document, such as eng or eng+deu (default eng)")
	cmd.Flags().StringVar(&o.pages, "pages", "", "read these pages only, such as 1,3-5")
	cmd.Flags().BoolVar(&o.force, "force-ocr", false, "read pages by OCR that have text of their own, too")
	cmd.Flags().BoolVar(&o.tsv, "tsv", false, "print one word a line: file, page, line, left, top, width, height, confidence, text")
	cmd.Flags().BoolVar(&o.hocr, "hocr", false, "print hOCR: HTML with the boxes of lines and words")
	cmd.Flags().BoolVar(&o.json, "json", false, "print an array of pages with words, boxes, confidences, steps, engine and seconds")
	cmd.AddCommand(newBacklog(p))
	return cmd
}

func (o *ocrCommand) run(cmd *cobra.Command, files []string) error {
	if o.tsv && (o.hocr || o.json) || o.hocr && o.json {
		return usageError{errors.New("--tsv, --hocr and --json exclude each other")}
	}
	if o.pages != "" {
		var err error
		if o.only, err = pageList(o.pages); err != nil {
			return usageError{err}
		}
	}
	c, err := o.config()
	if err != nil {
		return err
	}
	reader, err := boot.OpenReader(c)
	if err != nil {
		return err
	}
	defer reader.Close()
	if err := core.CheckLanguage(cmd.Context(), reader, cmp.Or(o.language, core.DefaultLanguage)); core.CodeOf(err) == core.CodeInvalid {
		return usageError{errors.New(sentence(err))}
	}
	out := o.printer(cmd.OutOrStdout())
	if err := out.begin(); err != nil {
		return err
	}
	for _, file := range files {
		err := o.file(cmd, reader, file, out)
		switch {
		case cmd.Context().Err() != nil:
			return errors.Join(errInterrupted, out.end())
		case core.CodeOf(err) == core.CodeEngineMissing:
			return errors.Join(err, out.end())
		case errors.Is(err, errOutput):
			return err
		case err != nil:
			o.unreadable++
			fmt.Fprintf(cmd.ErrOrStderr(), "server: %s: %s\n", file, sentence(err))
		}
	}
	if err := out.end(); err != nil {
		return err
	}
	if o.unreadable+o.failed > 0 {
		return fmt.Errorf("%d of %s and %s could not be read", o.unreadable, core.Plural(len(files), "file", "files"), core.Plural(o.failed, "page", "pages"))
	}
	return nil
}

// errOutput marks that the result could not be written; no other file would do better.
var errOutput = errors.New("the result cannot be written")

// file reads one file and prints its pages in order, each as soon as those
// before it are there.
func (o *ocrCommand) file(cmd *cobra.Command, reader read.Reader, name string, out printer) error {
	src, err := o.source(cmd, name)
	if err != nil {
		return err
	}
	bar := newBar(cmd.ErrOrStderr(), name)
	defer bar.clear()
	var next []int // pages still to be printed; nil: from 1 on
	waiting := map[int]core.Page{}
	printed := 0
	begun := func(n int) error {
		for k := range n {
			next = append(next, k+1)
		}
		if o.only != nil {
			next = slices.Clone(o.only)
		}
		bar.begin(n)
		return nil
	}
	done := func(p core.Page) error {
		waiting[p.Number] = p
		bar.clear() // what is printed may go to the same terminal
		defer bar.page()
		for printed < len(next) {
			p, ok := waiting[next[printed]]
			if !ok {
				return nil
			}
			delete(waiting, p.Number)
			printed++
			if p.Status == core.PageFailed {
				o.failed++
				fmt.Fprintf(cmd.ErrOrStderr(), "server: %s: page %d: %s\n", name, p.Number, p.Error)
			}
			for _, u := range p.Unread {
				fmt.Fprintf(cmd.ErrOrStderr(), "server: %s: page %d: %s\n", name, p.Number, strings.Map(noControl, u.Message))
			}
			if err := out.page(name, p); err != nil {
				return errors.Join(errOutput, err)
			}
		}
		return nil
	}
	return reader.Read(cmd.Context(), src, read.Options{Language: o.language, Pages: o.only, ForceOCR: o.force}, begun, done)
}

func (o *ocrCommand) source(cmd *cobra.Command, name string) (core.Document, error) {
	if name == "-" {
		return boot.StreamDocument(cmd.Context(), cmd.InOrStdin())
	}
	return boot.FileDocument(cmd.Context(), name)
}

func (o *ocrCommand) printer(w io.Writer) printer {
	switch {
	case o.tsv:
		return &tsvPrinter{w}
	case o.hocr:
		return &hocrPrinter{w: w}
	case o.json:
		return &jsonPrinter{w: w}
	}
	return textPrinter{w}
}

// maxPage bounds --pages, so that 1-999999999 is refused and not counted out.
const maxPage = 100_000

// pageList reads "1,3-5" into sorted page numbers, each once.
func pageList(s string) ([]int, error) {
	wrong := fmt.Errorf("--pages takes numbers and ranges such as 1,3-5, not %q", s)
	var list []int
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		first, err := strconv.Atoi(from)
		last := first
		if err == nil && isRange {
			last, err = strconv.Atoi(to)
		}
		if err != nil || first < 1 || last < first || last > maxPage {
			return nil, wrong
		}
		for n := first; n <= last; n++ {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
