package tui

import (
	"context"
	"fmt"
	"image"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// viewerScreen shows a document: the text a machine read from it, the picture
// of the page, or both side by side where there is room.
type viewerScreen struct {
	base
	banner ui.Banner
	record core.Record
	state  ui.State // of the text
	text   bool     // there is text
	job    *core.Job
	reader reader

	image   bool // the picture is wanted
	page    int  // of the picture, from 1
	img     *image.Gray
	imgErr  error
	drawn   string // the picture as cells, for drawnAs
	drawnAs drawing
	view    drawing // zoom and place
	atEnd   bool    // there is no page after this
}

// drawing says how a picture was drawn.
type drawing struct {
	page, w, h int
	zoom       float64
	x, y       float64
}

// wideEnough is the width from which text and picture stand side by side.
const wideEnough = 120

// imageWidth is how many pixels are asked for: enough to zoom in.
const imageWidth = 1400

const slotImage ui.Slot = "image"

func newViewer(e *env, b ui.Banner, rec core.Record) *viewerScreen {
	return newViewerAt(e, b, rec, false)
}

func newViewerAt(e *env, b ui.Banner, rec core.Record, image bool) *viewerScreen {
	s := &viewerScreen{base: newBase(e), banner: b, record: rec, image: image, page: 1, view: drawing{zoom: 1}}
	s.reader.base = &s.base
	return s
}

func (s *viewerScreen) Title() string     { return "Document" }
func (s *viewerScreen) Banner() ui.Banner { return s.banner }
func (s *viewerScreen) Typing() bool      { return s.reader.asking }

func (s *viewerScreen) Init() tea.Cmd {
	return tea.Batch(s.loadText(), s.wantImage())
}

// found is the text of a document, or why there is none.
type found struct {
	Result core.Result
	Has    bool
	Newest *core.Job
}

func (s *viewerScreen) loadText() tea.Cmd {
	backend, id := s.backend, s.record.ID
	return ui.Load(s.scope, slotResult, func(ctx context.Context) (found, error) {
		jobs, err := backend.Jobs(ctx, id)
		if err != nil || len(jobs) == 0 {
			return found{}, err
		}
		for _, j := range jobs { // newest first
			if j.Status == core.JobCompleted {
				res, err := backend.Result(ctx, j.ID)
				return found{res, true, &jobs[0]}, err
			}
		}
		return found{Newest: &jobs[0]}, nil
	})
}

func (s *viewerScreen) Refresh() tea.Cmd {
	var cmds []tea.Cmd
	if !s.state.Got || !s.text {
		cmds = append(cmds, s.loadText())
	} else if n := s.reader.current().Number; s.reader.failed[n] != nil {
		cmds = append(cmds, s.reader.fetchWords(n))
	}
	if s.imgErr != nil {
		s.imgErr = nil
		cmds = append(cmds, s.wantImage())
	}
	return tea.Batch(cmds...)
}

// showsImage reports whether a picture is on screen.
func (s *viewerScreen) showsImage() bool {
	return s.image || s.w >= wideEnough || s.state.Got && !s.text
}

func (s *viewerScreen) showsText() bool { return s.text && (!s.image || s.w >= wideEnough) }

// wantImage fetches the page's picture when it will be seen and is not there.
func (s *viewerScreen) wantImage() tea.Cmd {
	if !s.showsImage() || s.img != nil || s.imgErr != nil || s.scope.Busy(slotImage) || s.noPicture() {
		return nil
	}
	backend, id, n := s.backend, s.record.ID, s.page
	return ui.Load(s.scope, slotImage, func(ctx context.Context) (*image.Gray, error) {
		data, err := backend.PageImage(ctx, id, n, imageWidth)
		if err != nil {
			return nil, err
		}
		img, err := ui.Decode(data)
		if err != nil {
			return nil, core.Errorf(core.CodeInternal, "The picture of the page is damaged.").WithCause(err)
		}
		return img, nil
	})
}

// noPicture reports whether the file is of a kind without pages to look at.
func (s *viewerScreen) noPicture() bool {
	switch s.record.MIME {
	case core.MIMEText, core.MIMERTF, core.MIMEDOC, core.MIMEDOCX:
		return true
	}
	return false
}

func (s *viewerScreen) Keys() []ui.Binding {
	keys := s.reader.keys()
	if s.reader.asking {
		return keys
	}
	if s.text {
		for i := range keys { // the picture turns with the text
			if run := keys[i].Run; run != nil {
				keys[i].Run = func() tea.Cmd { return tea.Batch(run(), s.follow()) }
			}
		}
	} else {
		keys = []ui.Binding{
			{Keys: []string{"l", "right"}, Show: "Left/Right", Help: "page", Run: func() tea.Cmd { return s.turn(1) }},
			{Keys: []string{"h", "left"}, Quiet: true, Show: "h/Left", Help: "page before", Run: func() tea.Cmd { return s.turn(-1) }},
		}
	}
	analyze := ui.Binding{Keys: []string{"A"}, Help: "analyse", Off: s.analyzeOff(), Quiet: s.text, Run: s.analyze}
	if !s.record.CanAnalyze {
		analyze.Off = "This kind of file holds no text that can be read by the machine."
	}
	keys = append(keys,
		ui.Binding{Keys: []string{"i"}, Help: "image/text", Quiet: !s.text, Run: func() tea.Cmd { s.image = !s.image; return s.wantImage() }},
		analyze,
		ui.Binding{Keys: []string{"w"}, Help: "download", Run: do(func() { s.push(newDownload(s.env, s.banner, s.record)) })},
		ui.Binding{Keys: []string{"r"}, Help: "try again", Quiet: true, Run: s.Refresh},
		ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)})
	if s.showsImage() {
		keys = append(keys,
			ui.Binding{Keys: []string{"+", "="}, Show: "+/-", Help: "zoom", Run: s.zoom(1.5)},
			ui.Binding{Keys: []string{"-"}, Quiet: true, Help: "zoom out", Run: s.zoom(1 / 1.5)},
			ui.Binding{Keys: []string{"<", ">"}, Show: "</>", Quiet: true, Help: "move the zoomed image"})
	}
	if s.showsImage() && !s.showsText() {
		return append(keys, ui.MoveKeys(panner{s}, nil)...)
	}
	return append(keys, ui.MoveKeys(&s.reader.pager, nil)...)
}

func (s *viewerScreen) zoom(f float64) func() tea.Cmd {
	return do(func() { s.view.zoom = max(1, min(8, s.view.zoom*f)) })
}

// panner moves the window over a zoomed picture.
type panner struct{ s *viewerScreen }

func (p panner) Move(n int)    { p.s.view.y = max(0, min(1, p.s.view.y+float64(n)*0.1)) }
func (p panner) Page(n int)    { p.Move(4 * n) }
func (p panner) End(last bool) { p.s.view.y = map[bool]float64{true: 1, false: 0}[last] }

func (s *viewerScreen) analyze() tea.Cmd {
	if s.job != nil && !s.job.Status.Final() {
		s.replace(newReading(s.env, s.banner, s.record, s.job.ID))
		return nil
	}
	if s.scope.Busy(slotSubmit) {
		return nil
	}
	return submit(&s.base, s.record)
}

// turn goes to another page of the picture when there is no text to lead.
func (s *viewerScreen) turn(d int) tea.Cmd {
	if d > 0 && s.atEnd || s.page+d < 1 {
		return nil
	}
	s.atEnd = false
	return s.show(s.page + d)
}

// follow shows the picture of the page whose text is shown.
func (s *viewerScreen) follow() tea.Cmd {
	if n := s.reader.current().Number; n != s.page {
		return s.show(n)
	}
	return s.wantImage()
}

func (s *viewerScreen) show(page int) tea.Cmd {
	s.page, s.img, s.imgErr, s.drawn, s.view.y = page, nil, nil, "", 0
	s.scope.Drop(slotImage)
	return s.wantImage()
}

func (s *viewerScreen) SetSize(w, h int) { s.base.SetSize(w, h) }

func (s *viewerScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch {
		case s.reader.asking:
			s.reader.query.Update(m)
		case m.String() == "<":
			s.view.x = max(0, s.view.x-0.2)
		case m.String() == ">":
			s.view.x = min(1, s.view.x+0.2)
		}
	case ui.Result[found]:
		return s.found(m)
	case ui.Result[wordsOf]:
		s.reader.gotWords(m)
	case ui.Result[*image.Gray]:
		if core.CodeOf(m.Err) == core.CodeNotFound && s.page > 1 && !s.text {
			s.atEnd = true
			s.info("That was the last page.")
			return s.show(s.page - 1)
		}
		s.img, s.imgErr = m.Value, m.Err
	case ui.Result[submitted]:
		if m.Err != nil {
			s.bad(core.MessageOf(m.Err))
			return nil
		}
		s.replace(newReading(s.env, s.banner, m.Value.Record, m.Value.JobID))
	}
	return nil
}

func (s *viewerScreen) found(m ui.Result[found]) tea.Cmd {
	f := m.Value
	if m.Err == nil && (f.Has && f.Result.PatientID != s.banner.ID || f.Newest != nil && f.Newest.PatientID != s.banner.ID) {
		m.Err = wrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	s.state.Done(s.now())
	s.job, s.text = f.Newest, f.Has
	var cmd tea.Cmd
	if f.Has {
		cmd = s.reader.open(f.Result)
	}
	return tea.Batch(cmd, s.wantImage())
}

func (s *viewerScreen) View() string {
	date := s.record.DocumentDate.Display()
	if s.record.DocumentDate.IsZero() {
		date = "date not recorded"
	}
	title := ui.Sides(" "+s.th.Head.Render(ui.Cut(ui.Or(s.record.Title), s.w-30)), s.th.Dim.Render(ui.Or(s.record.Type.TypeName)+", "+date+" "), s.w)
	h := s.h - 1
	if cover, ok := s.state.Cover(s.th, "the text", s.w); ok && !s.image {
		return title + "\n" + cover
	}
	switch {
	case s.showsText() && s.showsImage():
		half := s.w / 2
		left := ui.Fit(s.reader.view(half-1, h), half-1, h)
		return title + "\n" + ui.Beside(left, half-1, s.th.Dim.Render("│"), s.picture(s.w-half, h))
	case s.showsText():
		return title + "\n" + s.reader.view(s.w, h)
	case s.text:
		return title + "\n" + s.picture(s.w, h)
	}
	hint := ui.Block(s.th.Strong.Render, s.noTextHint(), s.w)
	return title + "\n" + hint + "\n" + s.picture(s.w, h-ui.Height(hint))
}

// noTextHint says why there is no text and what can be done.
func (s *viewerScreen) noTextHint() string {
	switch {
	case !s.state.Got:
		return "Loading the text …"
	case s.job == nil && s.record.CanAnalyze:
		return "The text of this document has not been read: press A to read the text."
	case s.job == nil:
		return "No text can be read from this kind of file; w downloads it."
	case !s.job.Status.Final():
		return "The text is being read now: press A to watch."
	case s.job.Status == core.JobFailed:
		return "! The text could not be read: " + first(s.job.Error, s.job.Message, "no reason was given") + " Press A to try again."
	}
	return "Reading the text was cancelled: press A to start again."
}

// picture draws the page, cached as cells.
func (s *viewerScreen) picture(w, h int) string {
	switch {
	case s.noPicture():
		return "\n " + s.th.Dim.Render("This kind of file has no page images.")
	case s.imgErr != nil:
		return ui.Failed(s.th, s.imgErr, w)
	case s.img == nil:
		return ui.Loading(s.th, fmt.Sprintf("the image of page %d", s.page))
	}
	label := " " + s.th.Dim.Render(fmt.Sprintf("image of page %d", s.page))
	if s.view.zoom > 1 {
		label += s.th.Dim.Render(fmt.Sprintf(", zoom %.1f", s.view.zoom))
	}
	want := drawing{s.page, w, h, s.view.zoom, s.view.x, s.view.y}
	if s.drawn == "" || s.drawnAs != want {
		s.drawn, s.drawnAs = ui.HalfBlocks(s.th, s.img, w-1, h-1, s.view.zoom, s.view.x, s.view.y), want
	}
	return label + "\n" + s.drawn
}
