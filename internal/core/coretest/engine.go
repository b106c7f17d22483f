package coretest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// Engine checks the contract of core.Engine. page is an image on which the
// words of text stand, in that order.
func Engine(t *testing.T, open func(t *testing.T) core.Engine, page core.PageImage, text string) {
	request := core.ReadRequest{Language: "eng"}
	t.Run("says what it is", func(t *testing.T) {
		info, err := open(t).Info(t.Context())
		if err != nil || info.Name == "" {
			t.Errorf("%+v, %v", info, err)
		}
	})
	t.Run("reads words in order", func(t *testing.T) {
		words, err := open(t).ReadPage(t.Context(), page, request)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range words {
			got = append(got, w.Text)
		}
		if strings.Join(got, " ") != strings.Join(strings.Fields(text), " ") {
			t.Errorf("read %q, want %q", got, text)
		}
		checkWords(t, words, page)
	})
	t.Run("an empty page has no words", func(t *testing.T) {
		words, err := open(t).ReadPage(t.Context(), emptyPage(600, 400), request)
		if err != nil || len(words) > 0 {
			t.Errorf("%d words, %v", len(words), err)
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
