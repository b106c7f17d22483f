// Command demo reads the demo's documents with the server's own pipeline and writes what
// it read for core/demo/readings, which tells why.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"

	"clinician/internal/clients/pages"
	"clinician/internal/core"
	"clinician/internal/core/boot"
	"clinician/internal/core/demo"
	"clinician/internal/core/demo/readings"
	"clinician/internal/core/ocr/read"
)

func main() {
	if pages.IsWorker(os.Args) {
		os.Exit(pages.WorkerMain())
	}
	out := flag.String("o", "readings.json.gz", "file to write")
	keep := flag.String("keep", "", "file of readings to take over instead of reading those documents again")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, keep string) error {
	c, err := boot.Load([]string{"HOME=" + os.TempDir()})
	if err != nil {
		return err
	}
	reader, err := boot.OpenReader(c)
	if err != nil {
		return err
	}
	info, err := reader.Info(ctx)
	if err != nil {
		return err
	}
	set := &readings.Set{Engine: info.Name + " " + info.Version, Documents: map[string][]*core.Page{}}
	old := &readings.Set{}
	if keep != "" {
		f, err := os.Open(keep)
		if err != nil {
			return err
		}
		defer f.Close()
		if old, err = readings.Unpack(f); err != nil {
			return err
		}
	}
	failed := readAll(ctx, reader, set, old)
	var b bytes.Buffer
	if err := set.Pack(&b); err != nil { // what was read is kept; -keep goes on from it
		return err
	}
	fmt.Fprintf(os.Stderr, "%d documents, %d kB\n", len(set.Documents), b.Len()>>10)
	return errors.Join(failed, os.WriteFile(out, b.Bytes(), 0o644))
}

// readAll reads what the demo shows as read, as many documents at once as half the
// processors.
func readAll(ctx context.Context, reader read.Reader, set, old *readings.Set) error {
	reader.Parallel = 1
	todo := make(chan demo.Document)
	var mu sync.Mutex
	var failed error
	var workers sync.WaitGroup
	for range max(2, runtime.NumCPU()) {
		workers.Go(func() {
			for d := range todo {
				hash, pages, err := readOne(ctx, reader, d, old)
				mu.Lock()
				if err != nil {
					failed = fmt.Errorf("%s: %w", d.Ref, err)
				} else {
					set.Documents[hash] = pages
				}
				mu.Unlock()
			}
		})
	}
	documents := demo.Generate(readings.Seed, readings.Day()).Documents
	slices.SortStableFunc(documents, func(a, b demo.Document) int { return effort(a) - effort(b) })
	for i, d := range documents {
		mu.Lock()
		stop := failed != nil || ctx.Err() != nil
		mu.Unlock()
		if stop {
			break
		}
		if d.LeftUnread() {
			continue
		}
		fmt.Fprintf(os.Stderr, "%d %s %s\n", i, d.Ref, d.Kind)
		todo <- d
	}
	close(todo)
	workers.Wait()
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}

// effort puts first what takes no engine, then results.
func effort(d demo.Document) int {
	switch {
	case !d.Scanned:
		return 0
	case d.Purpose != "", d.Kind == "laboratory report":
		return 1
	}
	return 2
}

func readOne(ctx context.Context, reader read.Reader, d demo.Document, old *readings.Set) (string, []*core.Page, error) {
	content, err := d.Content()
	if err != nil {
		return "", nil, err
	}
	hash := readings.Hash(content)
	if known := old.Documents[hash]; known != nil {
		return hash, known, nil
	}
	doc := core.Document{MIME: d.MIME, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
	var pages []*core.Page
	err = reader.Read(ctx, doc, read.Options{}, func(int) error { return nil }, func(p core.Page) error {
		pages = append(pages, &p)
		return nil
	})
	slices.SortFunc(pages, func(a, b *core.Page) int { return a.Number - b.Number })
	for _, p := range pages {
		p.Seconds = float64(int(p.Seconds*100)) / 100
		p.Text = strings.Clone(p.Text)
	}
	return hash, pages, err
}
