package vocabulary

import (
	"regexp"
	"strings"
)

// Misread gives the unit of the analyte that a unit it cannot have is likely to be on
// the paper: the same but for what scanners make of µ, of a stroke and of a power; or,
// where what was read is no unit at all, the one that is spelled most alike. The
// number must have a size the analyte can have in it. "" when none or several are:
// mg/L is never taken for mg/dL.
func (a *Analyte) Misread(unit string, number float64) string {
	read := UnitKey(unit)
	if len(read) < 3 {
		return ""
	}
	most := 2 // letters that may differ
	if Laboratory().Units[read] {
		most = 0
	}
	read = misreadUnits.Replace(misreadMicro.ReplaceAllString(read, "u$2"))
	found, least := "", most+1
	for _, m := range a.Measures {
		if number < m.Low || number > m.High {
			continue
		}
		for i, u := range m.units {
			if len(u) < 3 {
				continue
			}
			switch n := Edits(read, u, most); {
			case n > most:
			case n < least:
				found, least = m.spelled[i], n
			case n == least && UnitKey(found) != u:
				return ""
			}
		}
	}
	return found
}

// misreadMicro are letters that scanners read for µ before mol, g and L.
var misreadMicro = regexp.MustCompile(`^(p|y|j|v|pu|yu|ju|wu|ii|\x{a5})(mol|g/|l$|iu)`)

// misreadUnits undo a stroke and an l read as one letter, and a raised hat read as a
// digit: pmoVL, 1049/L.
var misreadUnits = strings.NewReplacer("vl", "l/l", "1049/", "109/", "10412/", "1012/", "/i", "/l", "/1", "/l", "/|", "/l")
