package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"clinician/internal/core"
)

func theme(p termenv.Profile) *Theme {
	r := lipgloss.NewRenderer(nil)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	return NewTheme(r)
}

func TestClean(t *testing.T) {
	tests := map[string]string{
		"CANTÚ, Catalina":               "CANTÚ, Catalina",
		"\x1b[2J\x1b]52;c;aGk=\x07x":    "[2J]52;c;aGk=x",
		"a\r\nb\tc\u2028d":              "a b c d",
		"\u202eevil\u2066\u200b\ufeff":  "evil",
		"\u009b31mred":                  "31mred",
		"bad \xff byte":                 "bad \ufffd byte",
		"soft\u00adhyphen \U0010eeeeok": "softhyphen ok",
	}
	for in, want := range tests {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := CleanText("a\r\nb\n\x1bc"); got != "a\nb\nc" {
		t.Errorf("CleanText keeps lines: %q", got)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "Cantú", "\x1b[31m", "\u202e", "a\r\n", "\xff\xfe", "\ufe0f\u0301", "日本", "e\u0301\u0301\u0301\u200b\u0301\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lines := range []bool{false, true} {
			got := clean(s, lines)
			if !utf8.ValidString(got) {
				t.Fatalf("%q is not UTF-8", got)
			}
			if again := clean(got, lines); again != got {
				t.Fatalf("cleaning twice gives %q, once %q", again, got)
			}
			for _, r := range got {
				if Steers(r) && !(lines && r == '\n') {
					t.Fatalf("%q is left in %q", r, got)
				}
			}
		}
	})
}

func TestLoadCleansEverythingAndDropsStale(t *testing.T) {
	s := NewScope(t.Context(), 7, nil)
	type answer struct {
		Page core.Page
		List []core.Record
		Map  map[string]*string
		Raw  []byte
	}
	dirty := "\x1bx\ny"
	cmd := Load(s, "a", func(context.Context) (answer, error) {
		return answer{core.Page{Text: dirty, Error: dirty}, []core.Record{{Title: dirty}}, map[string]*string{"k": &dirty}, []byte(dirty)},
			&core.Error{Code: core.CodeInvalid, Message: "\x1bno", Fields: map[string][]string{"f": {"\x1bbad"}}}
	})
	first := cmd().(Result[answer])
	if got := first.Value; got.Page.Text != "x\ny" || got.Page.Error != "x y" || got.List[0].Title != "x y" || *got.Map["k"] != "x y" || string(got.Raw) != "\x1bx\ny" {
		t.Errorf("got %+v", got)
	}
	var e *core.Error
	if !errors.As(first.Err, &e) || e.Message != "no" || e.Fields["f"][0] != "bad" {
		t.Errorf("the error is %v", first.Err)
	}
	if !s.Busy("a") || !s.Working() {
		t.Error("the slot is not busy before the answer is taken")
	}
	second := Load(s, "a", func(context.Context) (int, error) { return 1, nil })
	if s.Take(first.Address) {
		t.Error("a stale answer was taken")
	}
	if !s.Take(second().(Result[int]).Address) || s.Busy("a") {
		t.Error("the current answer was not taken")
	}
	s.Drop("a")
	if s.Take(second().(Result[int]).Address) {
		t.Error("a dropped answer was taken")
	}
}

func TestLoadEndsWithTheScreen(t *testing.T) {
	s := NewScope(t.Context(), 1, nil)
	cmd := Load(s, "a", func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() })
	s.Close()
	r := cmd().(Result[int])
	if !errors.Is(r.Err, context.Canceled) || s.Take(r.Address) {
		t.Errorf("got %v", r)
	}
}

func TestLoadCatchesPanics(t *testing.T) {
	cmd := Load(NewScope(t.Context(), 1, nil), "a", func(context.Context) (int, error) { panic("x") })
	if p, ok := cmd().(Panicked); !ok || p.Value != "x" || len(p.Stack) == 0 {
		t.Errorf("got %v", p)
	}
}

func TestWrapNeverTearsDatesOrLosesText(t *testing.T) {
	got := Wrap("born 08-May-1940, no evidence of disease", 12)
	want := []string{"born", "08-May-1940,", "no evidence", "of disease"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if got := Wrap("abcdefgh", 3); !reflect.DeepEqual(got, []string{"abc", "def", "gh"}) {
		t.Errorf("got %q", got)
	}
}

func TestPager(t *testing.T) {
	var p Pager
	p.Set(Text{Body: "There is no evidence of disease.\n\nSecond paragraph 日本語 with HER2 and her2.", Doubt: []Span{{9, 11}}})
	p.SetSize(14, 3)
	th := theme(termenv.Ascii)
	all := ""
	for i := range len(p.lines) {
		l := p.text.Body[p.lines[i].From:p.lines[i].To]
		if Width(l) > 12 && strings.TrimSpace(l) == l {
			t.Errorf("line %q is too wide", l)
		}
		all += l
	}
	if want := strings.ReplaceAll(p.text.Body, "\n", ""); all != want {
		t.Errorf("the lines hold %q, the text %q", all, want)
	}
	if !strings.Contains(p.View(th), "~no~") {
		t.Errorf("the doubtful word has no sign: %q", p.View(th))
	}
	if n := p.Find("HER2"); n != 2 {
		t.Fatalf("found %d", n)
	}
	for i, want := range []bool{true, true, false} {
		if p.Next(1) != want {
			t.Errorf("step %d: there are two hits", i+1)
		}
	}
	if !strings.Contains(p.View(th), "> ") {
		t.Errorf("the hit has no sign: %q", p.View(th))
	}
}

// What was pointed at stays in sight when the window changes: it may be pointed
// at before there is a window, and the enlarged word below takes lines away.
func TestWhatWasPointedAtStaysInSight(t *testing.T) {
	lines := strings.Split(strings.Repeat("line of text\n", 12)+"here\n"+strings.Repeat("line of text\n", 7), "\n")
	body := strings.Join(lines, "\n")
	at := strings.Index(body, "here")
	th := theme(termenv.Ascii)
	for name, point := range map[string]func(*Pager){
		"place": func(p *Pager) { p.Point(Span{at, at + 4}) },
		"hit":   func(p *Pager) { p.Find("here"); p.Next(1) },
	} {
		for _, sizes := range [][]int{{15, 10}, {3, 15, 5}, {1}, {30, 1, 4}} {
			for _, early := range []bool{true, false} {
				var p Pager
				p.Set(Text{Body: body})
				if early {
					point(&p)
				}
				p.SetSize(40, 15)
				if !early {
					point(&p)
				}
				for _, h := range sizes {
					p.SetSize(40, h)
				}
				if !strings.Contains(p.View(th), "> here") {
					t.Errorf("%s, pointed at early: %t, heights %v: it is out of sight:\n%s", name, early, sizes, p.View(th))
				}
				p.End(false)
				p.SetSize(40, 5)
				if from, _, _ := p.Position(); from != 1 {
					t.Errorf("%s: who scrolls away is brought back to line %d", name, from)
				}
			}
		}
	}
}

// The words of a page come after its text: a hit that was gone to meanwhile stays.
func TestAHitStaysWhenTheSignsCome(t *testing.T) {
	body := "no sign\n" + strings.Repeat("of x\n", 9)
	var p Pager
	p.SetSize(40, 3)
	p.Set(Text{Body: body})
	p.Find("x")
	for range 5 {
		p.Next(1)
	}
	p.Set(Text{Body: body, Doubt: []Span{{0, 2}}})
	if n, of := p.Hit(); n != 5 || of != 9 || !strings.Contains(p.View(theme(termenv.Ascii)), "> of x") {
		t.Errorf("at %d of %d:\n%s", n, of, p.View(theme(termenv.Ascii)))
	}
	p.Set(Text{Body: "x of another page"})
	if n, _ := p.Hit(); n != 0 {
		t.Errorf("another text begins at hit %d", n)
	}
}

func TestFindOverSignsAccentsAndLineBreaks(t *testing.T) {
	body := "Señora CANTÚ was\nseen. HER2   negative."
	doubt := strings.Index(body, "negative")
	var p Pager
	p.SetSize(60, 5)
	p.Set(Text{Body: body, Doubt: []Span{{doubt, doubt + len("negative")}}})
	for query, want := range map[string]int{"cantu": 1, "senora cantú": 1, "WAS SEEN": 1, "her2 negative.": 1, "e": 6, "zebra": 0, " ": 0} {
		if n := p.Find(query); n != want || Contains(body, query) != (want > 0) {
			t.Errorf("%q: found %d, want %d", query, n, want)
		}
		for p.Next(1) {
			at := p.hits[p.hit-1]
			if got := strings.ReplaceAll(p.text.Body[at.From:at.To], "~", ""); !Contains(got, query) {
				t.Errorf("%q: marked %q", query, got)
			}
		}
	}
}

func TestSearchGoesOnFromThePlacePointedAt(t *testing.T) {
	var p Pager
	p.SetSize(60, 5)
	p.Set(Text{Body: "x one x two x three x"})
	p.Find("x")
	p.Next(1)
	p.Point(Span{8, 11}) // "two"
	if n, of := p.Hit(); n != 1 || of != 4 {
		t.Errorf("the search is at %d of %d", n, of)
	}
	if !p.Next(1) || p.hit != 3 {
		t.Errorf("the next hit is %d, want the one behind the place", p.hit)
	}
	p.Point(Span{8, 11})
	if !p.Next(-1) || p.hit != 2 {
		t.Errorf("the hit before is %d, want the one in front of the place", p.hit)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Señora CANTÚ", "tu")
	f.Add("a\n\nb", "a b")
	f.Add("\u1e9b\u0323", "s")
	f.Fuzz(func(t *testing.T, body, query string) {
		body = CleanText(body)
		last := 0
		for _, s := range find(body, query) {
			if s.From < last || s.To < s.From || s.To > len(body) {
				t.Fatalf("%v after %d in %q", s, last, body)
			}
			last = s.To
		}
	})
}

func FuzzPager(f *testing.F) {
	f.Add("some text\nof two lines", 5)
	f.Add("日本語 \u0301x", 3)
	f.Fuzz(func(t *testing.T, body string, w int) {
		body = CleanText(body)
		var p Pager
		p.Set(Text{Body: body})
		p.SetSize(max(4, min(w, 200)), 5)
		all := ""
		for _, l := range p.lines {
			all += body[l.From:l.To]
		}
		if all != strings.ReplaceAll(body, "\n", "") {
			t.Fatalf("lines lose text: %q of %q", all, body)
		}
		p.End(true)
		p.View(theme(termenv.Ascii))
	})
}

func TestTableShowsTheCursorAndDropsColumns(t *testing.T) {
	tab := NewTable(Column{Title: "Name", Width: 10, Flex: true}, Column{Title: "Size", Width: 8, Right: true, Drop: 2}, Column{Title: "Date", Width: 11, Drop: 1})
	tab.SetRows(50, func(r, c int) string { return fmt.Sprintf("%d.%d", r, c) })
	th := theme(termenv.Ascii)
	for _, w := range []int{20, 26, 40, 80} {
		tab.SetSize(w, 6)
		tab.End(true)
		view := tab.View(th)
		for _, l := range strings.Split(view, "\n") {
			if Width(l) > w {
				t.Errorf("at %d: %q is %d wide", w, l, Width(l))
			}
		}
		if !strings.Contains(view, "> 49.0") || strings.Contains(view, "Size") != (w >= 40) {
			t.Errorf("at %d:\n%s", w, view)
		}
	}
	tab.SetRows(3, func(r, c int) string { return "" })
	if tab.Cursor() != 2 {
		t.Errorf("the cursor is at %d of 3 rows", tab.Cursor())
	}
	tab.SetRows(0, nil)
	if tab.Cursor() != -1 || tab.View(th) == "" {
		t.Error("an empty table has no cursor and still a header")
	}
}

func TestInputEditing(t *testing.T) {
	var in Input
	key := func(k tea.KeyType) { in.Update(tea.KeyMsg{Type: k}) }
	in.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("/tmp/a b\x1b\n"), Paste: true})
	if in.Value() != "/tmp/a b" {
		t.Errorf("pasted %q", in.Value())
	}
	key(tea.KeyCtrlW)
	key(tea.KeyHome)
	key(tea.KeyDelete)
	key(tea.KeyRight)
	in.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("Ú")})
	if in.Value() != "tÚmp/a " {
		t.Errorf("edited to %q", in.Value())
	}
	in.Set(strings.Repeat("long", 30))
	for _, p := range []termenv.Profile{termenv.Ascii, termenv.TrueColor} {
		for pos := range 120 {
			in.model().SetCursor(pos)
			if n := Width(in.View(theme(p), 20, true)); n > 20 {
				t.Fatalf("%d cells wide at %d, 20 allowed: %q", n, pos, in.View(theme(p), 20, true))
			}
		}
	}
	in.Secret = true
	if strings.Contains(in.View(theme(termenv.Ascii), 20, true), "l") {
		t.Error("the secret shows")
	}
}

func TestFormChoiceByLetters(t *testing.T) {
	f := Form{Fields: []*Field{{Key: "k", Choice: true, Index: -1, Options: []Option{{"1", "Lab"}, {"2", "Letter"}, {"3", "Imaging"}}}}}
	for _, r := range "le" {
		f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	if f.Field("k").Value() != "2" {
		t.Errorf("chose %q", f.Field("k").Value())
	}
	f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'i'}})
	if f.Field("k").Value() != "3" {
		t.Errorf("chose %q", f.Field("k").Value())
	}
}

// Some terminals draw a letter of several characters in one cell, some each in
// its own. No line may go over the edge of either.
func TestNoLineGoesOverTheEdgeOfAnyTerminal(t *testing.T) {
	wcwidth := func(s string) (n int) { // as the C library has it
		for _, r := range s {
			switch {
			case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			case r >= 0x1100 && r < 0x1160, r >= 0x2e80 && r <= 0xd7a3, r >= 0xff01 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff:
				n += 2
			default:
				n++
			}
		}
		return n
	}
	for _, name := range []string{"王-शर्मा, John", "तमिल प्रिया", "தமிழ்செல்வன், மாலா", "歐陽-สมชาย น้ำทิพย์", "ศรีสุวรรณวงศ์ ณ อยุธยา", "🇩🇪🇩🇪 Flag", "👍🏽👍🏽", "ខ្មែរ", "한국어", "عبد الرحمن", "Émile"} {
		for w := 1; w < 30; w++ {
			for how, got := range map[string]string{"Pad": Pad(name, w), "PadLeft": PadLeft(name, w), "Cut": Cut(name, w), "Sides": Sides(name, "x", w), "Fit": Fit(name, w, 1)} {
				if n := max(wcwidth(got), ansi.StringWidth(got)); n > w {
					t.Errorf("%s(%q, %d) = %q takes %d cells", how, name, w, got, n)
				}
			}
			if w < 8 { // nothing that is read is narrower
				continue
			}
			for _, l := range Wrap(name, w) {
				if n := max(wcwidth(l), ansi.StringWidth(l)); n > w {
					t.Errorf("Wrap(%q, %d): %q takes %d cells", name, w, l, n)
				}
			}
		}
	}
	if n := Width("สมชาย"); n != 5 {
		t.Errorf("marks above and below take no cell of their own: %d", n)
	}
	if got := Cut(strings.Repeat("शर्मा ", 9), 20); !strings.HasSuffix(got, "…") || len(got) < 20 {
		t.Errorf("cut too much: %q", got)
	}
}

func TestCleanKeepsAccentsButNoPiles(t *testing.T) {
	for in, want := range map[string]string{
		"Nguye\u0302\u0303n":                                "Nguye\u0302\u0303n",
		"e\u0301\u0301\u0301\u200b\u0301\u0301":             "e\u0301\u0301\u0301\u0301",
		"z" + strings.Repeat("\u0301", 30) + "algo e\u0301": "z" + strings.Repeat("\u0301", 4) + "algo e\u0301",
	} {
		if got := Clean(in); got != want || Clean(got) != got {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestBanner(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	b := Banner{Name: "CANTÚ, Catalina (Mrs)", Born: core.Date{Year: 1940, Month: 5, Day: 8}, Gender: core.GenderFemale, MRN: "4128870031",
		Detail: true, Status: core.AllergiesNone}
	th := theme(termenv.Ascii)
	want := " CANTÚ, Catalina (Mrs)   Born 08-May-1940 (86y)   Gender Female   MRN 412 887 0031"
	if got := strings.TrimRight(b.View(th, now, 100, 0), " "); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, s := range []core.AllergyStatus{core.AllergiesKnown, core.AllergiesNone, core.AllergiesNotRecorded, core.AllergiesUnavailable, ""} {
		b.Status = s
		if n := strings.Count(strings.ToLower(b.View(th, now, 100, 9)), "allergies"); n != 1 {
			t.Errorf("%q: allergies are said %d times", s, n)
		}
	}
	for w := 12; w < 130; w++ { // never cut, at any width
		text := strings.Join(strings.Fields(b.View(th, now, w, 9)), "")
		for _, part := range []string{"CANTÚ,Catalina(Mrs)", "Born08-May-1940(86y)", "GenderFemale", "MRN4128870031"} {
			if !strings.Contains(text, part) {
				t.Fatalf("at %d cells %q is missing: %q", w, part, text)
			}
		}
	}
	b.Died = core.Date{Year: 2020, Month: 1, Day: 19}
	if got := b.View(th, now, 120, 0); !strings.Contains(got, "Died 19-Jan-2020   Age at Death 79y") || !strings.Contains(got, "░") {
		t.Errorf("got %q", got)
	}
}

func TestBannerLeavesRoomAndSaysWhatItLeavesOut(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	b := Banner{Name: "CANTÚ, Catalina (Mrs)", Born: core.Date{Year: 1940, Month: 5, Day: 8}, Gender: core.GenderFemale, MRN: "4128870031",
		Detail: true, Status: core.AllergiesKnown, Prefers: "Cata"}
	for _, what := range []string{"Penicillin", "Latex", "Codeine", "Ibuprofen and everything that is made like it"} {
		b.Allergic = append(b.Allergic, core.Allergy{Substance: what, RecordedOn: core.Date{Year: 2020, Month: 9, Day: 30}})
		b.Alerts = append(b.Alerts, "An alert about "+what)
	}
	th := theme(termenv.Ascii)
	who := Height(b.View(th, now, 80, 0))
	for w := 20; w < 130; w++ {
		who := Height(b.View(th, now, w, 0))
		for most := 1; most < 6; most++ {
			view := b.View(th, now, w, most)
			if n := Height(view) - who; n > most {
				t.Fatalf("%d lines for what may have %d, %d cells wide:\n%s", n, most, w, view)
			}
			if !strings.Contains(view, "Known allergies") && w > 40 || !strings.Contains(view, "more: b") && most < 3 && w < 100 {
				t.Fatalf("%d cells wide, %d lines:\n%s", w, most, view)
			}
			for _, l := range strings.Split(view, "\n") {
				if Width(l) > w {
					t.Fatalf("%q is wider than %d", l, w)
				}
			}
		}
	}
	b.Status, b.Allergic, b.Alerts = core.AllergiesNotRecorded, nil, nil
	if view := b.View(th, now, 80, 1); Height(view) != who {
		t.Errorf("one line says what is not known:\n%s", view)
	}
}

func TestBlocksFit(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 1000, 1414))
	for i := range g.Pix {
		g.Pix[i] = uint8(i)
	}
	for _, p := range []termenv.Profile{termenv.Ascii, termenv.ANSI, termenv.ANSI256, termenv.TrueColor} {
		for _, size := range [][2]int{{1, 1}, {40, 12}, {100, 40}} {
			for _, zoom := range []float64{1, 3} {
				got := Blocks(theme(p), g, NewView(g, size[0], size[1], zoom, 1, 1))
				if h, w := Height(got), lipgloss.Width(got); h > size[1] || w > size[0] {
					t.Errorf("profile %v zoom %v: %dx%d in %v", p, zoom, w, h, size)
				}
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 3, 5))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Decode(data)
		if err == nil && img.Bounds().Empty() {
			t.Error("an empty picture and no error")
		}
	})
}
