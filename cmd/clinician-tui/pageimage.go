package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core/present"
)

// savedPage is the answer of "records page" with --json.
type savedPage struct {
	FileID string `json:"file_id"` // of the record, as everywhere in the API
	Page   int    `json:"page"`
	Output string `json:"output"`
	Size   int    `json:"size"`
}

func newPageImage(a *app) *cobra.Command {
	var to string
	var width int
	var force, all bool
	cmd := &cobra.Command{
		Use: "page RECORD PAGE", Short: "Save the image of a page as PNG", Args: takes("a record's id", "a page number"),
		Long: "page saves a page of a record as the screens show it, as PNG, readable by you only. Without -o it goes\n" +
			"into the current directory under the record's id and the page's number.",
		RunE: func(cmd *cobra.Command, args []string) error {
			page, err := strconv.Atoi(args[1])
			if err != nil || page < 1 {
				return usagef("%q is not a page number", args[1])
			}
			if width != 0 && (width < 16 || width > 4000) {
				return usagef("--width is a number from 16 to 4000")
			}
			if err := a.checkOutput(to, "a page's image"); err != nil {
				return err
			}
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				return a.savePage(cmd.Context(), c, savedPage{FileID: args[0], Page: page, Output: to}, width, force, all)
			})
		},
	}
	cmd.Flags().StringVarP(&to, "output", "o", "", "file to write; - is standard output")
	cmd.Flags().IntVar(&width, "width", 0, "at most so many pixels across, 16 to 4000; the server's choice when it is left out")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that exists")
	cmd.Flags().BoolVar(&all, "all", false, "also of a record that was entered in error")
	return cmd
}

func (a *app) savePage(ctx context.Context, c *clinicianapi.Client, p savedPage, width int, force, all bool) error {
	img, err := c.PageImage(ctx, p.FileID, p.Page, width, all)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { _, err := w.Write(img.Data); return err }
	if p.Output == "-" {
		return write(a.io.out)
	}
	if p.Output == "" {
		p.Output = fmt.Sprintf("record-%s-page-%d.png", p.FileID, p.Page)
	}
	if err := save(p.Output, force, write); err != nil {
		return err
	}
	p.Size = len(img.Data)
	return a.answer(p, func() error { return a.line("Saved %s, %s.", p.Output, present.Size(int64(p.Size))) })
}
