package analysis

import (
	"slices"
	"strings"
)

// surroundings are the words about a medicine that are not about its neighbours.
type surroundings struct {
	before, behind []token
	next           bool    // another medicine follows in the same sentence
	replaced       []token // which took its place: "was changed to"
	planned        bool    // it is to take the place of the one before it
	listed         bool
	section        string
}

// around divides the words between two medicines where what is said of the one
// gives way to what is said of the other: "aspirin 75 mg stopped, clopidogrel
// 75 mg started".
func (p prescription) around(a anchor, begin, end int) surroundings {
	s := surroundings{before: p.words[begin:a.from], behind: p.words[a.to:end], next: end < len(p.words), listed: p.listed, section: p.section}
	if begin > 0 {
		at := divider(s.before)
		s.planned = replaces(s.before[at:]) && slices.ContainsFunc(s.before[:at], isRequest)
		s.before = s.before[at:]
	}
	if s.next {
		at := divider(s.behind)
		if replaces(s.behind[at:]) {
			s.replaced = s.behind[at:]
		}
		s.behind = s.behind[:at]
	}
	for i := len(s.before) - 1; i >= 0; i-- {
		if strings.HasSuffix(s.before[i].Text, ";") {
			s.before = s.before[i+1:]
			break
		}
	}
	for i, w := range s.behind {
		if strings.HasSuffix(w.Text, ";") {
			s.behind = s.behind[:i+1]
			break
		}
	}
	return s
}

// divider gives where the words between two medicines begin to be about the
// second: behind the last comma, or at the last "and"; all are about the first where
// there is none, but what leads to the second: "changed to".
func divider(words []token) int {
	for i := len(words) - 1; i >= 0; i-- {
		switch f := words[i].fold; {
		case strings.HasSuffix(words[i].Text, ",") || strings.HasSuffix(words[i].Text, ";"):
			return i + 1
		case f == "and" || f == "then" || f == "but":
			return i
		}
	}
	for i := max(0, len(words)-3); i < len(words); i++ {
		if replaces(words[i:]) || words[i].fold == "to" && i+1 == len(words) {
			return i
		}
	}
	return len(words)
}

// replaces reports whether words lead from a medicine to the one that takes its
// place: "changed to", "replaced by".
func replaces(words []token) bool {
	if len(words) != 2 {
		return false
	}
	switch words[0].fold {
	case "changed", "switched", "converted":
		return words[1].fold == "to"
	case "replaced":
		return words[1].fold == "by" || words[1].fold == "with"
	}
	return false
}

// context says what happened to a medicine: from the heading, from a word of
// state in a list, or from what the sentence says in the past tense. Requests and
// plans are nobody's state yet.
func (s surroundings) context() string {
	if c, ok := strings.CutPrefix(s.section, "medications "); ok {
		return c
	}
	last := len(s.before) - 1
	switch {
	case s.planned:
		return ""
	case last > 0 && replaces(s.before[last-1:]), s.before != nil && last == 0 && s.before[0].fold == "to":
		return "started"
	case last > 0 && s.before[last].fold == "from" && s.next && (s.before[last-1].fold == "switched" || s.before[last-1].fold == "changed" || s.before[last-1].fold == "converted"):
		return "stopped"
	}
	if s.replaced != nil && !slices.ContainsFunc(s.before, isRequest) && !slices.ContainsFunc(s.behind, isRequest) {
		return "stopped"
	}
	if s.listed {
		return s.listedState()
	}
	if slices.ContainsFunc(s.before, isRequest) || len(s.before) > 0 && s.before[last].fold == "to" {
		return ""
	}
	if state := s.stateBehind(); state != "" {
		return state
	}
	for i := max(0, len(s.before)-3); i < len(s.before); i++ {
		if state := stateWord(s.before[i].fold); state != "" && strings.HasSuffix(s.before[i].fold, "ed") {
			return state
		}
	}
	return ""
}

func isRequest(w token) bool { return requests[w.fold] }

var requests = wordSet("please should will would could may if plan consider")

// listedState reads the state of an entry of a list: a word before the name or
// behind it. "Stop" and "continue" behind it are directions, unless nothing follows.
func (s surroundings) listedState() string {
	for i := max(0, len(s.before)-3); i < len(s.before); i++ {
		if state := stateWord(s.before[i].fold); state != "" {
			return state
		}
		if s.before[i].fold == "hold" || s.before[i].fold == "withhold" {
			return "stopped"
		}
	}
	for i, w := range s.behind {
		state := stateWord(w.fold)
		if w.fold == "hold" && i > 0 && s.behind[i-1].fold == "on" {
			state = "stopped"
		}
		if state != "" && (w.fold != "continue" && w.fold != "stop" || i+1 == len(s.behind)) {
			return state
		}
	}
	return ""
}

// stateBehind reads a state behind the name: "was withheld", "5 mg daily stopped".
func (s surroundings) stateBehind() string {
	direct := 0 // as far as only dose, route and frequency come
	for direct < len(s.behind) {
		n := prescribing(s.behind[direct:])
		if n == 0 {
			break
		}
		direct += n
	}
	for i, w := range s.behind {
		if i > 8 || i > 0 && s.behind[i-1].fold != "and" && endsClause(s.behind[i-1].Text) {
			break
		}
		state := stateWord(w.fold)
		if w.fold == "on" && i+1 < len(s.behind) && s.behind[i+1].fold == "hold" {
			state = "stopped"
		}
		switch {
		case state == "":
		case i > 0 && pastHelper(s.behind[i-1].fold) && !(i > 1 && planned[s.behind[i-2].fold]), i == direct && w.fold != "stop" && w.fold != "continue" && w.fold != "new":
			return state
		}
	}
	return ""
}

var planned = wordSet("to should will can could may would must")

// prescribing gives how many words at the start are dose, route, frequency or form.
func prescribing(words []token) int {
	if words[0].fold == "" {
		return 1
	}
	if d, ok := doseAt(words); ok {
		return len(d.words)
	}
	return max(frequencyAt(words), spells("route", words), spells("form", words))
}

// against gives what speaks against a medicine being taken as printed.
func (s surroundings) against() []token {
	switch {
	case s.replaced != nil:
		return s.replaced
	case s.planned:
		return s.before
	}
	for i := range s.before {
		if n := remarkAt("ended", s.before[i:]); n > 0 && !(s.listed && stateWord(s.before[i].fold) != "") {
			return s.before[i : i+n]
		}
	}
	for i := range s.behind {
		n := remarkAt("ended behind", s.behind[i:])
		if i > 0 && s.behind[i-1].fold == "then" { // "for 5 days then stop"
			continue
		}
		if bare := n == 1 && (s.behind[i].fold == "stop" || s.behind[i].fold == "discontinue"); n > 0 && (!bare || i+1 == len(s.behind)) {
			return s.behind[i : i+n]
		}
	}
	return nil
}

func pastHelper(folded string) bool {
	switch folded {
	case "was", "were", "been", "is", "are", "and", "temporarily", "now":
		return true
	}
	return false
}

func stateWord(folded string) string {
	switch folded {
	case "stopped", "discontinued", "withheld", "ceased", "stop", "held", "suspended", "paused", "discontinue", "cease":
		return "stopped"
	case "started", "commenced", "initiated", "new", "added":
		return "started"
	case "changed", "increased", "reduced", "decreased", "titrated", "switched", "increase", "reduce", "decrease":
		return "changed"
	case "continued", "continue", "unchanged", "continues":
		return "continued"
	}
	return ""
}
