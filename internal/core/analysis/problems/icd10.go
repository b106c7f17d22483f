package problems

import (
	_ "embed"
	"strings"
	"sync"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/icd10.tsv
var icd10File string

// icd10Names are short names of common codes. Codes that are not here are kept
// without a name.
var icd10Names = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, f := range vocabulary.ReadTable(icd10File) {
		out[f[0]] = f[1]
	}
	return out
})

// icd10At reads an ICD-10 code from a word, as printed. Sure is false for forms
// that are as often something else (T10, B12, M0): those count only where the
// text says that a code follows.
func icd10At(word string) (code string, sure, ok bool) {
	code = strings.Trim(word, ",;:()[].†*")
	if len(code) < 3 || len(code) > 6 {
		return "", false, false
	}
	category, detail, dotted := strings.Cut(code, ".")
	if len(category) != 3 || dotted && detail == "" {
		return "", false, false
	}
	if !icd10Category(category) {
		return "", false, false
	}
	if vocabulary.DigitsOf(detail) != detail || len(detail) > 2 {
		return "", false, false
	}
	return code, dotted, true
}

// icd10Category checks shape and chapter of the first three characters.
func icd10Category(c string) bool {
	if c[0] < 'A' || c[0] > 'Z' || c[1] < '0' || c[1] > '9' || c[2] < '0' || c[2] > '9' {
		return false
	}
	last := map[byte]string{ // of the letter's chapters, ICD-10 (WHO 2019)
		'A': "99", 'B': "99", 'C': "97", 'D': "89", 'E': "90", 'F': "99", 'G': "99", 'H': "95", 'I': "99", 'J': "99", 'K': "93", 'L': "99",
		'M': "99", 'N': "99", 'O': "99", 'P': "96", 'Q': "99", 'R': "99", 'S': "99", 'T': "98", 'U': "85", 'V': "99", 'W': "99", 'X': "99", 'Y': "98", 'Z': "99",
	}[c[0]]
	return c[1:] <= last
}

func icd10Coding(code string) *core.Coding {
	return &core.Coding{System: "ICD-10", Code: code, Display: icd10Names()[code]}
}
