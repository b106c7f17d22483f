// Command eval measures how well and how fast documents are read, beside the
// programs tesseract and ocrmypdf where they are installed, and how many of the
// values in them are found where a corpus says what there is. `make eval` runs it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"clinician/internal/clients/numbers"
	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/eval/reading"
	"clinician/internal/eval/values"
)

// options are the command line.
type options struct {
	corpus, server    string
	only              string
	parallel          int
	full, each, alone bool
	values            bool
	numbers           string
}

func main() {
	var o options
	flag.StringVar(&o.corpus, "corpus", "", "directory with manifest.tsv; without it, generated documents are read")
	flag.StringVar(&o.only, "only", "", "of a corpus, the classes or pages to read, divided by commas; without it, all")
	flag.StringVar(&o.server, "server", "bin/server", "the server binary to measure")
	flag.StringVar(&o.numbers, "numbers", numbers.AtHand(), "directory of the second reader of numbers; \"\" reads them once")
	flag.IntVar(&o.parallel, "parallel", max(1, runtime.NumCPU()/2), "pages at once; more than half the processors distorts the times")
	flag.BoolVar(&o.full, "full", false, "generated documents in every way of being scanned, not the four that differ most")
	flag.BoolVar(&o.each, "pages", false, "print every page as well")
	flag.BoolVar(&o.alone, "alone", false, "without the other programs")
	flag.BoolVar(&o.values, "values", false, "score the values only: on pages that have a file of entities")
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
	if o.only != "" {
		only := strings.Split(o.only, ",")
		pages = slices.DeleteFunc(pages, func(p reading.Page) bool {
			return !slices.Contains(only, p.Class) && !slices.Contains(only, p.ID)
		})
	}
	if !o.values {
		if err := measureReading(ctx, pages, scratch, o); err != nil {
			return err
		}
	}
	return measureValues(ctx, pages, o.server, o.each)
}

func measureReading(ctx context.Context, pages []reading.Page, scratch string, o options) error {
	tools := []reading.Tool{reading.Ours(o.server, o.numbers)}
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

// measureValues scores what is found on the pages that say what there is.
func measureValues(ctx context.Context, pages []reading.Page, server string, each bool) error {
	all := values.EntityScores{}
	for _, p := range pages {
		if p.Entities == "" {
			continue
		}
		s, err := valuesOn(ctx, p, server)
		if err != nil {
			return fmt.Errorf("%s: %w", p.ID, err)
		}
		all.Add(s)
	}
	if len(all) == 0 {
		return nil
	}
	fmt.Println()
	return all.Write(os.Stdout, each)
}

func valuesOn(ctx context.Context, p reading.Page, server string) (values.EntityScores, error) {
	f, err := os.Open(p.Entities)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entities, err := values.ReadEntities(f)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, server, "ocr", "--json", p.File).Output()
	if err != nil {
		return nil, err
	}
	var read []core.Page
	if err := json.Unmarshal(out, &read); err != nil {
		return nil, err
	}
	return values.CompareEntities(analysis.Extract(read), entities, p.Truth, p.ID), nil
}
