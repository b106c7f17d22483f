package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

func day(d int) core.Date { return core.Date{Year: 2026, Month: time.March, Day: d} }

func lab(name, text, unit, rng string, on core.Date) core.Value {
	comparator, n := core.PlainNumber(text)
	return core.Value{ID: name + text, Kind: core.ValueLaboratory, Name: name, Text: text, Number: n, Comparator: comparator, Unit: unit, Range: rng, Date: on}
}

// collect groups values of one record each.
func collect(source string, values ...core.Value) grouping {
	g := grouping{byKey: map[string]*trendGroup{}}
	for i, v := range values {
		id := fmt.Sprint("r", i)
		g.add(v, core.Record{ID: id, Source: source, DocumentDate: day(28)}, core.DocumentValues{RecordID: id})
	}
	g.join()
	return g
}

// drawn writes series as "unit/lab: day=value ...".
func drawn(series []core.TrendSeries) string {
	var out []string
	for _, s := range series {
		points := []string{s.Unit + "/" + s.Lab + ":"}
		for _, p := range s.Points {
			points = append(points, fmt.Sprintf("%d=%s", p.Date.Day, p.Text))
		}
		out = append(out, strings.Join(points, " "))
	}
	return strings.Join(out, "; ")
}

func TestSeriesNeverMix(t *testing.T) {
	g := collect("",
		lab("Creatinine", "90", "µmol/L", "60 - 110", day(3)), lab("creatinine ", "88", "µmol/L", "60-110", day(1)),
		lab("Creatinine", "1.1", "mg/dL", "0.6 - 1.2", day(2)), lab("Creatinine", "95", "µmol/L", "", core.Date{}),
		lab("Creatinine", "<10", "µmol/L", "60:110", day(5)))
	if len(g.list) != 1 {
		t.Fatalf("%d groups", len(g.list))
	}
	if got := drawn(g.list[0].series()); got != "mg/dL/: 2=1.1; µmol/L/: 1=88 3=90 5=<10 28=95" {
		t.Error(got)
	}
	other := collect("", lab("K", "4", "mmol/L", "3.5-5.3", day(1)), lab("K", "5", "mmol/L", "3.0-5.0", day(2)), lab("K", "6", "mmol/L", "", day(3)))
	if got := drawn(other.list[0].series()); got != "mmol/L/: 3=6; mmol/L/: 2=5; mmol/L/: 1=4" {
		t.Error(got)
	}
	same := collect("North Lab", lab("K", "4", "mmol/L", "3.5-5.3", day(1)), lab("K", "5", "mmol/L", "3.0-5.0", day(2)))
	if got := drawn(same.list[0].series()); got != "mmol/L/North Lab: 1=4 2=5" {
		t.Error(got)
	}
}

// A value without a day stands before the oldest: at the end it would pass for the
// newest.
func TestValuesWithoutADayComeFirst(t *testing.T) {
	g := grouping{byKey: map[string]*trendGroup{}}
	for i, on := range []core.Date{day(3), {}, day(1), {}} {
		id := fmt.Sprint("r", i)
		g.add(lab("K", fmt.Sprint(4+i), "mmol/L", "", on), core.Record{ID: id}, core.DocumentValues{RecordID: id})
	}
	if got := drawn(g.list[0].series()); got != "mmol/L/: 0=5 0=7 1=6 3=4" {
		t.Error(got)
	}
}

// One unit that laboratories print in several ways is one series, as printed.
func TestSpellingsOfAUnitAreOneSeries(t *testing.T) {
	coded := lab("Platelets", "210", "10^9/L", "150 - 400", day(1))
	coded.Code = &core.Coding{System: "LOINC", Code: "777-3"}
	g := collect("", coded, lab("Platelets", "220", "109/L", "150 - 400", day(2)), lab("Platelets", "230", "x10E9/L", "150 - 400", day(3)),
		lab("Platelets", "240", "×10⁹/L", "", day(4)), lab("Platelets", "250", "10*9/L", "150 - 400", day(5)), lab("Platelets", "260", "K/uL", "150 - 400", day(6)))
	if len(g.list) != 1 {
		t.Fatalf("%d groups", len(g.list))
	}
	series := g.list[0].series()
	if got := drawn(series); got != "10^9/L/: 1=210 2=220 3=230 4=240 5=250; K/uL/: 6=260" {
		t.Error(got)
	}
	for i, want := range []string{"10^9/L", "109/L", "x10E9/L", "×10⁹/L", "10*9/L"} {
		if got := series[0].Points[i].Unit; got != want {
			t.Errorf("point %d shows %q, printed was %q", i, got, want)
		}
	}
	if got := g.list[0].summary().Units; !slices.Equal(got, []string{"10^9/L", "K/uL"}) {
		t.Errorf("the list names the units %q", got)
	}
}

func TestWhatCountsForTrends(t *testing.T) {
	rejected := lab("K", "9", "", "", day(1))
	rejected.Review = &core.Review{Status: core.ReviewRejected}
	negated := lab("K", "8", "", "", day(1))
	negated.Negated = true
	earlier := lab("K", "7", "", "", day(1))
	earlier.Context = "comparison"
	drug := lab("K", "6", "", "", day(1))
	drug.Kind = core.ValueMedication
	if g := collect("", rejected, negated, earlier, drug); len(g.list) != 0 {
		t.Errorf("%+v", g.list[0].points)
	}
	corrected := lab("K", "48", "mmol/L", "3.5 - 5.3", day(1))
	corrected.Interpret, corrected.Review = "H", &core.Review{Status: core.ReviewCorrected, Text: "4.8"}
	p := collect("", corrected).list[0].points[0]
	if p.Text != "4.8" || *p.Number != 4.8 || p.Interpret != "N" || !p.Verified || p.Unit != "mmol/L" || *p.Low != 3.5 {
		t.Errorf("%+v", p)
	}
}

// Values of one name belong together, whether or not a code was certain.
func TestCodesJoinNames(t *testing.T) {
	coded := lab("Serum potassium", "4", "", "", day(1))
	coded.Code = &core.Coding{System: "LOINC", Code: "2823-3"}
	short := lab("K", "5", "", "", day(2))
	short.Code = coded.Code
	g := collect("", coded, lab("SERUM  potassium", "6", "", "", day(3)), short, lab("Sodium", "140", "", "", day(1)))
	if len(g.list) != 2 || len(g.list[0].points) != 3 {
		t.Fatalf("%d groups, %d points", len(g.list), len(g.list[0].points))
	}
	for name, want := range map[string]string{"k": "K", "serum potassium": "K", "2823-3": "K", "sod": "Sodium"} {
		got, err := chooseTrend(g.list, nameKey(name), core.Coverage{})
		if err != nil || got != g.list[map[string]int{"K": 0, "Sodium": 1}[want]] {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, code := range map[string]core.Code{"s": core.CodeInvalid, "zinc": core.CodeNotFound} {
		if _, err := chooseTrend(g.list, name, core.Coverage{}); core.CodeOf(err) != code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// One name with two codes is one trend, whose every value can be reached, and
// series that never mix what the codes tell apart.
func TestCodesOfOneNameAreOneTrend(t *testing.T) {
	coded := func(v core.Value, code string) core.Value {
		v.Code = &core.Coding{System: "LOINC", Code: code}
		return v
	}
	g := collect("",
		coded(lab("Creatinine", "1.1", "mg/dL", "", day(1)), "2160-0"), coded(lab("Creatinine", "98", "µmol/L", "", day(2)), "14682-9"),
		coded(lab("Creatinine", "4.1", "µmol/L", "", day(3)), "14683-7"), // of urine
		lab("Creatinine", "1.2", "mg/dL", "", day(4)), lab("Creatinine", "7", "µmol/L", "", day(5)))
	if len(g.list) != 1 {
		t.Fatalf("%d trends", len(g.list))
	}
	if got := drawn(g.list[0].series()); got != "mg/dL/: 1=1.1 4=1.2; µmol/L/: 5=7; µmol/L/: 2=98; µmol/L/: 3=4.1" {
		t.Error(got)
	}
	about := g.list[0].summary()
	if about.Points != 5 || about.Code != nil || len(about.Units) != 2 {
		t.Errorf("%+v", about)
	}
	for _, name := range []string{"creatinine", "2160-0", "14682-9"} {
		if got, err := chooseTrend(g.list, name, core.Coverage{}); err != nil || got != g.list[0] {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of copies of one document one counts, also when the one they repeat is out of work.
func TestCopiesCountOnce(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	records := []core.Record{
		{ID: "original", SHA256: "a", Status: core.RecordEnteredInError, UploadedAt: at},
		{ID: "third", SHA256: "a", Status: core.RecordCurrent, UploadedAt: at.Add(2 * time.Hour)},
		{ID: "second", SHA256: "a", Status: core.RecordCurrent, UploadedAt: at.Add(time.Hour)},
		{ID: "another", SHA256: "b", Status: core.RecordCurrent, UploadedAt: at},
		{ID: "moved here", SHA256: "b", Status: core.RecordCurrent, UploadedAt: at.Add(-time.Hour), DuplicateOf: "another"},
		{ID: "unread", SHA256: "c", Status: core.RecordCurrent, UploadedAt: at},
		{ID: "its copy", SHA256: "c", Status: core.RecordCurrent, UploadedAt: at.Add(time.Hour), DuplicateOf: "unread"},
	}
	var documents []core.DocumentValues
	for _, r := range records {
		if r.ID != "unread" {
			documents = append(documents, core.DocumentValues{RecordID: r.ID})
		}
	}
	got := slices.Sorted(maps.Keys(counting(documents, records)))
	if want := []string{"another", "its copy", "second"}; !slices.Equal(got, want) {
		t.Errorf("%v count, want %v", got, want)
	}
}

// Points in doubt make no series of their own beside certain ones, and count with
// what is probably on the paper, marked, until somebody has looked.
func TestPointsInDoubtJoinTheirSeries(t *testing.T) {
	doubtful := func(v core.Value, most *core.Amount, refused bool) core.Value {
		v.Doubts, v.Refused, v.Probably = []string{"in doubt"}, refused, most
		return v
	}
	verified := doubtful(lab("Creatinine", "60", "pmol/L", "45-84", day(6)), &core.Amount{Text: "60", Number: 60, Unit: "µmol/L"}, true)
	verified.Review = &core.Review{Status: core.ReviewVerified}
	g := collect("", lab("Creatinine", "90", "µmol/L", "45-84", day(1)), lab("Creatinine", "92", "µmol/L", "45-84", day(2)),
		doubtful(lab("Creatinine", "143", "pmol/L", "45-84", day(3)), &core.Amount{Text: "143", Number: 143, Unit: "µmol/L"}, true),
		doubtful(lab("Creatinine", "95", "µmol/L", "4-84", day(4)), nil, false),
		doubtful(lab("Creatinine", "97", "yumolV/L", "45-84", day(5)), nil, true))
	series := g.list[0].series()
	if got := drawn(series); got != "µmol/L/: 1=90 2=92 3=143 4=95 5=97" {
		t.Fatal(got)
	}
	for i, want := range []struct {
		number   float64
		probably bool
	}{{90, false}, {92, false}, {143, true}, {95, false}, {0, false}} {
		p := series[0].Points[i]
		if p.Probably != want.probably || (p.Number == nil) != (want.number == 0) || p.Number != nil && *p.Number != want.number {
			t.Errorf("point %d: %+v", i, p)
		}
	}
	if got := drawn(collect("", verified).list[0].series()); got != "pmol/L/: 6=60" {
		t.Errorf("a value that a clinician verified is %s", got)
	}
	all := collect("", doubtful(lab("Creatinine", "90", "µmol/L", "45-84", day(1)), nil, false), doubtful(lab("Creatinine", "91", "umol/L", "45-B4", day(2)), nil, false))
	if got := drawn(all.list[0].series()); got != "µmol/L/: 1=90 2=91" {
		t.Error(got)
	}
}
