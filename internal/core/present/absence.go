package present

import (
	"fmt"
	"strconv"

	"clinician/internal/core"
)

// What was not looked into, what is not known and what is not there are three things.
// They are put into words here, for screens, line by line, commands and pages alike;
// a sentence that something was not found is said only of what was looked into whole.

// Absent says of things (like "results") that were looked for in documents (like
// "documents", "documents that you have not reviewed") and are not listed, what that
// means. It says that none were found only when every document was read.
func Absent(things string, one, many string, c core.Coverage) string {
	switch left := Left(one, many, c); {
	case c.Documents <= 0:
		return "There are no " + many + " to look for " + things + " in."
	case left != "":
		return "Not known. " + left
	}
	return "No " + things + " were found in " + core.Plural(c.Documents, one, many) + "."
}

// Left says how many documents were not read, or not whole, or are in doubt, so that what is told
// leaves them out: "3 of 121 documents have not been read by the machine."; "" none.
func Left(one, many string, c core.Coverage) string {
	of := " of " + core.Plural(c.Documents, one, many) + " "
	text := ""
	if c.NotRead > 0 {
		text = strconv.Itoa(c.NotRead) + of + hasHave(c.NotRead) + " not been read by the machine."
	}
	if c.InDoubt > 0 {
		if text != "" {
			of, text = " ", text+" "
		}
		text += strconv.Itoa(c.InDoubt) + of + "may be another patient's and " + isAre(c.InDoubt) + " left out."
	}
	if c.InPart > 0 {
		if text != "" {
			of, text = " ", text+" "
		}
		text += strconv.Itoa(c.InPart) + of + wasWere(c.InPart) + " read only in part."
	}
	return text
}

// LeftOut is Left for the documents of a chart, or of several.
func LeftOut(c core.Coverage) string { return Left("document", "documents", c) }

// NoResults says why there is no result to follow.
func NoResults(c core.Coverage) string { return Absent("results", "document", "documents", c) }

// NoCritical says why no value marked HH or LL is listed; c is of the documents that
// the one who asks has not reviewed.
func NoCritical(c core.Coverage) string {
	return Absent("values marked HH or LL", unreviewed, unreviewedMany, c)
}

// LeftCritical says which of those documents the list does not tell of; "" none.
func LeftCritical(c core.Coverage) string { return Left(unreviewed, unreviewedMany, c) }

const (
	unreviewed     = "document that you have not reviewed"
	unreviewedMany = "documents that you have not reviewed"
)

// NoValues says why no value of a document is listed; "" when values are.
func NoValues(v core.RecordValues) string {
	switch {
	case len(v.Results) > 0:
		return ""
	case v.JobID == "":
		return "Not known. The text of this document has not been read by the machine yet."
	case !v.Analyzed:
		return "Not known. The text was read, but values were not looked for."
	case v.Total > 0:
		return "None of its " + core.Plural(v.Total, "value", "values") + " is of this kind."
	case v.Message != "":
		return "Not known. " + v.Message
	}
	return "The machine found no values in this document. That does not mean that there are none: read the page."
}

// NoNames says why no page names a patient.
func NoNames(d core.DocumentCheck) string {
	if d.JobID == "" {
		return "Not known. This document has not been read by the machine."
	}
	return "No page of this document names a patient."
}

// Searched is of how many documents the hits tell; looked is how many were looked
// through for them, on this page of the answer and those before it.
func Searched(h core.TextHits, looked int) core.Coverage {
	return core.Coverage{Documents: max(h.Total, looked+h.Unread), NotRead: h.Unread, InPart: h.InPart}
}

// NotSearched says what a search did not look through: "3 of 121 documents have not
// been read and were not searched."; "" nothing.
func NotSearched(h core.TextHits, looked int) string {
	text := ""
	if h.Unread > 0 {
		text = fmt.Sprintf("%d of %s %s not been read and %s not searched.", h.Unread, core.Plural(Searched(h, looked).Documents, "document", "documents"), hasHave(h.Unread), wasWere(h.Unread))
	}
	if h.InPart > 0 {
		if text != "" {
			text += " "
		}
		text += core.Plural(h.InPart, "document", "documents") + " " + wasWere(h.InPart) + " read only in part, and the rest not searched."
	}
	if h.Failed > 0 {
		if text != "" {
			text += " "
		}
		text += core.Plural(h.Failed, "document", "documents") + " could not be opened and " + wasWere(h.Failed) + " not searched: tell your administrator."
	}
	return text
}

// NoHits says what it means that a search lists nothing.
func NoHits(h core.TextHits, looked int) string {
	read := looked - h.Failed
	switch {
	case h.Next != "":
		return "Nothing found yet in " + core.Plural(looked, "document", "documents") + "; there are more to look through."
	case h.Unread+h.Failed > 0 && read <= 0:
		return "Not known: no document could be searched."
	case h.Unread+h.Failed == 0 && h.InPart > 0:
		return "Nothing found in what was read of " + core.Plural(looked, "document", "documents") + "."
	case h.Unread+h.Failed > 0:
		return "Nothing found in what was read, " + strconv.Itoa(read) + " of " + core.Plural(Searched(h, looked).Documents, "document", "documents") + "."
	case looked == 0:
		return "There are no documents to search."
	}
	return "Nothing found in " + core.Plural(looked, "document", "documents") + ", all that there are."
}

// Critical says how many values marked HH or LL the documents that the one who asks has
// not reviewed hold, and how many of those were not searched for them: "HH/LL 2",
// "HH/LL 0, 1 not searched", "HH/LL not searched", "HH/LL not known"; "" when all are
// reviewed.
func Critical(a core.Appointment) string {
	switch n := a.CriticalValues; {
	case a.UnreadRecords == 0:
		return ""
	case n == nil:
		return "HH/LL not known"
	case a.NotSearched >= a.UnreadRecords && *n == 0:
		return "HH/LL not searched"
	case a.NotSearched > 0:
		return fmt.Sprintf("HH/LL %d, %d not searched", *n, a.NotSearched)
	default:
		return fmt.Sprintf("HH/LL %d", *n)
	}
}

// CriticalShort is Critical in at most ten cells; a question mark says that not all
// was searched: "HH/LL 2", "HH/LL 2+?", "HH/LL ?".
func CriticalShort(a core.Appointment) string {
	switch n := a.CriticalValues; {
	case a.UnreadRecords == 0:
		return ""
	case n == nil, a.NotSearched > 0 && *n == 0:
		return "HH/LL ?"
	case a.NotSearched > 0:
		return fmt.Sprintf("HH/LL %d+?", *n)
	default:
		return fmt.Sprintf("HH/LL %d", *n)
	}
}

// CriticalKnown reports whether Critical says all there is.
func CriticalKnown(a core.Appointment) bool {
	return a.UnreadRecords == 0 || a.CriticalValues != nil && a.NotSearched == 0
}

// NoProfile says of an account without a clinician's profile that its day tells
// nothing; "" of others.
func NoProfile(d core.Dashboard) string {
	if d.Profile != nil {
		return ""
	}
	return "This account has no clinician's profile, so whose patients are yours is not known. Ask your administrator."
}

// Rows says which rows of a list are shown, and in which order: "11–20 of 121, newest
// first". Nothing shown of nothing is "0".
func Rows(first, last, all int, order string) string {
	text := strconv.Itoa(all)
	if last >= first && first > 0 && (first > 1 || last < all) {
		text = fmt.Sprintf("%d–%d of %d", first, last, max(last, all))
	}
	if order != "" && all > 0 {
		text += ", " + order
	}
	return text
}

func hasHave(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
