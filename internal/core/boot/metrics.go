package boot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"clinician/internal/core/metrics"
)

// monitor serves the metrics on an address of their own.
type monitor struct {
	metrics  *metrics.Metrics
	listener net.Listener // nil: what is counted is shown to nobody
}

// openMonitor listens on addr, unless that is "".
func openMonitor(ctx context.Context, addr string, counted *metrics.Metrics) (*monitor, error) {
	m := &monitor{metrics: counted}
	if addr == "" {
		return m, nil
	}
	var lc net.ListenConfig
	var err error
	if m.listener, err = lc.Listen(ctx, "tcp", addr); err != nil {
		return nil, fmt.Errorf("listen for CLINICIAN_METRICS_ADDR on %s: %w", addr, err)
	}
	return m, nil
}

// run answers until ctx ends.
func (m *monitor) run(ctx context.Context) error {
	if m.listener == nil {
		return nil
	}
	srv := &http.Server{Handler: m.metrics.Handler(), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // nobody waits for a scrape
	defer stop()
	if err := srv.Serve(m.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close frees the address, also of one that never ran.
func (m *monitor) Close() error {
	if m.listener == nil {
		return nil
	}
	if err := m.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// MetricsURL is where the metrics are; "" when they are off.
func (s *Server) MetricsURL() string {
	if s.monitor.listener == nil {
		return ""
	}
	return "http://" + s.monitor.listener.Addr().String() + "/metrics"
}

// state is what the metrics say of queue and audit log. told reports whether events are
// told to the portal.
func (s *Server) state(ctx context.Context, told bool) (metrics.State, error) {
	waiting, running, since, err := s.Store.JobQueue(ctx)
	if err != nil {
		return metrics.State{}, err
	}
	st := metrics.State{Waiting: waiting, Running: running, Oldest: s.since(since), Journal: s.Store.Journaled()}
	if told {
		var at time.Time
		if st.Untold, at, err = s.Store.EventLag(ctx); err != nil {
			return metrics.State{}, err
		}
		st.UntoldFor = s.since(at)
	}
	return st, nil
}

// since is how long ago at was; 0 for the zero time.
func (s *Server) since(at time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return max(0, s.clock().Sub(at))
}
