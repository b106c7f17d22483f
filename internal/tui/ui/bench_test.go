package ui

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"
)

func BenchmarkTable(b *testing.B) {
	th := theme(termenv.TrueColor)
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := NewTable(Column{Title: "Name", Width: 24, Flex: true}, Column{Title: "Born", Width: 18}, Column{Title: "Gender", Width: 9}, Column{Title: "MRN", Width: 12})
			t.SetSize(120, 38)
			t.SetRows(n, func(r, c int) string { return "SMITH, Anna" })
			for b.Loop() {
				t.Move(1)
				_ = t.View(th)
			}
		})
	}
}
