package plain

import (
	"context"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// need is what has to be open before a verb means anything.
type need int

const (
	needNothing need = iota
	needChart
	needRecord
)

// verb is something that can be typed: a line begins with its name.
type verb struct {
	name    string
	also    []string // other names of the same
	args    string   // as help shows them
	help    string
	need    need
	changes bool // refused in read-only mode
	do      func(s *plainShell, ctx context.Context, rest string) error
}

// verbs is what can be typed, in the order help reads it out. The table
// internal/tui/fronts.tsv says which action of the screens each of them stands for.
func verbs() []verb {
	list := verbsOfDay()
	list = append(list, verbsOfChart()...)
	list = append(list, verbsOfRecord()...)
	list = append(list, verbsOfValues()...)
	return append(list, verbsOfSession()...)
}

// Verbs gives the names of all verbs.
func Verbs() []string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return names
}

// Changing gives the names of those that change something.
func Changing() []string {
	var names []string
	for _, v := range verbs() {
		if v.changes {
			names = append(names, v.name)
		}
	}
	return names
}

func verbsOfDay() []verb {
	return []verb{
		{name: "today", help: "the day: appointments, what asks for action", do: (*plainShell).today},
		{name: "appointments", args: "[DAY]", help: "your appointments from now on, or of one day", do: (*plainShell).appointments},
		{name: "notifications", args: "[all]", help: "what you should know about, and of whom; with all, what was dealt with too", do: (*plainShell).notifications},
		{name: "acknowledge", args: "N", help: "deal with notification N of the last list", changes: true, do: (*plainShell).acknowledge},
		{name: "reopen", args: "N", help: "have notification N open again", changes: true, do: (*plainShell).reopen},
		{name: "defer", args: "N UNTIL", help: "put notification N away: 4h, a day, or a day and a time", changes: true, do: (*plainShell).deferNote},
		{name: "forward", args: "N EMAIL [NOTE]", help: "hand notification N to a colleague", changes: true, do: (*plainShell).forward},
		{name: "tasks", args: "[sent or all]", help: "what you are to do, by day; sent: what you sent, all: ended ones too", do: (*plainShell).tasks},
		{name: "take on", args: "N", help: "take task N of the last list on", changes: true, do: (*plainShell).takeOn},
		{name: "done", args: "N ANSWER", help: "say that task N of the last list is done", changes: true, do: (*plainShell).taskDone},
		{name: "take back", args: "N", help: "take task N of the last list back, which you sent", changes: true, do: (*plainShell).takeBack},
		{name: "unread", help: "documents of all your patients that you have not reviewed", do: (*plainShell).unread},
		{name: "next unread", help: "open the next of them", do: (*plainShell).nextUnread},
		{name: "readings", args: "[failed]", help: "what is being read; with failed, what could not be read", do: (*plainShell).readings},
		{name: "cancel", args: "N", help: "stop reading N of the last list of readings", changes: true, do: (*plainShell).cancel},
		{name: "find", also: []string{"/"}, args: "TEXT", help: "patients by name, initials, date of birth or end of MRN", do: (*plainShell).find},
		{name: "patients", also: []string{"list"}, help: "all your patients", do: (*plainShell).patients},
		{name: "search", args: "TEXT", help: "in all documents of the open patient; without one, of all patients; search all TEXT looks in all of them", do: (*plainShell).search},
	}
}

func verbsOfChart() []verb {
	return []verb{
		{name: "chart", also: []string{"records"}, args: "[all]", help: "the open patient again: details and documents; with all, also what is no longer in use", need: needChart, do: (*plainShell).showChart},
		{name: "overview", help: "the cover page of the open chart: what was verified, what was not, last results", need: needChart, do: (*plainShell).overview},
		{name: "results", help: "the last results of the open patient, by test", need: needChart, do: (*plainShell).results},
		{name: "trend", args: "N or NAME", help: "all values of one test", need: needChart, do: (*plainShell).trend},
		{name: "critical", help: "values marked HH or LL in documents that you have not reviewed", need: needChart, do: (*plainShell).critical},
		{name: "looked", help: "who looked at the open chart", need: needChart, do: (*plainShell).looked},
		{name: "upload", args: "FILE", help: "put a file into the open patient's chart", need: needChart, changes: true, do: (*plainShell).upload},
	}
}

func verbsOfRecord() []verb {
	return []verb{
		{name: "read", help: "the open document, page by page: next, back, page N", need: needRecord, do: (*plainShell).read},
		{name: "next", help: "the following page", need: needRecord, do: (*plainShell).next},
		{name: "back", help: "the page before", need: needRecord, do: (*plainShell).back},
		{name: "page", args: "N", help: "page N", need: needRecord, do: (*plainShell).goPage},
		{name: "reviewed", help: "note that you have read the open document", need: needRecord, changes: true, do: (*plainShell).reviewed},
		{name: "analyse", also: []string{"analyze"}, args: "[again, or 1 3 5-8, or all]", help: "have the open document read by the machine; again asks how; or documents of the last list by their numbers, or all that nobody had read", changes: true, do: (*plainShell).analyse},
		{name: "history", help: "every reading of the open document", need: needRecord, do: (*plainShell).history},
		{name: "details", help: "what is known of the open document", need: needRecord, do: (*plainShell).details},
		{name: "edit", args: "FIELD VALUE", help: "change title, type, date, source, received or tags of the open document", need: needRecord, changes: true, do: (*plainShell).edit},
		{name: "correct text", args: "[N]", help: "type line N of the open page anew; without N the lines are numbered", need: needRecord, changes: true, do: (*plainShell).correctText},
		{name: "undo correction", help: "take the last correction of the open page back", need: needRecord, changes: true, do: (*plainShell).undoCorrection},
		{name: "notes", help: "what people wrote about the open document", need: needRecord, do: (*plainShell).notes},
		{name: "note", args: "TEXT", help: "sign a note on the open document; note to N TEXT adds to note N, note wrong N marks it as entered in error", need: needRecord, changes: true, do: (*plainShell).note},
		{name: "task", args: "EMAIL, DAY, TEXT", help: "send a task about the open document to a colleague who may see the patient, or to yourself", need: needRecord, changes: true, do: (*plainShell).sendTask},
		{name: "task of", args: "N EMAIL, DAY, TEXT", help: "the same about value N of the last list", need: needRecord, changes: true, do: (*plainShell).sendValueTask},
		{name: "check", help: "whose the open document is: what its pages say", need: needRecord, do: (*plainShell).check},
		{name: "belongs", help: "say that the open document belongs to this patient", need: needRecord, changes: true, do: (*plainShell).belongs},
		{name: "move", args: "TEXT", help: "move the open document to the patient that TEXT finds", need: needRecord, changes: true, do: (*plainShell).move},
		{name: "error", help: "mark the open document as entered in error", need: needRecord, changes: true, do: (*plainShell).inError},
		{name: "restore", help: "let a document that was entered in error count again", need: needRecord, changes: true, do: (*plainShell).restore},
		{name: "hold", help: "place a legal hold on the open document", need: needRecord, changes: true, do: (*plainShell).hold},
		{name: "release", help: "release the legal hold", need: needRecord, changes: true, do: (*plainShell).release},
		{name: "unlock", help: "open a protected PDF with its password", need: needRecord, changes: true, do: (*plainShell).unlockRecord},
		{name: "integrity", help: "compare the open document's content with what came in", need: needRecord, do: (*plainShell).integrity},
		{name: "download", args: "[FILE]", help: "save the open document", need: needRecord, do: (*plainShell).download},
		{name: "delete", help: "remove the open document; asks for two identifiers", need: needRecord, changes: true, do: (*plainShell).delete},
	}
}

func verbsOfValues() []verb {
	return []verb{
		{name: "values", args: "[unverified]", help: "what was found in the open document", need: needRecord, do: (*plainShell).values},
		{name: "verify", args: "N", help: "say that value N of the last list is right", need: needRecord, changes: true, do: (*plainShell).verify},
		{name: "correct", args: "N VALUE", help: "say what is really printed for value N", need: needRecord, changes: true, do: (*plainShell).correct},
		{name: "reject", args: "N REASON", help: "say that value N is no such value", need: needRecord, changes: true, do: (*plainShell).reject},
		{name: "undo", args: "N", help: "take verify, correct or reject of value N back", need: needRecord, changes: true, do: (*plainShell).undo},
		{name: "take suggested", help: "take type and date that the document's text suggests", need: needRecord, changes: true, do: (*plainShell).takeSuggested},
	}
}

func verbsOfSession() []verb {
	return []verb{
		{name: "open", args: "N", help: "open number N of the last list; the number alone does it too", do: (*plainShell).openTyped},
		{name: "more", help: "go on with the last list", do: (*plainShell).more},
		{name: "close", help: "close the open document, then the patient", do: (*plainShell).close},
		{name: "profile", args: "[FIELD VALUE]", help: "your profile; or change first name, last name, phone, specialization or available in it", do: (*plainShell).profileOf},
		{name: "who", also: []string{"whoami"}, help: "who is signed in, where", do: (*plainShell).who},
		{name: "lock", help: "ask for the password before anything else", do: func(s *plainShell, ctx context.Context, _ string) error { return s.unlock(ctx, false) }},
		{name: "logout", args: "[everywhere]", help: "end the session and leave", do: (*plainShell).logout},
		{name: "quit", also: []string{"exit", "q"}, help: "leave; the session stays in the keyring", do: func(*plainShell, context.Context, string) error { return errLeave }},
		{name: "help", also: []string{"?"}, args: "[VERB]", help: "what can be typed", do: (*plainShell).help},
	}
}

// do carries out one line.
func (s *plainShell) do(ctx context.Context, line string) error {
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if n, err := strconv.Atoi(line); err == nil {
		return s.open(n)
	}
	v, rest, ok := verbOf(line)
	if !ok {
		return unknownVerb(line)
	}
	switch {
	case v.need >= needChart && s.chart == nil:
		return core.Errorf(core.CodeInvalid, "Open a patient first: find, then its number.")
	case v.need == needRecord && s.record == nil:
		return core.Errorf(core.CodeInvalid, "Open a document first: open a patient, then the document's number.")
	case v.changes && s.ReadOnly:
		return errPlainReadOnly()
	}
	return v.do(s, ctx, rest)
}

// verbOf finds the verb that a line begins with; of "correct text 3" that is "correct
// text", not "correct".
func verbOf(line string) (found verb, rest string, ok bool) {
	longest := 0
	for _, v := range verbs() {
		for _, name := range append([]string{v.name}, v.also...) {
			n := len(name)
			if n <= longest || len(line) < n || !strings.EqualFold(line[:n], name) || len(line) > n && line[n] != ' ' {
				continue
			}
			found, rest, longest = v, strings.TrimSpace(line[n:]), n
		}
	}
	return found, rest, longest > 0
}

// unknownVerb says what may have been meant.
func unknownVerb(line string) error {
	typed, _, _ := strings.Cut(strings.ToLower(line), " ")
	near := text.Nearest(typed, Verbs())
	if near == "" {
		return core.Errorf(core.CodeInvalid, "There is no command %q. Type help for what there is.", typed)
	}
	return core.Errorf(core.CodeInvalid, "There is no command %q. Did you mean %s? Type help for what there is.", typed, near)
}

// help reads out what can be typed, or what one verb does.
func (s *plainShell) help(_ context.Context, rest string) error {
	if rest != "" {
		v, _, ok := verbOf(rest)
		if !ok {
			return unknownVerb(rest)
		}
		s.say("%s.", v.told())
		return nil
	}
	for _, v := range verbs() {
		s.say("%s.", v.told())
	}
	return nil
}

func (v verb) told() string { return strings.TrimSpace(v.name+" "+v.args) + ": " + v.help }
