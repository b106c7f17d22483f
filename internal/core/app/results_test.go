package app

import (
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

// written writes rows as "group name unit: day=value ... (change)".
func written(rows []core.ResultRow) string {
	var out []string
	for _, r := range rows {
		line := []string{r.Group + "/" + r.Name + " " + r.Unit + ":"}
		for _, v := range r.Values {
			mark := ""
			if v.InUnit != nil {
				mark = "=" + v.InUnit.Text
			}
			if v.AsPrinted {
				mark = "!" + v.Unit
			}
			line = append(line, fmt.Sprintf("%d:%s%s", v.Date.Day, v.Text, mark))
		}
		if r.Change != nil {
			line = append(line, fmt.Sprintf("(%s since %d from %s %t)", r.Change.Text, r.Change.Since.Day, r.Change.From, r.Change.OtherLab))
		} else {
			line = append(line, "("+string(r.NoChange)+")")
		}
		out = append(out, strings.Join(line, " "))
	}
	return strings.Join(out, "; ")
}

func of(specimen string, v core.Value) core.Value {
	v.Specimen = specimen
	return v
}

// creatinine and haemoglobin are all that is known here.
func knownHere(_ core.ValueKind, name string) (core.KnownTest, bool) {
	switch strings.ToLower(name) {
	case "creatinine":
		return core.KnownTest{Group: "Kidneys", Order: 7, Fluid: true, Codes: []string{"14682-9", "2160-0"}, Units: []core.KnownUnit{
			{Spelled: []string{"µmol/L"}, Factor: 1}, {Spelled: []string{"mg/dL"}, Factor: 88.4, Decimals: 2}}}, true
	case "haemoglobin":
		return core.KnownTest{Group: "Blood", Order: 1, Units: []core.KnownUnit{{Spelled: []string{"g/L"}, Factor: 1}, {Spelled: []string{"g/dL"}, Factor: 10, Decimals: 1}}}, true
	case "sodium":
		return core.KnownTest{Group: "Kidneys", Order: 5, Units: []core.KnownUnit{{Spelled: []string{"mmol/L", "mEq/L"}, Factor: 1}}}, true
	}
	return core.KnownTest{}, false
}

func TestResultsAreOneTable(t *testing.T) {
	doubtful := func(v core.Value) core.Value { v.Doubts = []string{"in doubt"}; return v }
	coded := func(v core.Value, code string) core.Value {
		v.Code = &core.Coding{System: "LOINC", Code: code}
		return v
	}
	for _, c := range []struct {
		what   string
		values []core.Value
		want   string
	}{
		{"converted to the unit of the newest", []core.Value{lab("Creatinine", "1.1", "mg/dL", "", day(1)), lab("Creatinine", "104", "umol/l", "", day(3))},
			"Kidneys/Creatinine µmol/L: 1:1.1=97 3:104 (+7 since 1 from 97 false)"},
		{"the other way", []core.Value{lab("Creatinine", "97", "µmol/L", "", day(1)), lab("Creatinine", "1.2", "mg/dL", "", day(3))},
			"Kidneys/Creatinine mg/dL: 1:97=1.10 3:1.2 (+0.10 since 1 from 1.10 false)"},
		{"what cannot be converted is as printed and out of the change", []core.Value{lab("Creatinine", "8", "mmol/L", "", day(2)), lab("Creatinine", "97", "µmol/L", "", day(1)), lab("Creatinine", "90", "µmol/L", "", day(3))},
			"Kidneys/Creatinine µmol/L: 1:97 2:8!mmol/L 3:90 (-7 since 1 from 97 false)"},
		{"such a last value has no change", []core.Value{lab("Creatinine", "97", "µmol/L", "", day(1)), lab("Creatinine", "8", "", "", day(2))},
			"Kidneys/Creatinine µmol/L: 1:97 2:8! (unit)"},
		{"one size under two names", []core.Value{lab("Sodium", "140", "mEq/L", "", day(1)), lab("Sodium", "138", "mmol/L", "", day(2))},
			"Kidneys/Sodium mmol/L: 1:140 2:138 (-2 since 1 from 140 false)"},
		{"a limit stays one when it is converted", []core.Value{lab("Haemoglobin", "<7.0", "g/dL", "", day(1)), lab("Haemoglobin", "80", "g/L", "", day(2))},
			"Blood/Haemoglobin g/L: 1:<7.0=<70 2:80 (only)"},
		{"in doubt", []core.Value{lab("Haemoglobin", "112", "g/L", "", day(1)), doubtful(lab("Haemoglobin", "118", "g/L", "", day(2))), lab("Haemoglobin", "110", "g/L", "", day(3))},
			"Blood/Haemoglobin g/L: 1:112 2:118 3:110 (-2 since 1 from 112 false)"},
		{"the last is in doubt", []core.Value{lab("Haemoglobin", "112", "g/L", "", day(1)), doubtful(lab("Haemoglobin", "18", "g/L", "", day(2)))},
			"Blood/Haemoglobin g/L: 1:112 2:18 (doubt)"},
		{"a doubtful unit does not rule the row", []core.Value{lab("Haemoglobin", "112", "g/L", "", day(1)), doubtful(lab("Haemoglobin", "11", "g/dL", "", day(2)))},
			"Blood/Haemoglobin g/L: 1:112 2:11=110 (doubt)"},
		{"no number", []core.Value{lab("Haemoglobin", "112", "g/L", "", day(1)), lab("Haemoglobin", "clotted", "", "", day(2))},
			"Blood/Haemoglobin g/L: 1:112 2:clotted (number)"},
		{"no day", []core.Value{lab("K", "4", "mmol/L", "", core.Date{}), lab("K", "5", "mmol/L", "", core.Date{})}, "Other results/K mmol/L: 28:4 28:5 (several)"},
		{"two of a day", []core.Value{lab("K", "4", "mmol/L", "", day(1)), lab("K", "5", "mmol/L", "", day(2)), lab("K", "5.0", "mmol/L", "", day(2))},
			"Other results/K mmol/L: 1:4 2:5 2:5.0 (+1.0 since 1 from 4 false)"},
		{"two of the day before", []core.Value{lab("K", "4", "mmol/L", "", day(1)), lab("K", "6", "mmol/L", "", day(1)), lab("K", "5", "mmol/L", "", day(2))},
			"Other results/K mmol/L: 1:4 1:6 2:5 (several)"},
		{"another range where no laboratory is known", []core.Value{lab("K", "4", "mmol/L", "3-5", day(1)), lab("K", "4", "mmol/L", "4-6", day(2))},
			"Other results/K mmol/L: 1:4 2:4 (0 since 1 from 4 true)"},
		{"of urine", []core.Value{coded(lab("Creatinine", "97", "µmol/L", "", day(1)), "14682-9"), coded(lab("Creatinine", "1.1", "mg/dL", "", day(2)), "2160-0"), coded(lab("Creatinine", "4100", "µmol/L", "", day(3)), "14683-7")},
			"Kidneys/Creatinine mg/dL: 1:97=1.10 2:1.1 (0 since 1 from 1.10 false); Kidneys/Creatinine µmol/L: 3:4100 (only)"},
		{"of urine, without a code", []core.Value{coded(lab("Creatinine", "97", "µmol/L", "", day(1)), "14682-9"), of("urine", lab("Creatinine", "4100", "µmol/L", "", day(2))), of("serum", lab("Creatinine", "99", "µmol/L", "", day(3)))},
			"Kidneys/Creatinine µmol/L: 1:97 3:99 (+2 since 1 from 97 false); Other results/Creatinine (urine) µmol/L: 2:4100 (only)"},
		{"of urine by its name", []core.Value{lab("Creatinine", "97", "µmol/L", "", day(1)), of("urine", lab("Urine creatinine", "4100", "µmol/L", "", day(2)))},
			"Kidneys/Creatinine µmol/L: 1:97 (only); Other results/Urine creatinine µmol/L: 2:4100 (only)"},
		{"of nobody says what, where others say", []core.Value{coded(lab("Creatinine", "97", "µmol/L", "", day(1)), "14682-9"), lab("Creatinine", "4100", "µmol/L", "", day(2))},
			"Kidneys/Creatinine µmol/L: 1:97 2:4100 (doubt)"},
		{"of nobody says what, where nobody says", []core.Value{lab("Creatinine", "97", "µmol/L", "", day(1)), lab("Creatinine", "99", "µmol/L", "", day(2))},
			"Kidneys/Creatinine µmol/L: 1:97 2:99 (+2 since 1 from 97 false)"},
		{"of blood only", []core.Value{of("blood", lab("Haemoglobin", "112", "g/L", "", day(1))), lab("Haemoglobin", "110", "g/L", "", day(2))},
			"Blood/Haemoglobin g/L: 1:112 2:110 (-2 since 1 from 112 false)"},
		{"in the order in which they are read", []core.Value{lab("Zinc", "4", "", "", day(1)), lab("Creatinine", "90", "µmol/L", "", day(1)), lab("Anything", "1", "", "", day(1)), lab("Haemoglobin", "112", "g/L", "", day(1))},
			"Blood/Haemoglobin g/L: 1:112 (only); Kidneys/Creatinine µmol/L: 1:90 (only); Other results/Anything : 1:1 (only); Other results/Zinc : 1:4 (only)"},
	} {
		g := collect("", c.values...)
		g.known = knownHere
		g.doubtFluids()
		rows := resultTable(g.list, knownHere)
		if got := written(rows); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

func TestResultsInDoubtUntilReviewed(t *testing.T) {
	v := lab("K", "49", "mmol/L", "", day(2))
	v.Doubts, v.Refused, v.Probably = []string{"too large"}, true, &core.Amount{Text: "4.9", Number: 4.9, Unit: "mmol/L"}
	rows := resultTable(collect("", lab("K", "4.0", "mmol/L", "", day(1)), v).list, nil)
	if got := written(rows); got != "Other results/K mmol/L: 1:4.0 2:49 (doubt)" {
		t.Error(got)
	}
	v.Review = &core.Review{Status: core.ReviewCorrected, Text: "4.9"}
	rows = resultTable(collect("", lab("K", "4.0", "mmol/L", "", day(1)), v).list, nil)
	if got := written(rows); got != "Other results/K mmol/L: 1:4.0 2:4.9 (+0.9 since 1 from 4.0 false)" {
		t.Error(got)
	}
}

// A document of which a page was not read is told of, and said to be.
func TestCoverageKnowsPartsThatWereNotRead(t *testing.T) {
	records := []core.Record{{ID: "a"}, {ID: "b"}, {ID: "copy of b", DuplicateOf: "b"}, {ID: "c", PatientCheck: core.CheckPatient}, {ID: "d"}}
	documents := []core.DocumentValues{{RecordID: "a"}, {RecordID: "b", InPart: true}}
	if got, want := coverage(documents, records), (core.Coverage{Documents: 5, NotRead: 1, InDoubt: 1, InPart: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
