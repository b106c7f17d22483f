package tui

import (
	"context"
	"fmt"
	"sort"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// doubtBelow is the confidence under which a word is marked.
const doubtBelow = 60

// reader reads the pages of a result: one page at a time, with search. It is
// the part that viewer and result share.
type reader struct {
	*base
	result core.Result
	page   int // index of result.Pages
	words  map[int]core.Page
	failed map[int]error // pages whose words could not be had
	pager  ui.Pager
	signs  int // words marked on this page
	query  ui.Input
	asking bool // the search is being typed
}

const slotWords ui.Slot = "words"

// wordsOf is a page with its words, and the job it belongs to.
type wordsOf struct {
	Number int
	Page   core.Page
}

func (r *reader) open(res core.Result) tea.Cmd {
	sort.SliceStable(res.Pages, func(i, j int) bool { return res.Pages[i].Number < res.Pages[j].Number })
	if len(res.Pages) == 0 { // a server that gives no pages gives one text
		res.Pages = []core.Page{{Number: 1, Status: "read", Text: res.ExtractedText}}
	}
	r.result, r.page = res, 0
	r.words, r.failed = map[int]core.Page{}, map[int]error{}
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
	if w, ok := r.words[p.Number]; ok {
		r.mark(p, w)
		return nil
	}
	r.signs = 0
	r.pager.Set(ui.Text{Body: p.Text})
	if p.Status == "failed" || p.Status == "empty" || p.Source == "text-layer" || p.Source == "text-file" || r.result.JobID == "" {
		return nil // no words to be unsure of
	}
	return r.fetchWords(p.Number)
}

func (r *reader) fetchWords(n int) tea.Cmd {
	backend, job := r.backend, r.result.JobID
	return ui.Load(r.scope, slotWords, func(ctx context.Context) (wordsOf, error) {
		p, err := backend.Page(ctx, job, n)
		return wordsOf{n, p}, err
	})
}

func (r *reader) gotWords(m ui.Result[wordsOf]) {
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
	t := marked(p.Text, words.Words)
	r.signs = len(t.Doubt)
	r.pager.Set(t)
}

// near is how far ahead in the text a word is looked for. A word that was
// written differently must not be found again pages later: every word after it would be missed.
const near = 80

// marked finds the doubtful words in the text, in order. A word that is not
// found is left unmarked and does not stop the rest; the reader says how many.
func marked(body string, words []core.Word) ui.Text {
	t := ui.Text{Body: body}
	at := 0
	for _, w := range words {
		if w.Text == "" {
			continue
		}
		ahead := body[at:min(len(body), at+near+len(w.Text))]
		i := strings.Index(ahead, w.Text)
		if i < 0 {
			continue
		}
		from := at + i
		at = from + len(w.Text)
		if unsure(w) {
			t.Doubt = append(t.Doubt, ui.Span{From: from, To: at})
		}
	}
	return t
}

func unsure(w core.Word) bool { return w.Confidence != nil && *w.Confidence < doubtBelow }

// keys are the reader's bindings.
func (r *reader) keys() []ui.Binding {
	if r.asking {
		return []ui.Binding{
			{Keys: []string{"enter"}, Help: "search", Run: r.search},
			{Keys: []string{"esc"}, Help: "end the search", Run: do(r.endSearch)},
		}
	}
	keys := []ui.Binding{{Keys: []string{"/", "ctrl+f"}, Help: "search", Run: do(func() { r.asking = true; r.query.Set("") })}}
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
			ui.Binding{Keys: []string{"esc"}, Help: "end the search", Run: do(r.endSearch)})
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
		if !ui.Contains(r.result.Pages[j].Text, r.query.Value()) {
			continue
		}
		cmd := r.turn(j - r.page)
		r.pager.Find(r.query.Value())
		r.pager.Next(d)
		return cmd
	}
	r.warn("“" + r.query.Value() + "” is not in the text of this document.")
	return nil
}

// line says where one is: page, origin, confidence, search.
func (r *reader) line(w int) string {
	p := r.current()
	left := " " + r.th.Strong.Render(fmt.Sprintf("page %d of %d", r.page+1, len(r.result.Pages))) + r.th.Dim.Render("  "+origin(p))
	if r.asking {
		return ui.Sides(" "+r.th.Key.Render("/")+" "+r.query.View(r.th, min(30, w-10), true), "", w)
	}
	right := ""
	if r.query.Value() != "" {
		n, of := r.pager.Hit()
		hits := fmt.Sprintf("“%s” %d of %d", r.query.Value(), n, of)
		if n == 0 {
			hits = fmt.Sprintf("“%s” %d", r.query.Value(), of)
		}
		right = r.th.Match.Render(hits) + r.th.Dim.Render(" on this page ")
	} else if from, to, of := r.pager.Position(); of > to-from+1 {
		right = r.th.Dim.Render(fmt.Sprintf("lines %d-%d of %d ", from, to, of))
	}
	if ui.Width(left)+ui.Width(right) >= w {
		right = "" // how it was read matters more
	}
	return ui.Sides(left, right, w)
}

// origin labels text that no person wrote here.
func origin(p core.Page) string {
	if p.Status == "failed" {
		return "not read"
	}
	switch p.Source {
	case "text-layer":
		return "text of the file itself"
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
		return ui.Partial(r.th, "unsure words are not marked (r retries): "+core.MessageOf(r.failed[p.Number]), w)
	case r.scope.Busy(slotWords):
		return r.th.Dim.Render(" marking unsure words …")
	}
	n := r.doubts()
	switch {
	case n == 0:
		return ""
	case n > r.signs:
		return ui.Partial(r.th, fmt.Sprintf("%d words below %d %%, %d of them could not be marked", n, doubtBelow, n-r.signs), w)
	}
	text := fmt.Sprintf(" machine not sure (below %d %%), %d on this page", doubtBelow, n)
	return r.th.Doubt.Render(" ~word~") + r.th.Dim.Render(ui.Cut(text, w-7))
}

// doubts counts the words of this page the machine was not sure of.
func (r *reader) doubts() int {
	n := 0
	for _, w := range r.words[r.current().Number].Words {
		if unsure(w) {
			n++
		}
	}
	return n
}

// view draws text, with its line above and note below.
func (r *reader) view(w, h int) string {
	if !r.ready() || h < 2 {
		return ""
	}
	r.pager.SetSize(w, max(1, h-2))
	p := r.current()
	body := r.pager.View(r.th)
	switch {
	case p.Status == "failed":
		body = "\n" + ui.Block(r.th.Bad.Render, "! This page could not be read: "+first(p.Error, "no reason was given"), w)
	case p.Status == "empty" || strings.TrimSpace(p.Text) == "":
		body = "\n" + ui.Block(r.th.Plain.Render, "The machine found no text on this page.", w)
	}
	return r.line(w) + "\n" + ui.Fit(body, w, h-2) + "\n" + r.note(w)
}
