package coretest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// EngineSample is a picture and the words that stand on it, in the order they are read.
type EngineSample struct {
	Image core.PageImage
	Text  string
}

// Segmentations are all there are.
func Segmentations() []core.Segmentation {
	return []core.Segmentation{core.SegmentPage, core.SegmentColumn, core.SegmentTable, core.SegmentBlock, core.SegmentLine, core.SegmentWord, core.SegmentSparse}
}

// Engine checks the contract of core.Engine. samples holds a picture for each of
// Segmentations; number is a picture of one line of numbers.
func Engine(t *testing.T, open func(t *testing.T) core.Engine, samples map[core.Segmentation]EngineSample, number EngineSample) {
	page, text := samples[core.SegmentPage].Image, samples[core.SegmentPage].Text
	request := core.ReadRequest{Language: "eng"}
	t.Run("says what it is", func(t *testing.T) {
		info, err := open(t).Info(t.Context())
		if err != nil || info.Name == "" {
			t.Errorf("%+v, %v", info, err)
		}
	})
	t.Run("reads words in order", func(t *testing.T) { reads(t, open(t), request, samples[core.SegmentPage]) })
	for _, kind := range Segmentations() {
		t.Run("reads what is named/"+string(kind), func(t *testing.T) {
			sample, ok := samples[kind]
			if !ok || strings.TrimSpace(sample.Text) == "" {
				t.Fatal("there is no sample of this kind")
			}
			reads(t, open(t), core.ReadRequest{Language: "eng", Segmentation: kind}, sample)
		})
	}
	t.Run("reads numbers", func(t *testing.T) {
		reads(t, open(t), core.ReadRequest{Language: "eng", Segmentation: core.SegmentLine, Digits: true}, number)
	})
	t.Run("an empty page has no words", func(t *testing.T) {
		for _, kind := range Segmentations() {
			words, err := open(t).ReadPage(t.Context(), emptyPage(600, 400), core.ReadRequest{Language: "eng", Segmentation: kind})
			if err != nil || len(words) > 0 {
				t.Errorf("as %q: %d words, %v", kind, len(words), err)
			}
		}
	})
	t.Run("ends with its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		_, err := open(t).ReadPage(ctx, page, request)
		if !errors.Is(err, context.Canceled) || time.Since(began) > time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
	t.Run("reads pages side by side", func(t *testing.T) {
		e := open(t)
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() {
				words, err := e.ReadPage(t.Context(), page, request)
				if err != nil || len(words) != len(strings.Fields(text)) {
					t.Errorf("%d words, %v", len(words), err)
				}
			})
		}
		readers.Wait()
	})
}

// reads has a sample read and compares its words: of sparse ones, which have no
// order, only what they are.
func reads(t *testing.T, e core.Engine, r core.ReadRequest, sample EngineSample) {
	t.Helper()
	words, err := e.ReadPage(t.Context(), sample.Image, r)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range words {
		got = append(got, w.Text)
	}
	want := strings.Fields(sample.Text)
	if r.Segmentation == core.SegmentSparse {
		slices.Sort(got)
		slices.Sort(want)
	}
	if !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	checkWords(t, words, sample.Image)
}

// checkWords finds what no engine may say: confidences beyond the scale or of
// some words only, boxes off the page, lines that go back.
func checkWords(t *testing.T, words []core.Word, page core.PageImage) {
	t.Helper()
	line := 1
	for _, w := range words {
		if w.Text == "" || strings.TrimSpace(w.Text) != w.Text || w.Line < line {
			t.Errorf("word %q in line %d after line %d", w.Text, w.Line, line)
		}
		line = w.Line
		if (w.Confidence == nil) != (words[0].Confidence == nil) || w.Confidence != nil && (*w.Confidence < 0 || *w.Confidence > 100) {
			t.Errorf("%q has confidence %v", w.Text, w.Confidence)
		}
		b := w.Box
		if (b == core.Box{}) != (words[0].Box == core.Box{}) || b.X < 0 || b.Y < 0 || b.X+b.W > page.Width || b.Y+b.H > page.Height {
			t.Errorf("%q stands at %+v of a page of %d×%d", w.Text, b, page.Width, page.Height)
		}
	}
}

func emptyPage(w, h int) core.PageImage {
	return core.PageImage{Data: bytes.Repeat([]byte{255}, w*h), Format: core.FormatGray, Width: w, Height: h}
}
