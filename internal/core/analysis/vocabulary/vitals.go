package vocabulary

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"clinician/internal/core"
)

//go:embed data/vitals.tsv
var vitalsFile string

// VitalSign is a vital sign or measure of the body.
type VitalSign struct {
	Key       string
	Units     []string // as UnitKey gives them; "" for none
	low, high []float64
	Code      *core.Coding
}

// Fits gives the sizes the sign can have in a unit.
func (v *VitalSign) Fits(unit string) (low, high float64, ok bool) {
	if i := slices.Index(v.Units, UnitKey(unit)); i >= 0 {
		return v.low[i], v.high[i], true
	}
	return 0, 0, false
}

// Bare reports whether the sign may stand without a unit in prose.
func (v *VitalSign) Bare() bool { return slices.Contains(v.Units, "") && v.Key != "bmi" }

var VitalSigns = sync.OnceValue(func() *Phrases[*VitalSign] {
	p := NewPhrases[*VitalSign]()
	byKey := map[string]*VitalSign{}
	for _, f := range ReadTable(vitalsFile) {
		v := byKey[f[0]]
		if v == nil {
			v = &VitalSign{Key: f[0], Code: &core.Coding{System: "LOINC", Code: f[5], Display: f[6]}}
			byKey[f[0]] = v
			for name := range strings.SplitSeq(f[1], ";") {
				p.Add(name, v)
			}
		}
		low, _ := strconv.ParseFloat(f[3], 64)
		high, _ := strconv.ParseFloat(f[4], 64)
		for unit := range strings.SplitSeq(f[2], ";") {
			if unit == "-" {
				unit = ""
			}
			v.Units, v.low, v.high = append(v.Units, UnitKey(unit)), append(v.low, low), append(v.high, high)
		}
	}
	return p
})

// VitalSignAt reports whether the words start with the name of a vital sign.
func VitalSignAt(ws []Token) bool {
	m, ok := VitalSigns().Find(ws)
	return ok && m.Sure
}
