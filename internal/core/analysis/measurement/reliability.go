package measurement

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// Filler reports whether a word may stand between a name and its number: "Hb
// fell to 82".
func Filler(folded string) bool { return fillers[folded] }

var fillers = vocabulary.WordSet("was is of at to fell rose dropped fallen risen increased decreased improved recovered remains remained stable now level levels count result today has have had been came back as peaked peaking with a an the currently measured only just up down are were on admission discharge again being around about approximately normal raised elevated low high serum plasma mildly slightly markedly significantly further and then bld-mcnc bld-scnc serpl-scnc serpl-mcnc serpl bld bid auto # fr")

// RemarkNumber notes of a number with a name that its text takes it back, or that
// its clause speaks of a relative before: "Mother's Hb was 98 g/L".
func RemarkNumber(s *layout.Sheet, v *core.Value, name vocabulary.Token) {
	if by := takenBack(s, name); by != nil {
		v.Context = "unreliable"
		evidence.Doubt(v, "the text says %q of it", assertion.Quoted(by))
	}
	at := s.ClauseOf(name)
	if at < 0 {
		return
	}
	words := s.Clauses()[at].Words
	i := slices.IndexFunc(words, func(o vocabulary.Token) bool { return o.Row == name.Row && o.X0 == name.X0 })
	if who, _ := assertion.RelativeBefore(words, i); who != nil {
		v.Context = "family history"
		evidence.Doubt(v, "it may be of somebody else: %q", assertion.Quoted(who))
	}
}

// CommentLabel reports whether words start with the label of a comment: "Clinical
// note", "Potassium comment:". What a test's name says in brackets is none.
func CommentLabel(ws []vocabulary.Token) bool {
	for i := 0; i < len(ws) && i < 3 && !vocabulary.HasDigit(ws[i].Text) && ws[i].Fold != "see"; i++ {
		if commentWords[ws[i].Fold] && ws[i].Text[0] != '(' && !strings.HasSuffix(ws[i].Text, ")") {
			return true
		}
	}
	return false
}

var commentWords = vocabulary.WordSet("comment comments note notes interpretation remark remarks n.b nb")

// takenBack gives the words by which the text takes back a result whose name is
// given: in its own clause, in a table in its row, or in a clause beside it that
// has no subject of its own: "Potassium 6.5 mmol/L. Sample haemolysed." Comments
// under a label are about the page.
func takenBack(s *layout.Sheet, name vocabulary.Token) []vocabulary.Token {
	tabled := len(s.Rows[name.Row].Cells) > 1
	if tabled {
		words := s.Rows[name.Row].Words
		if at, ok := assertion.RemarkIn("spurious", words); ok {
			return words[at.From:at.To]
		}
	}
	all, at := s.Clauses(), s.ClauseOf(name)
	if at < 0 {
		return nil
	}
	if all[at].Spurious != nil || tabled {
		return all[at].Spurious
	}
	if at+1 < len(all) && points(all[at+1]) && !CommentLabel(all[at+1].Words) && all[at+1].Near(all[at]) {
		return all[at+1].Spurious
	}
	if at > 0 && points(all[at-1]) && !CommentLabel(all[at-1].Words) && !pointsBack[all[at-1].Words[0].Fold] && all[at].Near(all[at-1]) {
		return all[at-1].Spurious
	}
	return nil
}

// points reports whether a clause takes back what stands beside it: it speaks of
// the result or the sample only.
func points(c layout.Clause) bool {
	if c.Spurious == nil {
		return false
	}
	pointing, others := false, 0
	for i, w := range c.Words {
		if vocabulary.AnalyteAt(c.Words[i:]) {
			return false
		}
		switch {
		case pointers[w.Fold]:
			pointing = true
		case w.Fold != "" && !Filler(w.Fold) && !commentWords[w.Fold]:
			others++
		}
	}
	return pointing || others <= len(c.Spurious)
}

// OfSample reports whether a clause takes back whatever was measured.
func OfSample(c layout.Clause) bool {
	return points(c) && slices.ContainsFunc(c.Words, func(w vocabulary.Token) bool {
		return w.Fold == "sample" || w.Fold == "specimen" || commentWords[w.Fold]
	})
}

var (
	pointers   = vocabulary.WordSet("this that these those it they result results value values reading readings sample specimen number above")
	pointsBack = vocabulary.WordSet("this that these those it they which above")
)
