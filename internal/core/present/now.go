package present

import (
	"errors"
	"strings"
	"time"

	"clinician/internal/core"
)

// Now is what to tell somebody whose change was refused because of what stands, with what
// was written about it: "Potassium: 6.9 mmol/L, scan, rejected by Ann Lee: another
// patient's line". "" when err is of another kind.
func Now(err error) string {
	var e *core.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch now := e.Current.(type) {
	case core.Value:
		v := ValueOf(now)
		return v.Statement() + ", " + v.State()
	case core.Record:
		return recordNow(now)
	case core.PageCorrections:
		return textNow(now)
	case core.Notification:
		return notificationNow(now)
	case core.Profile:
		return profileNow(now)
	}
	return ""
}

func recordNow(r core.Record) string {
	says := []string{RecordOf(r).Identity()}
	if r.Source != "" {
		says = append(says, "from "+r.Source)
	}
	if len(r.Tags) > 0 {
		says = append(says, "tagged "+strings.Join(r.Tags, ", "))
	}
	switch r.Status {
	case core.RecordEnteredInError:
		says = append(says, done("marked as entered in error", r.StatusByName, r.StatusReason))
	case core.RecordMoved:
		says = append(says, done("moved to another chart", r.StatusByName, r.StatusReason))
	}
	if h := r.LegalHold; h != nil {
		says = append(says, done("under a legal hold", h.ByName, h.Reason))
	}
	if r.PatientCheck == core.CheckPatient {
		says = append(says, "its patient is in doubt")
	}
	return strings.Join(says, ", ")
}

func textNow(p core.PageCorrections) string {
	if p.Correction == nil {
		return "the text as the machine read it"
	}
	return done("the text as corrected", p.Correction.ByName, p.Correction.Reason)
}

func notificationNow(n core.Notification) string {
	says := "“" + n.Text + "”, "
	switch {
	case n.ForwardedTo != "":
		return says + "forwarded to " + n.ForwardedTo
	case n.DoneAt != nil:
		return says + "acknowledged on " + Moment(*n.DoneAt, time.UTC) + " UTC"
	case n.DeferredUntil != nil:
		return says + "deferred until " + Moment(*n.DeferredUntil, time.UTC) + " UTC"
	}
	return says + "open"
}

func profileNow(p core.Profile) string {
	free := "available"
	if !p.IsAvailable {
		free = "not available"
	}
	return joined(p.User.FirstName, p.User.LastName) + ", phone " + Or(p.PhoneNumber) + ", " + free
}

// done says what was done by whom and why.
func done(what, by, why string) string {
	if by != "" {
		what += " by " + by
	}
	if why != "" {
		what += ": " + why
	}
	return what
}
