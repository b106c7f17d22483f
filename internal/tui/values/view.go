package values

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// valueKinds is the order in which values are listed.
var valueKinds = []core.ValueKind{core.ValueLaboratory, core.ValueVital, core.ValueMedication, core.ValueDiagnosis, core.ValueAllergy, core.ValueDate}

func (s *valuesScreen) Keys() []ui.Binding {
	if s.entry != nil {
		return []ui.Binding{
			{Keys: []string{"enter"}, Help: "next, then store"},
			{Keys: []string{"esc"}, Help: "leave it as it is", Run: page.Do(func() { s.Drop(&s.entry.form, func() { delete(s.typed, s.entry.value.ID); s.entry = nil }) })},
		}
	}
	v, has := s.selected()
	no := s.ChangeOff()
	if !has {
		no = "There is no value to do this with."
	}
	if now, busy := s.saving[v.ID]; no == "" && busy {
		no = "Wait: that it is “" + now + "” is on its way to the server."
	}
	undo := no
	if undo == "" && v.Review == nil {
		undo = "Nobody has reviewed this value; there is nothing to undo."
	}
	look, verify := "", no
	if !has {
		look = no
	} else {
		verify = page.First(no, s.unseen(v))
	}
	show := "only unverified"
	if s.open {
		show = "show all"
	}
	keys := []ui.Binding{
		{Keys: []string{"V"}, Help: "verify", Act: true, Off: verify, Run: s.verify},
		{Keys: []string{"C"}, Help: "correct", Off: no, Run: page.Do(func() { s.askFor(core.ReviewCorrected) })},
		{Keys: []string{"x"}, Help: "reject", Off: no, Run: page.Do(func() { s.askFor(core.ReviewRejected) })},
		{Keys: []string{"Z"}, Help: "undo", Act: true, Off: undo, Run: s.undo},
		s.taskKey(v, no),
		{Name: "open page", Keys: []string{"enter"}, Help: "page", Off: look, Run: page.Do(func() { s.openPage(v) })},
		{Name: "hidden rows", Keys: []string{"z"}, Help: show, Quiet: true, Run: func() tea.Cmd { s.open = !s.open; s.list(); return s.follow() }},
		{Keys: []string{"T"}, Help: "take suggested type and date", Quiet: true, Off: s.suggestOff(), Run: page.Do(func() {
			s.Push(page.Details{Patient: s.banner, Record: s.record, Suggest: &s.data})
		})},
		{Keys: []string{"+", "="}, Show: "+/-", Quiet: true, Help: "zoom the page", Run: page.Do(func() { s.pic.Zoom(1.5) })},
		{Keys: []string{"-"}, Quiet: true, Help: "zoom out", Run: page.Do(func() { s.pic.Zoom(1 / 1.5) })},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
	return append(keys, ui.MoveKeys(s.table, s.follow)...)
}

// suggestion is what the text says the document is, where that is not what
// the chart says.
func (s *valuesScreen) suggestion() string {
	var parts []string
	if d := s.data.DocumentDate; !d.IsZero() && d != s.record.DocumentDate {
		parts = append(parts, d.Display()) // first: a day is never cut
	}
	if t := s.data.TypeName; t != "" && t != s.record.Type.TypeName {
		parts = append(parts, "“"+t+"”")
	}
	return strings.Join(parts, ", ")
}

func (s *valuesScreen) suggestOff() string {
	if s.suggestion() == "" {
		return page.First(s.ChangeOff(), "The text suggests nothing else than what the chart says.")
	}
	return s.ChangeRecordOff(s.record)
}

// openPage shows the value on its page.
func (s *valuesScreen) openPage(v core.Value) {
	s.seen[v.ID] = true
	s.Push(page.Viewer{Patient: s.banner, Record: s.record, At: &page.Spot{Page: v.Page, Boxes: v.Boxes, Find: page.First(v.Text, v.Dose, v.Name)}})
}

// valueSign says at a glance where a value stands.
func valueSign(v core.Value) string {
	switch {
	case v.Review == nil && !v.Confident():
		return "~"
	case v.Review == nil:
		return "o"
	case v.Review.Status == core.ReviewRejected:
		return "x"
	}
	return "+"
}

// flagText gives the flag in letters and a sign. It comes from the report's own
// range or flag; without either there is none, which is not "normal".
func flagText(th *ui.Theme, v core.Value) string {
	if v.Kind != core.ValueLaboratory && v.Kind != core.ValueVital {
		return ""
	}
	p := present.ValueOf(v)
	if s := page.Interpreted(th, p.Code); s != "" || p.Code == "N" {
		return s
	}
	if p.Flag != "" {
		return p.Flag
	}
	return p.FlagWords()
}

func (s *valuesScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "the values", s.W); ok {
		return s.head() + "\n" + cover
	}
	if len(s.shown) == 0 {
		return s.head() + "\n" + s.empty()
	}
	s.frame()
	second := s.state.StaleLine(s.Theme, s.Location, s.W)
	if second == "" && s.data.Message != "" {
		second = ui.Partial(s.Theme, s.data.Message, s.W)
	}
	if second == "" && s.data.PatientCheck == core.CheckPatient {
		second = s.Theme.Bad.Render(ui.Cut(" ! CHECK PATIENT: these values feed no trend until it is resolved", s.W))
	}
	if sug := s.suggestion(); second == "" && sug != "" {
		second = s.Theme.Warn.Render(ui.Cut(" ~ Text suggests "+sug+" (T: take)", s.W))
	}
	tw, th := s.tableSize()
	table := ui.Fit(s.table.View(s.Theme), tw, th)
	if tw < s.W {
		side := s.W - tw - 1
		return s.head() + "\n" + second + "\n" + ui.Beside(table, tw, s.Theme.Dim.Render("│"), s.detail(side, s.H-2))
	}
	return s.head() + "\n" + second + "\n" + table + "\n" + s.detail(s.W, s.H-2-th)
}

func (s *valuesScreen) head() string {
	left := " " + s.Theme.Head.Render("Values in ") + ui.Cut(present.Or(s.record.Title), max(10, s.W-46))
	if !s.state.Got {
		return left
	}
	right := fmt.Sprintf("%d, %d unverified", s.data.Total, s.data.Unverified)
	if s.open {
		right = fmt.Sprintf("%d unverified of %d shown", len(s.shown), s.data.Total)
	}
	return ui.Sides(left, s.Theme.Dim.Render(right+", as at "+present.Clock(s.state.AsAt, s.Location)+" "), s.W)
}

func (s *valuesScreen) empty() string {
	switch {
	case s.open && s.data.Total > 0:
		return ui.Empty(s.Theme, "Every value of this document has been reviewed.", "z shows them all.", s.W)
	case s.data.JobID == "":
		return ui.Empty(s.Theme, "The text of this document has not been read yet.", "A on the document reads it.", s.W)
	case !s.data.Analyzed:
		return ui.Empty(s.Theme, "The text was read, but values were not looked for.", page.First(s.data.Message, "Reading the document again (A) looks for them."), s.W)
	}
	return ui.Empty(s.Theme, "The machine found no values in this document.", "That does not mean that there are none: read the page.", s.W)
}

// frame points the picture at the selected value.
func (s *valuesScreen) frame() {
	v, ok := s.selected()
	if !ok || s.pic.Page != v.Page {
		return
	}
	p := s.pages[v.Page]
	if !sameBoxes(s.pic.Boxes, v.Boxes) || s.pic.PageW != p.Width {
		s.pic.Point(v.Boxes, p.Width, p.Height)
	}
}

func sameBoxes(a, b []core.Box) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// detail is what is typed, or all that is known of the selected value, and its pixels.
func (s *valuesScreen) detail(w, h int) string {
	v, ok := s.selected()
	if !ok || h < 1 {
		return ""
	}
	var lines []string
	if s.entry != nil {
		verb := map[core.ReviewStatus]string{core.ReviewCorrected: "Correct ", core.ReviewRejected: "Reject ", core.ReviewVerified: "Verify "}[s.entry.status]
		lines = append(lines, " "+s.Theme.Strong.Render(ui.Cut(verb+present.ValueOf(s.entry.value).Name(), w-2)))
		if s.entry.notice != "" {
			lines = append(lines, " "+s.Theme.Warn.Render(ui.Cut("! "+s.entry.notice, w-2)))
		}
		lines = append(lines, strings.Split(s.entry.form.View(s.Theme, w, max(1, h-2)), "\n")...)
	} else {
		lines = s.facts(v, w)
		lines = lines[:min(len(lines), max(1, h-2))]
	}
	room := h - len(lines)
	if room < 2 {
		return strings.Join(lines[:min(len(lines), h)], "\n")
	}
	return strings.Join(lines, "\n") + "\n" + s.crop(v, w, room)
}

// facts are the lines about a value: the printed line, doubts, cautions, who reviewed it.
func (s *valuesScreen) facts(v core.Value, w int) []string {
	p, state := present.ValueOf(v), page.ValueState(v.Review)
	if r := v.Review; r != nil {
		state += " " + r.ByName + " " + present.Day(r.At, s.Location)
		if r.Reason != "" {
			state += ": " + r.Reason
		}
		if p.Read != "" {
			state += ", was read as " + p.Read
		}
	}
	var out []string
	add := func(paint func(...string) string, text string) {
		for _, l := range ui.Wrap(text, max(10, w-2)) {
			out = append(out, " "+paint(l))
		}
	}
	add(s.Theme.Strong.Render, p.Name()+"  "+p.Amount()) // wrapped, never cut
	for _, d := range v.Doubts {
		add(s.Theme.Warn.Render, "~ look at the pixels: "+d)
	}
	for _, c := range v.Cautions {
		add(s.Theme.Warn.Render, "! as scanned: "+c)
	}
	meta := fmt.Sprintf("%s, page %d", state, v.Page)
	if v.Confidence != nil {
		meta += fmt.Sprintf(", confidence %.0f %%", *v.Confidence)
	}
	if !v.Date.IsZero() {
		meta += ", of " + v.Date.Display()
	}
	if v.Code != nil {
		meta += ", " + v.Code.System + " " + v.Code.Code
	}
	if v.Range != "" {
		meta += ", range on this report " + v.Range
	}
	add(s.Theme.Dim.Render, meta)
	return out
}

// crop is the value as it stands on the page.
func (s *valuesScreen) crop(v core.Value, w, h int) string {
	p := s.pages[v.Page]
	switch {
	case s.pic.Missing(v.Page) != "":
		return " " + s.Theme.Dim.Render(ui.Cut(s.pic.Missing(v.Page), w-2))
	case p.Width == 0 && p.Status != "failed":
		return " " + s.Theme.Dim.Render("Loading the place on the page …")
	}
	rows, below := h, 0
	if w < s.W && h > 20 { // beside the table there is room for the page too
		rows, below = 10, h-10
	}
	figure := focus(v, p.Words)
	row := append(page.RowOf(p.Words, figure), v.Boxes...)
	part := s.pic.Crop(row, figure, p.Width, p.Height, w, rows)
	if part == "" {
		return " " + s.Theme.Dim.Render(ui.Cut("The place of this value on the page is not known: Enter opens the page.", w-2))
	}
	s.seen[v.ID] = true
	if below == 0 {
		return part
	}
	return part + "\n" + s.pic.View(w, below)
}

// focus gives the boxes of the figure itself among those of the printed line:
// only so is it large enough to be read. Without such words it is the whole line.
func focus(v core.Value, words []core.Word) []core.Box {
	printed := strings.ToLower(v.Text + " " + v.Dose)
	var out []core.Box
	for _, b := range v.Boxes {
		for _, w := range words {
			if w.Box == b && w.Text != "" && strings.Contains(printed, strings.ToLower(w.Text)) {
				out = append(out, b)
			}
		}
	}
	if len(out) == 0 {
		return v.Boxes
	}
	return out
}

// taskKey sends a task about the selected value; no says why nothing is done with it.
func (s *valuesScreen) taskKey(v core.Value, no string) ui.Binding {
	return s.TaskKey(page.Life{Banner: s.banner, Record: s.record, No: no}, &v)
}
