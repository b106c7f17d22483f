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
	Profile termenv.Profile

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

// NewTheme makes the theme for a terminal. Ask the renderer for the background
// before the program starts: doing so later reads from the keyboard.
func NewTheme(r *lipgloss.Renderer) *Theme {
	pair := func(light, dark string) lipgloss.AdaptiveColor {
		return lipgloss.AdaptiveColor{Light: light, Dark: dark}
	}
	s := func() lipgloss.Style { return r.NewStyle() }
	bannerBack, bannerText := pair("153", "24"), pair("16", "255")
	banner := s().Background(bannerBack).Foreground(bannerText)
	return &Theme{
		Profile:     r.ColorProfile(),
		Plain:       s(),
		Strong:      s().Bold(true),
		Dim:         s().Foreground(pair("241", "246")),
		Head:        s().Bold(true).Foreground(pair("24", "110")),
		Key:         s().Bold(true).Foreground(pair("24", "153")),
		Good:        s().Foreground(pair("24", "110")),
		Warn:        s().Foreground(pair("130", "179")),
		Bad:         s().Bold(true).Foreground(pair("124", "210")),
		Selected:    s().Bold(true).Background(pair("254", "238")).Foreground(pair("16", "255")),
		Match:       s().Background(pair("222", "58")).Foreground(pair("16", "230")),
		Doubt:       s().Underline(true).Foreground(pair("130", "179")),
		Cursor:      s().Reverse(true),
		Brand:       s().Bold(true).Foreground(pair("24", "153")),
		Banner:      banner,
		BannerName:  banner.Bold(true),
		BannerLabel: s().Background(bannerBack).Foreground(pair("238", "152")),
		Deceased:    s().Reverse(true),
	}
}

// Mono reports whether the terminal shows neither colour nor reverse video.
func (t *Theme) Mono() bool { return t.Profile == termenv.Ascii }
