package values

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"clinician/internal/core"
)

// EntityScores are scores by kind. Dates are those of birth, and the days of the
// results and vital signs that were found.
type EntityScores map[core.ValueKind]*Score

// entityKinds in the order they are printed.
var entityKinds = []core.ValueKind{core.ValueLaboratory, core.ValueVital, core.ValueMedication, core.ValueDiagnosis, core.ValueAllergy, core.ValueDate}

// CompareEntities scores what was found on one page, whose text is given,
// against the entities that are printed on it. A value that is not among them is
// wrong only when the page does not print it either: files hold what is coded,
// and pages hold more. name is for the lines about what is wrong or missed.
func CompareEntities(found core.Findings, e Entities, text, name string) EntityScores {
	c := comparison{scores: EntityScores{}, text: newPrint(text), left: e.printed(text), name: name}
	for _, kind := range entityKinds {
		c.scores[kind] = &Score{}
	}
	for _, x := range c.left {
		c.scores[x.kind].Printed++
		if x.kind != core.ValueDate && !x.day.IsZero() {
			c.scores[core.ValueDate].Printed++
		}
	}
	for _, v := range found.Values {
		if v.Kind != core.ValueDate { // of labelled dates the files say nothing
			c.value(v)
		}
	}
	for _, id := range found.Identities {
		c.birth(id)
	}
	for _, x := range c.left {
		c.scores[x.kind].Missed = append(c.scores[x.kind].Missed, fmt.Sprintf("%s: %s %s %s %s", name, strings.Join(x.names, " "), x.value, x.unit, x.day))
	}
	return c.scores
}

// comparison is one page under way.
type comparison struct {
	scores EntityScores
	text   printedText
	left   []entity // not found yet
	name   string
}

func (c *comparison) value(v core.Value) {
	s := c.scores[v.Kind]
	line := fmt.Sprintf("%s: %s = %q %q range %q dose %q of %s, printed %q, doubts %q", c.name, v.Name, v.Text, v.Unit, v.Range, v.Dose, v.Date, v.Source, v.Doubts)
	matches := c.matching(v)
	if len(matches) == 0 {
		switch {
		case c.supported(v):
			s.Beside++
		case v.Confident():
			s.Wrong = append(s.Wrong, line)
			s.Extra++
		default:
			s.Extra++
		}
		return
	}
	for _, x := range matches { // two for a blood pressure
		s.Found++
		unit, rng := c.unit(v, x), c.rng(v, x)
		s.Unit, s.Range, s.Flag = s.Unit+one(unit), s.Range+one(rng), s.Flag+1
		if v.Confident() {
			s.Confident++
			if !unit || !rng || !c.dosed(v) {
				s.WrongParts = append(s.WrongParts, line)
			}
		}
		c.day(v, x, line)
	}
}

// matching takes the entities that a value is off the list.
func (c *comparison) matching(v core.Value) []entity {
	var out []entity
	for _, part := range []string{"", "systolic", "diastolic"} {
		best := -1
		for i, x := range c.left {
			if x.kind == v.Kind && fits(v, x, part) && (best < 0 || x.day == v.Date && c.left[best].day != v.Date) {
				best = i
			}
		}
		if best >= 0 {
			out = append(out, c.left[best])
			c.left = slices.Delete(c.left, best, best+1)
		}
	}
	return out
}

// fits reports whether a value is an entity. part says which half of a blood
// pressure is compared.
func fits(v core.Value, x entity, part string) bool {
	names := fields(v.Name)
	shared := func(least int) bool {
		return slices.ContainsFunc(names, func(w string) bool { return len(w) >= least && slices.Contains(x.names, w) })
	}
	within := func(a, b []string) bool {
		return len(a) > 0 && !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
	}
	coded := v.Code != nil && slices.Contains(x.codes, v.Code.Code)
	switch v.Kind {
	case core.ValueLaboratory:
		return part == "" && plain(v.Text) == plain(x.value) && (coded || shared(1))
	case core.ValueVital:
		text := v.Text
		if high, low, ok := strings.Cut(text, "/"); ok {
			if text = high; part == "diastolic" {
				text = low
			}
			return part != "" && plain(text) == plain(x.value) && coded && (x.codes[0] == "8462-4") == (part == "diastolic")
		}
		return part == "" && plain(text) == plain(x.value) && coded
	case core.ValueMedication:
		return part == "" && len(names) > 0 && slices.Contains(x.names, names[0])
	case core.ValueAllergy:
		return part == "" && !v.Negated && shared(4)
	case core.ValueDiagnosis:
		return part == "" && !v.Negated && (within(names, x.names) || within(x.names, names))
	}
	return false
}

// supported reports whether the page prints what a value says close together.
func (c *comparison) supported(v core.Value) bool {
	names := fields(v.Name)
	switch v.Kind {
	case core.ValueLaboratory, core.ValueVital:
		return c.text.near(v.Text, names, (len(names)+1)/2) || strings.Contains(v.Text, "/") && c.text.near(v.Text, names, 1)
	case core.ValueMedication:
		return c.text.near("", names, 1) && c.dosed(v)
	}
	return c.text.near("", names, (len(names)+1)/2)
}

// dosed reports whether a dose stands near its medicine.
func (c *comparison) dosed(v core.Value) bool {
	return v.Kind != core.ValueMedication || c.text.near(v.Dose, fields(v.Name), 1)
}

// unit reports whether the unit is right: the entity's, or, as many print another
// way of writing it, the one printed there.
func (c *comparison) unit(v core.Value, x entity) bool {
	if unitKey(v.Unit) == unitKey(ucum.Replace(x.unit)) {
		return true
	}
	if v.Unit == "" {
		return x.unit == "" || !c.text.near(x.value+" "+ucum.Replace(x.unit), fields(v.Name), 1)
	}
	return c.text.near(x.value+" "+v.Unit, fields(v.Name), 1)
}

// ucum writes units of UCUM as they are printed.
var ucum = strings.NewReplacer("mm[Hg]", "mmHg", "[lb_av]", "lbs", "[in_us]", "in", "[degF]", "F", "Cel", "C", "{", "", "}", "")

func (c *comparison) rng(v core.Value, x entity) bool {
	if v.Range == "" {
		return x.rng == "" || !c.text.near(x.value+" "+x.rng, fields(v.Name), 1)
	}
	return strings.HasPrefix(plain(x.rng), plain(v.Range)) && x.rng != "" || c.text.near(x.value+" "+v.Range, fields(v.Name), 1)
}

// day scores the day of a value that was found.
func (c *comparison) day(v core.Value, x entity, line string) {
	s := c.scores[core.ValueDate]
	switch {
	case v.Kind != core.ValueLaboratory && v.Kind != core.ValueVital:
	case !x.day.IsZero() && v.Date == x.day:
		s.Found++
		if v.Confident() {
			s.Confident++
		}
	case !x.day.IsZero() && v.Date.IsZero():
		s.Missed = append(s.Missed, line)
	case !v.Date.IsZero() && !c.text.holds(v.Date):
		s.Extra++
		s.Wrong = append(s.Wrong, "day of "+line)
	case !x.day.IsZero():
		s.Extra++
		if v.Confident() {
			s.Wrong = append(s.Wrong, "day of "+line)
		}
	}
}

// birth scores the date of birth that a page says.
func (c *comparison) birth(id core.PageIdentity) {
	if id.DateOfBirth.IsZero() {
		return
	}
	s := c.scores[core.ValueDate]
	at := slices.IndexFunc(c.left, func(x entity) bool { return x.kind == core.ValueDate && x.day == id.DateOfBirth })
	switch {
	case at >= 0:
		c.left = slices.Delete(c.left, at, at+1)
		s.Found++
		s.Confident++
	case !c.text.holds(id.DateOfBirth):
		s.Extra++
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s: born %s", c.name, id.DateOfBirth))
	}
}

func one(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

// Add sums the scores of pages.
func (e EntityScores) Add(o EntityScores) {
	for kind, s := range o {
		if e[kind] == nil {
			e[kind] = &Score{}
		}
		e[kind].Add(*s)
	}
}

// Write prints a table, what is wrong, and, when asked, what was missed.
func (e EntityScores) Write(w io.Writer, missed bool) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "values\ton the pages\tP\tR\tF1\twithout a doubt\tconfident wrong\twrong parts\tprinted, not in the files\t")
	for _, kind := range entityKinds {
		if s := e[kind]; s != nil {
			fmt.Fprintf(tw, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%d\t%d\t%d\t\n", kind, s.Printed, s.Precision(), s.Recall(), s.F1(), share(s.Confident, s.Printed), len(s.Wrong), len(s.WrongParts), s.Beside)
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, kind := range entityKinds {
		s := e[kind]
		if s == nil {
			continue
		}
		for _, line := range s.Wrong {
			fmt.Fprintln(w, "WRONG", kind, line)
		}
		for _, line := range s.WrongParts {
			fmt.Fprintln(w, "WRONG PART", kind, line)
		}
		for _, line := range s.Missed {
			if missed {
				fmt.Fprintln(w, "MISSED", kind, line)
			}
		}
	}
	return nil
}
