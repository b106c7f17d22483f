package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

func TestParsePart(t *testing.T) {
	for spec, want := range map[string]core.SplitPart{
		"1:12":                    {Pages: []int{1}, PatientID: 12},
		"1-3,7:12":                {Pages: []int{1, 2, 3, 7}, PatientID: 12},
		"2:7:Mertz:1940":          {Pages: []int{2}, PatientID: 7, Identifiers: core.Identifiers{FamilyName: "Mertz", BirthYear: 1940}},
		"2:7:O'Brien:1940:A: B:C": {Pages: []int{2}, PatientID: 7, Identifiers: core.Identifiers{FamilyName: "O'Brien", BirthYear: 1940}, Title: "A: B:C"},
		"2:12:::Letter":           {Pages: []int{2}, PatientID: 12, Title: "Letter"},
	} {
		if got, ok := parsePart(spec); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", spec, got, ok)
		}
	}
	for _, spec := range []string{"", "1", ":1", "0:1", "3-1:1", "1-:1", "-1:1", "1,:1", "a:1", "1:0", "1:x", "1:2:Mertz", "1:2:Mertz:old",
		"1-99999999999:1", fmt.Sprintf("1-%d:1", core.MaxPages+1), strings.Repeat("1,", 3000) + "1:1"} {
		if got, ok := parsePart(spec); ok {
			t.Errorf("%.40q was taken as %+v", spec, got)
		}
	}
}

func TestWritePages(t *testing.T) {
	for want, pages := range map[string][]int{"": nil, "3": {3}, "1-3,7": {1, 2, 3, 7}, "3,1-2": {3, 1, 2}, "9,7,5": {9, 7, 5}} {
		if got := writePages(pages); got != want {
			t.Errorf("%v is written %q, want %q", pages, got, want)
		}
	}
}

func FuzzParsePart(f *testing.F) {
	f.Add("1-3,7:12:Mertz:1940:Title")
	f.Fuzz(func(t *testing.T, spec string) {
		p, ok := parsePart(spec)
		if !ok {
			return
		}
		if len(p.Pages) == 0 || len(p.Pages) > core.MaxPages || p.PatientID <= 0 {
			t.Errorf("%q: %+v", spec, p)
		}
		if again, ok := parsePages(writePages(p.Pages)); !ok || !slices.Equal(again, p.Pages) {
			t.Errorf("%q: pages %v are written %q", spec, p.Pages, writePages(p.Pages))
		}
		for _, n := range p.Pages {
			if n < 1 || n > core.MaxPages {
				t.Errorf("%q: page %d", spec, n)
			}
		}
	})
}
