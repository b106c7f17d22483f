package demo

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// analyte is something a laboratory measures, in UK units.
type analyte struct {
	name     string
	unit     string
	decimals int
	low      float64 // reference interval for women; 0 with high: "<high"
	high     float64 // 0 with low: "> low"
	lowMale  float64 // when men differ
	highMale float64
	median   float64 // of a healthy woman
	male     float64 // of a healthy man, when it differs
	spread   float64 // standard deviation between people; within a person a third of it
	critLow  float64 // LL below
	critHigh float64 // HH above
}

// group is a set of analytes reported under one heading.
type group struct {
	name     string
	analytes []analyte
}

func bloodCount() group {
	return group{"FULL BLOOD COUNT", []analyte{
		{name: "Haemoglobin", unit: "g/L", low: 115, high: 165, lowMale: 130, highMale: 180, median: 133, male: 146, spread: 7, critLow: 70},
		{name: "White cell count", unit: "10^9/L", decimals: 1, low: 4.0, high: 11.0, median: 6.9, spread: 1.1, critLow: 1.0, critHigh: 50},
		{name: "Platelets", unit: "10^9/L", low: 150, high: 450, median: 264, spread: 36, critLow: 30},
		{name: "Red cell count", unit: "10^12/L", decimals: 2, low: 3.80, high: 5.80, lowMale: 4.50, highMale: 6.50, median: 4.45, male: 4.95, spread: 0.18},
		{name: "Haematocrit", unit: "L/L", decimals: 3, low: 0.370, high: 0.470, lowMale: 0.400, highMale: 0.540, median: 0.405, male: 0.441, spread: 0.012},
		{name: "MCV", unit: "fL", decimals: 1, low: 80, high: 100, median: 89.4, spread: 2.6},
		{name: "MCH", unit: "pg", decimals: 1, low: 27.0, high: 33.0, median: 29.8, spread: 0.9},
		{name: "Neutrophils", unit: "10^9/L", decimals: 2, low: 1.80, high: 7.50, median: 4.1, spread: 0.6, critLow: 0.5},
		{name: "Lymphocytes", unit: "10^9/L", decimals: 2, low: 1.00, high: 4.00, median: 1.9, spread: 0.25},
	}}
}

func renal() group {
	return group{"UREA AND ELECTROLYTES", []analyte{
		{name: "Sodium", unit: "mmol/L", low: 133, high: 146, median: 140, spread: 1.6, critLow: 120, critHigh: 160},
		{name: "Potassium", unit: "mmol/L", decimals: 1, low: 3.5, high: 5.3, median: 4.3, spread: 0.22, critLow: 2.5, critHigh: 6.4},
		{name: "Urea", unit: "mmol/L", decimals: 1, low: 2.5, high: 7.8, median: 5.2, spread: 0.6},
		{name: "Creatinine", unit: "µmol/L", low: 45, high: 84, lowMale: 59, highMale: 104, median: 66, male: 82, spread: 6},
		{name: "eGFR", unit: "mL/min/1.73m2", low: 60, median: 82, spread: 4},
	}}
}

func liver() group {
	return group{"LIVER PROFILE", []analyte{
		{name: "Bilirubin", unit: "µmol/L", high: 21, median: 9, spread: 2.4},
		{name: "ALT", unit: "U/L", low: 10, high: 50, median: 24, spread: 6},
		{name: "Alkaline phosphatase", unit: "U/L", low: 30, high: 130, median: 78, spread: 13},
		{name: "Albumin", unit: "g/L", low: 35, high: 50, median: 41, spread: 1.8},
	}}
}

func haematinics() group {
	return group{"HAEMATINICS", []analyte{
		{name: "Ferritin", unit: "µg/L", low: 15, high: 300, median: 62, spread: 12},
		{name: "Vitamin B12", unit: "ng/L", low: 187, high: 883, median: 402, spread: 50},
		{name: "Folate", unit: "µg/L", decimals: 1, low: 3.1, high: 20.5, median: 8.2, spread: 1.1},
	}}
}

func inflammation() group {
	return group{"INFLAMMATION", []analyte{{name: "CRP", unit: "mg/L", high: 5, median: 2.6, spread: 0.7, decimals: 1, critHigh: 200}}}
}

func glucose() group {
	return group{"DIABETES", []analyte{
		{name: "HbA1c", unit: "mmol/mol", low: 20, high: 41, median: 36, spread: 1.5},
		{name: "Glucose (fasting)", unit: "mmol/L", decimals: 1, low: 3.9, high: 6.0, median: 5.1, spread: 0.25, critLow: 2.5, critHigh: 25},
	}}
}

func thyroid() group {
	return group{"THYROID FUNCTION", []analyte{
		{name: "TSH", unit: "mU/L", decimals: 2, low: 0.27, high: 4.20, median: 1.8, spread: 0.3},
		{name: "Free T4", unit: "pmol/L", decimals: 1, low: 12.0, high: 22.0, median: 16.4, spread: 1.1},
	}}
}

func markers(name string) group {
	known := map[string]analyte{
		"PSA":           {name: "PSA", unit: "µg/L", decimals: 1, high: 4.0, median: 2.0, spread: 0.4},
		"CA 15-3":       {name: "CA 15-3", unit: "kU/L", high: 30, median: 21, spread: 4},
		"CEA":           {name: "CEA", unit: "µg/L", decimals: 1, high: 5.0, median: 2.8, spread: 0.5},
		"CA-125":        {name: "CA-125", unit: "kU/L", high: 35, median: 58, spread: 12},
		"LDH":           {name: "LDH", unit: "U/L", low: 120, high: 246, median: 188, spread: 19},
		"Thyroglobulin": {name: "Thyroglobulin", unit: "µg/L", decimals: 2, high: 1.00, median: 0.3, spread: 0.05},
	}
	return group{"TUMOUR MARKERS", []analyte{known[name]}}
}

// panelsOf says what is asked for on a patient's blood forms.
func panelsOf(pt *Patient) []group {
	switch pt.story {
	case storyChemo:
		return []group{bloodCount(), renal(), liver()}
	case storyCKD:
		return []group{renal(), inflammation(), bloodCount()}
	case storyIron:
		return []group{bloodCount(), haematinics()}
	case storyPSA:
		return []group{markers("PSA"), renal()}
	case storyDiabetes:
		return []group{glucose(), renal(), liver()}
	case storyThyroid:
		return []group{thyroid(), markers("Thyroglobulin"), renal()}
	case storyTwoLabs:
		return []group{bloodCount(), renal()}
	}
	return []group{renal(), liver(), markers(pt.condition.marker)}
}

// level is a patient's true value of an analyte on a day: their own baseline,
// a little from day to day, and what their story does to it.
func (j job) level(a analyte) float64 {
	base := a.median
	if a.male != 0 && j.patient.Gender == core.GenderMale {
		base = a.male
	}
	person := stream(j.panel.Seed, j.patient.MRN+a.name).NormFloat64()
	daily := stream(j.panel.Seed, j.patient.MRN+a.name+j.date.String()).NormFloat64()
	base += (max(-1.5, min(1.5, person)) + 0.33*max(-1.5, min(1.5, daily))) * a.spread
	return j.tell(a.name, base)
}

// progress runs from 0 at diagnosis to 1 today.
func (j job) progress() float64 {
	since := j.panel.daysSince(j.patient.Diagnosed)
	return min(max(1+float64(j.days)/float64(max(since, 1)), 0), 1)
}

func (j job) tell(name string, base float64) float64 {
	t := j.progress()
	switch j.patient.story {
	case storyChemo:
		return j.chemo(name, base, t)
	case storyCKD:
		switch name {
		case "Creatinine":
			return base + 38 + 74*t
		case "eGFR":
			return 57 - 27*t + (base-82)*0.3
		case "Urea":
			return base + 2.2 + 5*t
		case "Potassium":
			return base + 0.6*t
		}
	case storyIron:
		low := math.Exp(-math.Pow((t-0.5)/0.2, 2)) // worst half way, then treated
		switch name {
		case "Haemoglobin":
			return base - 44*low
		case "MCV":
			return base - 16*low
		case "MCH":
			return base - 6.5*low
		case "Ferritin":
			return max(base*(1-0.93*low), 4)
		case "Haematocrit":
			return base - 0.115*low
		}
	case storyPSA:
		if name == "PSA" {
			return base * math.Pow(2, t*3.2)
		}
	case storyPotassium:
		if name == "Potassium" && j.critical {
			return 6.8
		}
	case storyDiabetes:
		switch name {
		case "HbA1c":
			return base + 52 - 33*t
		case "Glucose (fasting)":
			return base + 6.5 - 4*t
		}
	case storyThyroid:
		if name == "TSH" {
			return 0.004
		}
		if name == "Free T4" {
			return base + 7.5
		}
	}
	return base
}

// cycle is the length of a chemotherapy cycle in days, nadir the day of the
// lowest neutrophil count.
const (
	cycle = 21
	nadir = 11
)

// chemoDay gives the day of the cycle, counted from 0, and whether treatment
// has begun. The first cycle starts 28 days after diagnosis; there are six.
func (p *Panel) chemoDay(pt *Patient, days int) (day, number int, on bool) {
	since := p.daysSince(pt.Diagnosed) + days - 28
	return since % cycle, since/cycle + 1, since >= 0 && since < 6*cycle
}

func (j job) chemo(name string, base, t float64) float64 {
	day, number, on := j.panel.chemoDay(j.patient, j.days)
	if !on {
		return base
	}
	fall := math.Exp(-math.Pow(float64(day-nadir)/4, 2))
	switch name {
	case "Neutrophils":
		return base * (1 - 0.91*fall)
	case "White cell count":
		return base * (1 - 0.68*fall)
	case "Lymphocytes":
		return base * (1 - 0.35*fall)
	case "Platelets":
		return base * (1 - 0.45*fall)
	case "Haemoglobin":
		return base - 5*float64(number) - 4*fall
	case "ALT":
		return base + 4*float64(number)
	}
	return base
}

// daysSince counts the days from a date to today.
func (p *Panel) daysSince(d core.Date) int {
	return int(core.DateOf(p.Today).Time().Sub(d.Time()).Hours() / 24)
}

// result is a line of a laboratory report as printed.
type result struct {
	name, text, flag, unit, interval string
}

// report prints a level as the laboratory would.
func (l laboratory) report(j job, a analyte) result {
	v := j.level(a)
	low, high := a.low, a.high
	if a.highMale != 0 && j.patient.Gender == core.GenderMale {
		low, high = a.lowMale, a.highMale
	}
	unit, decimals, factor := a.unit, a.decimals, 1.0
	if l.conventional {
		unit, decimals, factor = conventional(a)
	}
	out := result{name: a.name, unit: unit, interval: interval(low*factor, high*factor, decimals)}
	if j.haemolysed && a.name == "Potassium" {
		out.text = "Not reported - haemolysed"
		return out
	}
	scale := math.Pow(10, float64(decimals))
	shown := math.Round(v*factor*scale) / scale
	out.text = strconv.FormatFloat(shown, 'f', decimals, 64)
	switch {
	case shown <= 0:
		out.text = "<" + strconv.FormatFloat(1/scale, 'f', decimals, 64)
		out.flag = "L"
	case a.critHigh != 0 && v > a.critHigh:
		out.flag = "HH"
	case a.critLow != 0 && v < a.critLow:
		out.flag = "LL"
	case high != 0 && shown > high*factor:
		out.flag = "H"
	case low != 0 && shown < low*factor:
		out.flag = "L"
	}
	if a.name == "eGFR" && shown >= 90 {
		out.text, out.flag = ">90", ""
	}
	return out
}

// conventional gives the unit another laboratory uses for the same analyte.
func conventional(a analyte) (unit string, decimals int, factor float64) {
	switch a.name {
	case "Haemoglobin":
		return "g/dL", 1, 0.1
	case "Creatinine":
		return "mg/dL", 2, 1 / 88.4
	case "Haematocrit":
		return "%", 1, 100
	case "Urea":
		return "mg/dL", 0, 6.006
	}
	return a.unit, a.decimals, 1
}

func interval(low, high float64, decimals int) string {
	num := func(v float64) string { return strconv.FormatFloat(v, 'f', decimals, 64) }
	switch {
	case low == 0 && high == 0:
		return ""
	case low == 0:
		return "<" + num(high)
	case high == 0:
		return "> " + strings.TrimSuffix(num(low), ".0")
	}
	return fmt.Sprintf("%s - %s", num(low), num(high))
}
