package read

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// secondReader is an engine that reads every page as these words.
type secondReader struct {
	text string
	err  error
}

func (s secondReader) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "second"}, nil
}

func (s secondReader) ReadPage(context.Context, core.PageImage, core.ReadRequest) ([]core.Word, error) {
	return wordsOf(s.text), s.err
}

func wordsOf(text string) []core.Word {
	var list []core.Word
	for _, w := range strings.Fields(text) {
		list = append(list, core.Word{Text: w})
	}
	return list
}

// Numbers without a confidence are doubtful words where no other engine read them.
func TestNumbersNobodyConfirmed(t *testing.T) {
	const read = "Haemoglobin 124 g/L (120-150) on 08-May-1940"
	for name, c := range map[string]struct {
		check core.Engine
		want  []string
		step  string
	}{
		"the same":      {secondReader{text: "Haemoglobin 124 g/L 120 - 150 08.May.1940"}, nil, "numbers agree with second"},
		"another":       {secondReader{text: "Haemoglobin 104 g/L (120-150) on 08-May-1940"}, []string{"124"}, "numbers differ from second: 1"},
		"once only":     {secondReader{text: "124 120 08 1940"}, []string{"(120-150)"}, "numbers differ from second: 1"},
		"it failed":     {secondReader{err: errors.New("away")}, []string{"124", "(120-150)", "08-May-1940"}, ""},
		"there is none": {nil, []string{"124", "(120-150)", "08-May-1940"}, ""},
	} {
		words := wordsOf(read)
		got := pageReading{Reader: Reader{CrossCheck: c.check}}.crossCheck(t.Context(), reading{words: words}, core.PageImage{})
		var doubted []string
		for _, w := range got.words {
			if w.Unconfirmed {
				doubted = append(doubted, w.Text)
			}
		}
		if !slices.Equal(doubted, c.want) || strings.Join(got.steps, "; ") != c.step {
			t.Errorf("%s: unconfirmed %q, steps %q", name, doubted, got.steps)
		}
		if slices.ContainsFunc(words, func(w core.Word) bool { return w.Unconfirmed }) {
			t.Errorf("%s: the words of the caller were changed", name)
		}
	}
}
