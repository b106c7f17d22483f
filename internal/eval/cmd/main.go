// Command eval measures how well and how fast documents are read, beside the
// programs tesseract and ocrmypdf where they are installed. `make eval` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"

	"clinician/internal/eval/reading"
)

// options are the command line.
type options struct {
	corpus, server    string
	parallel          int
	full, each, alone bool
}

func main() {
	var o options
	flag.StringVar(&o.corpus, "corpus", "", "directory with manifest.tsv; without it, generated documents are read")
	flag.StringVar(&o.server, "server", "bin/server", "the server binary to measure")
	flag.IntVar(&o.parallel, "parallel", max(1, runtime.NumCPU()/2), "pages at once; more than half the processors distorts the times")
	flag.BoolVar(&o.full, "full", false, "generated documents in every way of being scanned, not the four that differ most")
	flag.BoolVar(&o.each, "pages", false, "print every page as well")
	flag.BoolVar(&o.alone, "alone", false, "without the other programs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	scratch, err := os.MkdirTemp("", "eval")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	var pages []reading.Page
	if o.corpus != "" {
		pages, err = reading.Load(o.corpus)
	} else {
		pages, err = reading.Generate(scratch, o.full)
	}
	if err != nil {
		return err
	}
	tools := []reading.Tool{reading.Ours(o.server)}
	if !o.alone {
		peers, missing := reading.Peers()
		tools = append(tools, peers...)
		if len(missing) > 0 {
			fmt.Fprintf(os.Stderr, "not installed, so not compared with: %s\n", strings.Join(missing, ", "))
		}
	}
	read := 0
	began := time.Now()
	table := reading.Run(ctx, pages, tools, scratch, o.parallel, func(p reading.Page) {
		read++
		left := time.Since(began) / time.Duration(read) * time.Duration(len(pages)-read)
		fmt.Fprintf(os.Stderr, "page %d of %d read: %s, about %s left\n", read, len(pages), p.ID, left.Round(time.Second))
	})
	for _, fault := range table.Faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if o.each {
		if err := table.WritePages(os.Stdout, pages); err != nil {
			return err
		}
		fmt.Println()
	}
	if err := table.Write(os.Stdout); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted: %d of %d pages are in the table", read, len(pages))
	}
	return nil
}
