// Command cmd measures the API beside two yardsticks in one run: a floor of
// net/http and SQLite (bench/floor), and PocketBase (bench/pocketbase). What
// counts is processor time a request, of the server and its children, and its
// ratios: requests a second on a machine with other work say little.
//
//	make bench-api            about three minutes
//	make bench-api FULL=1     more rounds, and a second set with 100,000 patients
//	make bench-reading        requests beside a backlog of readings, about five minutes
//
// Everything runs on loopback in a temporary directory, is bounded in time and
// number, and is gone at the end. docs/performance.md explains the table.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

type options struct {
	rounds     int
	window     time.Duration // of one cell
	patients   int
	growth     int // patients of the second set; 0: none
	seed       uint64
	only       *regexp.Regexp
	pocketBase bool
	audited    bool   // a second floor that stores a row for each answer
	server     string // our program; "": built from this tree
	before     string // another build of our program to measure in the same run; "": none
	json       string
	smoke      bool
	reading    bool // measure requests beside readings instead
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, parse()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() options {
	var o options
	full := flag.Bool("full", false, "five rounds of 1.5 s, 100,000 patients too, and a floor that audits")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds of all cells")
	flag.DurationVar(&o.window, "window", 700*time.Millisecond, "time of a cell")
	flag.IntVar(&o.patients, "patients", 10_000, "patients of the one clinician")
	flag.IntVar(&o.growth, "growth", 0, "measure a second set with so many patients")
	flag.Uint64Var(&o.seed, "seed", 1, "of the order of the cells")
	only := flag.String("only", "", "measure only works whose name matches this")
	without := flag.Bool("no-pocketbase", false, "leave PocketBase out")
	flag.BoolVar(&o.audited, "audit", false, "measure the floor with an audit row too")
	flag.StringVar(&o.server, "server", "", "measure this build of our server instead of building one")
	flag.StringVar(&o.before, "before", "", "measure this build of our server too, as \"before\"")
	flag.StringVar(&o.json, "json", "", "write all cells to this file as JSON")
	flag.BoolVar(&o.smoke, "smoke", false, "ask each server for each work once and measure nothing")
	flag.BoolVar(&o.reading, "reading", false, "measure requests while documents are read, and nothing else")
	flag.Parse()
	if *full {
		o.rounds, o.window, o.growth, o.audited = 5, 1500*time.Millisecond, 100_000, true
	}
	if o.smoke {
		o.patients, o.growth = 200, 0
	}
	o.pocketBase, o.only = !*without, regexp.MustCompile(*only)
	return o
}

func run(ctx context.Context, o options) (err error) {
	if _, err := os.Stat("bench/floor"); err != nil {
		return errors.New("run it at the top of the repository: make bench-api")
	}
	dir, err := os.MkdirTemp("", "clinician-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.reading {
		return benchReading(ctx, o, dir)
	}
	subjects, err := prepare(ctx, o, dir)
	defer func() {
		for _, s := range subjects {
			s.stop()
		}
	}()
	if err != nil {
		return err
	}
	if o.smoke {
		return smoke(ctx, subjects, o)
	}
	results := measure(ctx, subjects, o)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return report(os.Stdout, subjects, results, o)
}

// smoke asks for each work once: the bench still knows the API.
func smoke(ctx context.Context, subjects []*subject, o options) error {
	var bad []error
	for _, s := range subjects {
		n := 0
		for _, w := range works() {
			if s.works[w.name] == nil || !o.only.MatchString(w.name) {
				continue
			}
			c := newClients(s, 1)
			if _, err := c.once(ctx, 0, s.works[w.name]); err != nil {
				bad = append(bad, fmt.Errorf("%s, %s: %w", s.name, w.name, err))
			}
			c.close()
			n++
		}
		fmt.Printf("%s answered %d works\n", s.name, n)
	}
	return errors.Join(bad...)
}

// measure runs all cells in rounds, each in an order of its own: what else the
// machine does drifts, and must not meet one server only.
func measure(ctx context.Context, subjects []*subject, o options) []cell {
	type task struct {
		s       *subject
		work    string
		clients int
	}
	var tasks []task
	for _, w := range works() {
		for _, s := range subjects {
			if s.works[w.name] == nil || !o.only.MatchString(w.name) || s.patients != o.patients && !w.grows {
				continue
			}
			tasks = append(tasks, task{s, w.name, 1}, task{s, w.name, 16})
		}
	}
	order := rand.New(rand.NewPCG(o.seed, o.seed))
	var results []cell
	for round := range o.rounds {
		order.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
		fmt.Fprintf(os.Stderr, "round %d of %d: %d cells of %s\n", round+1, o.rounds, len(tasks), o.window)
		for _, t := range tasks {
			if ctx.Err() != nil {
				return results
			}
			c := t.s.measure(ctx, t.work, t.clients, o.window)
			c.Round = round
			results = append(results, c)
		}
	}
	return results
}
