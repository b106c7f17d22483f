package document

import (
	"context"
	"image"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// viewerScreen shows a document: the text a machine read from it, the image
// of the page, or both side by side where there is room.
type viewerScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	docs   []core.Record // as the chart lists them, for the next and the one before
	state  ui.State      // of the text
	text   bool          // there is text
	job    *core.Job
	reader reader
	pic    page.Picture
	image  bool         // the image is wanted where there is no room for both
	atEnd  bool         // there is no page after this
	seen   bool         // the image of the last page was on screen
	drawn  map[int]bool // pages that were drawn, and whether they could be read
	opened bool         // in another program
	copy   openCopy
}

func NewViewer(clinic Clinic, e *page.Env, r page.Viewer) page.Screen {
	s := &viewerScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, docs: r.Among, image: r.Image, drawn: map[int]bool{}}
	s.reader.Base, s.reader.clinic = &s.Base, clinic
	s.pic = page.NewPicture(&s.Base, clinic, r.Record.ID, 1)
	if r.At != nil {
		to := *r.At
		s.reader.aim = &to
		if to.Page > 0 {
			s.pic.Page = to.Page
		}
	}
	return s
}

// DocumentChanged takes the document as it is now.
func (s *viewerScreen) DocumentChanged(r core.Record) {
	if r.ID == s.record.ID {
		s.record = r
	}
}

func (s *viewerScreen) Banner() ui.Banner     { return s.banner }
func (s *viewerScreen) Document() core.Record { return s.record }
func (s *viewerScreen) Typing() bool          { return s.reader.asking }

func (s *viewerScreen) Init() tea.Cmd {
	cmds := []tea.Cmd{s.loadText(), s.wantImage()}
	if s.banner.Loading { // opened from a list of several patients
		clinic, id := s.clinic, s.banner.ID
		cmds = append(cmds, ui.Load(s.Scope(), page.SlotPatient, func(ctx context.Context) (core.PatientDetail, error) { return clinic.Patient(ctx, id) }))
	}
	return tea.Batch(cmds...)
}

// completed takes the patient, and what a list did not know of the document.
// Without the answer the banner goes on saying that it is not complete.
func (s *viewerScreen) completed(m ui.Result[core.PatientDetail]) {
	if m.Err != nil || m.Value.Patient.ID != s.banner.ID {
		return
	}
	s.banner = ui.BannerOf(m.Value.Patient)
	for _, r := range m.Value.MedicalRecords {
		if r.ID == s.record.ID && r.PatientID == s.banner.ID {
			s.record = r
		}
	}
}

func (s *viewerScreen) Close() {
	s.Base.Close()
	s.pic.Close()
	s.copy.remove()
}

// found is the text of a document, or why there is none.
type found struct {
	Result core.Result
	Has    bool
	Newest *core.Job
}

func (s *viewerScreen) loadText() tea.Cmd {
	clinic, id := s.clinic, s.record.ID
	return ui.Load(s.Scope(), slotResult, func(ctx context.Context) (found, error) {
		jobs, err := clinic.Jobs(ctx, core.JobFilter{RecordID: id, Limit: 100})
		if err != nil || len(jobs) == 0 {
			return found{}, err
		}
		for _, j := range jobs { // newest first
			if j.Status == core.JobCompleted {
				res, err := clinic.JobResult(ctx, j.ID)
				return found{res, true, &jobs[0]}, err
			}
		}
		return found{Newest: &jobs[0]}, nil
	})
}

// Refresh asks again for what is missing.
func (s *viewerScreen) Refresh() tea.Cmd {
	var cmds []tea.Cmd
	if !s.state.Got || !s.text || s.reader.stale {
		cmds = append(cmds, s.loadText())
	} else if n := s.reader.current().Number; s.reader.failed[n] != nil {
		cmds = append(cmds, s.reader.fetchWords(n))
	}
	s.pic.Err = nil
	return tea.Batch(append(cmds, s.wantImage())...)
}

// showsImage reports whether an image is on screen.
func (s *viewerScreen) showsImage() bool {
	return s.image || s.W >= page.WideEnough || s.state.Got && !s.text
}

func (s *viewerScreen) showsText() bool { return s.text && (!s.image || s.W >= page.WideEnough) }

// wantImage fetches the page's image when it will be seen and is not there.
func (s *viewerScreen) wantImage() tea.Cmd {
	if !s.showsImage() && !s.wantsCrop() || s.noPicture() {
		return nil
	}
	return s.pic.Want()
}

// noPicture reports whether what is shown has no page to look at. Of the pages of an RTF
// or Word document only its pictures have one.
func (s *viewerScreen) noPicture() bool {
	switch s.record.MIME {
	case core.MIMEText:
		return true
	case core.MIMERTF, core.MIMEDOC, core.MIMEDOCX:
		return !s.reader.ready() || s.reader.current().Source == core.SourceTextFile
	}
	return false
}

// wantsCrop reports whether a doubtful word is to be shown enlarged.
func (s *viewerScreen) wantsCrop() bool {
	_, ok := s.reader.doubted()
	return ok
}

func (s *viewerScreen) analyze() tea.Cmd {
	if s.job != nil && !s.job.Status.Final() {
		s.Replace(page.Reading{Patient: s.banner, Record: s.record, Job: s.job.ID})
		return nil
	}
	if s.Scope().Busy(page.SlotSubmit) {
		return nil
	}
	return page.Submit(&s.Base, s.clinic, s.record)
}

// turn goes to another page of the image when there is no text to lead.
func (s *viewerScreen) turn(d int) tea.Cmd {
	if d > 0 && s.atEnd || s.pic.Page+d < 1 {
		return nil
	}
	s.atEnd = false
	return s.pic.Show(s.pic.Page + d)
}

// follow shows the image of the page whose text is shown, and frames what the
// text points at.
func (s *viewerScreen) follow() tea.Cmd {
	if !s.reader.ready() {
		return s.wantImage()
	}
	n := s.reader.current().Number
	if n != s.pic.Page {
		cmd := s.pic.Show(n)
		if !s.showsImage() {
			s.Scope().Drop(page.SlotImage)
			cmd = s.wantImage()
		}
		s.frame()
		return cmd
	}
	s.frame()
	return s.wantImage()
}

// frame marks on the image what is pointed at in the text.
func (s *viewerScreen) frame() {
	boxes := s.reader.boxes
	if w, ok := s.reader.doubted(); ok {
		boxes = []core.Box{w.Box}
	}
	if !slices.Equal(boxes, s.pic.Boxes) {
		p := s.reader.pageSize()
		s.pic.Point(boxes, p.Width, p.Height)
	}
}

// beside opens the next document of the chart, or the one before.
func (s *viewerScreen) beside(d int) tea.Cmd {
	i := slices.IndexFunc(s.docs, func(r core.Record) bool { return r.ID == s.record.ID })
	if i < 0 || i+d < 0 || i+d >= len(s.docs) {
		s.Info("No further document that way.")
		return nil
	}
	s.Replace(page.Viewer{Patient: s.banner, Record: s.docs[i+d], Image: s.image, Among: s.docs})
	return nil
}

func (s *viewerScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.reader.asking {
			s.reader.query.Update(m)
		}
	case ui.Result[found]:
		return s.found(m)
	case ui.Result[core.PatientDetail]:
		s.completed(m)
	case ui.Result[page.WordsOf]:
		s.reader.gotWords(m)
		return s.follow()
	case ui.Result[*image.Gray]:
		return s.gotImage(m)
	case ui.Result[page.Submitted]:
		if m.Err != nil {
			s.Bad(core.MessageOf(m.Err))
			return nil
		}
		s.Replace(page.Reading{Patient: s.banner, Record: m.Value.Record, Job: m.Value.JobID})
	case ui.Result[core.Record]:
		s.reviewed(m)
	case ui.Result[core.UnreadPage]:
		s.gotNext(m)
	case ui.Result[opened]:
		return s.copyOpened(m)
	case ui.Result[ui.Tick]:
		if m.Slot == slotAwait {
			return s.await()
		}
		s.copy.remove()
	}
	return nil
}

// gotImage takes the image of a page; behind the last one it goes back to that.
func (s *viewerScreen) gotImage(m ui.Result[*image.Gray]) tea.Cmd {
	if core.CodeOf(m.Err) == core.CodeNotFound && s.pic.Page > 1 && !s.text {
		s.atEnd, s.seen = true, true
		s.Info("That was the last page.")
		return s.pic.Show(s.pic.Page - 1)
	}
	s.pic.Got(m)
	return nil
}

// looked reports whether all that can be seen of a document without text was on
// screen: its last page was, or it is a picture, or its pages cannot be drawn.
func (s *viewerScreen) looked() bool {
	onePage := strings.HasPrefix(s.record.MIME, "image/") && s.record.MIME != core.MIMETIFF
	cannot := s.noPicture() || s.pic.Images == "off" || s.pic.Err != nil && core.CodeOf(s.pic.Err) != core.CodeUnavailable
	return s.seen || cannot || onePage && s.pic.Image != nil
}

func (s *viewerScreen) found(m ui.Result[found]) tea.Cmd {
	f := m.Value
	if m.Err == nil && (f.Has && f.Result.PatientID != s.banner.ID || f.Newest != nil && f.Newest.PatientID != s.banner.ID) {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	s.state.Done(s.Now())
	s.job, s.text = f.Newest, f.Has
	var cmd tea.Cmd
	if f.Has {
		cmd = s.reader.open(f.Result)
	}
	if !f.Has && f.Newest != nil && !f.Newest.Status.Final() {
		cmd = ui.After(s.Scope(), slotAwait, s.Pauses.Jobs)
	}
	return tea.Batch(cmd, s.follow())
}

const slotAwait ui.Slot = "await text"

// await looks whether the text that is being read is there by now.
func (s *viewerScreen) await() tea.Cmd {
	if s.Idle() {
		return ui.After(s.Scope(), slotAwait, s.Pauses.Jobs)
	}
	return s.loadText()
}
