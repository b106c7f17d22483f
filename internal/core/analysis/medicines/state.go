package medicines

import (
	"slices"
	"strings"

	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/vocabulary"
)

// surroundings are the words about a medicine that are not about its neighbours.
type surroundings struct {
	before, behind []vocabulary.Token
	next           bool               // another medicine follows in the same sentence
	replaced       []vocabulary.Token // which took its place: "was changed to"
	planned        bool               // it is to take the place of the one before it
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
func divider(words []vocabulary.Token) int {
	for i := len(words) - 1; i >= 0; i-- {
		switch f := words[i].Fold; {
		case strings.HasSuffix(words[i].Text, ",") || strings.HasSuffix(words[i].Text, ";"):
			return i + 1
		case f == "and" || f == "then" || f == "but":
			return i
		}
	}
	for i := max(0, len(words)-3); i < len(words); i++ {
		if replaces(words[i:]) || words[i].Fold == "to" && i+1 == len(words) {
			return i
		}
	}
	return len(words)
}

// replaces reports whether words lead from a medicine to the one that takes its
// place: "changed to", "replaced by".
func replaces(words []vocabulary.Token) bool {
	if len(words) != 2 {
		return false
	}
	switch words[0].Fold {
	case "changed", "switched", "converted":
		return words[1].Fold == "to"
	case "replaced":
		return words[1].Fold == "by" || words[1].Fold == "with"
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
	if s.planned {
		return ""
	}
	if state := s.exchanged(); state != "" {
		return state
	}
	if s.listed {
		return s.listedState()
	}
	if slices.ContainsFunc(s.before, isRequest) || len(s.before) > 0 && s.before[len(s.before)-1].Fold == "to" {
		return ""
	}
	if state := s.stateBehind(); state != "" {
		return state
	}
	for i := max(0, len(s.before)-3); i < len(s.before); i++ {
		if state := assertion.StateWord(s.before[i].Fold); state != "" && strings.HasSuffix(s.before[i].Fold, "ed") {
			return state
		}
	}
	return ""
}

// exchanged gives the state of a medicine that took the place of another
// ("changed to"), or gave its own up ("switched from", "was replaced by"); "" for
// neither.
func (s surroundings) exchanged() string {
	last := len(s.before) - 1
	if last == 0 && s.before[0].Fold == "to" || last > 0 && replaces(s.before[last-1:]) {
		return "started"
	}
	if last > 0 && s.next && s.before[last].Fold == "from" && exchanges[s.before[last-1].Fold] {
		return "stopped"
	}
	if s.replaced != nil && !slices.ContainsFunc(s.before, isRequest) && !slices.ContainsFunc(s.behind, isRequest) {
		return "stopped"
	}
	return ""
}

var exchanges = vocabulary.WordSet("switched changed converted")

// contradicted says what speaks against the state that a heading gives: the entry's
// own words say another, or the list of the heading, beyond, ended above it and the
// entry says nothing; "" nothing does.
func (s surroundings) contradicted(beyond string) string {
	said := s.listedState()
	if state, ok := strings.CutPrefix(s.section, "medications "); ok && said != "" && said != state {
		return "it stands under medicines that are " + state + ", and its own line says " + said
	}
	if state, ok := strings.CutPrefix(beyond, "medications "); ok && said == "" {
		return "the list of medicines that are " + state + " above it may go on"
	}
	return ""
}

func isRequest(w vocabulary.Token) bool { return requests[w.Fold] }

var requests = vocabulary.WordSet("please should will would could may if plan consider")

// listedState reads the state of an entry of a list: a word before the name or
// behind it. "Stop" and "continue" behind it are directions, unless nothing follows.
func (s surroundings) listedState() string {
	for i := max(0, len(s.before)-3); i < len(s.before); i++ {
		if state := assertion.StateWord(s.before[i].Fold); state != "" {
			return state
		}
		if s.before[i].Fold == "hold" || s.before[i].Fold == "withhold" {
			return "stopped"
		}
	}
	for i, w := range s.behind {
		state := assertion.StateWord(w.Fold)
		if w.Fold == "hold" && i > 0 && s.behind[i-1].Fold == "on" {
			state = "stopped"
		}
		if state != "" && (w.Fold != "continue" && w.Fold != "stop" || i+1 == len(s.behind)) {
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
		if i > 8 || i > 0 && s.behind[i-1].Fold != "and" && vocabulary.EndsClause(s.behind[i-1].Text) {
			break
		}
		state := assertion.StateWord(w.Fold)
		if w.Fold == "on" && i+1 < len(s.behind) && s.behind[i+1].Fold == "hold" {
			state = "stopped"
		}
		switch {
		case state == "":
		case i > 0 && pastHelper(s.behind[i-1].Fold) && !(i > 1 && planned[s.behind[i-2].Fold]), i == direct && w.Fold != "stop" && w.Fold != "continue" && w.Fold != "new":
			return state
		}
	}
	return ""
}

var planned = vocabulary.WordSet("to should will can could may would must")

// prescribing gives how many words at the start are dose, route, frequency or form.
func prescribing(words []vocabulary.Token) int {
	if words[0].Fold == "" {
		return 1
	}
	if d, ok := doseAt(words); ok {
		return len(d.words)
	}
	return max(frequencyAt(words), vocabulary.DoseWordAt("route", words), vocabulary.DoseWordAt("form", words))
}

// against gives what speaks against a medicine being taken as printed.
func (s surroundings) against() []vocabulary.Token {
	switch {
	case s.replaced != nil:
		return s.replaced
	case s.planned:
		return s.before
	}
	for i := range s.before {
		if n := assertion.RemarkAt("ended", s.before[i:]); n > 0 && !(s.listed && assertion.StateWord(s.before[i].Fold) != "") {
			return s.before[i : i+n]
		}
	}
	for i := range s.behind {
		n := assertion.RemarkAt("ended behind", s.behind[i:])
		if i > 0 && s.behind[i-1].Fold == "then" { // "for 5 days then stop"
			continue
		}
		if bare := n == 1 && (s.behind[i].Fold == "stop" || s.behind[i].Fold == "discontinue"); n > 0 && (!bare || i+1 == len(s.behind)) {
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
