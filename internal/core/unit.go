package core

import (
	"regexp"
	"strings"
)

// UnitKey gives the form in which units are compared: what is the same for every
// spelling of one unit. It is never shown. It evens out how a power of ten is
// written, also without its raised digits (10^9/L, 10*9/L, x10E9/L, ×10⁹/L,
// 109/L), the two signs for micro and "u", and the litre in small letters. Case
// and all else count: mU/L and MU/L, 10^9/L and K/uL stay apart.
func UnitKey(unit string) string {
	key := litre.ReplaceAllStringFunc(plainSigns.Replace(strings.Join(strings.Fields(unit), "")), func(l string) string { return l[:len(l)-1] + "L" })
	m := powerOfTen.FindStringSubmatch(key)
	if m == nil {
		return key
	}
	if counted := "10^" + m[1] + "/" + m[2]; countUnits[counted] {
		return counted
	}
	return key
}

// plainSigns writes the micro signs as "u" and raised digits as plain ones.
var plainSigns = strings.NewReplacer("µ", "u", "μ", "u", "×", "x", "⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

var (
	litre      = regexp.MustCompile(`/[dmu]?l$`)
	powerOfTen = regexp.MustCompile(`^[xX*]?10[\^*eE]?(\d{1,2})/(L|uL)$`)
)

// countUnits are the powers of ten that cells are counted in. Others are left as
// printed: 105/L may be a number of its own.
var countUnits = map[string]bool{"10^3/uL": true, "10^6/uL": true, "10^6/L": true, "10^9/L": true, "10^12/L": true}
