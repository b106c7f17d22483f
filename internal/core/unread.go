package core

import (
	"slices"
	"strconv"
	"strings"
)

// Unread is a part of a document that a reading left out: the page it belongs to is
// PagePartial and names it, so that nobody takes silence for absence.
type Unread struct {
	Kind    UnreadKind `json:"kind"`
	Name    string     `json:"name,omitempty"` // what the document calls it; it may name a patient
	Message string     `json:"message"`        // a sentence for people: what was not read, and what to do
}

// UnreadKind says what was not read.
type UnreadKind string

// What can be left out of a reading.
const (
	UnreadAttachment UnreadKind = "attachment" // a file inside the document
	UnreadForm       UnreadKind = "form"       // a form whose fields cannot be had
	UnreadPicture    UnreadKind = "picture"    // damaged, or of a kind that is not known
	UnreadText       UnreadKind = "text"       // words or ink that could not be made sense of
	UnreadObject     UnreadKind = "object"     // something embedded: a chart, a sheet, a sound
	UnreadLimit      UnreadKind = "limit"      // more than is read of one document
)

// Step is the line of Page.Steps that tells of it. It names no names.
func (u Unread) Step() string { return "not read: " + string(u.Kind) }

// Leaves adds parts that the reading of p left out: each is a step, and a page that
// lacks something is not simply read, nor empty.
func (p *Page) Leaves(parts ...Unread) {
	for _, u := range parts {
		if slices.Contains(p.Unread, u) {
			continue
		}
		p.Unread = append(p.Unread, u)
		p.Steps = append(slices.Clone(p.Steps), u.Step())
	}
	if len(p.Unread) > 0 && p.Status != PageFailed {
		p.Status = PagePartial
	}
}

// UnreadOf gives what readings left out of some pages, each with its page, for lines
// under a text.
func UnreadOf(pages []Page) (lines []string) {
	for _, p := range pages {
		for _, u := range p.Unread {
			lines = append(lines, "Page "+strconv.Itoa(p.Number)+": "+strings.TrimSpace(u.Message))
		}
	}
	return lines
}

// Illegible is a word that stands for print which could not be read, so that its row is
// not taken for complete. DoubtIllegible is its Word.Doubt.
const (
	Illegible      = "▯"
	DoubtIllegible = "what stands there could not be read"
)

// UnreadPlaces is print that a page shows Illegible for.
func UnreadPlaces(n int) Unread {
	return Unread{Kind: UnreadText, Message: Plural(n, "place", "places") + " with print on this page could not be read; " +
		Illegible + " stands there. Look at the page: its rows are not complete."}
}

// UnreadFile is a file inside a document; name may be "".
func UnreadFile(name string) Unread {
	u := Unread{Kind: UnreadAttachment, Name: name, Message: "A file inside this document was not read. Save it from a viewer and upload it as a document of its own."}
	if name != "" {
		u.Message = "The file “" + name + "” inside this document was not read. Save it from a viewer and upload it as a document of its own."
	}
	return u
}
