package boot

import (
	"clinician/internal/core/analysis/vocabulary"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"clinician/internal/clients/pages"
	"clinician/internal/clients/redis"
	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/auth"
	"clinician/internal/core/bus"
	"clinician/internal/core/httpapi"
	"clinician/internal/core/metrics"
	"clinician/internal/core/ocr"
	"clinician/internal/core/tempfile"
	"clinician/internal/core/web"
)

// Options are what a configuration cannot say.
type Options struct {
	Log   *slog.Logger // nil: none
	Clock core.Clock   // nil: core.SystemClock

	// Reader reads documents; nil: what the configuration names.
	Reader core.DocumentReader

	// DemoReadings gives the documents of the demo the readings that were made with it.
	DemoReadings bool
}

// Server is a server with all its parts.
type Server struct {
	*data
	App      *app.Service
	people   *people
	listener net.Listener
	tls      *certificate // nil: none
	tokens   *auth.Access
	monitor  *monitor
	api      *httpapi.API
	pages    *pages.Opener
	numbers  core.NumberReader // nil: none
	ocr      *ocr.Service
	from     Config // what was opened
	temp     *tempfile.Store
	closers  []io.Closer
}

// shutdownTime is how long answers under way may take once the server stops.
const shutdownTime = 10 * time.Second

// sweepEvery is how often what crashes left behind is removed.
const sweepEvery = 5 * time.Minute

// keepSessions is how long ended sessions are kept, to recognise spent tokens.
const keepSessions = 30 * 24 * time.Hour

// Open opens every part and the listener, so that what is wrong shows at once;
// nothing is served before Serve. The caller closes it.
func Open(ctx context.Context, c Config, o Options) (s *Server, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s = &Server{from: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
			s = nil
		}
	}()
	if err := prepareDataDir(c.DataDir); err != nil {
		return s, err
	}
	lock, err := lockDataDir(c.DataDir)
	if err != nil {
		return s, err
	}
	s.closers = append(s.closers, lock)
	if s.data, err = openData(ctx, c, o.Log, o.Clock, true); err != nil {
		return s, err
	}
	if err := s.openParts(ctx, c, o); err != nil {
		return s, err
	}
	if c.TLSCert != "" {
		if s.tls, err = openCertificate(c.TLSCert, c.TLSKey, s.clock, s.log); err != nil {
			return s, err
		}
	}
	if s.monitor, err = openMonitor(ctx, c.MetricsAddr, s.metrics); err != nil {
		return s, err
	}
	s.closers = append(s.closers, s.monitor)
	s.metrics.Watch(func(ctx context.Context) (metrics.State, error) { return s.state(ctx, c.DatabaseServiceURL != "") })
	var lc net.ListenConfig
	if s.listener, err = lc.Listen(ctx, "tcp", c.Addr); err != nil {
		return s, fmt.Errorf("listen on %s: %w", c.Addr, err)
	}
	if s.tls != nil && !c.Debug {
		s.listener = httpapi.ToHTTPS(s.listener)
	}
	return s, nil
}

// openParts chooses the adapters and puts the use cases on top of them.
func (s *Server) openParts(ctx context.Context, c Config, o Options) error {
	if err := s.openPeopleAndTokens(ctx, c); err != nil {
		return err
	}
	common, err := s.sharedState(ctx, c)
	if err != nil {
		return err
	}
	if s.temp, err = tempfile.New(tempfile.Options{
		Dir: filepath.Join(c.DataDir, "temp"), Index: common.index, TTL: c.TempTTL, Clock: s.clock, Logger: s.log,
	}); err != nil {
		return err
	}
	s.closers = append(s.closers, s.temp)
	if s.pages, err = c.openPages(); err != nil {
		return err
	}
	s.closers = append(s.closers, s.pages)
	content, err := s.openContent(c, s.tokens)
	if err != nil {
		return err
	}
	reader, background, err := s.chooseReaders(c, o)
	if err != nil {
		return err
	}
	s.ocr, err = ocr.New(ocr.Options{
		Store: s.Store, Records: s.Records, Vault: s.vault, Reader: reader, Background: background, Bus: common.bus, Delegation: content.delegation,
		Jobs: c.OCRJobs, Clock: s.clock, Logger: s.log, Analyze: s.Values.Analyze, Read: s.metrics.Page,
		Notify: func(ctx context.Context, n core.Notification) error { _, err := s.Store.Notify(ctx, n); return err },
	})
	if err != nil {
		return err
	}
	s.App = app.New(app.Ports{
		People: s.people.People, Registration: s.people.Registration, Assignments: s.people.Assignments, Recent: s.people.RecentCharts, Catalogues: s.people.Catalogues, Calendar: s.Store,
		Authenticator: s.people.Authenticator, Sessions: s.people.Sessions, Siblings: s.people.siblings, Records: s.Records, Lifecycle: content.lifecycle, Contents: s.Records, Uploads: s.Records, Recognizer: s.ocr, Values: s.Values, Notes: s.Values, TaskStore: s.Values, Pages: s.pages, Temp: s.temp,
		Inbox: s.Store, Library: s.Store, Texts: s.ocr, KnownTest: vocabulary.KnownTest,
		Audit: s.Audit, Bus: common.bus, Passwords: s.people.passwords, Tokens: s.tokens, Throttle: common.throttle,
	}, app.Options{Clock: s.clock, Location: s.location, RefreshLifetime: time.Duration(c.RefreshLifetime),
		RefreshIdle: c.SessionIdle, TempTTL: c.TempTTL, Log: s.log,
		OnArrival: app.OnArrival{On: bool(c.ReadOnArrival), Except: c.NotReadOnArrival}})
	secure := c.TLSCert != "" || c.BehindProxy
	s.api = httpapi.New(httpapi.Config{App: s.App, Log: s.log, Debug: c.Debug, AllowedHosts: c.hosts(), Development: c.development(),
		CORSOrigins: c.CORSOrigins, BehindProxy: c.BehindProxy, TLS: secure, Clock: s.clock, Cookies: c.cookies(), APIDocs: c.APIDocs, Observe: s.metrics.Request})
	s.api.Mount(web.New(web.Config{App: s.App, API: s.api, Log: s.log, Cookies: c.cookies(), Location: s.location, Clock: s.clock,
		ToHTTPS: secure && !c.Debug, Idle: c.SessionIdle, Notice: c.development()}))

	if why := c.development(); why != "" {
		s.log.Error(why + " Only the names of this machine are answered. Give random secrets, for example from: openssl rand -base64 48")
	}
	s.log.Info("chosen", "people", s.people.where, "records", "sqlite", "files", content.where,
		"temp_index_events_and_throttle", common.where, "data", c.DataDir, "debug", c.Debug)
	return nil
}

// sayArrival warns of record types that are to be left unread and that there are not.
func (s *Server) sayArrival(ctx context.Context, c Config) {
	types, err := s.people.Catalogues.RecordTypes(ctx)
	if err != nil {
		return
	}
	for _, name := range c.NotReadOnArrival {
		if !slices.ContainsFunc(types, func(t core.RecordType) bool { return strings.EqualFold(t.TypeName, strings.TrimSpace(name)) }) {
			s.log.Warn("CLINICIAN_READ_ON_ARRIVAL_EXCEPT names a record type that there is not", "type", name)
		}
	}
}

// openPeopleAndTokens opens who keeps the people, and what proves who somebody is.
func (s *Server) openPeopleAndTokens(ctx context.Context, c Config) error {
	keys, err := jwtKeys(c, s.log)
	if err != nil {
		return err
	}
	s.tokens, err = auth.NewAccess(auth.AccessOptions{Keys: keys, Lifetime: time.Duration(c.AccessLifetime), Clock: s.clock,
		Shared: c.DatabaseServiceURL != "" || c.FileServiceURL != "" || c.OCRServiceURL != "", Foreign: c.AuthServiceURL != ""})
	if err != nil {
		return err
	}
	if s.people, err = s.openPeople(ctx, c, s.tokens); err != nil {
		return err
	}
	s.closers = append(s.closers, s.people.closers...)
	return nil
}

// sayReader logs which engine reads pages. Asking it takes processes of its own,
// for which the first answer does not wait.
func (s *Server) sayReader(ctx context.Context) {
	reader := "none"
	if info, err := s.ocr.Engine(ctx); err == nil {
		reader = info.Name + " " + info.Version
	}
	s.log.Info("pages are read by", "ocr", reader)
}

// shared is what replicas share, where there are several.
type shared struct {
	index    core.TempIndex
	bus      core.Bus
	throttle core.Throttle
	where    string
}

// sharedState is where temporary views are indexed, events travel and failures
// are counted: Redis when it is configured (and then it must answer now, unless it
// is started beside this server by somebody else), else this process.
func (s *Server) sharedState(ctx context.Context, c Config) (shared, error) {
	local := auth.NewThrottle(s.clock)
	if c.RedisURL == "" {
		return shared{tempfile.NewMemory(s.clock), bus.New(s.clock), local, "in process"}, nil
	}
	r, err := redis.New(c.RedisURL)
	if err != nil {
		return shared{}, err
	}
	s.closers = append(s.closers, r)
	switch err := r.Ping(ctx); {
	case err != nil && c.Published: // beside other containers, which come up in any order
		s.log.Warn("Redis does not answer yet; until it does, temporary views and live progress fail and the server is not ready", "err", err)
	case err != nil:
		return shared{}, core.Errorf(core.CodeUnavailable,
			"REDIS_URL is set, but Redis does not answer; start it or unset the variable.").WithCause(err)
	}
	return shared{r, r, r.NewThrottle(s.clock, local, s.log), "redis"}, nil
}

// pageCache is where compiled PDFium is kept: with the user's other caches, so
// that throw-away data directories start fast too.
func pageCache(c Config) string {
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "clinician", "pages")
	}
	return filepath.Join(c.DataDir, "cache")
}

// URL is where the server listens, also before Serve.
func (s *Server) URL() string {
	scheme := "http"
	if s.tls != nil {
		scheme = "https"
	}
	return scheme + "://" + s.listener.Addr().String()
}

// Serve answers requests and works on jobs until ctx ends, then lets what is
// under way come to its end.
func (s *Server) Serve(ctx context.Context) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	if n, err := core.ResolveIntents(ctx, s.Audit, s.clock(), s.Store, s.Records); err != nil {
		return err
	} else if n > 0 {
		s.log.Warn("acts that a crash cut off were looked into; see the audit log", "acts", n)
	}
	if err := s.ocr.Start(work); err != nil {
		return err
	}
	var background sync.WaitGroup
	background.Go(func() { s.temp.Run(work) })
	background.Go(func() { s.sweep(work) })
	background.Go(func() { s.Records.FollowNewest(work) })
	for _, run := range s.people.run {
		background.Go(func() { run(work) })
	}
	background.Go(func() { s.sayReader(work) })
	background.Go(func() { s.sayArrival(work, s.from) })
	background.Go(func() { s.sayNumberReader(work) })
	background.Go(func() {
		if err := s.monitor.run(work); err != nil {
			s.log.Error("metrics are not served any more", "err", err)
		}
	})
	background.Go(func() { s.App.FollowStreams(work, nil) })
	background.Go(func() { // the first PDF should not wait for a compiler
		if err := s.pages.Warm(work); err != nil && work.Err() == nil {
			s.log.Warn("documents will open slowly at first", "err", err)
		}
	})

	srv := &http.Server{
		Handler: s.api.Handler(), ConnContext: httpapi.KeepConn, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	if s.tls != nil {
		srv.TLSConfig = s.tls.config()
	}
	failed := make(chan error, 1)
	go func() {
		if s.tls != nil {
			failed <- srv.ServeTLS(s.listener, "", "")
		} else {
			failed <- srv.Serve(s.listener)
		}
	}()
	s.log.Info("serving", "url", s.URL(), "metrics", s.MetricsURL())
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.log.Info("stopping")
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		err = errors.Join(s.api.Shutdown(deadline), srv.Shutdown(deadline))
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err = errors.Join(err, s.ocr.Stop(deadline))
	stopWork()
	background.Wait()
	return err
}

// Reload takes from c what can change while the server runs: the keys that tokens were
// signed with before, and the TLS files. All else is as it was at the start.
func (s *Server) Reload(c Config) error {
	keys, err := jwtKeys(c, s.log)
	if err != nil {
		return err
	}
	if err := s.tokens.TakeAlso(keys[1:]); err != nil {
		return err
	}
	if s.tls == nil || c.TLSCert == "" {
		return nil
	}
	return s.tls.read(c.TLSCert, c.TLSKey)
}

// sweep removes, at start and from time to time, content that no record points
// to, and sessions that ended long ago.
func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		n, err := s.Records.Sweep(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Error("orphans not swept", "err", err)
		case n > 0:
			s.log.Info("orphans swept", "blobs", n)
		}
		if _, err := s.Store.PurgeSessions(ctx, s.clock().Add(-keepSessions)); err != nil && ctx.Err() == nil {
			s.log.Error("old sessions not removed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Close frees everything; after Serve has returned, or when it was never called.
func (s *Server) Close() error {
	var errs []error
	if s.listener != nil {
		if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	if s.data != nil {
		errs = append(errs, s.data.Close())
	}
	return errors.Join(errs...)
}
