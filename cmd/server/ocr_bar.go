package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"
)

// bar shows the progress of one file on a terminal; elsewhere it is silent.
type bar struct {
	w           io.Writer // nil: silent
	name        string
	done, pages int
	began       time.Time
}

func newBar(w io.Writer, file string) *bar {
	b := &bar{name: shortName(filepath.Base(file)), began: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.w = w
	}
	return b
}

// shortName keeps a bar on one line of a narrow terminal.
func shortName(s string) string {
	const longest = 24
	r := []rune(strings.Map(noControl, s))
	if len(r) > longest {
		r = append(r[:longest-1], '…')
	}
	return string(r)
}

func (b *bar) begin(pages int) {
	b.pages = pages
	b.draw()
}

func (b *bar) page() {
	b.done++
	b.draw()
}

// draw shows how far it is and, from the first page on, how long the rest will
// take at the pace so far.
func (b *bar) draw() {
	if b.w == nil {
		return
	}
	const width = 24
	full := width * b.done / max(1, b.pages)
	left := ""
	if b.done > 0 && b.done < b.pages {
		rest := time.Since(b.began) / time.Duration(b.done) * time.Duration(b.pages-b.done)
		left = fmt.Sprintf(", about %s left", rest.Round(time.Second))
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s [%s%s] page %d of %d%s", b.name, strings.Repeat("#", full), strings.Repeat(".", width-full), b.done, b.pages, left)
}

// clear takes the bar away, so that something else can be written.
func (b *bar) clear() {
	if b.w != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
