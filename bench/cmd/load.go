package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// request makes the nth request of a work; it must be safe for many goroutines.
type request func(n int64) (*http.Request, error)

// workInfo is a row of the table.
type workInfo struct {
	name  string
	grows bool // measured with the larger set of patients too
}

// The names of the works; a server has those that it can do.
const (
	list      = "list 50 with count"
	listBare  = "list 50 without total"
	deepest   = "deepest page of 50"
	patient   = "one patient"
	oneRecord = "one record"
	day       = "the day"
	unread    = "unread list"
	search1   = "search, one letter"
	search3   = "search, three letters"
	profile   = "own profile"
	download  = "download 5 MiB"
	plain     = "download 5 MiB, not sealed"
	upload    = "upload 5 MiB"
)

func works() []workInfo {
	return []workInfo{{list, true}, {listBare, true}, {deepest, true}, {patient, true}, {oneRecord, true}, {day, true}, {unread, true},
		{search1, true}, {search3, true}, {profile, false}, {download, false}, {plain, false}, {upload, false}}
}

// atMost bounds the answers of a cell: uploads stay on the disk until the end.
func atMost(work string) int64 {
	if work == upload {
		return 32
	}
	return 50_000
}

// cell is what one server did for one work in one window.
type cell struct {
	Subject  string  `json:"subject"`
	Patients int     `json:"patients"`
	Work     string  `json:"work"`
	Clients  int     `json:"clients"`
	Round    int     `json:"round"`
	Answers  int     `json:"answers"`
	Errors   int     `json:"errors"`
	Error    string  `json:"error,omitempty"` // the first
	Seconds  float64 `json:"seconds"`
	CPU      float64 `json:"cpu_ms"` // of the server and its children, for each answer
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Bytes    int64   `json:"bytes"`
	RSS      float64 `json:"rss_mib"` // of the server and its children, after the window
	Others   float64 `json:"others_cores"`
}

// clients are connections to one server that are kept open.
type clients struct {
	s    *subject
	http *http.Client
}

func newClients(s *subject, n int) *clients {
	return &clients{s, &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: n, MaxConnsPerHost: n,
		DisableCompression: true, ReadBufferSize: 64 << 10, WriteBufferSize: 64 << 10, DialContext: (&net.Dialer{}).DialContext}}}
}

func (c *clients) close() { c.http.CloseIdleConnections() }

// once sends one request and reads the answer to its end.
func (c *clients) once(ctx context.Context, n int64, make request) (int64, error) {
	r, err := make(n)
	if err != nil {
		return 0, err
	}
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", c.s.token)
	}
	resp, err := c.http.Do(r.WithContext(ctx))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 300)) // only to show it
		return 0, fmt.Errorf("%s: %s", resp.Status, text)
	}
	return io.Copy(io.Discard, resp.Body)
}

// measure keeps n clients busy with a work for a window. Requests that are under
// way at its end are waited for, so that processor time and answers belong together.
func (s *subject) measure(ctx context.Context, work string, n int, window time.Duration) cell {
	out := cell{Subject: s.name, Patients: s.patients, Work: work, Clients: n}
	c := newClients(s, n)
	defer c.close()
	next := s.works[work]
	var wg sync.WaitGroup
	if work != upload {
		for range n { // opens the connections and fills the caches
			wg.Go(func() { _, _ = c.once(ctx, s.sent.Add(1), next) }) // errors show below
		}
		wg.Wait()
	}
	var (
		mu      sync.Mutex
		took    []float64
		started atomic.Int64
		before  = usage(s.pid())
		begin   = time.Now()
	)
	for range n {
		wg.Go(func() {
			for ctx.Err() == nil && time.Since(begin) < window && started.Add(1) <= atMost(work) {
				at := time.Now()
				bytes, err := c.once(ctx, s.sent.Add(1), next)
				d := time.Since(at)
				mu.Lock()
				out.Bytes += bytes
				if err != nil {
					out.Errors++
					if out.Error == "" {
						out.Error = err.Error()
					}
				} else {
					took = append(took, float64(d)/1e6)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	out.Seconds = time.Since(begin).Seconds()
	after := usage(s.pid())
	out.Answers, out.RSS = len(took), after.rss
	out.Others = max(0, (after.machine-before.machine-(after.subject-before.subject)-(after.self-before.self))/out.Seconds)
	if len(took) > 0 {
		slices.Sort(took)
		out.CPU = (after.subject - before.subject) * 1000 / float64(len(took))
		out.P50, out.P99 = took[len(took)/2], took[len(took)*99/100]
	}
	if out.Errors > 0 {
		fmt.Fprintf(os.Stderr, "%s, %s, %d clients: %d errors; the first: %s\n", s.name, work, n, out.Errors, out.Error)
	}
	return out
}
