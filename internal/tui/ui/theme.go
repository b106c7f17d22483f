// Package ui holds the parts screens are made of: cleaned text, addressed
// results, tables, forms, pagers, pictures. It knows nothing of screens.
//
// Rules: no IO outside Load; nothing styled is measured or cut except with the
// functions of text.go; no meaning by colour alone, every state has a word or a sign.
package ui

import (
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Theme holds one style per role, never per hue.
type Theme struct {
	Profile  termenv.Profile
	NoColour bool // bold, underlined and reversed text at most

	Plain    lipgloss.Style
	Strong   lipgloss.Style
	Dim      lipgloss.Style // labels, hints
	Head     lipgloss.Style // headings
	Key      lipgloss.Style
	Good     lipgloss.Style
	Warn     lipgloss.Style
	Bad      lipgloss.Style
	Selected lipgloss.Style
	Match    lipgloss.Style // found by a search
	Doubt    lipgloss.Style // words the machine was not sure of
	Cursor   lipgloss.Style
	Brand    lipgloss.Style

	Banner      lipgloss.Style
	BannerName  lipgloss.Style
	BannerLabel lipgloss.Style
	Deceased    lipgloss.Style
}

// ThemeNames are the themes one can choose; "auto" is dark or light as the
// terminal is.
var ThemeNames = []string{"auto", "dark", "light", "high-contrast", "mono"}

// NewTheme makes the theme "auto". The renderer knows its background; package
// background says why nobody asks the terminal.
func NewTheme(r *lipgloss.Renderer) *Theme { return NamedTheme(r, "auto") }

// NamedTheme makes one of ThemeNames; a name that is none of them is "auto".
// "mono" has bold, underlined and reversed text, but no colour.
func NamedTheme(r *lipgloss.Renderer, name string) *Theme {
	dark := r.HasDarkBackground()
	switch name {
	case "dark":
		dark = true
	case "light":
		dark = false
	case "mono":
		if r.Output().ColorProfile() != termenv.Ascii { // NO_COLOR forbids colour, not bold
			r.SetColorProfile(termenv.ANSI)
		}
		return build(r, hues{})
	case "high-contrast":
		if dark {
			return build(r, strongDark)
		}
		return build(r, strongLight)
	}
	if r.ColorProfile() == termenv.Ascii {
		return build(r, hues{})
	}
	if dark {
		return build(r, calmDark)
	}
	return build(r, calmLight)
}

// hues are the colours of a theme, numbers of the palette of 256. There is no
// red and green pair in any: who cannot tell them apart loses nothing.
type hues struct {
	dim, head, key, good, warn, bad, brand string
	selected, match, banner                [2]string // text, background
	bannerLabel                            string
}

var (
	calmDark = hues{
		dim: "246", head: "110", key: "153", good: "110", warn: "179", bad: "210", brand: "153",
		selected: [2]string{"255", "238"}, match: [2]string{"230", "58"}, banner: [2]string{"255", "24"}, bannerLabel: "152",
	}
	calmLight = hues{
		dim: "240", head: "24", key: "24", good: "24", warn: "94", bad: "124", brand: "24",
		selected: [2]string{"16", "254"}, match: [2]string{"16", "222"}, banner: [2]string{"16", "153"}, bannerLabel: "237",
	}
	strongDark = hues{
		dim: "252", head: "159", key: "159", good: "159", warn: "228", bad: "223", brand: "231",
		selected: [2]string{"16", "231"}, match: [2]string{"16", "228"}, banner: [2]string{"16", "231"}, bannerLabel: "234",
	}
	strongLight = hues{
		dim: "236", head: "17", key: "17", good: "17", warn: "52", bad: "52", brand: "16",
		selected: [2]string{"231", "16"}, match: [2]string{"231", "17"}, banner: [2]string{"231", "16"}, bannerLabel: "254",
	}
)

// build makes the styles. What a colour says is said by bold, underlined or
// reversed text as well, or by a word or sign of the screen.
func build(r *lipgloss.Renderer, c hues) *Theme {
	s := func(bold bool, text string) lipgloss.Style {
		style := r.NewStyle().Bold(bold)
		if text != "" {
			style = style.Foreground(lipgloss.Color(text))
		}
		return style
	}
	on := func(bold bool, pair [2]string) lipgloss.Style {
		if pair[1] == "" {
			return r.NewStyle().Bold(bold).Reverse(true)
		}
		return s(bold, pair[0]).Background(lipgloss.Color(pair[1]))
	}
	banner, label := on(false, c.banner), on(false, c.banner)
	if c.bannerLabel != "" {
		label = label.Foreground(lipgloss.Color(c.bannerLabel))
	}
	return &Theme{
		Profile:     r.ColorProfile(),
		NoColour:    c == hues{},
		Plain:       r.NewStyle(),
		Strong:      s(true, ""),
		Dim:         s(false, c.dim),
		Head:        s(true, c.head),
		Key:         s(true, c.key),
		Good:        s(false, c.good),
		Warn:        s(c == hues{}, c.warn),
		Bad:         s(true, c.bad).Underline(c == hues{}),
		Selected:    on(true, c.selected),
		Match:       on(false, c.match),
		Doubt:       s(false, c.warn).Underline(true),
		Cursor:      r.NewStyle().Reverse(true),
		Brand:       s(true, c.brand),
		Banner:      banner,
		BannerName:  banner.Bold(true),
		BannerLabel: label,
		Deceased:    r.NewStyle().Reverse(true),
	}
}

// Mono reports whether the terminal shows neither colour nor reverse video.
func (t *Theme) Mono() bool { return t.Profile == termenv.Ascii }
