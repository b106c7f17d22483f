package document

import (
	"context"
	"fmt"
	"sort"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// reader reads the pages of a result: one page at a time, with search. It is
// the part that viewer and result share.
type reader struct {
	*page.Base
	clinic Clinic
	result core.Result
	page   int // index of result.Pages
	words  map[int]core.Page
	failed map[int]error // pages whose words could not be had
	pager  ui.Pager
	placed []ui.Span    // where the words of this page are in its text; From -1 is nowhere
	gone   ui.Span      // the words gone to last; empty: none
	width  int          // the text was laid out for
	specks []int        // words that are hidden as dirt
	dirt   bool         // specks are shown
	signs  int          // words marked on this page
	doubt  int          // the doubtful word gone to, from 1 of doubtful(); 0 none
	aim    *page.Spot   // where to go when the words of its page are here
	boxes  []core.Box   // of what was gone to, on the page image
	ended  map[int]bool // pages whose end was on screen
	stale  bool         // the text was changed since it was loaded
	query  ui.Input
	asking bool // the search is being typed
}

const slotWords ui.Slot = "words"

func (r *reader) open(res core.Result) tea.Cmd {
	sort.SliceStable(res.Pages, func(i, j int) bool { return res.Pages[i].Number < res.Pages[j].Number })
	if len(res.Pages) == 0 { // a server that gives no pages gives one text
		res.Pages = []core.Page{{Number: 1, Status: "read", Text: res.ExtractedText}}
	}
	r.result, r.page = res, 0
	r.stale = false
	r.words, r.failed = map[int]core.Page{}, map[int]error{}
	if r.ended == nil {
		r.ended = map[int]bool{}
	}
	if r.aim != nil {
		return r.goTo(*r.aim)
	}
	return r.turn(0)
}

func (r *reader) ready() bool { return len(r.result.Pages) > 0 }

func (r *reader) current() core.Page { return r.result.Pages[r.page] }

// turn goes d pages further and fetches the words of the page.
func (r *reader) turn(d int) tea.Cmd {
	if !r.ready() {
		return nil
	}
	r.page = max(0, min(r.page+d, len(r.result.Pages)-1))
	p := r.current()
	r.pager.End(false)
	r.placed, r.doubt, r.boxes, r.specks, r.gone = nil, 0, nil, nil, ui.Span{}
	if w, ok := r.words[p.Number]; ok {
		r.mark(p, w)
		return nil
	}
	r.signs = 0
	r.pager.Set(ui.Text{Body: body(p)})
	if p.Status == "failed" || p.Status == "empty" || p.Source == "text-layer" || p.Source == "text-file" || r.result.JobID == "" {
		return nil // no words to be unsure of
	}
	return r.fetchWords(p.Number)
}

func (r *reader) fetchWords(n int) tea.Cmd {
	clinic, job := r.clinic, r.result.JobID
	return ui.Load(r.Scope(), slotWords, func(ctx context.Context) (page.WordsOf, error) {
		p, err := clinic.JobPage(ctx, job, n)
		return page.WordsOf{Number: n, Page: p}, err
	})
}

func (r *reader) gotWords(m ui.Result[page.WordsOf]) {
	n := m.Value.Number
	if m.Err != nil {
		r.failed[n] = m.Err
		return
	}
	delete(r.failed, n)
	r.words[n] = m.Value.Page
	if r.ready() && r.current().Number == n {
		r.mark(r.current(), m.Value.Page)
	}
}

func (r *reader) mark(p, words core.Page) {
	r.set(p, words)
	if r.aim != nil && r.aim.Page == p.Number {
		r.point(*r.aim)
	}
}

// set shows the text of a page, a machine's in columns and without specks.
func (r *reader) set(p, words core.Page) {
	t := ui.Text{Body: body(p)}
	r.specks, r.width = nil, r.pager.Width()
	if p.CorrectedText != nil { // a person has read it
		r.placed = page.PlaceWords(t.Body, words.Words)
	} else {
		t.Body, r.placed, r.specks = page.Tidied(t.Body, words.Words, r.width-2, r.dirt)
		t.Doubt = page.DoubtSpans(words.Words, r.placed)
	}
	r.signs = len(t.Doubt)
	r.pager.Set(t)
}

// refit lays the text out anew when its place has another width. What was gone to stays.
func (r *reader) refit() {
	p := r.current()
	if w, ok := r.words[p.Number]; ok && r.width != r.pager.Width() {
		r.set(p, w)
		r.pointAt(r.gone)
	}
}

// showDirt shows what was hidden as specks, or hides it again.
func (r *reader) showDirt() {
	r.dirt, r.doubt = !r.dirt, 0
	if w, ok := r.words[r.current().Number]; ok {
		r.set(r.current(), w)
		r.pointAt(r.gone)
	}
}

// body is the text of a page that counts: a person's correction before the machine's.
func body(p core.Page) string {
	if p.CorrectedText != nil {
		return *p.CorrectedText
	}
	return p.Text
}

// keys are the reader's bindings.
func (r *reader) keys() []ui.Binding {
	if r.asking {
		return []ui.Binding{
			{Keys: []string{"enter"}, Help: "search", Run: r.search},
			{Keys: []string{"esc"}, Help: "end the search", Run: page.Do(r.endSearch)},
		}
	}
	keys := []ui.Binding{{Keys: []string{"/", "ctrl+f"}, Help: "search", Run: page.Do(func() { r.asking = true; r.query.Set("") })}}
	if len(r.result.Pages) > 1 {
		keys = append([]ui.Binding{
			{Keys: []string{"l", "right"}, Show: "Left/Right", Help: "page", Run: func() tea.Cmd { return r.turn(1) }},
			{Keys: []string{"h", "left"}, Show: "h/Left", Help: "page before", Quiet: true, Run: func() tea.Cmd { return r.turn(-1) }},
		}, keys...)
	}
	if r.query.Value() != "" {
		keys = append(keys,
			ui.Binding{Keys: []string{"n"}, Show: "n/N", Help: "next/last", Run: func() tea.Cmd { return r.next(1) }},
			ui.Binding{Keys: []string{"N"}, Help: "match before", Quiet: true, Run: func() tea.Cmd { return r.next(-1) }},
			ui.Binding{Keys: []string{"esc"}, Help: "end the search", Run: page.Do(r.endSearch)})
	}
	return keys
}

func (r *reader) endSearch() {
	r.asking = false
	r.query.Set("")
	r.pager.Find("")
}

func (r *reader) search() tea.Cmd {
	r.asking = false
	r.pager.Find(r.query.Value())
	if r.query.Value() == "" {
		return nil
	}
	return r.next(1)
}

// next goes to the next hit, over page borders and around the end.
func (r *reader) next(d int) tea.Cmd {
	if r.pager.Next(d) {
		return nil
	}
	n := len(r.result.Pages)
	for i := 1; i <= n; i++ {
		j := ((r.page+d*i)%n + n) % n
		if !ui.Contains(body(r.result.Pages[j]), r.query.Value()) {
			continue
		}
		cmd := r.turn(j - r.page)
		r.pager.Find(r.query.Value())
		r.pager.Next(d)
		return cmd
	}
	r.Warn("“" + r.query.Value() + "” is not in the text of this document.")
	return nil
}

// line says where one is: page, origin, confidence, search, and as far as there
// is room what was done to the page.
func (r *reader) line(w int) string {
	p := r.current()
	left := " " + r.Theme.Strong.Render(fmt.Sprintf("page %d of %d", r.page+1, len(r.result.Pages))) + r.Theme.Dim.Render("  "+origin(p))
	if r.asking {
		return ui.Sides(" "+r.Theme.Key.Render("/")+" "+r.query.View(r.Theme, min(30, w-10), true), "", w)
	}
	if n := len(r.specks); n > 0 {
		left += r.Theme.Warn.Render("  " + page.Count(n, "speck") + " hidden")
	}
	right := ""
	if r.query.Value() != "" {
		n, of := r.pager.Hit()
		hits := fmt.Sprintf("“%s” %d of %d", r.query.Value(), n, of)
		if n == 0 {
			hits = fmt.Sprintf("“%s” %d", r.query.Value(), of)
		}
		right = r.Theme.Match.Render(hits) + r.Theme.Dim.Render(" on this page ")
	} else if from, to, of := r.pager.Position(); of > to-from+1 {
		right = r.Theme.Dim.Render(fmt.Sprintf("lines %d-%d of %d ", from, to, of))
	}
	if ui.Width(left)+ui.Width(right) >= w {
		right = "" // how it was read matters more
	}
	if room := w - ui.Width(left) - ui.Width(right) - len("  ") - 1; room > 10 && len(p.Steps) > 0 && p.CorrectedText == nil {
		left += r.Theme.Dim.Render("  " + ui.Cut(strings.Join(p.Steps, ", "), room))
	}
	return ui.Sides(left, right, w)
}

// origin labels text that no person wrote here.
func origin(p core.Page) string {
	if p.CorrectedText != nil {
		if c := p.Correction; c != nil && c.ByName != "" {
			return "corrected by " + c.ByName
		}
		return "corrected by a person"
	}
	if p.Status == "failed" {
		return "not read"
	}
	switch p.Source {
	case "text-layer":
		return "text of the file itself"
	case "mixed":
		return "text of the file itself, pictures machine-read"
	case "text-file":
		return "text file"
	}
	if p.Confidence == nil {
		return "machine-read, confidence not known"
	}
	return fmt.Sprintf("machine-read, confidence %.0f %%", *p.Confidence)
}

// note is the line under the text: what is missing or what signs mean.
func (r *reader) note(w int) string {
	p := r.current()
	switch {
	case r.failed[p.Number] != nil:
		return ui.Partial(r.Theme, "unsure words are not marked (r retries): "+core.MessageOf(r.failed[p.Number]), w)
	case r.Scope().Busy(slotWords):
		return r.Theme.Dim.Render(" marking unsure words …")
	}
	n := r.doubts()
	switch {
	case n == 0 || p.CorrectedText != nil:
		return ""
	case n > r.signs:
		return ui.Partial(r.Theme, fmt.Sprintf("%s not sure, %d of them could not be marked", page.Count(n, "word"), n-r.signs), w)
	}
	text := fmt.Sprintf(" machine not sure, %d on this page", n)
	return r.Theme.Doubt.Render(" ~word~") + r.Theme.Dim.Render(ui.Cut(text, w-7))
}

// missing says above the text what of the page was not read and what to do, in at
// most so many rows: the text must stay in sight.
func (r *reader) missing(w, most int) (lines string, rows int) {
	var all []string
	for _, u := range r.current().Unread {
		all = append(all, strings.Split(ui.Block(r.Theme.Warn.Render, "! "+ui.CleanText(u.Message), w), "\n")...)
	}
	if len(all) > most {
		more := " and more was not read: look at the page and its document"
		all = append(all[:max(0, most-1)], r.Theme.Warn.Render(ui.Cut(more, w)))
	}
	if len(all) == 0 || most < 1 {
		return "", 0
	}
	return strings.Join(all, "\n") + "\n", len(all)
}

// view draws text, with its line above and note below.
func (r *reader) view(w, h int) string {
	if !r.ready() || h < 2 {
		return ""
	}
	p := r.current()
	missing, rows := r.missing(w, h/3)
	r.pager.SetSize(w, max(1, h-2-rows))
	r.refit()
	text := r.pager.View(r.Theme)
	switch {
	case p.Status == "failed" && p.CorrectedText == nil:
		text = "\n" + ui.Block(r.Theme.Bad.Render, "! This page could not be read: "+page.First(p.Error, "no reason was given"), w)
	case strings.TrimSpace(body(p)) == "":
		text = "\n" + ui.Block(r.Theme.Plain.Render, "The machine found no text on this page.", w)
	}
	return r.line(w) + "\n" + missing + ui.Fit(text, w, h-2-rows) + "\n" + r.note(w)
}
