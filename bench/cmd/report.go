package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// key names the cells that are one number of the table: those of all rounds.
type key struct {
	subject  string
	patients int
	work     string
	clients  int
}

// table is the medians of all rounds.
type table map[key]cell

func medians(cells []cell) table {
	rounds := map[key][]cell{}
	for _, c := range cells {
		k := key{c.Subject, c.Patients, c.Work, c.Clients}
		rounds[k] = append(rounds[k], c)
	}
	t := table{}
	for k, list := range rounds {
		m := cell{Subject: k.subject, Patients: k.patients, Work: k.work, Clients: k.clients}
		for _, c := range list {
			m.Answers, m.Errors, m.RSS = m.Answers+c.Answers, m.Errors+c.Errors, max(m.RSS, c.RSS)
		}
		for to, from := range map[*float64]func(cell) float64{
			&m.CPU: func(c cell) float64 { return c.CPU }, &m.P50: func(c cell) float64 { return c.P50 },
			&m.P99: func(c cell) float64 { return c.P99 }, &m.Others: func(c cell) float64 { return c.Others },
		} {
			*to = median(list, from)
		}
		t[k] = m
	}
	return t
}

// median is of the cells with answers; 0 when none has.
func median(list []cell, of func(cell) float64) float64 {
	var all []float64
	for _, c := range list {
		if c.Answers > 0 {
			all = append(all, of(c))
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// pair prints a number at one and at 16 clients.
func (t table) pair(subject string, patients int, work string, of func(cell) float64, format string) string {
	one, many := t[key{subject, patients, work, 1}], t[key{subject, patients, work, 16}]
	if one.Answers == 0 || many.Answers == 0 {
		return "–"
	}
	return fmt.Sprintf(format+" / "+format, of(one), of(many))
}

// ratio gives a's processor time over b's, at one and at 16 clients; false when
// either was not measured.
func (t table) ratio(a, b key) (one, many float64, ok bool) {
	var r [2]float64
	for i, n := range []int{1, 16} {
		a.clients, b.clients = n, n
		if t[a].CPU == 0 || t[b].CPU == 0 {
			return 0, 0, false
		}
		r[i] = t[a].CPU / t[b].CPU
	}
	return r[0], r[1], true
}

func (t table) times(a, b key) string {
	one, many, ok := t.ratio(a, b)
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%.2f× / %.2f×", one, many)
}

func report(w io.Writer, subjects []*subject, cells []cell, o options) error {
	t := medians(cells)
	names := []string{"ours"}
	for _, name := range []string{"before", "floor", "floor+audit", "PocketBase"} {
		if slices.ContainsFunc(subjects, func(s *subject) bool { return s.name == name }) {
			names = append(names, name)
		}
	}
	fmt.Fprintf(w, "\nProcessor time in ms a request at 1 / 16 clients; %s of %d patients; medians of %d rounds of %s.\n\n",
		runtime.GOARCH, o.patients, o.rounds, o.window)
	cpu := func(c cell) float64 { return c.CPU }
	for _, n := range slices.Compact([]int{o.patients, max(o.patients, o.growth)}) {
		fmt.Fprintf(w, "| %d patients | %s | ours ÷ floor | ours ÷ PocketBase | ours p50 | ours p99 |\n|---|%s---|---|---|---|\n", n,
			strings.Join(names, " | "), strings.Repeat("---|", len(names)))
		for _, work := range works() {
			row := []string{work.name}
			for _, name := range names {
				row = append(row, t.pair(name, n, work.name, cpu, "%.2f"))
			}
			if strings.Join(row[1:], "") == strings.Repeat("–", len(names)) {
				continue
			}
			ours := key{"ours", n, work.name, 0}
			row = append(row, t.times(ours, key{"floor", n, work.name, 0}), t.times(ours, key{"PocketBase", n, work.name, 0}),
				t.pair("ours", n, work.name, func(c cell) float64 { return c.P50 }, "%.1f"), t.pair("ours", n, work.name, func(c cell) float64 { return c.P99 }, "%.1f"))
			fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
		}
		fmt.Fprintln(w)
	}
	if o.before != "" {
		for _, work := range works() {
			if x := t.times(key{"ours", o.patients, work.name, 0}, key{"before", o.patients, work.name, 0}); x != "–" {
				fmt.Fprintf(w, "%-28s ours ÷ before %s\n", work.name, x)
			}
		}
		fmt.Fprintln(w)
	}
	for _, s := range subjects {
		peak := 0.0
		for _, c := range cells {
			if c.Subject == s.name && c.Patients == s.patients {
				peak = max(peak, c.RSS)
			}
		}
		fmt.Fprintf(w, "%-12s %6d patients: resident %3.0f MiB at start, at most %3.0f MiB\n", s.name, s.patients, s.idle, peak)
	}
	fmt.Fprintf(w, "others used %.1f cores (median of the cells); where that is over 0.3 only ratios count\n\n", median(cells, func(c cell) float64 { return c.Others }))
	for _, v := range verdicts(t, o) {
		fmt.Fprintln(w, v)
	}
	if o.json == "" {
		return nil
	}
	b, err := json.MarshalIndent(map[string]any{"at": time.Now().UTC(), "cpus": runtime.NumCPU(), "go": runtime.Version(), "patients": o.patients,
		"growth": o.growth, "seed": o.seed, "cells": cells}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(b, '\n'), 0o644)
}

// verdicts compares with the targets of docs/performance.md. A target is met
// when it is met at one and at 16 clients.
func verdicts(t table, o options) []string {
	var out []string
	say := func(what string, one, many, limit float64, unit string, ok bool) {
		state := "MET    "
		switch {
		case !ok:
			out = append(out, "unknown "+what+" (not measured)")
			return
		case one > limit || many > limit:
			state = "NOT MET"
		}
		out = append(out, fmt.Sprintf("%s %s: %.2f / %.2f%s, at most %.2f%s", state, what, one, many, unit, limit, unit))
	}
	at := func(subject, work string, n int) key { return key{subject, n, work, 0} }
	ratio := func(what, work, to string, limit float64) {
		one, many, ok := t.ratio(at("ours", work, o.patients), at(to, work, o.patients))
		say(what, one, many, limit, "×", ok)
	}
	below := func(what, work string, limit float64) {
		one, many := t[key{"ours", o.patients, work, 1}], t[key{"ours", o.patients, work, 16}]
		say(what, one.CPU, many.CPU, limit, " ms", one.CPU > 0 && many.CPU > 0)
	}
	ratio("list 50 with count ÷ PocketBase's with total", list, "PocketBase", 1.0/3)
	below("one patient", patient, 2)
	ratio("one record ÷ PocketBase's", oneRecord, "PocketBase", 1)
	below("the day", day, 5)
	ratio("download 5 MiB, sealed, ÷ PocketBase's plain one", download, "PocketBase", 1.3)
	if o.growth > o.patients {
		for _, work := range []string{list, deepest, patient, oneRecord, day, unread, search1, search3} {
			one, many, ok := t.ratio(at("ours", work, o.growth), at("ours", work, o.patients))
			say(fmt.Sprintf("%s, %d ÷ %d patients", work, o.growth, o.patients), one, many, 1.3, "×", ok)
		}
	}
	return out
}
