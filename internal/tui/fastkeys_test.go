package tui

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestLettersThatArriveTogetherAreSeparateKeys(t *testing.T) {
	var got []string
	for _, k := range oneByOne(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("/cé")}) {
		got = append(got, k.String())
	}
	if !slices.Equal(got, []string{"/", "c", "é"}) {
		t.Errorf("got %q", got)
	}
	for _, k := range []tea.KeyMsg{{Type: tea.KeyRunes, Runes: []rune("ab"), Paste: true}, {Type: tea.KeyEnter}, {Type: tea.KeyRunes, Runes: []rune("a")}} {
		if list := oneByOne(k); len(list) != 1 || list[0].String() != k.String() {
			t.Errorf("%v became %v", k, list)
		}
	}
}

func TestEscTwiceInAHurryIsEscTwice(t *testing.T) {
	list := oneByOne(tea.KeyMsg{Type: tea.KeyEsc, Alt: true})
	if len(list) != 2 || list[0].String() != "esc" || list[1].String() != "esc" {
		t.Errorf("it is %v", list)
	}
}
