// Package metrics counts what the server does, for Prometheus. Labels are kinds (a route,
// a status, an engine, a service), never ids, names or addresses: there are few of each,
// and none says whom a line is about.
package metrics

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"clinician/internal/core"
)

// Metrics is what is counted. Its methods are quick and safe for many goroutines.
type Metrics struct {
	registry *prometheus.Registry

	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	sizes    *prometheus.HistogramVec
	groups   prometheus.Histogram
	pages    *prometheus.CounterVec
	engines  *prometheus.CounterVec
	siblings *prometheus.HistogramVec
}

// New makes them, all zero, with those of Go and of the process.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clinician_requests_total",
			Help: "Requests answered, by route, method and status."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "clinician_request_seconds",
			Help: "Time until a request was answered, its body sent.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60}},
			[]string{"route"}),
		sizes: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "clinician_response_bytes",
			Help: "Sizes of answers.", Buckets: prometheus.ExponentialBuckets(256, 8, 8)}, []string{"route"}),
		groups: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "clinician_database_group_changes",
			Help: "How many callers' changes shared a transaction.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64}}),
		pages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clinician_pages_total",
			Help: "Pages of documents, by outcome (read, partial, empty, failed) and where their text is from."}, []string{"outcome", "source"}),
		engines: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clinician_engine_seconds_total",
			Help: "Time that engines spent on pages."}, []string{"engine"}),
		siblings: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "clinician_sibling_call_seconds",
			Help: "Calls of other services, by outcome: the class of the status, or none.", Buckets: []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 15}},
			[]string{"service", "outcome"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.sizes, m.groups, m.pages, m.engines, m.siblings,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers GET /metrics, and nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// Request counts an answered request; route is the pattern of its path.
func (m *Metrics) Request(route, method string, status int, bytes int64, took time.Duration) {
	if !slices.Contains(methods, method) {
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
	m.sizes.WithLabelValues(route).Observe(float64(bytes))
}

// Group counts a transaction with so many callers' changes.
func (m *Metrics) Group(changes int) { m.groups.Observe(float64(changes)) }

// Page counts a page that was read, or could not be.
func (m *Metrics) Page(p core.Page) {
	m.pages.WithLabelValues(p.Status, p.Source).Inc()
	if p.Engine != "" {
		m.engines.WithLabelValues(p.Engine).Add(p.Seconds)
	}
}

// Transport counts what goes through next to a service.
func (m *Metrics) Transport(service string, next http.RoundTripper) http.RoundTripper {
	return transport{m, service, next}
}

type transport struct {
	m       *Metrics
	service string
	next    http.RoundTripper
}

// CloseIdleConnections closes those of the transport behind it.
func (t transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	resp, err := t.next.RoundTrip(r)
	outcome := "none"
	if err == nil {
		outcome = strconv.Itoa(resp.StatusCode/100) + "xx"
	}
	t.m.siblings.WithLabelValues(t.service, outcome).Observe(time.Since(began).Seconds())
	return resp, err
}

// State is what is asked for each time somebody looks.
type State struct {
	Waiting, Running int           // jobs
	Oldest           time.Duration // how long the oldest job that waits has waited; 0: none waits
	Journal          int           // audit events that are durable, but not yet in the log's chain
	Untold           int64         // audit events that the portal was not told of yet
	UntoldFor        time.Duration // the oldest of them
}

// lookTime is how long looking may take; the rest is answered without it.
const lookTime = 3 * time.Second

// Watch has look asked for the state of queue and audit log at each scrape. When it
// fails, clinician_state_known is 0 and their last values are left out.
func (m *Metrics) Watch(look func(context.Context) (State, error)) {
	m.registry.MustRegister(watch{look})
}

type watch struct {
	look func(context.Context) (State, error)
}

var (
	known     = prometheus.NewDesc("clinician_state_known", "Whether the state of queue and audit log could be looked up.", nil, nil)
	jobs      = prometheus.NewDesc("clinician_jobs", "Jobs that wait or run.", []string{"state"}, nil)
	oldest    = prometheus.NewDesc("clinician_oldest_job_seconds", "How long the oldest waiting job has waited.", nil, nil)
	events    = prometheus.NewDesc("clinician_audit_waiting_events", "Audit events on their way: from the journal into the chain, from the chain to the portal.", []string{"to"}, nil)
	eventsFor = prometheus.NewDesc("clinician_audit_untold_seconds", "How long the oldest audit event waits to be told to the portal.", nil, nil)
)

func (watch) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{known, jobs, oldest, events, eventsFor} {
		to <- d
	}
}

func (w watch) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	s, err := w.look(ctx)
	if err != nil {
		gauge(known, 0)
		return
	}
	gauge(known, 1)
	gauge(jobs, float64(s.Waiting), "waiting")
	gauge(jobs, float64(s.Running), "running")
	gauge(oldest, s.Oldest.Seconds())
	gauge(events, float64(s.Journal), "chain")
	gauge(events, float64(s.Untold), "portal")
	gauge(eventsFor, s.UntoldFor.Seconds())
}
