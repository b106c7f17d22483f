package document

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// goTo turns to a place and points at it, at once or when the words are here.
func (r *reader) goTo(to page.Spot) tea.Cmd {
	for i, p := range r.result.Pages {
		if p.Number != to.Page {
			continue
		}
		r.aim = &to
		cmd := r.turn(i - r.page)
		if !r.Scope().Busy(slotWords) {
			r.point(to)
		}
		return cmd
	}
	r.aim = nil
	r.Warn("This place is not in the newest text of the document: it was read again since.")
	return r.turn(0)
}

// point marks a place on the page that is shown.
func (r *reader) point(to page.Spot) {
	r.aim, r.boxes = nil, to.Boxes
	if to.Words == 0 {
		to.Word, to.Words = r.wordsAt(to.Boxes)
	}
	if p := r.current(); p.CorrectedText == nil && r.pointAt(ui.Span{From: to.Word, To: to.Word + to.Words}) {
		return
	}
	if to.Find != "" {
		r.query.Set(to.Find)
		r.pager.Find(to.Find)
		r.pager.Next(1)
	}
}

// pointAt marks words of the page in its text, if one of them has a place there.
func (r *reader) pointAt(words ui.Span) bool {
	to := min(words.To, len(r.placed))
	for i := words.From; i < to; i++ {
		if at := r.placed[i]; at.From >= 0 {
			at.To = max(at.To, r.placed[to-1].To)
			r.gone = words
			r.pager.Point(at)
			return true
		}
	}
	return false
}

// wordsAt finds the words of the page that stand in boxes: the first, and how
// many from there on to the last.
func (r *reader) wordsAt(boxes []core.Box) (from, n int) {
	from = -1
	for i, w := range r.pageWords() {
		if slices.Contains(boxes, w.Box) {
			if from < 0 {
				from = i
			}
			n = i - from + 1
		}
	}
	return max(0, from), n
}

// pageWords are the words of the page that is shown, nil while they are not here.
func (r *reader) pageWords() []core.Word { return r.words[r.current().Number].Words }

// pageSize is the page with the size of the image that boxes refer to.
func (r *reader) pageSize() core.Page {
	if !r.ready() {
		return core.Page{}
	}
	p := r.current()
	if w, ok := r.words[p.Number]; ok && w.Width > 0 {
		return w
	}
	return p
}

// doubtful gives the words of the page that a person should look at.
func (r *reader) doubtful() []int {
	if !r.ready() || r.current().CorrectedText != nil {
		return nil
	}
	var out []int
	for i, w := range r.pageWords() {
		if w.Unsure() && !slices.Contains(r.specks, i) {
			out = append(out, i)
		}
	}
	return out
}

// doubts counts the words of this page the machine was not sure of.
func (r *reader) doubts() int { return len(r.doubtful()) }

// nextDoubt goes to the next doubtful word, or the one before, over page
// borders as far as the words of other pages are here.
func (r *reader) nextDoubt(d int) tea.Cmd {
	list := r.doubtful()
	n := r.doubt + d
	if r.doubt == 0 && d < 0 {
		n = len(list)
	}
	if n >= 1 && n <= len(list) {
		r.doubt = n
		r.point(page.Spot{Word: list[n-1], Words: 1})
		return nil
	}
	if r.page+d < 0 || r.page+d >= len(r.result.Pages) {
		r.Info("No further unsure word that way.")
		return nil
	}
	cmd := r.turn(d)
	if d > 0 && r.doubts() > 0 {
		r.doubt = 1
		r.point(page.Spot{Word: r.doubtful()[0], Words: 1})
	}
	return cmd
}

// doubted is the doubtful word that was gone to.
func (r *reader) doubted() (core.Word, bool) {
	list := r.doubtful()
	if r.doubt < 1 || r.doubt > len(list) {
		return core.Word{}, false
	}
	return r.pageWords()[list[r.doubt-1]], true
}

// noteSeen notes that the end of the page is on screen.
func (r *reader) noteSeen() {
	if !r.ready() {
		return
	}
	if _, to, of := r.pager.Position(); to >= of {
		r.ended[r.current().Number] = true
	}
}

// readThrough reports whether the end of every page has been on screen.
func (r *reader) readThrough() bool {
	if !r.ready() {
		return false
	}
	for _, p := range r.result.Pages {
		if !r.ended[p.Number] {
			return false
		}
	}
	return true
}
