package ocr

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

func BenchmarkOpenPage(b *testing.B) {
	s, j, sealed := sealedPage(b)
	b.Run("text", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.unsealText(b.Context(), j, sealed); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.unseal(b.Context(), j, sealed); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestTextOfASealedPage(t *testing.T) {
	s, j, sealed := sealedPage(t)
	text, err := s.unsealText(t.Context(), j, sealed)
	if err != nil || !strings.HasPrefix(text, "word0 word1") || !strings.HasSuffix(text, "word499") {
		t.Errorf("%.40q, %v", text, err)
	}
	for body, want := range map[string]string{`{"a":{"text":"no"},"text":"yes","words":[`: "yes", `{"text":"é\n"}`: "é\n", `{}`: ""} {
		if got, err := textOf(strings.NewReader(body)); got != want || err != nil {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
	for _, body := range []string{``, `{`, `{"text":1}`, `{"a"`} {
		if got, err := textOf(strings.NewReader(body)); err == nil {
			t.Errorf("%s: %q", body, got)
		}
	}
}

// clearVault leaves things as they are.
type clearVault struct{}

func (clearVault) SealBytes(_ context.Context, _ int64, _ string, clear []byte) ([]byte, error) {
	return clear, nil
}

func (clearVault) OpenBytes(_ context.Context, _ int64, _ string, sealed []byte) ([]byte, error) {
	return sealed, nil
}

// sealedPage is a page of 500 words.
func sealedPage(t testing.TB) (*Service, core.Job, SealedPage) {
	t.Helper()
	p := core.Page{Number: 1, Status: "read"}
	for i := range 500 {
		sure := 90.5
		w := core.Word{Text: fmt.Sprint("word", i), Confidence: &sure, Box: core.Box{X: i, Y: 2 * i, W: 33, H: 20}, Line: i / 10}
		p.Words = append(p.Words, w)
		p.Text += w.Text + " "
	}
	p.Text = strings.TrimSpace(p.Text)
	s := &Service{o: Options{Vault: clearVault{}}}
	j := core.Job{ID: "j", PatientID: 1}
	sealed, err := s.seal(t.Context(), j, p)
	if err != nil {
		t.Fatal(err)
	}
	return s, j, sealed
}
