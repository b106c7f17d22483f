package assertion

// StateWord gives the state of a medicine that a folded word names, stopped,
// started, changed or continued; "" for none.
func StateWord(folded string) string {
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
