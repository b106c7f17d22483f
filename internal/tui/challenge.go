package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// challenge asks for two identifiers of a patient, to be read from the screen
// and typed, before something is done that could harm the wrong person.
type challenge struct {
	banner ui.Banner
	family string // as the chart has it; "" takes it from the banner's name
	key    string // tells the fields of one patient from those of another
}

// fields are the two lines of the form.
func (c challenge) fields() []*ui.Field {
	second := "Year of birth"
	if c.banner.Year() == "" {
		second = "Last four of the MRN"
	}
	return []*ui.Field{{Key: "family" + c.key, Label: "Family name"}, {Key: "second" + c.key, Label: second}}
}

// second is the identifier beside the family name.
func (c challenge) second() string {
	if y := c.banner.Year(); y != "" {
		return y
	}
	return c.banner.MRN[max(0, len(c.banner.MRN)-4):]
}

func (c challenge) familyName() string {
	if c.family != "" {
		return c.family
	}
	family, _, _ := strings.Cut(c.banner.Name, ",")
	return family
}

// check gives what is wrong with what was typed, by field; nothing when it fits.
func (c challenge) check(f *ui.Form) map[string][]string {
	errs := map[string][]string{}
	if ui.Fold(f.Field("family"+c.key).Value()) != ui.Fold(c.familyName()) {
		errs["family"+c.key] = []string{"This is not the family name of " + c.banner.Name + "."}
	}
	if strings.TrimSpace(f.Field("second"+c.key).Value()) != c.second() || c.second() == "" {
		errs["second"+c.key] = []string{"This does not fit " + c.banner.Name + "."}
	}
	return errs
}

// pastedIdentifier reports a paste into a field of a challenge: identifiers are
// to be read and typed. A reason may be pasted.
func pastedIdentifier(f *ui.Form, m tea.KeyMsg) bool {
	return m.Paste && f.Focused().Key != "reason"
}
