package reading

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
)

// Table is the scores of some tools, by class.
type Table struct {
	Tools   []string
	Classes []string
	Scores  map[string]map[string]*Score // class, tool
	Pages   map[string]map[string]Score  // page, tool
	Faults  []error
}

// all is the class that sums the others.
const all = "all"

// Run measures every page with every tool, at most parallel pages at once, and
// tells done of each page that all tools have read. The tools take their turns on
// a page one after the other, so that all run on a machine as busy as it is then.
// When ctx ends, the table holds the pages that were done.
func Run(ctx context.Context, pages []Page, tools []Tool, scratch string, parallel int, done func(Page)) Table {
	t := Table{Scores: map[string]map[string]*Score{}, Pages: map[string]map[string]Score{}}
	for _, tool := range tools {
		t.Tools = append(t.Tools, tool.Name)
	}
	var mu sync.Mutex
	var workers sync.WaitGroup
	next := make(chan Page)
	for range max(1, parallel) {
		workers.Go(func() {
			for p := range next {
				scores, faults := measure(ctx, p, tools, scratch)
				if ctx.Err() != nil {
					continue // a tool that was stopped has not failed
				}
				mu.Lock()
				for i, tool := range tools {
					t.add(p, tool.Name, scores[i])
				}
				t.Faults = append(t.Faults, faults...)
				done(p)
				mu.Unlock()
			}
		})
	}
	for _, p := range pages {
		if ctx.Err() != nil {
			break
		}
		if !slices.Contains(t.Classes, p.Class) {
			t.Classes = append(t.Classes, p.Class)
		}
		next <- p
	}
	close(next)
	workers.Wait()
	t.Classes = append(t.Classes, all)
	return t
}

func measure(ctx context.Context, p Page, tools []Tool, scratch string) (scores []Score, faults []error) {
	for _, tool := range tools {
		s, err := tool.Measure(ctx, p, scratch)
		scores = append(scores, s)
		if err != nil {
			faults = append(faults, err)
		}
	}
	return scores, faults
}

func (t *Table) add(p Page, tool string, s Score) {
	for _, class := range []string{p.Class, all} {
		if t.Scores[class] == nil {
			t.Scores[class] = map[string]*Score{}
		}
		if t.Scores[class][tool] == nil {
			t.Scores[class][tool] = &Score{}
		}
		t.Scores[class][tool].Add(s)
	}
	if t.Pages[p.ID] == nil {
		t.Pages[p.ID] = map[string]Score{}
	}
	t.Pages[p.ID][tool] = s
}

// Write prints the table: a line for each class and tool. Sure are numbers read right
// and without a doubt, of those printed; "sure, wrong" counts numbers. CPU is seconds
// a page, and how many times that of tesseract.
func (t Table) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "class\tpages\ttool\tCER %\tcaseless\tWER %\tword F1\tnumber F1\tdigits F1"+
		"\tsure %\tsure, wrong\tCPU s/page\tx tesseract\t")
	for _, class := range t.Classes {
		for _, tool := range t.Tools {
			s := t.Scores[class][tool]
			if s == nil {
				continue
			}
			ratio := "-"
			if base := t.Scores[class]["tesseract"]; base != nil && base.CPU() > 0 {
				ratio = fmt.Sprintf("%.2f", s.CPU()/base.CPU())
			}
			fmt.Fprintf(tw, "%s\t%d\t%s\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f\t%s\t%.2f\t%s\t\n", class,
				s.Pages, tool, 100*s.CER(), 100*s.CaselessCER(), 100*s.WER(), 100*s.WordF1(),
				100*s.NumberF1(), 100*s.Numbers.RunF1(), s.Numbers.sureColumns(), s.CPU(), ratio)
		}
	}
	return tw.Flush()
}

// WritePages prints the same for each page.
func (t Table) WritePages(w io.Writer, pages []Page) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "page\ttool\tCER %\tcaseless\tword F1\tnumber F1\tdigits F1\tsure %\tsure, wrong\tCPU s\t")
	for _, p := range pages {
		for _, tool := range t.Tools {
			s, measured := t.Pages[p.ID][tool]
			if !measured {
				continue
			}
			fmt.Fprintf(tw, "%s\t%s\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f\t%s\t%.2f\t\n", p.ID, tool, 100*s.CER(),
				100*s.CaselessCER(), 100*s.WordF1(), 100*s.NumberF1(), 100*s.Numbers.RunF1(),
				s.Numbers.sureColumns(), s.CPUSeconds)
		}
	}
	return tw.Flush()
}

// sureColumns are two columns; of tools that do not say how sure they are, empty ones.
func (n Numbers) sureColumns() string {
	if !n.Measured {
		return "-\t-"
	}
	return fmt.Sprintf("%.1f\t%d", 100*n.SureShare(), n.SureWrong)
}
