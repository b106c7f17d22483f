package store

import (
	"encoding/json"
	"strings"
	"testing"
)

// A code is given where public value sets agree on it: each names them, and has
// the check digit of LOINC (Luhn). The others have none rather than a guess.
func TestRecordTypeCodes(t *testing.T) {
	b, err := catalogue.ReadFile("catalogue/record_types.json")
	if err != nil {
		t.Fatal(err)
	}
	var types []struct {
		Name string `json:"type_name"`
		Code string `json:"loinc"`
		From string `json:"loinc_from"`
	}
	if err := json.Unmarshal(b, &types); err != nil {
		t.Fatal(err)
	}
	coded := map[string]string{}
	for _, r := range types {
		switch named := strings.Contains(r.From, ": HL7 "); {
		case r.Code == "" && r.From == "":
			continue
		case !named:
			t.Errorf("%s: %s is from %q", r.Name, r.Code, r.From)
		case !luhn(r.Code):
			t.Errorf("%s: %s has a wrong check digit", r.Name, r.Code)
		}
		coded[r.Name] = r.Code
	}
	if len(types) != 20 || len(coded) != 15 {
		t.Errorf("%d of %d types have a code", len(coded), len(types))
	}
	for _, name := range []string{"Diagnostic Tests", "Biopsy Reports", "Radiation Therapy Records", "Admission Records", "Clinical Assessments"} {
		if coded[name] != "" {
			t.Errorf("%s has %s, on which value sets do not agree", name, coded[name])
		}
	}
	db := openInternal(t)
	list, err := db.RecordTypes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if r.LOINC != coded[r.TypeName] {
			t.Errorf("%s: stored %q, want %q", r.TypeName, r.LOINC, coded[r.TypeName])
		}
	}
}

// A database made before more codes were certain gets them, once.
func TestRecordTypeCodesArriveLater(t *testing.T) {
	db := openInternal(t)
	execute(t, db, "UPDATE medical_record_types SET loinc = '' WHERE id = 9")
	if err := db.fillCatalogue(t.Context()); err != nil {
		t.Fatal(err)
	}
	var code string
	if err := db.read.QueryRowContext(t.Context(), "SELECT loinc FROM medical_record_types WHERE id = 9").Scan(&code); err != nil || code != "11504-8" {
		t.Errorf("%q, %v", code, err)
	}
}

// luhn reports whether the digit after the hyphen checks those before it.
func luhn(code string) bool {
	digits, check, ok := strings.Cut(code, "-")
	if !ok || len(check) != 1 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return byte('0'+(10-sum%10)%10) == check[0]
}
