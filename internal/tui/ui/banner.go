package ui

import (
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// Banner identifies a patient (NHS CUI patient banner): who, born, gender,
// number; and, where there is height for it, what they like to be called, allergies
// and alerts. It wraps and is never cut.
type Banner struct {
	ID       int64
	Name     string
	Born     core.Date
	Died     core.Date
	Gender   core.Gender
	MRN      string
	Loading  bool // only a part is known yet
	Detail   bool // the second part is known
	Prefers  string
	Status   core.AllergyStatus
	Allergic []core.Allergy
	Alerts   []string
}

// BannerOf makes the banner of a chart.
func BannerOf(p core.Patient) Banner {
	return Banner{
		ID: p.ID, Name: core.DisplayName(p.User.LastName, p.User.FirstName, p.Title),
		Born: p.DateOfBirth, Died: p.DeceasedDate, Gender: p.Gender, MRN: p.MRN,
		Detail: true, Prefers: p.PreferredName, Status: p.AllergyStatus, Allergic: p.Allergies, Alerts: p.Alerts,
	}
}

// BannerOfSummary makes the banner from a row of a list, until the chart is there.
func BannerOfSummary(p core.PatientSummary) Banner {
	return Banner{
		ID: p.ID, Name: core.DisplayName(p.User.LastName, p.User.FirstName, p.Title),
		Born: p.DateOfBirth, Died: p.DeceasedDate, Gender: p.Gender, MRN: p.MRN,
	}
}

// segment is a label and a value that stay on one line together.
type segment struct{ label, value string }

func (s segment) text() string {
	return strings.TrimSpace(s.label + " " + s.value)
}

// View draws the banner w cells wide. Who it is is always whole; the second part
// takes at most most lines and says what it leaves out. In one line it tells only
// what is known: an allergy and an alert are not to vanish from a low window.
func (b Banner) View(th *Theme, now time.Time, w, most int) string {
	lines := b.rows(b.identity(now), w)
	if most > 1 || len(b.Alerts) > 0 || b.Detail && b.Status == core.AllergiesKnown {
		lines = append(lines, b.limited(w, most)...)
	}
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, b.paint(th, l, w))
	}
	return strings.Join(out, "\n")
}

func (b Banner) identity(now time.Time) []segment {
	if b.Loading {
		return b.early(now)
	}
	born := b.Born.Display()
	segs := []segment{{"", b.Name}}
	if b.Died.IsZero() {
		if age := b.Born.Age(now); age != "" {
			born += " (" + age + ")"
		}
		segs = append(segs, segment{"Born", born})
	} else {
		segs = append(segs, segment{"Born", born}, segment{"Died", b.Died.Display()})
		if age := b.Born.Age(b.Died.Time()); age != "" {
			segs = append(segs, segment{"Age at Death", age})
		}
	}
	return append(segs, segment{"Gender", b.Gender.Display()}, segment{"MRN", core.DisplayMRN(b.MRN)})
}

// early gives what is known before the chart has arrived: what is missing is
// not "Not known" then.
func (b Banner) early(now time.Time) []segment {
	var segs []segment
	if b.Name != "" {
		segs = append(segs, segment{"", b.Name})
	}
	if !b.Born.IsZero() {
		segs = append(segs, segment{"Born", b.Born.Display() + " (" + b.Born.Age(now) + ")"})
	}
	if b.MRN != "" {
		segs = append(segs, segment{"MRN", core.DisplayMRN(b.MRN)})
	}
	return append(segs, segment{"", "Details not loaded"})
}

// Clinical is the second part, for reading out.
func (b Banner) Clinical() []string {
	var out []string
	for _, s := range b.clinical(true) {
		out = append(out, s.text())
	}
	return out
}

// Facts is the second part in full, a line for each allergy and alert.
func (b Banner) Facts() []string {
	var out []string
	for _, s := range b.clinical(true) {
		if s.value != b.allergies() || len(b.Allergic) == 0 {
			out = append(out, s.text())
			continue
		}
		out = append(out, b.allergyState()+":")
		for _, a := range b.Allergic {
			out = append(out, "- "+present.AllergyOf(a).Sentence())
		}
	}
	return out
}

func (b Banner) clinical(name bool) []segment {
	if !b.Detail {
		return nil
	}
	var segs []segment
	if name && b.Prefers != "" {
		segs = append(segs, segment{"Preferred name", b.Prefers})
	}
	segs = append(segs, segment{"", b.allergies()})
	for _, a := range b.Alerts {
		segs = append(segs, segment{"", "! " + a})
	}
	return segs
}

func (b Banner) allergies() string {
	if b.Status != core.AllergiesKnown || len(b.Allergic) == 0 {
		return b.allergyState()
	}
	var list []string
	for _, a := range b.Allergic {
		words := present.AllergyOf(a)
		list = append(list, words.With(words.Recorded))
	}
	return b.allergyState() + ": " + strings.Join(list, ", ")
}

// allergyState is what is known of allergies, with a sign for it.
func (b Banner) allergyState() string {
	sign := map[core.AllergyStatus]string{core.AllergiesKnown: "▲", core.AllergiesNone: "=", core.AllergiesUnavailable: "x"}[b.Status]
	if sign == "" {
		sign = "o"
	}
	return sign + " " + present.AllergyState(b.Status, b.Allergic)
}

// limited sets the second part into at most most lines. Where there is no room
// for all of it, allergies and alerts come before the rest, and those that are
// left out are counted.
func (b Banner) limited(w, most int) []row {
	if most < 1 || !b.Detail {
		return nil
	}
	if all := b.rows(b.clinical(most > 1), w); len(all) <= most {
		return all
	}
	segs := b.brief()
	for n := len(segs); n > 0; n-- {
		some := segs[:n:n]
		if n < len(segs) {
			some = append(some, segment{"", strconv.Itoa(len(segs)-n) + " more: b"})
		}
		if rows := b.rows(some, w); len(rows) <= most {
			return rows
		}
	}
	some := b.rows(segs[:1], max(4, w-13)) // one that is longer than all the room
	some = some[:min(most, len(some))]
	last := &some[len(some)-1]
	last.segs = append(last.segs[:len(last.segs):len(last.segs)], segment{"", "… more: b"})
	return some
}

// brief is allergies and alerts, each of them a segment.
func (b Banner) brief() []segment {
	segs := []segment{{"", b.allergies()}}
	if b.Status == core.AllergiesKnown && len(b.Allergic) > 0 {
		segs = nil
		for i, a := range b.Allergic {
			text := present.AllergyOf(a).Substance
			if i == 0 {
				text = b.allergyState() + ": " + text
			}
			if i < len(b.Allergic)-1 {
				text += ","
			}
			segs = append(segs, segment{"", text})
		}
	}
	for _, a := range b.Alerts {
		segs = append(segs, segment{"", "! " + a})
	}
	return segs
}

// row is a line of the banner: its segments and the cells between them.
type row struct {
	segs []segment
	gap  int
}

// rows sets segments into lines, a little closer if that saves a line.
func (b Banner) rows(segs []segment, w int) []row {
	gap := 3
	lines := b.lines(segs, w, gap)
	if closer := b.lines(segs, w, 2); len(closer) < len(lines) {
		lines, gap = closer, 2
	}
	out := make([]row, len(lines))
	for i, l := range lines {
		out[i] = row{l, gap}
	}
	return out
}

// lines breaks between segments where it can.
func (b Banner) lines(segs []segment, w, gap int) [][]segment {
	room := max(4, w-2)
	var out [][]segment
	var line []segment
	used := 0
	for _, s := range segs {
		n := Width(s.text())
		if len(line) > 0 && used+gap+n > room {
			out, line, used = append(out, line), nil, 0
		}
		if n > room { // longer than a line by itself
			for _, part := range Wrap(s.text(), room) {
				out = append(out, []segment{{"", part}})
			}
			continue
		}
		if len(line) > 0 {
			used += gap
		}
		line, used = append(line, s), used+n
	}
	if len(line) > 0 {
		out = append(out, line)
	}
	return out
}

func (b Banner) paint(th *Theme, r row, w int) string {
	if !b.Died.IsZero() {
		parts := make([]string, len(r.segs))
		for i, s := range r.segs {
			parts[i] = s.text()
		}
		text := "░" + strings.Join(parts, spaces(r.gap))
		return th.Deceased.Render(text + strings.Repeat("░", max(0, w-Width(text))))
	}
	var sb strings.Builder
	sb.WriteString(th.Banner.Render(" "))
	used := 1
	for i, s := range r.segs {
		if i > 0 {
			sb.WriteString(th.Banner.Render(spaces(r.gap)))
			used += r.gap
		}
		if s.label != "" {
			sb.WriteString(th.BannerLabel.Render(s.label + " "))
		}
		sb.WriteString(th.BannerName.Render(strings.TrimSpace(s.value)))
		used += Width(s.text())
	}
	sb.WriteString(th.Banner.Render(spaces(w - used)))
	return sb.String()
}

// Year is the year of birth as text, "" when not known.
func (b Banner) Year() string {
	if b.Born.IsZero() {
		return ""
	}
	return strconv.Itoa(b.Born.Year)
}
