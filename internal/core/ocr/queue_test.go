package ocr_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
	"clinician/internal/core/ocr"
	"clinician/internal/core/ocr/read"
)

// missingEngine has the real page worker and a tesseract that is not installed.
func missingEngine(t *testing.T) func(*ocr.Options) {
	return func(o *ocr.Options) {
		o.Reader = read.Reader{Pages: opener(t), Engine: tesseract.New(tesseract.Options{Program: "tesseract-that-is-not-installed"})}
	}
}

// book is a document of n pages whose pictures hold their number, and an engine
// that reads it. read may fail or wait; nil reads at once.
type book struct {
	n    int
	read func(ctx context.Context, page int) error
	ran  func(page int) string // what each page is read on; nil: it does not say
	lack map[int]core.Unread   // what a page lets the reader do nothing with

	mu   sync.Mutex
	seen []int
}

func (b *book) use(o *ocr.Options) { o.Reader = b.reader() }

func (b *book) reader() read.Reader { return read.Reader{Pages: b, Engine: b, Parallel: 1} }

func (b *book) OpenPages(_ context.Context, _ string, r io.Reader) (core.PageSource, error) {
	_, err := io.Copy(io.Discard, r)
	return bookSource{b}, err
}

func (b *book) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "book", Version: "1", Languages: []string{"eng"}}, nil
}

func (b *book) ReadPage(ctx context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	page := int(img.Data[0])
	if b.ran != nil && r.Ran != nil {
		r.Ran(b.ran(page))
	}
	b.mu.Lock()
	b.seen = append(b.seen, page)
	b.mu.Unlock()
	if b.read != nil {
		if err := b.read(ctx, page); err != nil {
			return nil, err
		}
	}
	sure := 96.0
	return []core.Word{{Text: strings.Repeat("i", page), Confidence: &sure, Line: 1, Box: core.Box{W: 10, H: 10}}}, nil
}

// heldBook is a book of n pages whose reader says which page it began and goes on
// when it is told to.
func heldBook(n int) (b *book, began chan int, goOn chan struct{}) {
	began, goOn = make(chan int, 10), make(chan struct{})
	return &book{n: n, read: func(ctx context.Context, page int) error {
		began <- page
		select {
		case <-goOn:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}, began, goOn
}

type bookSource struct{ b *book }

func (s bookSource) Count() int { return s.b.n }
func (s bookSource) Text(_ context.Context, page int) (p core.Page, err error) {
	if u, ok := s.b.lack[page]; ok {
		p.Leaves(u)
	}
	return p, nil
}
func (s bookSource) Image(_ context.Context, page int, _ core.ImageRequest) (core.PageImage, error) {
	return core.PageImage{Data: []byte{byte(page)}, Width: 100, Height: 100}, nil
}
func (s bookSource) Close() error { return nil }

func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(2 * time.Minute):
		t.Fatal("nothing happened")
		panic("unreachable")
	}
}

func TestOneBadPageDoesNotSpoilTheRest(t *testing.T) {
	b := &book{n: 3, read: func(_ context.Context, page int) error {
		if page == 2 {
			return core.Errorf(core.CodeInternal, "The OCR program could not read this page.")
		}
		return nil
	}}
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	end := h.ended(s, j.ID)
	if end.Status != core.JobCompleted || end.FailedPages != 1 || end.Page != 3 || end.Message != "Completed; 1 of 3 pages could not be read" {
		t.Fatalf("ended as %+v", end)
	}
	p, err := s.Page(t.Context(), j.ID, 2)
	if err != nil || p.Status != "failed" || p.Error != "The OCR program could not read this page." {
		t.Errorf("page 2 is %+v, %v", p, err)
	}
	r, err := s.Result(t.Context(), j.ID)
	if err != nil || r.ExtractedText != "i\n\niii" || r.FailedPages != 1 {
		t.Errorf("result %q, %d failed, %v", r.ExtractedText, r.FailedPages, err)
	}
}

// What a page holds and nobody could read is said with the page, the job and to who
// asked, also when another attempt finishes the job.
func TestWhatWasLeftOutIsSaid(t *testing.T) {
	letter := core.Unread{Kind: core.UnreadAttachment, Name: "result.pdf", Message: "The file “result.pdf” is attached and was not read. Save it and upload it."}
	b := &book{n: 3, lack: map[int]core.Unread{1: letter}}
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	end := h.ended(s, j.ID)
	if end.Status != core.JobCompleted || end.PartialPages != 1 || end.FailedPages != 0 || end.Message != "Completed; 1 of 3 pages were read in part" {
		t.Fatalf("ended as %+v", end)
	}
	p, err := s.Page(t.Context(), j.ID, 1)
	if err != nil || p.Status != core.PagePartial || p.Text != "i" || len(p.Unread) != 1 || p.Unread[0] != letter || !slices.Contains(p.Steps, "not read: attachment") {
		t.Errorf("page 1 is %+v, %v", p, err)
	}
	r, err := s.Result(t.Context(), j.ID)
	if err != nil || r.PartialPages != 1 || r.Pages[0].Status != core.PagePartial || r.Pages[1].Status != core.PageRead {
		t.Errorf("result %+v, %v", r, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.told) != 1 || h.told[0].Kind != "ocr_partial" || h.told[0].Text != "A document was read, but not all that it holds." {
		t.Errorf("told %+v", h.told)
	}
}

// Behind one engine may be several machines: each page names its own.
func TestEachPageNamesItsDevice(t *testing.T) {
	b := &book{n: 3, ran: func(page int) string { return []string{"cuda:0", "cuda:1", ""}[page-1] }}
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	h.ended(s, j.ID)
	for n, want := range []string{"cuda:0", "cuda:1", ""} {
		if p, err := s.Page(t.Context(), j.ID, n+1); err != nil || p.Device != want {
			t.Errorf("page %d was read on %q, %v; want %q", n+1, p.Device, err, want)
		}
	}
}

func TestAllPagesBadFailsTheJob(t *testing.T) {
	b := &book{n: 2, read: func(context.Context, int) error { return core.Errorf(core.CodeInternal, "Out of ink.") }}
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	if end := h.ended(s, j.ID); end.Status != core.JobFailed || end.Error != "No page could be read. Out of ink." {
		t.Fatalf("ended as %+v", end)
	}
	if _, err := s.Result(t.Context(), j.ID); core.CodeOf(err) != core.CodeConflict || core.MessageOf(err) != "Job not completed. Current status: failed" {
		t.Errorf("result of a failed job: %v", err)
	}
	evs, err := h.db.Query(t.Context(), core.AuditQuery{Type: core.EventJobEnded})
	if err != nil || len(evs) != 1 || evs[0].JobID != j.ID || evs[0].Outcome != core.OutcomeFailure {
		t.Errorf("audit %+v, %v", evs, err)
	}
	if len(h.told) != 1 || h.told[0].Kind != "ocr_failed" || h.told[0].Level != "action" {
		t.Errorf("notified %+v", h.told)
	}
}

func TestSlowPageIsGivenUp(t *testing.T) {
	b := &book{n: 2, read: func(ctx context.Context, page int) error {
		if page == 1 {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}}
	h := newHouse(t)
	reader := b.reader()
	reader.PageTimeout = 50 * time.Millisecond
	s := h.service(func(o *ocr.Options) { o.Reader = reader })
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || end.FailedPages != 1 {
		t.Fatalf("ended as %+v", end)
	}
	if p, err := s.Page(t.Context(), j.ID, 1); err != nil || p.Error != "Reading this page took too long and was given up." {
		t.Errorf("page 1 is %+v, %v", p, err)
	}
}

func TestJobsRunInOrderAndSayWhereTheyStand(t *testing.T) {
	b, began, goOn := heldBook(1)
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	first := h.submit(s, h.add(core.MIMEPDF, nil))
	receive(t, began)
	var waiting []core.Job
	for i := range 3 {
		j := h.submit(s, h.add(core.MIMEPDF, nil))
		if j.Position != i || j.Status != core.JobPending {
			t.Errorf("job %d waits at %d, %s", i, j.Position, j.Status)
		}
		waiting = append(waiting, j)
	}
	close(goOn)
	var ends []time.Time
	for _, j := range append([]core.Job{first}, waiting...) {
		ends = append(ends, *h.ended(s, j.ID).CompletedAt)
	}
	if !slices.IsSortedFunc(ends, time.Time.Compare) {
		t.Errorf("jobs ended out of order: %v", ends)
	}
	list, err := s.Jobs(t.Context(), core.JobQuery{})
	if err != nil || len(list) != 4 || list[3].ID != first.ID {
		t.Errorf("%d jobs listed, %v", len(list), err)
	}
}

func TestCancel(t *testing.T) {
	began, ended := make(chan int, 10), make(chan error, 10)
	b := &book{n: 5, read: func(ctx context.Context, page int) error {
		if page == 1 {
			return nil
		}
		began <- page
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}}
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	running := h.submit(s, h.add(core.MIMEPDF, nil))
	waiting := h.submit(s, h.add(core.MIMEPDF, nil))
	receive(t, began)

	for _, j := range []core.Job{waiting, running} {
		got, err := s.Cancel(t.Context(), j.ID, core.AuditEvent{Type: core.EventJobCancelled, UserID: 1})
		if err != nil || got.Status != core.JobCancelled {
			t.Fatalf("cancel: %+v, %v", got, err)
		}
		if end := h.ended(s, j.ID); end.Status != core.JobCancelled || end.CompletedAt == nil {
			t.Errorf("ended as %+v", end)
		}
		if _, err := s.Cancel(t.Context(), j.ID, core.AuditEvent{}); core.CodeOf(err) != core.CodeConflict {
			t.Errorf("cancelled twice: %v", err)
		}
	}
	if err := receive(t, ended); err == nil {
		t.Error("the engine was not told to stop")
	}
	if p, err := s.Page(t.Context(), running.ID, 1); err != nil || p.Text != "i" {
		t.Errorf("the finished page is gone: %+v, %v", p, err)
	}
}

// A service that stops in the middle goes on where it was.
func TestStopAndGoOn(t *testing.T) {
	began := make(chan int, 10)
	first := &book{n: 4, read: func(ctx context.Context, page int) error {
		if page < 3 {
			return nil
		}
		began <- page
		<-ctx.Done()
		return ctx.Err()
	}}
	h := newHouse(t)
	s := h.service(first.use)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	receive(t, began)
	stop(t, s)
	if got, err := s.Job(t.Context(), j.ID); err != nil || got.Status != core.JobPending || got.Page != 2 {
		t.Fatalf("after stop: %+v, %v", got, err)
	}

	second := &book{n: 4}
	s = h.service(second.use)
	h.start(s)
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || end.Page != 4 {
		t.Fatalf("ended as %+v", end)
	}
	if !slices.Equal(second.seen, []int{3, 4}) {
		t.Errorf("pages %v were read after the restart, want 3 and 4", second.seen)
	}
}

// A node that died holds its claim; it takes its own jobs back when it starts
// again, and gives up on a job that keeps killing it.
func TestCrashAndGoOn(t *testing.T) {
	h := newHouse(t)
	b := &book{n: 1}
	s := h.service(b.use)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	crash := func() ocr.Claim {
		now := core.SystemClock()
		c, got, ok, err := h.db.ClaimJob(t.Context(), "local", now, now.Add(time.Hour))
		if err != nil || !ok || got.ID != j.ID {
			t.Fatalf("claim: %v, %v, %+v", ok, err, got)
		}
		return c
	}
	lost := crash()
	if _, _, ok, _ := h.db.ClaimJob(t.Context(), "other", core.SystemClock(), core.SystemClock()); ok {
		t.Fatal("a running job was given out twice")
	}
	if n, err := h.db.RequeueJobs(t.Context(), "local"); err != nil || n != 1 {
		t.Fatalf("requeued %d, %v", n, err)
	}
	crash()
	if err := h.db.FinishJob(t.Context(), lost, j, nil, core.AuditEvent{}); core.CodeOf(err) != core.CodeConflict {
		t.Fatalf("the node that lost the job finished it: %v", err)
	}
	if n, err := h.db.RequeueJobs(t.Context(), "local"); err != nil || n != 1 {
		t.Fatalf("requeued %d, %v", n, err)
	}
	crash()
	h.start(s) // takes it back for the fourth time
	end := h.ended(s, j.ID)
	if end.Status != core.JobFailed || !strings.Contains(end.Error, "broken off 3 times") {
		t.Errorf("ended as %s: %q", end.Status, end.Error)
	}
	if len(b.seen) != 0 {
		t.Errorf("the page was read again")
	}
}

func TestSilentNodeLosesItsJob(t *testing.T) {
	h := newHouse(t)
	s := h.service((&book{n: 1}).use)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	now := core.SystemClock()
	if _, _, ok, err := h.db.ClaimJob(t.Context(), "dead", now, now.Add(-time.Second)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	h.start(s)
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted {
		t.Errorf("ended as %+v", end)
	}
}

func TestWatch(t *testing.T) {
	h := newHouse(t)
	s := h.service((&book{n: 2}).use)
	if _, err := s.Watch(t.Context(), "nothing"); !core.IsNotFound(err) {
		t.Errorf("watched a job that is not there: %v", err)
	}
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	w, err := s.Watch(t.Context(), j.ID)
	if err != nil {
		t.Fatal(err)
	}
	if ev, err := w.Next(t.Context()); err != nil || ev.Stage != "queued" {
		t.Errorf("first event %+v, %v", ev, err)
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := w.Next(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting in vain gave %v", err)
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := w.Next(context.Background())
		waiting <- err
	}()
	w.Close()
	if err := receive(t, waiting); core.CodeOf(err) != core.CodeCanceled {
		t.Errorf("closing gave %v", err)
	}
	h.start(s)
	h.ended(s, j.ID)
	late := h.events(s, j.ID)
	if len(late) != 1 || !late[0].Final() {
		t.Errorf("who comes late gets %+v", late)
	}
}

// A bus that loses everything delays watchers, and nothing else.
func TestWatchWithoutTheBus(t *testing.T) {
	h := newHouse(t)
	s := h.service(func(o *ocr.Options) { (&book{n: 1}).use(o); o.Bus = deafBus{h.bus} })
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted {
		t.Errorf("ended as %+v", end)
	}
}

type deafBus struct{ core.Bus }

func (deafBus) Publish(context.Context, string, core.JobEvent) error { return errors.New("no") }

// A clinician sees the jobs of the patients who are theirs now.
func TestJobsOfAClinician(t *testing.T) {
	h := newHouse(t)
	s := h.service((&book{n: 1}).use)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	var ids []int64
	for _, mail := range []string{"a@example.org", "b@example.org"} {
		c, err := h.db.RegisterClinician(t.Context(), core.NewClinician{User: core.NewUser{Email: mail, FirstName: "C", LastName: "D", Role: core.RoleClinician}},
			core.AuditEvent{Type: core.EventRegistered})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	if _, err := h.db.Assign(t.Context(), 1, ids[0], nil, "", core.AuditEvent{Type: core.EventPatientAssigned}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{1, 0} {
		jobs, err := s.Jobs(t.Context(), core.JobQuery{ClinicianID: ids[i]})
		if err != nil || len(jobs) != want || want == 1 && jobs[0].ID != j.ID {
			t.Errorf("clinician %d sees %d jobs, %v", i, len(jobs), err)
		}
	}
}

// A record that is deleted while it is read takes its job along.
func TestDeletedWhileItRuns(t *testing.T) {
	began, goOn := make(chan int, 1), make(chan struct{})
	b := &book{n: 1, read: func(_ context.Context, page int) error {
		began <- page
		<-goOn
		return nil
	}}
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, nil))
	receive(t, began)
	if _, err := h.raw.ExecContext(t.Context(), "DELETE FROM ocr_jobs WHERE id = ?", j.ID); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	stop(t, s)
	var pages int
	if err := h.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM ocr_pages").Scan(&pages); err != nil || pages != 0 {
		t.Errorf("%d pages are left, %v", pages, err)
	}
	if len(h.told) != 0 {
		t.Errorf("notified %+v", h.told)
	}
}

func TestLanguages(t *testing.T) {
	h := newHouse(t)
	s := h.service((&book{n: 1}).use)
	for _, language := range []string{"deu", "eng+deu", "--psm", "", "../eng", "eng+"} {
		_, err := s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEPDF, nil), UserID: 1, Language: language}, core.AuditEvent{})
		if want := language == ""; (err == nil) != want || err != nil && core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("language %q: %v", language, err)
		}
	}
}
