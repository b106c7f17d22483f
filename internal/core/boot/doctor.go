package boot

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"clinician/internal/clients/authservice"
	"clinician/internal/clients/databaseservice"
	"clinician/internal/clients/fileservice"
	"clinician/internal/clients/ocrservice"
	"clinician/internal/clients/redis"
	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/vault"
)

// How a Finding stands.
const (
	FoundOK      = "ok"
	FoundWarning = "warning" // it works, and somebody should look at it
	FoundProblem = "problem" // something does not work, or will not at the next start
	FoundNothing = "skipped" // it was not looked at
)

// Finding is one thing that an operator wants to know.
type Finding struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Found  string `json:"found"`          // in a sentence
	Next   string `json:"next,omitempty"` // what to do about it
}

// Bounds of what is good.
const (
	doctorPatience = 5 * time.Second
	certificateDue = 14 * 24 * time.Hour
	backupDue      = 8 * 24 * time.Hour
	spaceScarce    = 5 << 30
	spaceGone      = 256 << 20
	clockSlack     = time.Minute
)

// Diagnose looks at everything that a server with these variables needs, and repairs
// nothing. A server may run meanwhile. With all it also reads every document, which is
// recorded.
func Diagnose(ctx context.Context, environ []string, all bool) []Finding {
	d := &doctor{ctx: ctx, now: core.SystemClock()}
	c, err := Load(environ)
	d.c = c
	d.configuration(err)
	if d.dataDirectory() {
		d.space()
		d.data(all)
	}
	d.certificate()
	d.engine()
	d.numberReader()
	d.word()
	d.shared()
	return d.list
}

type doctor struct {
	ctx  context.Context
	c    Config
	now  time.Time
	list []Finding
}

func (d *doctor) note(status, name, next, format string, args ...any) {
	d.list = append(d.list, Finding{name, status, fmt.Sprintf(format, args...), next})
}

// failed notes an error, with what a person is told about it and its cause.
func (d *doctor) failed(name, next string, err error) {
	found := err.Error()
	var e *core.Error
	if errors.As(err, &e) {
		if found = e.Message; e.Cause != nil {
			found += " (" + e.Cause.Error() + ")"
		}
	}
	d.note(FoundProblem, name, next, "%s", found)
}

func (d *doctor) configuration(err error) {
	switch why := d.c.development(); {
	case err != nil:
		d.note(FoundProblem, "configuration", "Correct it; 'server config' shows every variable and where it is from.", "%s", err)
	case why != "":
		d.note(FoundWarning, "configuration", "Give random secrets, for example from: openssl rand -base64 48", "%s", why)
	case d.c.Debug:
		d.note(FoundWarning, "configuration", "Set DEBUG=False before real patients' data comes in.", "No problems. DEBUG is True, so that missing secrets are made.")
	default:
		d.note(FoundOK, "configuration", "", "No problems.")
	}
}

// dataDirectory reports whether there is data that may be opened.
func (d *doctor) dataDirectory() bool {
	const name = "data directory"
	dir := d.c.DataDir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.note(FoundWarning, name, "Start the server once, or give the right one as CLINICIAN_DATA_DIR.", "%s is not there.", dir)
		return false
	case err != nil:
		d.failed(name, "Run this as the account of the server.", err)
		return false
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows":
		d.note(FoundProblem, name, "Run: chmod 700 "+dir, "%s can be read by others (mode %04o).", dir, info.Mode().Perm())
		return false
	}
	if other := ownedByAnother(info); other != "" {
		d.note(FoundProblem, name, "Run this as that account; files that another one makes there could not be opened by the server.", "%s belongs to %s.", dir, other)
		return false
	}
	if err := refuseUnfinished(dir); err != nil {
		d.failed(name, "", err)
		return false
	}
	if _, err := os.Stat(databasePath(d.c)); err != nil {
		d.note(FoundWarning, name, "Start the server once, or restore a backup.", "%s holds no database yet.", dir)
		return false
	}
	d.note(FoundOK, name, "", "%s, closed to others.", dir)
	return true
}

func (d *doctor) space() {
	free, total, known := diskSpace(d.c.DataDir)
	const name, next = "disk space", "Make room; when it is full nothing is stored and nothing shown, since looks are recorded."
	text := fmt.Sprintf("%s of %s are free.", gigabytes(free), gigabytes(total))
	switch {
	case !known:
		d.note(FoundNothing, name, "", "This system does not say.")
	case free < spaceGone:
		d.note(FoundProblem, name, next, "%s", text)
	case free < spaceScarce:
		d.note(FoundWarning, name, next, "%s", text)
	default:
		d.note(FoundOK, name, "", "%s", text)
	}
}

func gigabytes(n uint64) string { return fmt.Sprintf("%.1f GB", float64(n)/1e9) }

// data opens the data as the shell does, and looks at what is in it.
func (d *doctor) data(all bool) {
	roots, err := knownRootKeys(d.c)
	switch {
	case err != nil:
		d.failed("root key", "", err)
		return
	case len(roots) == 0:
		d.note(FoundProblem, "root key", "Put your copy of it back, or give it as CLINICIAN_ROOT_KEY or CLINICIAN_ROOT_KEY_FILE.", "It is missing: no file %s.", rootKeyPath(d.c))
		return
	}
	kept, err := openDataUnder(d.ctx, d.c, slog.New(slog.DiscardHandler), nil, false, roots)
	if err != nil {
		d.failed("data", "", err)
		return
	}
	defer kept.Close()
	if err := kept.Store.CheckEnd(d.ctx); err != nil {
		d.failed("root key and audit log", "The server does not start on this; docs/operations.md, What stops the start.", badLog(d.c, roots[0], err))
	} else if len(roots) > 1 {
		d.note(FoundWarning, "root key", "Finish it: stop the server and run 'server rekey'.", "%s fits; a change from %s was begun and not finished.", roots[0].ID(), roots[1].ID())
	} else {
		d.note(FoundOK, "root key", "", "%s is the one of this data. Is there a copy of it elsewhere?", roots[0].ID())
	}
	d.database(kept)
	d.vault(kept, roots[0], all)
	d.history(kept)
}

func (d *doctor) database(kept *data) {
	damaged, err := kept.Store.CheckIntegrity(d.ctx)
	switch next := "Restore the newest backup into another directory, and keep this one."; {
	case err != nil:
		d.failed("database", next, err)
	case len(damaged) > 0:
		d.note(FoundProblem, "database", next, "%s", strings.Join(damaged, "; "))
	default:
		d.note(FoundOK, "database", "", "Sound from end to end.")
	}
	n, err := kept.Audit.Verify(d.ctx)
	if err != nil {
		d.failed("audit log", "Copy the data directory as it is and tell the privacy officer.", err)
		return
	}
	d.note(FoundOK, "audit log", "", "%s, as they were signed.", core.Plural(int(n), "event", "events"))
}

func (d *doctor) vault(kept *data, root vault.RootKey, all bool) {
	if err := kept.Records.Ping(d.ctx); err != nil {
		d.failed("vault", "", badVault(d.c, root, err))
		return
	}
	report, err := kept.Records.Check(d.ctx, all)
	if err == nil && all {
		err = kept.recordCheck(d.ctx, report)
	}
	how := fmt.Sprintf("%s, each with its content", core.Plural(report.Records, "document", "documents"))
	if all {
		how += ", read and compared"
	}
	switch {
	case err != nil:
		d.failed("vault", "", err)
	case len(report.Problems) > 0:
		d.note(FoundProblem, "vault", "Look with 'server vault check', and take what is missing from a backup.",
			"%s wrong, with %s first.", core.Plural(len(report.Problems), "thing is", "things are"), report.Problems[0].RecordID)
	default:
		d.note(FoundOK, "vault", "", "%s.", how)
	}
}

// history looks at what the log says of backups and of the clock.
func (d *doctor) history(kept *data) {
	newest, err := kept.Audit.Query(d.ctx, core.AuditQuery{Limit: 1})
	if err == nil && len(newest) > 0 {
		if ahead := newest[0].At.Sub(d.now); ahead > clockSlack {
			d.note(FoundProblem, "clock", "Set the clock; sessions and tokens go by it.", "The newest audit event is %s in the future.", ahead.Round(time.Second))
		} else {
			d.note(FoundOK, "clock", "", "%s; not behind the audit log.", d.now.Format(time.RFC3339))
		}
	}
	made, err := kept.Audit.Query(d.ctx, core.AuditQuery{Type: core.EventBackedUp, Limit: 20})
	if err != nil {
		d.failed("backup", "", err)
		return
	}
	for _, ev := range made {
		if ev.Detail["step"] != "finished" || ev.Outcome != core.OutcomeSuccess {
			continue
		}
		age := d.now.Sub(ev.At)
		status, next := FoundOK, ""
		if age > backupDue {
			status, next = FoundWarning, "Make one: server backup. deploy/systemd has a timer."
		}
		d.note(status, "backup", next, "The newest was made on %s.", ev.At.Local().Format(time.DateOnly))
		return
	}
	d.note(FoundWarning, "backup", "Make one: server backup. Snapshots made another way are not seen here.", "None was made with 'server backup'.")
}

func (d *doctor) certificate() {
	const name, next = "TLS", "Renew it; a running server reads the files again when they change."
	if d.c.TLSCert == "" {
		d.note(FoundNothing, name, "", "No certificate of its own.")
		return
	}
	pair, err := tls.LoadX509KeyPair(d.c.TLSCert, d.c.TLSKey)
	if err != nil {
		d.failed(name, "Give a certificate and its key in CLINICIAN_TLS_CERT and CLINICIAN_TLS_KEY.", err)
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		d.failed(name, next, err)
		return
	}
	text := fmt.Sprintf("The certificate for %s ends on %s.", strings.Join(leaf.DNSNames, ", "), leaf.NotAfter.Format(time.DateOnly))
	switch left := leaf.NotAfter.Sub(d.now); {
	case left <= 0 || d.now.Before(leaf.NotBefore):
		d.note(FoundProblem, name, next, "%s It is not valid now.", text)
	case left < certificateDue:
		d.note(FoundWarning, name, next, "%s", text)
	default:
		d.note(FoundOK, name, "", "%s", text)
	}
}

// shared asks Redis and the portal's other services, as far as they are used.
func (d *doctor) shared() {
	if d.c.RedisURL == "" {
		d.note(FoundNothing, "Redis", "", "Not used: REDIS_URL is not set.")
	} else if r, err := redis.New(d.c.RedisURL); err != nil {
		d.failed("Redis", "", err)
	} else {
		d.ask(app.Sibling{Name: "Redis", Ping: r.Ping})
		_ = r.Close()
	}
	siblings, closers, err := d.c.siblings()
	if err != nil {
		d.failed("siblings", "", err)
	}
	for _, one := range siblings {
		d.ask(one)
	}
	for _, c := range closers {
		_ = c.Close()
	}
}

func (d *doctor) ask(one app.Sibling) {
	ctx, cancel := context.WithTimeout(d.ctx, doctorPatience)
	defer cancel()
	if err := one.Ping(ctx); err != nil {
		d.failed(one.Name, "Look whether it runs and whether its address is right.", err)
		return
	}
	d.note(FoundOK, one.Name, "", "Answers.")
}

// siblings are clients of the other services that are used, for asking how they are.
func (c Config) siblings() (list []app.Sibling, closers []io.Closer, err error) {
	add := func(name string, one interface {
		io.Closer
		Ping(ctx context.Context) error
	}, failed error) {
		if failed != nil {
			err = errors.Join(err, failed)
			return
		}
		list, closers = append(list, app.Sibling{Name: name, Ping: one.Ping}), append(closers, one)
	}
	if c.DatabaseServiceURL != "" {
		one, err := databaseservice.New(databaseservice.Options{URL: c.DatabaseServiceURL, Token: c.databaseServiceToken()})
		add(databaseservice.Name, one, err)
	}
	if c.AuthServiceURL != "" {
		one, err := authservice.New(authservice.Options{URL: c.AuthServiceURL})
		add(authservice.Name, one, err)
	}
	if c.FileServiceURL != "" {
		one, err := fileservice.New(fileservice.Options{URL: c.FileServiceURL})
		add(fileservice.Name, one, err)
	}
	if c.OCRServiceURL != "" {
		one, err := ocrservice.New(ocrservice.Options{URL: c.OCRServiceURL, Clock: core.SystemClock})
		add(ocrservice.Name, one, err)
	}
	return list, closers, err
}
