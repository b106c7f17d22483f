package vitals_test

import (
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

func TestVitals(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  []string
	}{
		{"prose", []string{"Temperature 36.6 °C, pulse 76 regular, blood pressure 138/82 mmHg, oxygen saturation 97 % on air,", "respiratory rate 16, weight 64.5 kg. BMI 24.1 kg/m2."},
			[]string{"Temperature=36.6 °C", "pulse=76", "blood pressure=138/82 mmHg", "oxygen saturation=97 %", "respiratory rate=16", "weight=64.5 kg", "BMI=24.1 kg/m2"}},
		{"short forms", []string{"BP: 138/82   HR: 76   RR 16   SpO2: 97%   Temp: 98.6 F   Wt 64kg"},
			[]string{"BP=138/82", "HR=76", "RR=16", "SpO2=97 %", "Temp=98.6 F", "Wt=64 kg"}},
		{"unlikely", []string{"Pulse 760. BP 82/138. Temperature 366 °C."}, []string{"Pulse=760 ?", "BP=82/138 ?", "Temperature=366 °C ?"}},
		{"torn apart", []string{"Temperature 38. 6 °C"}, []string{"Temperature=38 ?"}},
		{"no findings", []string{"Hold if BP below 100 systolic. Appetite is good and the weight is stable. Aim for a blood pressure of 130/80.", "He lost weight after 3 months."}, nil},
		{"days side by side", []string{"VITAL SIGNS", "Date / Time:     Nov 14, 1999     April 7, 2000", "Weight           86 kg            88 kg", "Blood Pressure   132/86 mmHg      145/88 mmHg"},
			[]string{"Weight=86 kg", "Weight=88 kg", "Blood Pressure=132/86 mmHg", "Blood Pressure=145/88 mmHg"}},
		{"signs as columns", []string{"Date         BP         HR     Temp      WT       HT", "24-Nov-2026  138/82     76     36.6      162      70", "                                         lbs      in"},
			[]string{"BP=138/82", "HR=76", "Temp=36.6", "WT=162 lbs", "HT=70 in"}},
		{"headings that run into each other", []string{
			"Date         BP-Sys(mm[F-g$P-Dia(mm[Hz   Temp   WT     HT     BMI  02",
			"11/24/2026   114 mmHg    76 mmHg                162    70     24.1",
			"                                                lbs    in"},
			[]string{"systolic=114 mmHg ?", "diastolic=76 mmHg ?", "WT=162 lbs", "HT=70 in", "BMI=24.1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := analysis.Extract(analysistest.TextFile(tt.lines...))
			if got := analysistest.Brief(f, core.ValueVital); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	for at, days := range map[int][]string{5: {"1999-11-14", "2000-04-07"}, 6: {"2026-11-24", "2026-11-24"}, 7: {"2026-11-24", "2026-11-24"}} {
		f := analysis.Extract(analysistest.TextFile(tests[at].lines...))
		if len(f.Values) < 3 || f.Values[0].Date.String() != days[0] || f.Values[1].Date.String() != days[1] {
			t.Errorf("%s: days %+v, want %v", tests[at].name, f.Values, days)
		}
	}
}
