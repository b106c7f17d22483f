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

	"clinician/internal/eval/reading"
)

func main() {
	corpus := flag.String("corpus", "", "directory with manifest.tsv; without it, generated documents are read")
	server := flag.String("server", "bin/server", "the server binary to measure")
	parallel := flag.Int("parallel", max(1, runtime.NumCPU()/2), "pages at once; more than half the processors distorts the times")
	each := flag.Bool("pages", false, "print every page as well")
	alone := flag.Bool("alone", false, "without the other programs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *corpus, *server, *parallel, *each, *alone); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, corpus, server string, parallel int, each, alone bool) error {
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
