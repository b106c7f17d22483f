package page

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// First gives the first sentence that says something.
func First(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func UnreadHeading(n int) string {
	if n == 0 {
		return "Notifications"
	}
	return fmt.Sprintf("Notifications (%d unread)", n)
}

// Narrow is the width below which an appointment is a time and a patient only.
const Narrow = 76

// Urgency puts what asks for action and was not seen before the rest.
func Urgency(n core.Notification) int {
	if n.Level == "action" && n.ReadAt == nil {
		return 1
	}
	return 0
}

// FormErrors puts what the server says at the fields it speaks of, and gives
// the sentence for what is left.
func FormErrors(f *ui.Form, err error) string {
	var e *core.Error
	if errors.As(err, &e) && len(e.Fields) > 0 {
		if rest := f.SetErrors(e.Fields); len(rest) > 0 {
			return strings.Join(rest, " ")
		}
		return ""
	}
	return core.MessageOf(err)
}

// Identified names a patient in a sentence.
func Identified(b ui.Banner) string {
	return b.Name + ", " + ui.Whole("born "+b.Born.Display()) + ", " + ui.Whole("MRN "+core.DisplayMRN(b.MRN))
}

// indent moves a block one cell to the right.
func indent(block string) string { return " " + strings.ReplaceAll(block, "\n", "\n ") }

// WideEnough is the width from which text and image stand side by side.
const WideEnough = 100

// TwoPanes is the width from which lists have a second pane.
const TwoPanes = 140

// Who is how the program greets the user.
func Who(p *core.Profile) string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(p.User.FirstName + " " + p.User.LastName)
}

// Since is how long ago t was, by the clock or by running time, whichever is more.
func Since(now, t time.Time) time.Duration { return max(now.Sub(t), now.Round(0).Sub(t.Round(0))) }

// ProfileOf takes what the program shows of its user from the answer to a login.
func ProfileOf(in core.SignedIn) *core.Profile {
	if in.Clinician != nil {
		p := in.Clinician.Profile()
		return &p
	}
	return &core.Profile{User: in.User.Summary()}
}

// FamilyGuess is the word of a printed name to look for: the part before a
// comma, else the last word.
func FamilyGuess(name string) string {
	if family, _, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(family)
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// Interpreted writes an HL7 interpretation with its sign.
func Interpreted(th *ui.Theme, code string) string {
	sign, plain := present.FlagSign(code)
	if th.Mono() {
		sign = plain
	}
	if sign == "" {
		return ""
	}
	return code + " " + sign
}

// ValueState says that it was read by a machine, and whether a person agreed.
func ValueState(r *core.Review) string {
	if r == nil {
		return "scan·unverified"
	}
	return "scan·" + string(r.Status)
}
