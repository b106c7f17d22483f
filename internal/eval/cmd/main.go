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

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/eval/reading"
	"clinician/internal/eval/values"
)

func main() {
	corpus := flag.String("corpus", "", "directory with manifest.tsv; without it, generated documents are read")
	server := flag.String("server", "bin/server", "the server binary to measure")
	parallel := flag.Int("parallel", max(1, runtime.NumCPU()/2), "pages at once; more than half the processors distorts the times")
	each := flag.Bool("pages", false, "print every page as well")
	alone := flag.Bool("alone", false, "without the other programs")
	only := flag.Bool("values", false, "score the values only: on pages that have a file of entities")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *corpus, *server, *parallel, *each, *alone, *only); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, corpus, server string, parallel int, each, alone, only bool) error {
	scratch, err := os.MkdirTemp("", "eval")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	var pages []reading.Page
	if corpus != "" {
		pages, err = reading.Load(corpus)
	} else {
		pages, err = reading.Generate(scratch)
	}
	if err != nil {
		return err
	}
	if !only {
		if err := measureReading(ctx, pages, server, scratch, parallel, each, alone); err != nil {
			return err
		}
	}
	return measureValues(ctx, pages, server, each)
}

func measureReading(ctx context.Context, pages []reading.Page, server, scratch string, parallel int, each, alone bool) error {
	tools := []reading.Tool{reading.Ours(server)}
	if !alone {
		tools = append(tools, reading.Peers()...)
	}
	table := reading.Run(ctx, pages, tools, scratch, parallel)
	for _, fault := range table.Faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if each {
		if err := table.WritePages(os.Stdout, pages); err != nil {
			return err
		}
		fmt.Println()
	}
	return table.Write(os.Stdout)
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
