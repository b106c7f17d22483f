package analysis

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

//go:embed data/dates.tsv
var datesFile string

// dateLabels maps what stands before a date to what the date is of.
var dateLabels = sync.OnceValue(func() *phrases[string] {
	p := newPhrases[string]()
	for _, f := range table(datesFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.add(phrase, f[0])
		}
	}
	return p
})

// printedDate is a date as printed. Date is zero when it can be read in two ways.
type printedDate struct {
	text  string
	date  core.Date
	words int
	odd   string // why date is zero
}

var months = map[string]time.Month{
	"jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4, "may": 5, "jun": 6, "june": 6,
	"jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10, "october": 10, "nov": 11, "november": 11, "dec": 12, "december": 12,
}

// dateAt reads a date that starts with the first of the words, in up to five of
// them: 24-Nov-2026, 24 November 2026, November 24, 2026, 2026-11-24, 24/11/2026.
func dateAt(ws []token) (printedDate, bool) {
	if len(ws) == 0 || !dateStart(ws[0].Text) {
		return printedDate{}, false
	}
	for n := min(5, len(ws)); n > 0; n-- {
		text := trimDate(joined(ws[:n]))
		if n > 1 && (text == trimDate(joined(ws[:n-1])) || ws[n-1].row != ws[0].row) {
			continue
		}
		if d, ok := parsePrinted(text); ok {
			d.words = n
			return d, true
		}
	}
	return printedDate{}, false
}

func trimDate(s string) string { return strings.Trim(s, " ,.;:()[]-") }

func dateStart(s string) bool {
	s = strings.TrimLeft(s, "([")
	if s == "" {
		return false
	}
	if s[0] >= '0' && s[0] <= '9' {
		return true
	}
	_, ok := months[strings.ToLower(strings.TrimRight(s, ".,-"))]
	return ok
}

// parsePrinted reads the text of a date and nothing else.
func parsePrinted(text string) (printedDate, bool) {
	out := printedDate{text: text}
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == '-' || r == '/' || r == '.' || r == ',' || r == '–' || r == '‑' || r == '‐'
	})
	if len(parts) != 3 {
		return out, false
	}
	var num [3]int
	month := -1
	for i, p := range parts {
		if m, ok := months[strings.ToLower(p)]; ok && i < 2 && month < 0 {
			month, num[i] = i, int(m)
			continue
		}
		if len(p) > 3 && i != 2 && i != 0 || len(p) > 4 {
			return out, false
		}
		n, err := strconv.Atoi(strings.TrimRight(p, "stndrh")) // 24th
		if err != nil || n < 0 || len(strings.TrimLeft(p, "0123456789")) != 0 && len(strings.TrimLeft(p, "0123456789")) != 2 {
			return out, false
		}
		num[i] = n
	}
	return out.settle(parts, num, month, strings.ContainsAny(text, "/-"), strings.Contains(text, "."))
}

// settle decides which number is day, month and year.
func (d printedDate) settle(parts []string, num [3]int, month int, slashed, dotted bool) (printedDate, bool) {
	year := len(parts[2])
	switch {
	case month == 1 && year == 4 && num[0] <= 31:
		return d.as(num[2], num[1], num[0])
	case month == 0 && year == 4 && num[1] <= 31:
		return d.as(num[2], num[0], num[1])
	case month >= 0 && year == 2 && num[1-month] <= 31:
		d.odd = "the year has two digits only"
		return d, num[1-month] > 0
	case month >= 0:
		return d, false
	case len(parts[0]) == 4 && year <= 2 && (slashed || dotted): // 2026-11-24
		return d.as(num[0], num[1], num[2])
	case !slashed && !dotted || len(parts[0]) > 2 || len(parts[1]) > 2:
		return d, false
	case year == 2:
		d.odd = "the year has two digits only"
		return d, dotted != slashed && num[0] > 0 && num[1] > 0 && (num[0] <= 31 && num[1] <= 12 || num[0] <= 12 && num[1] <= 31) && slashed
	case year != 4:
		return d, false
	case dotted && !slashed, num[0] > 12, num[0] == num[1]: // 24.11.2026, 24/11/2026, 03/03/2026
		return d.as(num[2], num[1], num[0])
	case num[1] > 12: // 11/24/2026
		return d.as(num[2], num[0], num[1])
	}
	if num[0] < 1 || num[1] < 1 {
		return d, false
	}
	d.odd = "day and month could be the other way round"
	return d, true
}

// as makes the date when the day exists in a believable year.
func (d printedDate) as(year, month, day int) (printedDate, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1850 || year > 2150 || t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return d, false
	}
	d.date = core.Date{Year: year, Month: time.Month(month), Day: day}
	return d, true
}

// labelledDate is a date with what it is of.
type labelledDate struct {
	printedDate
	role  string // of dates.tsv: "collected", "reported", ...; "birth" is kept out of values
	label []token
	when  []token
	sheet *sheet
}

// certain reports whether the date may be relied on without a person.
func (l labelledDate) certain() bool {
	if l.date.IsZero() {
		return false
	}
	for _, w := range l.when {
		if w.Confidence != nil && *w.Confidence < minDateConfidence {
			return false
		}
	}
	return true
}

// labelledDates finds the dates of a document that say what they are of, in
// reading order. It is worked out once.
func (d *document) labelledDates() []labelledDate {
	if d.dates == nil {
		d.dates = []labelledDate{}
		for _, s := range d.sheets {
			for i := range s.rows {
				d.dates = append(d.dates, s.datesOf(i)...)
			}
		}
	}
	return d.dates
}

// datesOf finds "Collected: 24-Nov-2026 09:20", "Dictated 23-Nov-2026", and
// "Comparison" above "Examination of 31-Aug-2026.".
func (s *sheet) datesOf(i int) []labelledDate {
	var out []labelledDate
	ws := s.rows[i].words
	for k := 0; k < len(ws); {
		at, ok := dateAt(ws[k:])
		if !ok {
			k++
			continue
		}
		l := labelledDate{printedDate: at, when: ws[k : k+at.words], sheet: s}
		l.role, l.label = labelBefore(ws[:k])
		if l.role == "" && s.rows[i].section == "comparison" {
			l.role = "comparison"
			l.label = ws[:0]
		}
		if l.role == "letter" && s.rows[i].section == "vitals" {
			l.role = "" // it heads a column
		}
		if l.role != "" {
			out = append(out, l)
		}
		k += at.words
	}
	return out
}

// labelBefore finds the label that ends right before a date, over filling words
// ("on", "the", "time:").
func labelBefore(ws []token) (string, []token) {
	end := len(ws)
	for end > 0 && end > len(ws)-4 {
		w := ws[end-1]
		if w.fold != "" && !dateFillers[w.fold] {
			break
		}
		end--
	}
	for to := len(ws); to >= end && to > 0; to-- {
		for n := min(4, to); n > 0; n-- {
			label := ws[to-n : to]
			if m, ok := dateLabels().find(label); ok && m.words == n {
				return m.meaning, label
			}
		}
	}
	return "", nil
}

var dateFillers = map[string]bool{"on": true, "the": true, "at": true, "of": true, "dated": true, "and": true, "time": true, "was": true, "mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true, "sun": true}

// dates reports the labelled dates as values. Birth dates belong to identity.
func dates(d *document) []core.Value {
	var out []core.Value
	for _, l := range d.labelledDates() {
		if l.role == "birth" || l.role == "ignored" {
			continue
		}
		v := newValue(l.sheet, core.ValueDate)
		addEvidence(&v, l.sheet, 0, l.label)
		addEvidence(&v, l.sheet, minDateConfidence, l.when)
		v.Name = strings.TrimRight(joined(l.label), ":;,./ ")
		if v.Name == "" {
			v.Name = l.role
		}
		v.Text, v.Date, v.Context = l.text, l.date, l.role
		if l.odd != "" {
			doubt(&v, "%s", l.odd)
		}
		out = append(out, v)
	}
	return out
}

// dayOf gives the day of what stands on a page: the last collection date printed
// before it on that page, else on an earlier page, else the report date.
func (d *document) dayOf(s *sheet, row int) core.Date {
	for _, role := range []string{"collected", "reported"} {
		var found core.Date
		for _, l := range d.labelledDates() {
			if l.sheet.number > s.number || l.sheet == s && len(l.when) > 0 && l.when[0].row > row && !found.IsZero() {
				break
			}
			if l.role == role && l.certain() {
				found = l.date
			}
		}
		if !found.IsZero() {
			return found
		}
	}
	return core.Date{}
}
