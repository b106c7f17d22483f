package reading

import (
	"regexp"
	"strings"

	"clinician/internal/core"
)

// Numbers counts the numbers of pages and those a reader was sure of. A number is
// digits with the points, commas and colons between them. Where it stands on the page
// does not count.
type Numbers struct {
	RunsFound, RunsTruth, RunsRead int // runs of digits: 8/10/90 is three
	Truth                          int // numbers in the truth
	Sure, SureWrong                int // as read: without a doubt; of them, not in the truth
	Measured                       bool
}

// compareNumbers compares texts in the form that normal gives.
func compareNumbers(truth, read string) Numbers {
	t, r := runs.FindAllString(truth, -1), runs.FindAllString(read, -1)
	return Numbers{
		RunsFound: common(t, r), RunsTruth: len(t), RunsRead: len(r),
		Truth: len(plainNumbers(truth)),
	}
}

var (
	runs        = regexp.MustCompile(`\p{Nd}+`)
	comparators = "<>≤≥"
)

func plainNumbers(text string) []string {
	all := core.Numbers(text)
	for i, n := range all {
		all[i] = strings.TrimLeft(n, comparators)
	}
	return all
}

// countSure counts the numbers of the words a reader was sure of and those of them
// that the truth does not hold, or not as often.
func (n *Numbers) countSure(truth string, words []core.Word) {
	n.Measured = true
	var all []string
	for _, w := range words {
		if w.HasDigit() && !w.Unsure() {
			all = append(all, plainNumbers(normal(w.Text))...)
		}
	}
	n.Sure = len(all)
	n.SureWrong = len(all) - common(plainNumbers(normal(truth)), all)
}

func (n *Numbers) add(o Numbers) {
	n.RunsFound += o.RunsFound
	n.RunsTruth += o.RunsTruth
	n.RunsRead += o.RunsRead
	n.Truth += o.Truth
	n.Sure += o.Sure
	n.SureWrong += o.SureWrong
	n.Measured = n.Measured || o.Measured
}

// RunF1 is the order-free F1 over runs of digits.
func (n Numbers) RunF1() float64 { return f1(n.RunsFound, n.RunsTruth, n.RunsRead) }

// SureShare is the share of the numbers of the truth that were read right and without
// a doubt.
func (n Numbers) SureShare() float64 {
	return float64(n.Sure-n.SureWrong) / float64(max(1, n.Truth))
}
