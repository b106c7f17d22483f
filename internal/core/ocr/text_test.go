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

// shelfStore has the same sealed page n times, and remembers how it was asked.
type shelfStore struct {
	Store
	page  SealedPage
	n     int
	asked []int
}

func (s *shelfStore) DonePages(context.Context, string) ([]SealedPage, error) {
	list := make([]SealedPage, s.n)
	for i := range list {
		list[i].Page = i + 1
	}
	return list, nil
}

func (s *shelfStore) SealedPages(_ context.Context, _ string, page int) ([]SealedPage, error) {
	s.asked = append(s.asked, page)
	list, _ := s.DonePages(context.Background(), "")
	for i := range list {
		list[i].Sealed, list[i].Failed = s.page.Sealed, i == 1
	}
	if page > 0 {
		list = list[page-1 : page]
	}
	return list, nil
}

// Short documents are read in one go, long ones page by page; pages that failed
// have no text.
func TestReadTexts(t *testing.T) {
	s, _, sealed := sealedPage(t)
	for _, n := range []int{3, pagesAtOnce + 1} {
		shelf := &shelfStore{page: sealed, n: n}
		s.o.Store = shelf
		var got []int
		err := s.ReadTexts(t.Context(), 1, "j", func(p core.PageText) error {
			got = append(got, p.Number)
			whole, err := p.Page()
			if err != nil || whole.Text != p.Text || len(whole.Words) != 500 {
				t.Errorf("page %d: %d words, %v", p.Number, len(whole.Words), err)
			}
			return nil
		})
		if err != nil || len(got) != n-1 || got[0] != 1 || got[1] != 3 {
			t.Errorf("%d pages: %v, %v", n, got, err)
		}
		if n == 3 && len(shelf.asked) != 1 || n > 3 && len(shelf.asked) != n {
			t.Errorf("%d pages were asked for as %v", n, shelf.asked)
		}
	}
}
