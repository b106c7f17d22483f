package values

import (
	"context"
	"fmt"
	"image"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// valuesScreen lists what a machine found in a document, each value with its
// pixels beside it, to be verified, corrected or rejected by a person.
type valuesScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	state  ui.State
	data   core.RecordValues
	shown  []int // indices of data.Results
	open   bool  // only those nobody has reviewed
	table  *ui.Table
	pic    page.Picture
	pages  map[int]core.Page      // with their size
	saving map[string]string      // values whose review is under way, and what it says
	typed  map[string]*valueEntry // what was typed of values and is not stored yet
	entry  *valueEntry            // not nil: a correction or a reason is being typed
	aim    string                 // value to select when the values are here
	seen   map[string]bool        // values whose place on the page was drawn or opened
}

const (
	slotValues   ui.Slot = "values"
	slotPageSize ui.Slot = "page size"
)

// reviewed is the answer to a review: the value as it is now.
type reviewed struct{ Value core.Value }

// current is the value that stands where err refuses a change because of it.
func current(err error, v core.Value) (core.Value, bool) {
	now, ok := core.Current[core.Value](err)
	if !ok || now.ID != v.ID || now.PatientID != v.PatientID {
		return v, false
	}
	return now, true
}

func New(clinic Clinic, e *page.Env, r page.Values) page.Screen {
	s := &valuesScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, aim: r.Value, saving: map[string]string{}, typed: map[string]*valueEntry{}, seen: map[string]bool{}, pages: map[int]core.Page{}}
	s.pic = page.NewPicture(&s.Base, clinic, r.Record.ID, 1)
	s.table = ui.NewTable(
		ui.Column{Title: "", Width: 1},
		ui.Column{Title: "Name", Width: 14, Flex: true},
		ui.Column{Title: "As printed", Width: 12, Right: true},
		ui.Column{Title: "Unit", Width: 8, Drop: 1},
		ui.Column{Title: "Flag", Width: 8},
		ui.Column{Title: "Range", Width: 12, Drop: 2},
		ui.Column{Title: "State", Width: 15},
	)
	return s
}

func (s *valuesScreen) Banner() ui.Banner     { return s.banner }
func (s *valuesScreen) Document() core.Record { return s.record }
func (s *valuesScreen) Typing() bool          { return s.entry != nil }
func (s *valuesScreen) Init() tea.Cmd         { return s.Refresh() }

func (s *valuesScreen) Close() {
	s.Base.Close()
	s.pic.Close()
}

// Leaving keeps what is being typed as a question.
func (s *valuesScreen) Leaving() string {
	if len(s.saving) > 0 {
		return "A review is still on its way to the server. Leave before it is stored?"
	}
	if s.entry != nil {
		return page.Unsaved(&s.entry.form)
	}
	if n := len(s.typed); n > 0 {
		return fmt.Sprintf("What you typed of %s was not stored. Leave without it?", page.Count(n, "value"))
	}
	return ""
}

func (s *valuesScreen) Refresh() tea.Cmd {
	clinic, id := s.clinic, s.record.ID
	s.pic.Err = nil
	return ui.Load(s.Scope(), slotValues, func(ctx context.Context) (core.RecordValues, error) {
		return clinic.RecordValues(ctx, id, core.ValueFilter{})
	})
}

func (s *valuesScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	tw, th := s.tableSize()
	s.table.SetSize(tw, th)
}

// tableSize leaves room for the head and, below or beside, the selected value.
func (s *valuesScreen) tableSize() (w, h int) {
	if s.W >= page.WideEnough+20 {
		return s.W * 3 / 5, max(2, s.H-3)
	}
	return s.W, max(3, s.H-3-s.detailHeight())
}

func (s *valuesScreen) detailHeight() int { return max(3, min(11, s.H/2)) }

func (s *valuesScreen) selected() (core.Value, bool) {
	if i := s.table.Cursor(); i >= 0 && i < len(s.shown) {
		return s.data.Results[s.shown[i]], true
	}
	return core.Value{}, false
}

func (s *valuesScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.entry != nil && s.entry.began(m) && s.entry.form.Update(m) {
			return s.send()
		}
	case ui.Result[core.RecordValues]:
		return s.answered(m)
	case ui.Result[reviewed]:
		return s.gotReview(m)
	case ui.Result[*image.Gray]:
		s.pic.Got(m)
	case ui.Result[page.WordsOf]:
		if m.Err == nil {
			s.pages[m.Value.Number] = m.Value.Page
		} else {
			s.pages[m.Value.Number] = core.Page{Number: m.Value.Number, Status: "failed"}
		}
		return s.follow()
	}
	return nil
}

func (s *valuesScreen) answered(m ui.Result[core.RecordValues]) tea.Cmd {
	if m.Err == nil && m.Value.PatientID != s.banner.ID {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	kept := s.aim
	if v, ok := s.selected(); ok {
		kept = v.ID
	}
	s.state.Done(s.Now())
	s.data, s.aim = m.Value, ""
	s.list()
	for i, n := range s.shown {
		if s.data.Results[n].ID == kept {
			s.table.Select(i)
		}
	}
	return s.follow()
}

// list fills the table: laboratory results first, in the order of the page.
func (s *valuesScreen) list() {
	s.shown = s.shown[:0]
	for _, kind := range valueKinds {
		for i, v := range s.data.Results {
			if v.Kind == kind && (!s.open || v.Review == nil) {
				s.shown = append(s.shown, i)
			}
		}
	}
	s.table.SetRows(len(s.shown), func(r, c int) string { return s.cell(s.data.Results[s.shown[r]], c) })
	s.table.Mute(func(r int) bool {
		v := s.data.Results[s.shown[r]]
		return v.Review != nil && v.Review.Status == core.ReviewRejected
	})
}

// follow fetches the page of the selected value and frames the value on it.
func (s *valuesScreen) follow() tea.Cmd {
	v, ok := s.selected()
	if !ok || v.Page < 1 {
		return nil
	}
	var cmds []tea.Cmd
	_, known := s.pages[v.Page]
	if !known && v.JobID != "" {
		clinic, job, n := s.clinic, v.JobID, v.Page
		s.pages[n] = core.Page{Number: n}
		cmds = append(cmds, ui.Load(s.Scope(), ui.Slot(fmt.Sprintf("%s %d", slotPageSize, n)), func(ctx context.Context) (page.WordsOf, error) {
			p, err := clinic.JobPage(ctx, job, n)
			return page.WordsOf{Number: n, Page: p}, err
		}))
	}
	return tea.Batch(append(cmds, s.pic.Show(v.Page))...)
}

func (s *valuesScreen) cell(v core.Value, col int) string {
	switch col {
	case 0:
		return valueSign(v)
	case 1:
		return present.ValueOf(v).Name()
	case 2:
		return present.ValueOf(v).Figure
	case 3:
		return present.ValueOf(v).Manner()
	case 4:
		return flagText(s.Theme, v)
	case 5:
		return v.Range
	}
	if now, busy := s.saving[v.ID]; busy {
		return now + " …"
	}
	return page.ValueState(v.Review)
}

// review sends a word on a value, one request for each value.
func (s *valuesScreen) review(v core.Value, r core.ValueReview) tea.Cmd {
	s.saving[v.ID] = string(r.Status)
	clinic, id := s.clinic, s.record.ID
	return ui.Load(s.Scope(), ui.Slot("review "+v.ID), func(ctx context.Context) (reviewed, error) {
		out, err := clinic.ReviewValue(ctx, id, v.ID, r)
		if err != nil {
			return reviewed{v}, err
		}
		return reviewed{out}, nil
	})
}

// unseen says why a value cannot be verified yet: nobody can have seen where it stands.
func (s *valuesScreen) unseen(v core.Value) string {
	switch {
	case s.seen[v.ID] || s.pic.Images == "off":
		return ""
	case s.pic.Image == nil && s.pic.Err == nil:
		return "Wait until the value's place on the page is drawn."
	}
	return "Its place is not drawn here: Enter opens the page, then verify."
}

func (s *valuesScreen) verify() tea.Cmd {
	v, ok := s.selected()
	if !ok {
		return nil
	}
	if !v.Confident() {
		s.askFor(core.ReviewVerified)
		return nil
	}
	return s.over(v, "verify it all the same", func() tea.Cmd {
		cmd := s.review(v, core.ValueReview{Version: v.Version, Status: core.ReviewVerified})
		s.table.Move(1)
		return tea.Batch(cmd, s.follow())
	})
}

// over does what goes over somebody else's word on a value only after it was read out,
// with its reason, and a second key.
func (s *valuesScreen) over(v core.Value, verb string, do func() tea.Cmd) tea.Cmd {
	if !s.others(v) {
		return do()
	}
	s.Confirm("“"+v.Name+"”: "+meanwhile(v)+" Go over that?", verb, do)
	return nil
}

// others reports whether what stands of a value is somebody else's word.
func (s *valuesScreen) others(v core.Value) bool { return v.Review != nil && v.Review.By != s.UserID() }

func (s *valuesScreen) undo() tea.Cmd {
	v, ok := s.selected()
	if !ok {
		return nil
	}
	return s.over(v, "take it back", func() tea.Cmd {
		s.saving[v.ID] = "undoing"
		clinic, id := s.clinic, s.record.ID
		return ui.Load(s.Scope(), ui.Slot("review "+v.ID), func(ctx context.Context) (reviewed, error) {
			out, err := clinic.UndoReview(ctx, id, v.ID, v.Version)
			if err != nil {
				return reviewed{v}, err
			}
			return reviewed{out}, nil
		})
	})
}

func (s *valuesScreen) gotReview(m ui.Result[reviewed]) tea.Cmd {
	v := m.Value.Value
	delete(s.saving, v.ID)
	if m.Err == nil {
		delete(s.typed, v.ID)
		s.put(v)
		return nil
	}
	now, outdated := current(m.Err, v)
	says := core.MessageOf(m.Err)
	if outdated {
		says = meanwhile(now)
		s.put(now)
	}
	if e := s.typed[v.ID]; e != nil {
		says += " What you typed is kept (" + map[core.ReviewStatus]string{core.ReviewCorrected: "C", core.ReviewRejected: "x", core.ReviewVerified: "V"}[e.status] + ")."
		if e.value = now; outdated {
			e.notice = meanwhile(now) + " Yours was not stored."
		}
	}
	s.Bad("“" + v.Name + "” was not changed: " + says)
	if outdated {
		return s.Refresh()
	}
	return nil
}

// meanwhile says what somebody else made of a value.
func meanwhile(v core.Value) string {
	r := v.Review
	if r == nil {
		return "What was said of it was taken back, or its words were read again."
	}
	says := page.First(r.ByName, "Somebody else") + " " + string(r.Status) + " it"
	if r.Text != "" {
		says += " to " + strings.TrimSpace(r.Text+" "+r.Unit)
	}
	if r.Reason != "" {
		says += ": " + r.Reason
	}
	return says + "."
}

// put shows a value as it is now.
func (s *valuesScreen) put(v core.Value) {
	s.data.Unverified = 0
	for i := range s.data.Results {
		if s.data.Results[i].ID == v.ID {
			s.data.Results[i] = v
		}
		if s.data.Results[i].Review == nil {
			s.data.Unverified++
		}
	}
}
