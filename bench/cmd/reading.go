package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"clinician/internal/core/demo/paper"
)

// What is asked while documents are read. Requests come as people make them: one after
// the other, with a pause; what is busy in the pauses is the backlog.
const (
	pause     = 30 * time.Millisecond
	rounds    = 40 // of each work in a phase without a backlog
	backlog   = 3  // documents of the backlog, of three pages each
	textPages = 3
)

// phase is what one work took under one load.
type phase struct {
	took []float64 // ms
	cpu  float64   // ms a request, where it can be told
	bad  error
}

func (p *phase) at(percent int) float64 {
	if len(p.took) == 0 {
		return 0
	}
	slices.Sort(p.took)
	return p.took[min(len(p.took)-1, len(p.took)*percent/100)]
}

// readingWorks are the requests that must not become slower.
func readingWorks() []string { return []string{list, oneRecord, pageImage} }

const (
	pageImage = "page image after the first"
	firstText = "first text of an ordinary scan"
)

// benchReading measures requests beside a backlog of readings, and says what the machine
// did otherwise.
func benchReading(ctx context.Context, o options, dir string) error {
	server := o.server
	if server == "" {
		server = filepath.Join(dir, "server")
		if err := build(ctx, ".", "./cmd/server", server); err != nil {
			return err
		}
	}
	s, err := startOurs(ctx, "ours", server, dir, 1000)
	if s != nil {
		defer s.stop()
	}
	if err != nil {
		return err
	}
	b := &readingBench{s: s, c: newClients(s, 1)}
	defer b.c.close()
	if b.chart, err = b.viewed(ctx); err != nil {
		return err
	}
	return b.run(ctx)
}

type readingBench struct {
	s     *subject
	c     *clients
	chart int64
	made  int // documents so far: each must be another one
}

// viewed files the scan whose pages are looked at, and gives its patient.
func (b *readingBench) viewed(ctx context.Context) (int64, error) {
	ids, _, err := b.s.panel(ctx)
	if err != nil {
		return 0, err
	}
	b.chart = ids[len(ids)/5]
	id, err := b.file(ctx, 10, false)
	b.s.works[pageImage] = func(n int64) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, fmt.Sprintf("%s%srecords/%s/pages/%d/image/", b.s.base, api, id, 1+n%10), nil)
	}
	if err != nil {
		return 0, err
	}
	_, err = b.c.once(ctx, 1, b.s.works[pageImage]) // PDFium is compiled by now, which is not to be counted
	return b.chart, err
}

// file adds a scan of ordinary letters; read on arrival or not at all.
func (b *readingBench) file(ctx context.Context, pages int, read bool) (string, error) {
	b.made++
	texts := make([]string, pages)
	for i := range texts {
		texts[i] = fmt.Sprintf("Letter %d, page %d\n\n", b.made, i+1) + strings.Repeat("The patient was seen in clinic and is well. Haemoglobin 131 g/L.\n", 18)
	}
	images := paper.ScanText(texts, paper.ScanOptions{Profile: paper.Named("light"), Seed: uint64(b.made)})
	pdf, err := paper.PDF(images, paper.PDFOptions{Title: strconv.Itoa(b.made), Created: time.Unix(int64(b.made), 0)})
	if err != nil {
		return "", err
	}
	fields := map[string]string{"medical_record_type_id": "1", "analyze": strconv.FormatBool(read)}
	r, err := b.s.form(api+"patients/"+strconv.FormatInt(b.chart, 10)+"/records/", fields, "scan.pdf", pdf)
	if err != nil {
		return "", err
	}
	var up struct {
		ID string `json:"medical_record_id"`
	}
	return up.ID, errors.Join(b.s.do(r.WithContext(ctx), &up), missing(&up.ID))
}

func missing(id *string) error {
	if *id == "" {
		return errors.New("the upload was answered without an id")
	}
	return nil
}

// ask makes requests of all works in turns until rounds are over, or with rounds 0 until
// done is closed.
func (b *readingBench) ask(ctx context.Context, works []string, rounds int, done <-chan struct{}) (map[string]*phase, int) {
	out, n := map[string]*phase{}, 0
	for i := 0; ctx.Err() == nil && (rounds == 0 || i < rounds); i++ {
		for _, w := range works {
			if out[w] == nil {
				out[w] = &phase{}
			}
			at := time.Now()
			if _, err := b.c.once(ctx, b.s.sent.Add(1), b.s.works[w]); err != nil {
				out[w].bad = err
			} else if i > 0 { // the first opens the document
				out[w].took = append(out[w].took, float64(time.Since(at))/1e6)
			}
			n++
			time.Sleep(pause)
		}
		select {
		case <-done:
			return out, n
		default:
		}
	}
	return out, n
}

// reads files a backlog and waits until it is read.
func (b *readingBench) reads(ctx context.Context) error {
	ids := make([]string, backlog)
	for i := range ids {
		var err error
		if ids[i], err = b.file(ctx, textPages, true); err != nil {
			return err
		}
	}
	return b.ended(ctx, ids)
}

func (b *readingBench) ended(ctx context.Context, ids []string) error {
	for deadline := time.Now().Add(20 * time.Minute); len(ids) > 0; time.Sleep(500 * time.Millisecond) {
		var jobs struct {
			Jobs []struct {
				Status string `json:"status"`
				Error  string `json:"error"`
			} `json:"jobs"`
		}
		if err := b.s.call(ctx, http.MethodGet, api+"ocr/jobs/?record_id="+ids[0], nil, &jobs); err != nil {
			return err
		}
		switch {
		case len(jobs.Jobs) > 0 && jobs.Jobs[0].Status == "completed":
			ids = ids[1:]
		case len(jobs.Jobs) > 0 && jobs.Jobs[0].Status == "failed":
			return fmt.Errorf("a reading failed: %s", jobs.Jobs[0].Error)
		case time.Now().After(deadline):
			return errors.New("the backlog does not end")
		}
	}
	return nil
}

// first gives how long the first page of a scan that somebody asks for takes, in seconds.
func (b *readingBench) first(ctx context.Context) (float64, error) {
	id, err := b.file(ctx, 1, false)
	if err != nil {
		return 0, err
	}
	at := time.Now()
	var job struct {
		ID string `json:"job_id"`
	}
	if err := b.s.call(ctx, http.MethodPost, apiFiles+id+"/analyze/", map[string]string{}, &job); err != nil {
		return 0, err
	}
	for deadline := at.Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		if b.s.call(ctx, http.MethodGet, api+"ocr/job/"+job.ID+"/pages/1/", nil, nil) == nil {
			took := time.Since(at).Seconds()
			return took, b.ended(ctx, []string{id}) // what is left of it is not to be counted with others
		}
	}
	return 0, errors.New("no first page in five minutes")
}

// load is a part of the table: what requests took under one load.
type load struct {
	name   string
	works  map[string]*phase
	first  []float64 // seconds
	asked  int
	cpu    float64 // seconds of the server and its children
	others float64 // cores that other programs used
}

func (b *readingBench) run(ctx context.Context) error {
	idle, err := b.under(ctx, "nothing is read", false, true)
	if err != nil {
		return err
	}
	alone, err := b.under(ctx, "a backlog, no requests", true, false)
	if err != nil {
		return err
	}
	busy, err := b.under(ctx, "a backlog is read", true, true)
	if err != nil {
		return err
	}
	again, err := b.under(ctx, "nothing is read, again", false, true)
	if err != nil {
		return err
	}
	printReading(idle, busy, again)
	fmt.Printf("\nProcessor time of a request: %.2f ms while nothing is read, %.2f ms beside the backlog (the same backlog took %.1f s without requests, %.1f s with %d of them).\n",
		idle.cpu*1000/float64(idle.asked), (busy.cpu-alone.cpu)*1000/float64(busy.asked), alone.cpu, busy.cpu, busy.asked)
	for _, l := range []load{idle, busy, again} {
		for w, p := range l.works {
			if p.bad != nil {
				return fmt.Errorf("%s, %s: %w", l.name, w, p.bad)
			}
		}
	}
	return nil
}

// under measures one load.
func (b *readingBench) under(ctx context.Context, name string, reads, asks bool) (out load, err error) {
	fmt.Fprintln(os.Stderr, name)
	out.name = name
	if asks && !reads {
		for range 3 {
			s, err := b.first(ctx)
			if err != nil {
				return out, err
			}
			out.first = append(out.first, s)
		}
	}
	before, begin := usage(b.s.pid()), time.Now()
	if !reads {
		out.works = map[string]*phase{}
		for _, w := range readingWorks() { // one by one, so that each has its processor time
			from := usage(b.s.pid()).subject
			one, n := b.ask(ctx, []string{w}, rounds, nil)
			out.works[w] = one[w]
			out.works[w].cpu = (usage(b.s.pid()).subject - from) * 1000 / float64(n)
			out.asked += n
		}
	} else {
		err = b.beside(ctx, asks, &out)
	}
	after := usage(b.s.pid())
	out.cpu = after.subject - before.subject
	out.others = max(0, (after.machine-before.machine-out.cpu-(after.self-before.self))/time.Since(begin).Seconds())
	return out, err
}

// beside reads a backlog, with requests beside it or without.
func (b *readingBench) beside(ctx context.Context, asks bool, out *load) error {
	done := make(chan struct{})
	var failed error
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		failed = b.reads(ctx)
	})
	if asks {
		out.works, out.asked = b.ask(ctx, readingWorks(), 0, done)
	}
	wg.Wait()
	return failed
}

func printReading(loads ...load) {
	fmt.Printf("| ms on the wall, p50 / p99 (of processor) |")
	for _, l := range loads {
		fmt.Printf(" %s |", l.name)
	}
	fmt.Printf("\n|---|%s\n", strings.Repeat("---|", len(loads)))
	for _, w := range readingWorks() {
		fmt.Printf("| %s |", w)
		for _, l := range loads {
			p := l.works[w]
			fmt.Printf(" %.1f / %.1f", p.at(50), p.at(99))
			if p.cpu > 0 {
				fmt.Printf(" (%.1f)", p.cpu)
			}
			fmt.Print(" |")
		}
		fmt.Println()
	}
	fmt.Printf("| %s, s |", firstText)
	for _, l := range loads {
		texts := []string{}
		for _, s := range l.first {
			texts = append(texts, fmt.Sprintf("%.1f", s))
		}
		fmt.Printf(" %s |", strings.Join(texts, ", "))
	}
	fmt.Printf("\n| requests |")
	for _, l := range loads {
		fmt.Printf(" %d |", l.asked)
	}
	fmt.Printf("\n| cores used by other programs |")
	for _, l := range loads {
		fmt.Printf(" %.1f |", l.others)
	}
	fmt.Println()
}
