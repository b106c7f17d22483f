package ui

import (
	"math"
	"reflect"
	"regexp"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// luminance is that of WCAG 2.
func luminance(c lipgloss.TerminalColor) float64 {
	rgb := termenv.ConvertToRGB(termenv.ANSI256.Color(string(c.(lipgloss.Color))))
	lin := func(v float64) float64 {
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(rgb.R) + 0.7152*lin(rgb.G) + 0.0722*lin(rgb.B)
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// TestContrast holds every role of every theme to WCAG: 4.5 to 1, and 7 to 1
// for high contrast, on the backgrounds terminals usually have.
func TestContrast(t *testing.T) {
	grounds := map[bool][]string{true: {"16", "234"}, false: {"231", "255"}}
	for name, want := range map[string]float64{"dark": 4.5, "light": 4.5, "high-contrast": 7} {
		for _, dark := range []bool{true, false} {
			r := lipgloss.NewRenderer(nil)
			r.SetColorProfile(termenv.ANSI256)
			r.SetHasDarkBackground(dark)
			ground := grounds[dark]
			if name != "high-contrast" {
				ground = grounds[name == "dark"]
			}
			v := reflect.ValueOf(*NamedTheme(r, name))
			for i := range v.NumField() {
				style, ok := v.Field(i).Interface().(lipgloss.Style)
				if !ok {
					continue
				}
				text, _ := style.GetForeground().(lipgloss.Color)
				back, own := style.GetBackground().(lipgloss.Color)
				if text == "" {
					continue // the terminal's own
				}
				backs := ground
				if own {
					backs = []string{string(back)}
				}
				for _, b := range backs {
					if got := contrast(luminance(text), luminance(lipgloss.Color(b))); got < want {
						t.Errorf("%s: %s is %s on %s, a contrast of %.1f to 1", name, v.Type().Field(i).Name, text, b, got)
					}
				}
			}
		}
	}
}

// TestNoRedAndGreenPair: what is good and what is bad must not differ as red
// and green do.
func TestNoRedAndGreenPair(t *testing.T) {
	for _, c := range []hues{calmDark, calmLight, strongDark, strongLight} {
		good := termenv.ConvertToRGB(termenv.ANSI256.Color(c.good))
		if good.G > good.B {
			t.Errorf("good is the greenish %s", c.good)
		}
	}
}

func TestMonoHasNoColour(t *testing.T) {
	for _, p := range []termenv.Profile{termenv.Ascii, termenv.ANSI256} {
		r := lipgloss.NewRenderer(nil)
		r.SetColorProfile(p)
		th := NamedTheme(r, "mono")
		if !th.NoColour {
			t.Error("it has colours")
		}
		out := th.Bad.Render("bad") + th.Selected.Render("row") + th.Banner.Render("banner") + th.Dim.Render("dim") + th.Match.Render("found")
		if colour := regexp.MustCompile(`[\[;](3|4|9|10)\d`).FindString(out); colour != "" {
			t.Errorf("%q has the colour %q", out, colour)
		}
	}
}
