package ui

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

func TestWhatTheEnvironmentTells(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    map[string]string
		passes bool
		ascii  bool
		want   Graphics
		ask    bool
	}{
		"kitty":             {env: map[string]string{"TERM": "xterm-kitty"}, want: Graphics{Protocol: Kitty}},
		"ghostty":           {env: map[string]string{"TERM": "xterm-ghostty"}, want: Graphics{Protocol: Kitty}},
		"iterm2":            {env: map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, want: Graphics{Protocol: ITerm2}},
		"iterm2 over ssh":   {env: map[string]string{"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, want: Graphics{Protocol: ITerm2}},
		"wezterm":           {env: map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, want: Graphics{Protocol: ITerm2}},
		"any":               {env: map[string]string{"TERM": "xterm-256color"}, ask: true},
		"tmux in kitty":     {env: map[string]string{"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}, ask: true},
		"tmux that passes":  {env: map[string]string{"TERM": "tmux-256color", "TMUX": "x"}, passes: true, want: Graphics{Protocol: Kitty, Tmux: true}},
		"tmux in iterm2":    {env: map[string]string{"TERM": "tmux-256color", "TMUX": "x", "LC_TERMINAL": "iTerm2"}, ask: true},
		"screen":            {env: map[string]string{"TERM": "xterm-kitty", "STY": "x"}},
		"console":           {env: map[string]string{"TERM": "linux"}},
		"dumb":              {env: map[string]string{"TERM": "dumb"}},
		"kitty, no colours": {env: map[string]string{"TERM": "xterm-kitty"}, ascii: true},
	} {
		th := theme(termenv.TrueColor)
		if c.ascii {
			th = theme(termenv.Ascii)
		}
		if got, ask := Around(th, func(k string) string { return c.env[k] }, c.passes); got != c.want || ask != c.ask {
			t.Errorf("%s: %+v, asked %v", name, got, ask)
		}
	}
}

// A terminal is sent sixel only when it said that it draws it and how large its cells are.
func TestAnswersOfTerminals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answers []string
		works   bool
	}{
		{[]string{"?62;4;22c", "6;20;10t"}, true},
		{[]string{"6;20;10t", "?64;1;2;4;6c"}, true},
		{[]string{"?62;4;22c"}, false},
		{[]string{"6;20;10t"}, false},
		{[]string{"?1;2c", "6;20;10t"}, false},
		{[]string{"?4c", "6;20;10t"}, false}, // a class of terminals, no ability
		{[]string{"?62;44c", "6;20;10t"}, false},
		{[]string{"?62;4c", "6;0;0t"}, false},
		{[]string{"?62;4c", "6;99999;99999t"}, false},
		{[]string{"c", "t", "?c", "6;t", ""}, false},
	} {
		var g Graphics
		for _, a := range c.answers {
			g.Answered(a)
		}
		if g.Works() != c.works {
			t.Errorf("after %q: %+v", c.answers, g)
		}
	}
}

func TestPicturesAsTheirProtocolsWriteThem(t *testing.T) {
	t.Parallel()
	g := image.NewGray(image.Rect(0, 0, 8, 6))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	g.SetGray(0, 0, color.Gray{})
	if got := overSixel(g); !strings.HasPrefix(got, "\x1bP0;1q\"1;1;8;6#0;2;0;0;0#1;2;6;6;6") ||
		!strings.HasSuffix(got, "#15;2;100;100;100#0@!7?$#15}!7~$-\x1b\\") {
		t.Errorf("sixel is %q", got)
	}
	got := Graphics{Protocol: ITerm2}.Over(g, 4, 2)
	if !strings.HasPrefix(got, "\x1b]1337;File=inline=1;size=") || !strings.Contains(got, ";width=4;height=2;preserveAspectRatio=0;doNotMoveCursor=1:iVBORw0KGgo") || !strings.HasSuffix(got, "\x07") {
		t.Errorf("iTerm2 gets %q", got)
	}
	if got := (Graphics{Protocol: Sixel, CellW: 10, CellH: 20}).Over(g, 4, 2); !strings.HasPrefix(got, "\x1bP0;1q\"1;1;40;36#") {
		t.Errorf("4x2 cells of 10x20 pixels are %.40q", got) // no band reaches below the cells
	}
	plain, err := Graphics{Protocol: Kitty}.KittySend(g, 201, 4, 2)
	if err != nil || !strings.HasPrefix(plain, "\x1b_Ga=T,U=1,f=100,q=2,i=201,c=4,r=2,m=0;iVBORw0KGgo") || !strings.HasSuffix(plain, "\x1b\\") {
		t.Errorf("kitty gets %q, %v", plain, err)
	}
	tmux := Graphics{Protocol: Kitty, Tmux: true}
	if got, _ := tmux.KittySend(g, 201, 4, 2); got != "\x1bPtmux;"+strings.ReplaceAll(plain, "\x1b", "\x1b\x1b")+"\x1b\\" {
		t.Errorf("through tmux it gets %q", got)
	}
	if got := tmux.KittyForget(201); got != "\x1bPtmux;\x1b\x1b_Ga=d,d=I,q=2,i=201\x1b\x1b\\\x1b\\" {
		t.Errorf("through tmux it forgets by %q", got)
	}
}

// Marks say where a picture's rows were drawn and leave nothing in what is written.
func TestMarksAreTakenOut(t *testing.T) {
	t.Parallel()
	rows := strings.Split(OverCells(7, 5, 3), "\n")
	frame := "\x1b[Hhead\x1b[K\r\n\x1b[1mtext\x1b[0m│" + rows[0] + "\r\n\n" + "märk│" + rows[2] + "\r\n\x1b[9;0H"
	clean, marks := Marks(frame)
	if want := "\x1b[Hhead\x1b[K\r\n\x1b[1mtext\x1b[0m│     \r\n\nmärk│     \r\n\x1b[9;0H"; clean != want {
		t.Errorf("written is %q", clean)
	}
	if want := []Mark{{7, 0, 5, 1}, {7, 2, 5, 3}}; len(marks) != 2 || marks[0] != want[0] || marks[1] != want[1] {
		t.Errorf("marks are %v", marks)
	}
	if ansi.StringWidth(rows[0]) != 5 || Width(Fit(rows[0], 3, 1)) != 3 || Width(Cut(rows[0], 3)) != 3 {
		t.Errorf("a marked row of 5 cells is %d wide", ansi.StringWidth(rows[0]))
	}
	if clean, marks = Marks("plain"); clean != "plain" || marks != nil {
		t.Errorf("%q, %v", clean, marks)
	}
}

func FuzzMarks(f *testing.F) {
	f.Add("\x1b[Ha" + OverCells(1, 2, 2) + "\r\n")
	f.Add(mark)
	f.Add("\x1b_clinician;1;1")
	f.Fuzz(func(t *testing.T, frame string) {
		clean, marks := Marks(frame)
		if len(marks) == 0 && !strings.Contains(frame, mark) && clean != frame {
			t.Errorf("%q became %q", frame, clean)
		}
	})
}
