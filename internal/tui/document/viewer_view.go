package document

import (
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

func (s *viewerScreen) View() string {
	head := append([]string{s.title()}, page.RecordNotes(s.Theme, s.record, s.Location, s.W)...)
	top := strings.Join(head, "\n")
	h := s.H - len(head)
	if cover, ok := s.state.Cover(s.Theme, "the text", s.W); ok && !s.image {
		return top + "\n" + cover
	}
	switch {
	case s.showsText() && s.showsImage():
		half := s.W / 2
		left := ui.Fit(s.textView(half-1, h), half-1, h)
		s.pic.Follow(s.reader.pager.Part())
		return top + "\n" + ui.Beside(left, half-1, s.Theme.Dim.Render("│"), s.picture(s.W-half, h))
	case s.showsText():
		return top + "\n" + s.textView(s.W, h)
	case s.text:
		return top + "\n" + s.overPicture(h)
	}
	hint := ui.Block(s.Theme.Strong.Render, s.noTextHint(), s.W)
	return top + "\n" + hint + "\n" + s.picture(s.W, h-ui.Height(hint))
}

// title says which document this is.
func (s *viewerScreen) title() string {
	date := s.record.DocumentDate.Display()
	if s.record.DocumentDate.IsZero() {
		date = "date not recorded"
	}
	right := present.Or(s.record.Type.TypeName) + ", " + date + " "
	if i := slices.IndexFunc(s.docs, func(r core.Record) bool { return r.ID == s.record.ID }); i >= 0 && s.W >= 76 {
		right = fmt.Sprintf("document %d of %d, ", i+1, len(s.docs)) + right
	}
	return ui.Sides(" "+s.Theme.Head.Render(ui.Cut(present.Or(s.record.Title), max(8, s.W-2-ui.Width(right)))), s.Theme.Dim.Render(right), s.W)
}

// textView is the text, and below it the enlarged image of the doubtful word
// that was gone to.
func (s *viewerScreen) textView(w, h int) string {
	word, ok := s.reader.doubted()
	rows := min(9, h/3)
	if !ok || rows < 3 {
		view := s.reader.view(w, h)
		s.reader.noteSeen()
		return view
	}
	line := s.doubtLine(word, w)
	return ui.Fit(s.reader.view(w, h-rows), w, h-rows) + "\n" + line + "\n" + s.crop([]core.Box{word.Box}, w, rows-1)
}

// doubtLine says of the doubtful word that was gone to how it was read.
func (s *viewerScreen) doubtLine(word core.Word, w int) string {
	read := "“" + word.Text + "”: " + word.WhyUnsure()
	return s.Theme.Warn.Render(ui.Cut(fmt.Sprintf(" ~ %d of %d  ", s.reader.doubt, s.reader.doubts())+read, w))
}

// overPicture is the page image where there is no room for its text, below what
// is searched for and what was gone to in the text: both are framed on the image.
func (s *viewerScreen) overPicture(h int) string {
	var lines []string
	if s.reader.ready() && (s.reader.asking || s.reader.query.Value() != "") {
		lines = append(lines, s.reader.line(s.W))
	}
	if word, ok := s.reader.doubted(); ok {
		lines = append(lines, s.doubtLine(word, s.W))
	}
	return strings.Join(append(lines, s.picture(s.W, max(2, h-len(lines)))), "\n")
}

// crop is a part of the page image, as large as there is room.
func (s *viewerScreen) crop(boxes []core.Box, w, h int) string {
	p := s.reader.pageSize()
	switch {
	case s.noPicture():
		return " " + s.Theme.Dim.Render("This kind of file has no page images.")
	case s.pic.Missing(s.reader.current().Number) != "":
		return " " + s.Theme.Dim.Render(ui.Cut(s.pic.Missing(s.reader.current().Number), w-2))
	}
	part := s.pic.Crop(page.RowOf(s.reader.pageWords(), boxes), boxes, p.Width, p.Height, w, h)
	if part == "" {
		return " " + s.Theme.Dim.Render("The place of this word on the page is not known.")
	}
	return part
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
		return "! The text could not be read: " + present.FailureReason(*s.job) + " Press A to try again, J for another language."
	}
	return "Reading the text was cancelled: press A to start again."
}

// picture draws the page.
func (s *viewerScreen) picture(w, h int) string {
	if s.noPicture() {
		return "\n " + s.Theme.Dim.Render("This kind of file has no page images.")
	}
	s.pic.Alone = !s.showsText()
	view := s.pic.View(w, h)
	if s.pic.Image != nil {
		s.drawn[s.pic.Page] = s.drawn[s.pic.Page] || s.pic.Legible() && s.pic.AtEnd()
	}
	return view
}
