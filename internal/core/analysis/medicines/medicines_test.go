package medicines

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
)

func TestMedicines(t *testing.T) {
	type want struct {
		name, dose, route, frequency, context string
		cautions, doubts                      int
	}
	for _, c := range []struct {
		name  string
		lines []string
		want  []want
	}{
		{"list", []string{"Medicines", "amlodipine tablet 5 mg, oral, once daily", "ondansetron tablet 8 mg, oral, twice daily for 2 days after treatment"}, []want{
			{"amlodipine", "5 mg", "oral", "once daily", "", 0, 0},
			{"ondansetron", "8 mg", "oral", "twice daily for 2 days after treatment", "", 0, 0},
		}},
		{"abbreviations", []string{"Current medication: ramipril 2.5mg od, bisoprolol 1.25 mg mane and atorvastatin 40 mg nocte"}, []want{
			{"ramipril", "2.5mg", "", "od", "", 0, 0},
			{"bisoprolol", "1.25 mg", "", "mane", "", 0, 0},
			{"atorvastatin", "40 mg", "", "nocte", "", 0, 0},
		}},
		{"do not use", []string{"Medicines", "MSO4 injection 1.0 mg IV as required, max 4-hourly", "dexamethasone tablet .5 mg oral QD", "insulin glargine injection 10U SC QD at night", "levothyroxine 50 µg po od", "heparin 5,000 IU sc bd", "warfarin 3 mg QOD"}, []want{
			{"MSO4", "1.0 mg", "IV", "as required, max 4-hourly", "", 2, 0},
			{"dexamethasone", ".5 mg", "oral", "QD", "", 2, 0},
			{"insulin glargine", "10U", "SC", "QD at night", "", 2, 0},
			{"levothyroxine", "50 µg", "po", "od", "", 1, 0},
			{"heparin", "5,000 IU", "sc", "bd", "", 1, 0},
			{"warfarin", "3 mg", "", "QOD", "", 1, 0},
		}},
		{"tables of change", []string{
			"Medicines CONTINUED", "amlodipine   5 mg   oral   once daily",
			"Medicines CHANGED", "prednisolone   7.5 mg   oral   once daily in the morning   increased from 5 mg",
			"Medicines STOPPED", "naproxen   500 mg   oral   twice daily   kidney function",
			"Medicines STARTED", "omeprazole   20 mg   oral   every morning"}, []want{
			{"amlodipine", "5 mg", "oral", "once daily", "continued", 0, 0},
			{"prednisolone", "7.5 mg", "oral", "once daily in the morning", "changed", 0, 0},
			{"naproxen", "500 mg", "oral", "twice daily", "stopped", 0, 0},
			{"omeprazole", "20 mg", "oral", "every morning", "started", 0, 0},
		}},
		{"prose", []string{"Plan", "Enoxaparin 40 mg daily until mobile. Ramipril was withheld. We started her on apixaban 5 mg twice a day."}, []want{
			{"Enoxaparin", "40 mg", "", "daily until mobile", "", 0, 0},
			{"Ramipril", "", "", "", "stopped", 0, 0},
			{"apixaban", "5 mg", "", "twice a day", "started", 0, 0},
		}},
		{"requests are not states", []string{"Please stop omeprazole after 4 weeks.", "Consider starting ramipril."}, nil},
		{"unknown names", []string{"Medicines", "Zyloprexal tablet 20 mg oral once daily"}, []want{{"Zyloprexal", "20 mg", "oral", "once daily", "", 0, 1}}},
		{"misread names keep their letters", []string{"Medicines", "amlodipinc 5 mg oral once daily", "arnlodipine 5 mg oral once daily"}, []want{
			{"amlodipinc", "5 mg", "oral", "once daily", "", 0, 1},
			{"arnlodipine", "5 mg", "oral", "once daily", "", 0, 1},
		}},
		{"lost point", []string{"Medicines", "ramipril capsule 25 mg oral once daily"}, []want{{"ramipril", "25 mg", "oral", "once daily", "", 0, 1}}},
		{"no unit", []string{"Medicines", "warfarin 5 od"}, []want{{"warfarin", "5", "", "od", "", 0, 1}}},
		{"no dose", []string{"Medicines", "Gaviscon as required"}, []want{{"Gaviscon", "", "", "as required", "", 0, 1}}},
		{"letters for digits", []string{"Medicines", "amlodipine S mg oral once daily"}, []want{{"amlodipine", "S mg", "oral", "once daily", "", 0, 1}}},
		{"what to dispense is no dose", []string{"Medicines", "amlodipine tablet Srg— oral once daily 1 dose", "atorvastatin tablet oral at night 28 tablets"}, []want{
			{"amlodipine", "", "oral", "once daily", "", 0, 1},
			{"atorvastatin", "", "oral", "at night", "", 0, 1},
		}},
		{"letters beside digits", []string{"Medicines", "amlodipine tablet 1o mg oral once daily"}, []want{{"amlodipine", "1o mg", "oral", "once daily", "", 0, 1}}},
		{"two doses", []string{"Medicines", "amlodipine   tablet   5 mg   10 mg   oral   once daily"}, []want{{"amlodipine", "5 mg", "oral", "once daily", "", 0, 1}}},
		{"every so often", []string{"Medicines", "paracetamol 1 g po every 6 hours", "goserelin implant 10.8 mg SC every 12 weeks", "capecitabine 1,500 mg oral twice daily, days 1–14", "salbutamol inhaler 2 puffs inhaled every 4 to 6 hours as needed"}, []want{
			{"paracetamol", "1 g", "po", "every 6 hours", "", 0, 0},
			{"goserelin", "10.8 mg", "SC", "every 12 weeks", "", 0, 0},
			{"capecitabine", "1,500 mg", "oral", "twice daily, days 1–14", "", 0, 0},
			{"salbutamol", "2 puffs", "inhaled", "every 4 to 6 hours as needed", "", 0, 0},
		}},
		{"strengths", []string{"Medicines", "morphine sulfate oral solution 10 mg/5 mL oral prn", "lidocaine 1 % 5 mL subcutaneously", "docetaxel 75 mg/m2 IV every 21 days"}, []want{
			{"morphine sulfate", "10 mg/5 mL", "oral", "prn", "", 0, 0},
			{"lidocaine", "1 % 5 mL", "subcutaneously", "", "", 0, 0},
			{"docetaxel", "75 mg/m2", "IV", "every 21 days", "", 0, 0},
		}},
		{"dose before the name", []string{"Given 40 mg of enoxaparin in the evening."}, []want{{"enoxaparin", "40 mg", "", "in the evening", "", 0, 0}}},
		{"no medicines", []string{
			"Allergies: Docetaxel (infusion reaction, grade 2)",
			"Results", "Digoxin level 0.9 µg/L", "Lithium 0.6 mmol/L", "Weight: 63 kg",
			"History", "There is a simple cyst of 0.8 cm. 40 Gy in 15 fractions. Estimated blood loss 120 mL.",
			"Plan", "Systemic treatment with docetaxel and trastuzumab, six cycles. Gentamicin level 1 mg/L."}, nil},
		{"denied", []string{"He is not on warfarin 3 mg."}, []want{{"warfarin", "3 mg", "", "", "", 0, 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Find(layout.NewDocument(analysistest.TextFile(c.lines...)))
			if len(got) != len(c.want) {
				t.Fatalf("found %d medicines, want %d: %+v", len(got), len(c.want), got)
			}
			for i, w := range c.want {
				v := got[i]
				if v.Name != w.name || v.Dose != w.dose || v.Route != w.route || v.Frequency != w.frequency || v.Context != w.context {
					t.Errorf("got %q %q %q %q %q, want %q %q %q %q %q", v.Name, v.Dose, v.Route, v.Frequency, v.Context, w.name, w.dose, w.route, w.frequency, w.context)
				}
				if len(v.Cautions) != w.cautions || len(v.Doubts) != w.doubts {
					t.Errorf("%s: cautions %q, doubts %q; want %d and %d", v.Name, v.Cautions, v.Doubts, w.cautions, w.doubts)
				}
			}
		})
	}
}

func TestMedicineDenied(t *testing.T) {
	got := Find(layout.NewDocument(analysistest.TextFile("He is not on warfarin 3 mg.")))
	if len(got) != 1 || !got[0].Negated {
		t.Errorf("got %+v, want warfarin denied", got)
	}
}

func TestDoubtfulDoseWords(t *testing.T) {
	for word, low := range map[int]string{1: "5", 2: "mg"} {
		words := []core.Word{}
		for i, w := range []string{"amlodipine", "5", "mg", "oral"} {
			c := 96.0
			var second *core.SecondReading
			if i == word {
				c, second = 61, &core.SecondReading{Text: w, Confidence: 90, Engine: "PP"}
			}
			words = append(words, core.Word{Text: w, Confidence: &c, Second: second, Box: core.Box{X: 100 + i*200, Y: 200, W: 120, H: 30}, Line: 2})
		}
		high := 96.0
		heading := core.Word{Text: "Medicines", Confidence: &high, Box: core.Box{X: 100, Y: 140, W: 160, H: 30}, Line: 1}
		got := Find(layout.NewDocument([]core.Page{{Number: 1, Words: append([]core.Word{heading}, words...)}}))
		if len(got) != 1 || len(got[0].Doubts) != 1 || !strings.Contains(got[0].Doubts[0], low) ||
			!strings.HasSuffix(got[0].Doubts[0], ", and the same by a second engine (PP)") || *got[0].Confidence != 61 {
			t.Errorf("a dose whose %q was read with confidence 61 gives %+v", low, got)
		}
	}
}

// TestLostPoint: a number whose box is wider than its digits is in doubt, however
// sure the engine is.
func TestLostPoint(t *testing.T) {
	sure := 96.0
	word := func(text string, x, y, width int) core.Word {
		return core.Word{Text: text, Confidence: &sure, Box: core.Box{X: x, Y: y, W: width, H: 28}, Line: y}
	}
	for _, c := range []struct {
		text  string
		width int
		lost  bool
	}{{"5", 20, false}, {"5", 31, true}, {"75", 42, false}, {"75", 53, true}, {"108", 65, false}, {"108", 76, true}} {
		words := []core.Word{word("Medicines", 0, 10, 180)}
		for i, n := range []string{"20", "40", "28", "56", "14"} {
			words = append(words, word(n, 600+100*i, 10, 42))
		}
		words = append(words, word("Medicines", 0, 80, 180), word("warfarin", 0, 140, 160), word(c.text, 180, 140, c.width), word("mg", 270, 140, 50))
		var doubts []string
		for _, v := range Find(layout.NewDocument([]core.Page{{Number: 1, Words: words}})) {
			if v.Dose != "" {
				doubts = v.Doubts
			}
		}
		if got := slices.ContainsFunc(doubts, func(d string) bool { return strings.Contains(d, "a point may be lost") }); got != c.lost {
			t.Errorf("%s, %d wide: doubts %q", c.text, c.width, doubts)
		}
	}
}
