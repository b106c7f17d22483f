package vocabulary

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"clinician/internal/core"
)

//go:embed data/panels.tsv
var panelsFile string

//go:embed data/conversions.tsv
var conversionsFile string

// KnownTest gives what is known of a laboratory test or vital sign by a name it is
// printed under.
func KnownTest(kind core.ValueKind, name string) (core.KnownTest, bool) {
	key := ""
	switch kind {
	case core.ValueLaboratory:
		if a, ok := Laboratory().Analytes.Lookup(name); ok {
			key = a.key
		}
	case core.ValueVital:
		if v, ok := VitalSigns().Lookup(name); ok {
			key = v.Key
		}
	}
	t, ok := knownTests()[key]
	return t, ok
}

// knownTests are all tests by their key in analytes.tsv or vitals.tsv.
var knownTests = sync.OnceValue(func() map[string]core.KnownTest {
	tests := map[string]core.KnownTest{}
	for _, f := range ReadTable(panelsFile) {
		for key := range strings.SplitSeq(f[1], ";") {
			tests[key] = core.KnownTest{Group: f[0], Order: len(tests)}
		}
	}
	for _, f := range ReadTable(analytesFile) {
		if t, ok := tests[f[0]]; ok && f[1] == "stated" {
			t.Fluid = true
			tests[f[0]] = t
		}
	}
	for _, f := range ReadTable(conversionsFile) {
		t := tests[f[0]]
		u := core.KnownUnit{}
		for s := range strings.SplitSeq(f[1], ";") {
			u.Spelled = append(u.Spelled, microSign(s))
		}
		u.Zero, _ = strconv.ParseFloat(f[2], 64)
		u.Factor, _ = strconv.ParseFloat(f[3], 64)
		u.Decimals, _ = strconv.Atoi(f[4])
		t.Units = append(t.Units, u)
		tests[f[0]] = t
	}
	for key, c := range codesOfTests() {
		if t, ok := tests[key]; ok && !slices.Contains(t.Codes, c) {
			t.Codes = append(t.Codes, c)
			tests[key] = t
		}
	}
	return tests
})

// codesOfTests gives each test's key with each of its codes.
func codesOfTests() func(func(key, code string) bool) {
	return func(yield func(key, code string) bool) {
		for _, f := range ReadTable(loincFile) {
			if f[4] != "-" && !yield(f[0], f[4]) {
				return
			}
		}
		for _, f := range ReadTable(vitalsFile) {
			if !yield(f[0], f[5]) {
				return
			}
		}
	}
}

// microSign writes a leading "u" of a unit as the micro sign.
func microSign(unit string) string {
	if rest, ok := strings.CutPrefix(unit, "u"); ok {
		return "µ" + rest
	}
	return unit
}
