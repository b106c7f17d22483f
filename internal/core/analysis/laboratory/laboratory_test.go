package laboratory_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/eval/values"
)

func TestLaboratory(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  []string
	}{
		{"flag at the right, headings of groups, results in words", []string{
			"Test                 Result   Flag   Units      Reference interval",
			"UREA AND ELECTROLYTES",
			"Sodium                  139          mmol/L     133 - 146",
			"Potassium               6.8   HH     mmol/L     3.5–5.3",
			"Urea            Not reported - haemolysed",
			"TSH                   <0.01   L      mU/L       0.27 - 4.20",
			"eGFR                    >90          mL/min/1.73m2   > 60",
			"Glucose (urine)    Negative                     Negative",
			"Protein                  1+   A                 Negative",
		}, []string{"Sodium=139 mmol/L [133 - 146] >N", "Potassium=6.8 mmol/L [3.5–5.3] HH>HH", "Urea=Not reported - haemolysed", "TSH=<0.01 mU/L [0.27 - 4.20] L>L",
			"eGFR=>90 mL/min/1.73m2 [> 60] >N", "Glucose (urine)=Negative [Negative] >N ?", "Protein=1+ [Negative] A>A"}},
		{"the previous result is never taken", []string{
			"     Test              Result   Units     Reference interval     Previous",
			"L    Haemoglobin         11.2   g/dL      11.5 - 16.5                11.9",
			"     Platelets                  10^9/L    150 - 450                   264",
			"     MCV                 88.1   fL        80.0 - 100.0               87.7",
		}, []string{"Haemoglobin=11.2 g/dL [11.5 - 16.5] L>L", "MCV=88.1 fL [80.0 - 100.0] >N"}},
		{"previous before current", []string{
			"Analyte        Previous Result     Current Result     Units      Ref Range",
			"Sodium                    138                141      mmol/L     133-146",
			"Potassium                 4.0                         mmol/L     3.5-5.3",
		}, []string{"Sodium=141 mmol/L [133-146] >N"}},
		{"a lost decimal point is doubted, not put right", []string{
			"Test                 Result   Flag   Units      Reference interval",
			"Potassium               43           mmol/L     3.5 - 5.3",
			"White cell count        69    H      10^9/L     4.0 - 11.0",
		}, []string{"Potassium=43 mmol/L [3.5 - 5.3] ?", "White cell count=69 10^9/L [4.0 - 11.0] H>H ?"}},
		{"a flag that does not fit", []string{
			"Test                 Result   Flag   Units      Reference interval",
			"Sodium                  139   H      mmol/L     133 - 146",
			"Creatinine              131          µmol/L     45 - 84",
		}, []string{"Sodium=139 mmol/L [133 - 146] H>H ?", "Creatinine=131 µmol/L [45 - 84] >H ?"}},
		{"misread letters in a unit", []string{
			"Test                 Result   Units      Reference interval",
			"Creatinine               66   pmol/L     45 - 84",
			"Sodium                  139              133 - 146",
		}, []string{"Creatinine=66 pmol/L [45 - 84] ?", "Sodium=139 [133 - 146] >N ?"}},
		{"a comparator apart from its number", []string{
			"Test                 Result      Units      Reference interval",
			"TSH                  <  0.01     mU/L       0.27 - 4.20",
			"Troponin      <        14        ng/L       0 - 14",
			"Ferritin <              15       µg/L       30 - 400",
		}, []string{"TSH=<0.01 mU/L [0.27 - 4.20] >L", "Troponin=<14 ng/L [0 - 14] ?", "Ferritin=15 µg/L [30 - 400] >L ?"}},
		{"rows without headings", []string{
			"Sodium: 139 mmol/L (133-146)",
			"Potassium 6.1 H mmol/L 3.5 - 5.3",
			"Hb 82g/L",
		}, []string{"Sodium=139 mmol/L [(133-146)] >N", "Potassium=6.1 mmol/L [3.5 - 5.3] H>H", "Hb=82 g/L"}},
		{"a table of unknown tests", []string{
			"Test                 Result   Units      Reference interval",
			"Xylotropin              4.1   mmol/L     3.0 - 5.0",
		}, []string{"Xylotropin=4.1 mmol/L [3.0 - 5.0] >N ?"}},
		{"cumulative columns", []string{
			"Test             Result     12-Oct-2026    01-Sep-2026    Units",
			"Sodium              139             141            138    mmol/L",
		}, []string{"Sodium=139 mmol/L"}},
		{"comments are no results", []string{
			"Test                 Result   Units      Reference interval",
			"Sodium                  139   mmol/L     133 - 146",
			"Comment: sample haemolysed, potassium may be raised by 0.5 mmol/L",
			"and sample haemolysed, raised by 0.5 mmol/L or more if left",
			"Potassium               5.6   mmol/L     3.5 - 5.3",
			"Comment              sample haemolysed, potassium may be raised by 0.5 mmol/L",
			"Xylotropin              4.1   mmol/L     3.0 - 5.0",
			"Interpretation       Negative for disease   mmol/L   see below",
			"Clinical note:       Negative            3.0 - 5.0",
			"Remark: haemolysed, sample may be raised by 0.5 mmol/L",
			"Potassium comment:   haemolysed sample",
			"Glucose note         haemolysed   mmol/L",
		}, []string{"Sodium=139 mmol/L [133 - 146] >N ?", "Potassium=5.6 mmol/L [3.5 - 5.3] >H ?", "Xylotropin=4.1 mmol/L [3.0 - 5.0] >N ?"}},
		{"the notes of a test are no comment", []string{
			"Test                 Result   Units      Reference interval",
			"Sodium (see note)       139   mmol/L     133 - 146",
			"Urea see note           5.1   mmol/L     2.5 - 7.8",
			"Chloride                100   mmol/L     95 - 108   note 1",
		}, []string{"Sodium (see note)=139 mmol/L [133 - 146] >N ?", "Urea see note=5.1 mmol/L [2.5 - 7.8] >N ?", "Chloride=100 mmol/L [95 - 108 note 1] ?"}},
		{"prose", []string{
			"Hb fell to 82 g/L and was 96 g/L on discharge. CRP was 104 mg/L on admission.",
			"Potassium rose from 4.1 to 6.8 mmol/L. INR 2.4 today. Previously creatinine was 88 µmol/L.",
		}, []string{"Hb=82 g/L", "Hb=96 g/L {on discharge}", "CRP=104 mg/L {on admission}", "Potassium=6.8 mmol/L", "INR=2.4", "creatinine=88 µmol/L {comparison}"}},
		{"dictated without units", []string{"hemoglobin of 15.0, and white count 4700. Creatinine 1.3, sodium 141 and potassium 4.0. Iron 210 mg daily. PSA 2019."},
			[]string{"hemoglobin=15.0 ?", "Creatinine=1.3 ?", "sodium=141 ?", "potassium=4.0 ?"}},
		{"conditions and targets are no results", []string{
			"Reduce the dose if neutrophils are below 0.5 10^9/L for a week. Aim for a ferritin of 100 µg/L.",
			"Calcium gluconate 10 mL was given. Iron tablets 210 mg. Please repeat sodium in 2 weeks.",
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := analysis.Extract(analysistest.TextFile(tt.lines...))
			if got := analysistest.Brief(f, core.ValueLaboratory); !slices.Equal(got, tt.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(tt.want, "\n  "))
				for _, v := range f.Values {
					t.Logf("%s %s %q", v.Name, v.Text, v.Doubts)
				}
			}
		})
	}
}

func TestLaboratoryCodes(t *testing.T) {
	table := []string{
		"Test                 Result   Units      Reference interval",
		"Sodium                  139   mmol/L     133 - 146",
		"Haemoglobin             139   g/L        115 - 165",
		"Creatinine             1.02   mg/dL      0.5 - 1.1",
		"eGFR                     82   mL/min/1.73m2   > 60",
	}
	tests := []struct {
		name, first string
		want        map[string]string
	}{
		{"blood", "Specimen: Blood (venous)", map[string]string{"Sodium": "2951-2", "Haemoglobin": "718-7", "Creatinine": "2160-0", "eGFR": ""}},
		{"nothing said", "", map[string]string{"Sodium": "", "Haemoglobin": "718-7", "Creatinine": "", "eGFR": ""}},
		{"urine", "Specimen: Urine", map[string]string{"Sodium": "", "Haemoglobin": "", "Creatinine": "", "eGFR": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := analysis.Extract(analysistest.TextFile(append([]string{tt.first}, table...)...))
			if len(f.Values) != 4 {
				t.Fatalf("%d values", len(f.Values))
			}
			for _, v := range f.Values {
				code := ""
				if v.Code != nil {
					code = v.Code.Code
				}
				if code != tt.want[v.Name] {
					t.Errorf("%s has code %q, want %q", v.Name, code, tt.want[v.Name])
				}
			}
		})
	}
}

// A value says what it was measured in as far as the report does: in its name, in the
// heading of its group, or for all of it.
func TestSpecimensAreKept(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  string
	}{
		{[]string{"Specimen: Urine"}, "Sodium urine, Potassium urine"},
		{[]string{"Sample: Serum"}, "Sodium serum, Potassium serum"},
		{[]string{"Specimen: Blood and urine"}, "Sodium , Potassium "},
		{nil, "Sodium , Potassium "},
	} {
		lines := append(slices.Clone(tt.lines), "Test                 Result   Units      Reference interval",
			"Sodium                  139   mmol/L     133 - 146", "Potassium               4.1   mmol/L     3.5 - 5.3")
		var got []string
		for _, v := range analysis.Extract(analysistest.TextFile(lines...)).Values {
			got = append(got, v.Name+" "+v.Specimen)
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%q gives %q, want %q", tt.lines, s, tt.want)
		}
	}
	f := analysis.Extract(analysistest.TextFile("Specimen: Blood (venous)", "Test                 Result   Units      Reference interval",
		"Sodium                  139   mmol/L     133 - 146", "URINE", "Creatinine              9.4   mmol/L", "Urine sodium            80   mmol/L"))
	for _, v := range f.Values {
		if want := map[bool]string{true: "blood", false: "urine"}[v.Name == "Sodium"]; v.Specimen != want || v.Specimen == "urine" && v.Code != nil {
			t.Errorf("%s is of %q with code %v", v.Name, v.Specimen, v.Code)
		}
	}
}

// A table goes on over the page, also when its headings do not.
func TestTableOverPages(t *testing.T) {
	first := analysistest.TextFile("Collected: 24-Nov-2026 09:20", "Test                 Result   Units      Reference interval", "Sodium                  139   mmol/L     133 - 146")
	second := analysistest.TextFile("Potassium               4.1   mmol/L     3.5 - 5.3")
	second[0].Number = 2
	f := analysis.Extract(append(first, second...))
	got := analysistest.Brief(f, core.ValueLaboratory)
	want := []string{"Sodium=139 mmol/L [133 - 146] >N", "Potassium=4.1 mmol/L [3.5 - 5.3] >N ?"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, v := range f.Values {
		if v.Kind == core.ValueLaboratory && v.Date.String() != "2026-11-24" {
			t.Errorf("%s is of %v", v.Name, v.Date)
		}
	}
}

// Words read with low confidence raise doubts where they have digits.
func TestLowConfidence(t *testing.T) {
	f := analysis.Extract(analysistest.Scanned(0, 41, "Potassium 4.1 mmol/L 3.5 - 5.3"))
	if len(f.Values) != 1 || f.Values[0].Confident() || f.Values[0].Text != "4.1" || *f.Values[0].Confidence != 41 {
		t.Errorf("got %+v", f.Values)
	}
	if f := analysis.Extract(analysistest.Scanned(0, 93, "Potassium 4.1 mmol/L 3.5 - 5.3")); len(f.Values) != 1 || !f.Values[0].Confident() || len(f.Values[0].Boxes) != 6 {
		t.Errorf("got %+v", f.Values)
	}
}

// The demo documents with every word right, in several conditions of the paper.
func TestPerfectWords(t *testing.T) {
	scores := map[string]values.Score{}
	names := []string{"laboratory", "vital", "date"}
	for i, d := range analysistest.Hospital().Documents {
		if d.Purpose != "" || i%17 != 0 {
			continue
		}
		profile := []string{"clean", "skew", "skew-left", "phone", "rotated"}[i/17%5]
		_, truth, err := d.ScannedAs(profile)
		if err != nil {
			t.Fatal(err)
		}
		var pages []core.Page
		for _, p := range truth.Pages {
			pages = append(pages, core.Page{Number: p.Page, Status: "read", Words: analysistest.Printed(p.Words), Width: p.Width, Height: p.Height})
		}
		found := analysis.Extract(pages)
		for _, kind := range values.Kinds() {
			s := scores[string(kind)]
			s.Add(values.Compare(found, truth, kind))
			scores[string(kind)] = s
		}
		if found.TypeName != "" && found.TypeName != d.Type && fmt.Sprint(found.TypeName, d.Type) != "Imaging ReportsRadiology Reports" && fmt.Sprint(found.TypeName, d.Type) != "Pathology ReportsBiopsy Reports" {
			t.Errorf("%s %s is taken for %q, it is %q", d.Ref, d.Kind, found.TypeName, d.Type)
		}
		if !found.DocumentDate.IsZero() && found.DocumentDate != d.Date {
			t.Errorf("%s %s is taken to be of %v, it is of %v", d.Ref, d.Kind, found.DocumentDate, d.Date)
		}
	}
	var out bytes.Buffer
	values.Print(&out, names, scores)
	t.Log("\n" + out.String())
	for _, n := range names {
		if s := scores[n]; s.F1() < 0.98 || len(s.Wrong)+len(s.WrongParts) > 0 || s.Printed < 20 || min(s.Unit, s.Range, s.Flag) < s.Found {
			t.Errorf("%s: F1 %.3f of %d, or a unit, range or flag is missing, or %d are confident and wrong", n, s.F1(), s.Printed, len(s.Wrong)+len(s.WrongParts))
		}
	}
}

// Tables whose cells go on in the line below, with a date for each row.
func TestCellsOverLines(t *testing.T) {
	f := analysis.Extract(analysistest.TextFile(
		"Date         Test        Value        Reference      Abnormal       Comments",
		"                                      Range          Flag",
		"02/11/2014   SODIUM      141 mmol/L   136-145        Not            Not available",
		"13:54                                 mmol/L         available",
		"02/11/2014   TOTAL       22mmol/L     22-31 mmol/L   Not            Not available",
		"13:54        CO2                                     available",
		"21/11/2014   Malb        3.9 mg/dL    0.0-2.0 mg/dL  *              Not available",
	))
	got := analysistest.Brief(f, core.ValueLaboratory)
	want := []string{"SODIUM=141 mmol/L [136-145 mmol/L] >N", "TOTAL CO2=22 mmol/L [22-31 mmol/L] >N", "Malb=3.9 mg/dL [0.0-2.0 mg/dL] *>H"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if d := f.Values[2].Date.String(); d != "2014-11-21" {
		t.Errorf("the last is of %q", d)
	}
	if !f.Values[0].Date.IsZero() {
		t.Errorf("02/11/2014 was taken for %v", f.Values[0].Date)
	}
}

func TestBracketsAndBareRows(t *testing.T) {
	f := analysis.Extract(analysistest.TextFile("RESULTS", "HGB (M 13-18 g/dl; F 12-16 g/dl)   13.2", "WBC (4.3-10.8 10^3/ul)   6.7", "ALT (SGPT)   31.0"))
	got := analysistest.Brief(f, core.ValueLaboratory)
	want := []string{"HGB=13.2 g/dl [(M 13-18 g/dl; F 12-16 g/dl)] ?", "WBC=6.7 10^3/ul [4.3-10.8] >N", "ALT (SGPT)=31.0 ?"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
