package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// readingScreen watches a machine read a document: state, pages, time left, and
// the text of each page as it is done. The job belongs to the server: leaving
// does not stop it.
type readingScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	jobID  string

	job    core.Job // as it stood last
	got    bool     // there was one
	lost   bool     // the connection is lost, Next is trying
	err    error
	began  time.Time
	stream core.JobWatch
	pages  map[int]core.Page
	absent map[int]bool // asked for since the last event, not there yet
	asked  int          // page under way, 0 none
	pager  ui.Pager
	free   bool // somebody scrolled up to read: new pages do not move the text
}

const (
	slotOpenStream ui.Slot = "open stream"
	slotLive       ui.Slot = "live page"
	slotCancel     ui.Slot = "cancel"
	slotSecond     ui.Slot = "second"
)

func NewReading(clinic Clinic, e *page.Env, r page.Reading) page.Screen {
	return &readingScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, jobID: r.Job, began: e.Now(),
		pages: map[int]core.Page{}, absent: map[int]bool{}}
}

func (s *readingScreen) Banner() ui.Banner     { return s.banner }
func (s *readingScreen) WatchesReading()       {}
func (s *readingScreen) Document() core.Record { return s.record }

func (s *readingScreen) Init() tea.Cmd { return tea.Batch(s.connect(), s.second()) }

func (s *readingScreen) second() tea.Cmd { return ui.After(s.Scope(), slotSecond, time.Second) }

// connect first makes sure whose job it is, then follows it.
func (s *readingScreen) connect() tea.Cmd {
	clinic, id, patient := s.clinic, s.jobID, s.banner.ID
	return ui.Load(s.Scope(), slotOpenStream, func(ctx context.Context) (core.JobWatch, error) {
		j, err := clinic.Job(ctx, id)
		if err != nil {
			return nil, err
		}
		if j.PatientID != patient {
			return nil, page.WrongPatient()
		}
		return clinic.WatchJob(ctx, id)
	})
}

// next pulls one event; one is under way at a time.
func (s *readingScreen) next() tea.Cmd {
	stream := s.stream
	return ui.Load(s.Scope(), page.SlotNext, func(ctx context.Context) (core.JobEvent, error) {
		return stream.Next(ctx)
	})
}

// Close ends the stream too. It may have to say goodbye to the server, which
// must not hold up the program.
func (s *readingScreen) Close() {
	s.Base.Close()
	s.hangUp()
}

func (s *readingScreen) hangUp() {
	if stream := s.stream; stream != nil {
		s.stream = nil
		go stream.Close() // nothing depends on how it ends
	}
}

func (s *readingScreen) Refresh() tea.Cmd {
	if s.err == nil {
		return nil
	}
	s.err, s.lost = nil, false
	s.hangUp()
	return s.connect()
}

func (s *readingScreen) Keys() []ui.Binding {
	cancel := ui.Binding{Keys: []string{"ctrl+k"}, Act: true, Help: "cancel reading", Off: s.ChangeOff(), Run: s.cancel}
	if s.ended() {
		cancel.Off = "The reading has ended."
	}
	keys := []ui.Binding{cancel}
	if s.err != nil || s.ended() {
		keys = append(keys, ui.Binding{Keys: []string{"r"}, Help: "look again", Run: s.Refresh})
	}
	if s.job.Status == core.JobCompleted {
		keys = append(keys, ui.Binding{Keys: []string{"enter"}, Help: "text", Run: page.Do(func() { s.finish(false) })})
	}
	keys = append(keys, ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "leave (reading goes on)", Run: page.Do(s.leave)})
	return append(keys, ui.MoveKeys(&s.pager, s.scrolled)...)
}

func (s *readingScreen) leave() {
	if !s.ended() && s.got {
		s.Info("Reading goes on; the list shows when it is done.")
	}
	s.Pop()
}

func (s *readingScreen) ended() bool { return s.job.Status.Final() }

func (s *readingScreen) cancel() tea.Cmd {
	if s.Scope().Busy(slotCancel) {
		return nil
	}
	clinic, id := s.clinic, s.jobID
	return ui.Load(s.Scope(), slotCancel, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, clinic.CancelJob(ctx, id)
	})
}

func (s *readingScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case ui.Result[core.JobWatch]:
		if m.Err != nil {
			s.err = m.Err
			return nil
		}
		s.stream = m.Value
		return s.next()
	case ui.Result[core.JobEvent]:
		return s.happened(m)
	case ui.Result[core.Page]:
		return s.gotPage(m)
	case ui.Result[ui.Tick]:
		if s.ended() || s.err != nil {
			return nil
		}
		return s.second()
	case ui.Result[struct{}]:
		if m.Err != nil {
			s.Bad(core.MessageOf(m.Err))
		} else {
			s.Info("Reading is being stopped.")
		}
	}
	return nil
}

func (s *readingScreen) happened(m ui.Result[core.JobEvent]) tea.Cmd {
	switch {
	case m.Err == nil:
	case errors.Is(m.Err, io.EOF):
		s.hangUp()
		if !s.ended() { // the end was missed: ask afresh
			return s.connect()
		}
		return nil
	case core.CodeOf(m.Err) == core.CodeUnavailable, core.CodeOf(m.Err) == core.CodeRateLimited:
		s.lost = true
		return s.next()
	default:
		s.err = m.Err
		return nil
	}
	s.lost = false
	s.take(m.Value)
	if s.job.Status == core.JobCompleted {
		s.finish(true)
		return nil
	}
	if s.ended() {
		return nil
	}
	return tea.Batch(s.next(), s.fetch())
}

// take notes how the job stands.
func (s *readingScreen) take(ev core.JobEvent) {
	s.job, s.got = ev.Job, true
	if t := ev.Job.StartedAt; t != nil {
		s.began = *t
	}
	clear(s.absent)
}

// fetch asks for the next finished page that is not here yet. Pages may be
// done out of order, so those that are not there are passed over until the next event.
func (s *readingScreen) fetch() tea.Cmd {
	if s.asked != 0 || s.ended() {
		return nil
	}
	last := s.job.Pages
	if len(s.pages) >= s.job.Page {
		return nil
	}
	for n := 1; n <= last; n++ {
		if _, ok := s.pages[n]; ok || s.absent[n] {
			continue
		}
		s.asked = n
		clinic, job := s.clinic, s.jobID
		return ui.Load(s.Scope(), slotLive, func(ctx context.Context) (core.Page, error) { return clinic.JobPage(ctx, job, n) })
	}
	return nil
}

func (s *readingScreen) gotPage(m ui.Result[core.Page]) tea.Cmd {
	n := s.asked
	s.asked = 0
	if m.Err != nil {
		s.absent[n] = true
		return s.fetch()
	}
	s.pages[n] = m.Value
	s.fill()
	return s.fetch()
}

// fill puts the pages that are here into the pager and follows the newest,
// unless somebody scrolled up to read.
func (s *readingScreen) fill() {
	numbers := make([]int, 0, len(s.pages))
	for n := range s.pages {
		numbers = append(numbers, n)
	}
	sort.Ints(numbers)
	var all ui.Text
	for _, n := range numbers {
		p := s.pages[n]
		all.Body += fmt.Sprintf("--- page %d, %s ---\n", n, origin(p))
		from := len(all.Body)
		text := p.Text
		if p.Status == "failed" {
			text = "! not read: " + page.First(p.Error, "no reason given")
		} else if strings.TrimSpace(text) == "" {
			text = "(no text on this page)"
		}
		for _, d := range page.Marked(text, p.Words).Doubt {
			all.Doubt = append(all.Doubt, ui.Span{From: from + d.From, To: from + d.To})
		}
		all.Body += strings.TrimRight(text, "\n") + "\n\n"
	}
	s.pager.Set(all)
	s.follow()
}

func (s *readingScreen) follow() {
	if !s.free {
		s.pager.End(true)
	}
}

// scrolled notes whether the end of the text is in sight.
func (s *readingScreen) scrolled() tea.Cmd {
	_, to, of := s.pager.Position()
	s.free = to < of
	return nil
}

// headLines are the title, the state, the bar and, where there is room, a gap.
func (s *readingScreen) headLines() int {
	if s.H >= 14 {
		return 4
	}
	return 3
}

func (s *readingScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.pager.SetSize(w, max(1, h-s.headLines()))
	s.follow()
}

// finish goes on to the result.
func (s *readingScreen) finish(bySelf bool) {
	next := page.Result{Patient: s.banner, Record: s.record, Job: s.jobID}
	if bySelf {
		s.ReplaceBySelf(next)
	} else {
		s.Replace(next)
	}
}

func (s *readingScreen) View() string {
	lines := []string{" " + s.Theme.Head.Render(ui.Cut("Reading “"+present.Or(s.record.Title)+"”", s.W-2))}
	if s.err != nil {
		return lines[0] + "\n" + ui.Failed(s.Theme, s.err, s.W)
	}
	lines = append(lines, " "+s.status(), " "+s.bar())
	if s.headLines() > len(lines) {
		lines = append(lines, "")
	}
	text := s.pager.View(s.Theme)
	if len(s.pages) == 0 {
		text = " " + s.Theme.Dim.Render("The text of each page appears here as soon as it is read.")
		if s.ended() {
			text = ""
		}
	}
	return strings.Join(lines, "\n") + "\n" + text
}

// status says in words where the job is.
func (s *readingScreen) status() string {
	j := s.job
	switch {
	case s.lost || !s.Online:
		return s.Theme.Warn.Render(ui.Cut("! Connection lost, connecting again. The server goes on reading.", s.W-2))
	case !s.got:
		return s.Theme.Dim.Render("Asking the server …")
	case j.Status == core.JobFailed:
		return s.Theme.Bad.Render(ui.Cut("! Failed: "+present.FailureReason(j), s.W-2))
	case j.Status == core.JobCancelled:
		return s.Theme.Warn.Render("x Cancelled. Nothing was kept of this reading.")
	case j.Status == core.JobPending:
		return ui.Cut(". Waiting for its turn. "+j.Message, s.W-2)
	}
	text := "* Reading"
	message := j.Message
	if j.Pages > 0 {
		message = "" // it says the same
		text = fmt.Sprintf("* Reading page %d of %d", min(j.Page+1, j.Pages), j.Pages)
	}
	if j.FailedPages > 0 {
		text += fmt.Sprintf(", %d failed", j.FailedPages)
	}
	if j.PartialPages > 0 {
		text += fmt.Sprintf(", %d read in part", j.PartialPages)
	}
	return s.Theme.Strong.Render(text) + s.Theme.Dim.Render(ui.Cut("  "+message, s.W-2-ui.Width(text)))
}

func (s *readingScreen) bar() string {
	part := -1.0
	if s.got && (s.job.Progress > 0 || !s.ended()) { // how far one came that failed at once is not known
		part = float64(s.job.Progress) / 100
	}
	text := ""
	if !s.ended() {
		text = "  " + present.Lasting(max(0, s.Now().Sub(s.began))) + " so far"
		if e := s.job.ETASeconds; e != nil && s.job.Status == core.JobProcessing {
			text = "  about " + present.Lasting(time.Duration(*e)*time.Second) + " left" + s.Theme.Dim.Render(","+text[1:])
		}
	}
	return ui.Bar(s.Theme, part, min(40, s.W-36)) + text
}
