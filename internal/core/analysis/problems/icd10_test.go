package problems

import (
	"testing"
)

func TestICDCodes(t *testing.T) {
	for word, want := range map[string]string{
		"C50.4": "C50.4", "(C50.4)": "C50.4", "C61).": "C61", "I10": "I10", "E11.9,": "E11.9", "Z51.1": "Z51.1", "M17.91": "M17.91",
		"C98": "", "D95": "", "c50.4": "", "C5.4": "", "C50.": "C50", "C50.444": "", "B12": "B12", "PO1": "", "10.5": "", "ZZ4": "", "": "", "é10": "",
	} {
		if got, _, ok := icd10At(word); ok != (want != "") || ok && got != want {
			t.Errorf("icdAt(%q) = %q %v, want %q", word, got, ok, want)
		}
	}
	if icd10Coding("C50.4").Display == "" || icd10Coding("C50.3").Display != "" {
		t.Error("only codes of the own table have names")
	}
	for code := range icd10Names() {
		if got, _, ok := icd10At(code); !ok || got != code {
			t.Errorf("%s in the table is no code", code)
		}
	}
}
