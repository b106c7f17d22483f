package plain

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// plainCommands is what can be typed; help reads it out.
var plainCommands = [][2]string{
	{"today", "the day: appointments, what asks for action"},
	{"find TEXT", "patients by name, initials, date of birth or end of MRN"},
	{"patients", "all your patients"},
	{"open N", "open number N of the last list; the number alone does it too"},
	{"chart", "the open patient again: details and documents"},
	{"read", "the open document, page by page: next, back, page N"},
	{"reviewed", "note that you have read the open document"},
	{"values", "what was found in the open document"},
	{"verify N", "say that value N of the last list is right"},
	{"notes", "what people wrote about the open document"},
	{"note TEXT", "sign a note on the open document; note to N TEXT adds to note N"},
	{"note wrong N", "mark note N as entered in error; asks why"},
	{"overview", "the cover page of the open chart: what was verified, what was not, last results"},
	{"results", "the last results of the open patient, by test; trend N or trend NAME for all values of one"},
	{"search TEXT", "in all documents of the open patient; without one, of all patients"},
	{"search all TEXT", "in the documents of all your patients"},
	{"upload FILE", "put a file into the open patient's chart"},
	{"unread", "the documents of all your patients that you have not reviewed"},
	{"analyse", "have the open document read by the machine"},
	{"analyse 1 3 5-8", "have documents of the last list read, by their numbers; analyse all for those that nobody had read"},
	{"download FILE", "save the open document"},
	{"delete", "remove the open document; asks for two identifiers"},
	{"close", "close the open document, then the patient"},
	{"who", "who is signed in, where"},
	{"lock", "ask for the password before anything else"},
	{"logout", "end the session and leave"},
	{"quit", "leave; the session stays in the keyring"},
}

// do carries out one line.
func (s *plainShell) do(ctx context.Context, line string) error {
	verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	rest = strings.TrimSpace(rest)
	if n, err := strconv.Atoi(verb); err == nil {
		return s.open(n)
	}
	switch strings.ToLower(verb) {
	case "":
		return nil
	case "help", "?":
		for _, c := range plainCommands {
			s.say("%s: %s.", c[0], c[1])
		}
		return nil
	case "quit", "exit", "q":
		return errLeave
	case "logout":
		s.chart, s.record = nil, nil
		return errors.Join(s.Backend.Logout(ctx, false), errLeave)
	case "lock":
		return s.unlock(ctx, false)
	case "who", "whoami":
		place, _ := s.Backend.Keyring()
		s.say("%s at %s. The session is kept in: %s.", page.Who(s.profile), s.Backend.Address(), place)
		return nil
	case "open":
		n, err := strconv.Atoi(rest)
		if err != nil {
			return core.Errorf(core.CodeInvalid, "Open which number of the last list?")
		}
		return s.open(n)
	}
	return s.doChart(ctx, strings.ToLower(verb), rest)
}

// doChart carries out the commands about patients and documents.
func (s *plainShell) doChart(ctx context.Context, verb, rest string) error {
	switch verb {
	case "today":
		return s.today(ctx)
	case "find", "/":
		return s.find(ctx, rest)
	case "patients", "list":
		return s.find(ctx, "")
	case "search":
		return s.search(ctx, rest)
	case "unread":
		return s.unread(ctx)
	case "close":
		if s.record != nil {
			s.record = nil
		} else {
			s.chart = nil
		}
		return nil
	}
	if rest != "" && (verb == "analyse" || verb == "analyze") {
		return s.analyseMany(ctx, rest)
	}
	byVerb := map[string]func(context.Context, string) error{"chart": s.showChart, "records": s.showChart, "upload": s.upload, "overview": s.overview, "results": s.results, "trend": s.trend}
	ofRecord := map[string]func(context.Context, string) error{
		"read": s.read, "next": s.next, "back": s.back, "page": s.goPage, "reviewed": s.reviewed, "values": s.values, "verify": s.verify,
		"notes": s.notes, "note": s.note,
		"analyse": s.analyse, "analyze": s.analyse, "download": s.download, "delete": s.delete,
	}
	if f, ok := byVerb[verb]; ok {
		if s.chart == nil {
			return core.Errorf(core.CodeInvalid, "Open a patient first: find, then its number.")
		}
		return f(ctx, rest)
	}
	if f, ok := ofRecord[verb]; ok {
		if s.record == nil {
			return core.Errorf(core.CodeInvalid, "Open a document first: open a patient, then the document's number.")
		}
		return f(ctx, rest)
	}
	return core.Errorf(core.CodeInvalid, "There is no command %q. Type help for what there is.", verb)
}

// open does what number n of the last list stands for.
func (s *plainShell) open(n int) error {
	if n < 1 || n > len(s.choices) {
		return core.Errorf(core.CodeInvalid, "The last list has no number %d.", n)
	}
	if alert := s.alerts[n]; alert != "" && s.warned != n {
		s.warned = n
		s.say("Name alert: also %s. Compare birth date and MRN, then type %d again.", alert, n)
		return nil
	}
	return s.choices[n-1]()
}

// list begins a new list of numbered choices.
func (s *plainShell) list() {
	s.choices, s.alerts, s.warned, s.listed = nil, map[int]string{}, 0, map[int]core.Record{}
}

func (s *plainShell) choice(do func() error, format string, args ...any) {
	s.choices = append(s.choices, do)
	s.say("%d. "+format, append([]any{len(s.choices)}, args...)...)
}
