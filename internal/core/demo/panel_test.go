package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// day is what the tests call today: a Tuesday in winter.
func day() time.Time { return time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC) }

func TestCounts(t *testing.T) {
	p := Generate(1, day())
	roles := map[core.Role]int{}
	for _, u := range p.Users {
		roles[u.Role]++
	}
	if roles[core.RoleClinician] != 3 || len(p.Users) != 7 {
		t.Errorf("users: %v", roles)
	}
	var assigned, blakes, unassigned, deceased, sensitive int
	for _, pt := range p.Patients {
		switch {
		case !pt.DeceasedDate.IsZero():
			deceased++
		case pt.Sensitive:
			sensitive++
		case pt.Clinician == nobody:
			unassigned++
		default:
			assigned++
			if pt.Clinician == blake {
				blakes++
			}
		}
	}
	check := func(what string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	check("patients", len(p.Patients), 42)
	check("assigned", assigned, 34)
	check("Dr Blake's", blakes, 26)
	check("unassigned", unassigned, 4)
	check("deceased", deceased, 3)
	check("sensitive", sensitive, 1)
	check("appointments", len(p.Appointments), 9+25+60)
	check("notifications", len(p.Notifications), 12)
	check("documents", len(p.Documents), 400)

	per := make([]int, len(p.Patients))
	scans := 0
	for _, d := range p.Documents {
		per[d.Patient]++
		if d.Scanned {
			scans++
		}
	}
	slices.Sort(per)
	check("thickest chart", per[41], 121)
	check("median chart", (per[20]+per[21])/2, 8)
	if scans < 60 {
		t.Errorf("%d scans, want at least 60", scans)
	}
}

func TestIdentities(t *testing.T) {
	p := Generate(7, day())
	mrns, mails, names := map[string]bool{}, map[string]bool{}, map[string][]string{}
	for _, pt := range p.Patients {
		if mrns[pt.MRN] || mails[pt.Email] {
			t.Errorf("%s %s: number or mailbox used twice", pt.FirstName, pt.LastName)
		}
		mrns[pt.MRN], mails[pt.Email] = true, true
		if check, ok := modulus11(pt.MRN[:9]); !ok || check != pt.MRN[9:] || pt.MRN[:3] != "999" {
			t.Errorf("MRN %s is not a test number with a valid check digit", pt.MRN)
		}
		if !strings.HasSuffix(pt.Email, ".invalid") {
			t.Errorf("mailbox %s could be somebody's", pt.Email)
		}
		full := core.DisplayName(pt.LastName, pt.FirstName, "")
		names[full] = append(names[full], pt.DateOfBirth.Display())
		if !paper.CanPrint(paper.Bold, core.DisplayName(pt.LastName, pt.FirstName, pt.Title)+pt.Address) {
			t.Errorf("%s cannot be printed", full)
		}
	}
	twins := names["BREITENBERG, Bryan"]
	slices.Sort(twins)
	if !slices.Equal(twins, []string{"29-Jun-1964", "30-Aug-1964"}) {
		t.Errorf("BREITENBERG, Bryan: %v", twins)
	}
}

func TestAppointmentsFallIntoClinicHours(t *testing.T) {
	for weekday := range 7 {
		today := day().AddDate(0, 0, weekday)
		p := Generate(3, today)
		var now, next, past int
		for _, a := range p.Appointments {
			minute := a.Start.Hour()*60 + a.Start.Minute()
			if minute < 8*60+30 || minute > 16*60+30 || !a.End.After(a.Start) {
				t.Errorf("appointment at %v to %v", a.Start, a.End)
			}
			switch days := int(core.DateOf(a.Start).Time().Sub(core.DateOf(today).Time()).Hours() / 24); {
			case days == 0:
				now++
				if a.Clinician != blake {
					t.Error("somebody else's appointment today")
				}
				continue
			case days > 0 && days <= 14:
				next++
			case days < 0:
				past++
			default:
				t.Errorf("appointment in %d days", days)
			}
			if wd := a.Start.Weekday(); wd == time.Saturday || wd == time.Sunday {
				t.Errorf("clinic on %v", wd)
			}
		}
		if now != 9 || next != 25 || past != 60 {
			t.Errorf("from %v: %d today, %d next, %d past", today.Weekday(), now, next, past)
		}
	}
}

func TestDocumentsAreOfTheirTime(t *testing.T) {
	p := Generate(1, day())
	types := map[string]bool{}
	for _, d := range p.Documents {
		pt := p.Patients[d.Patient]
		types[d.Type] = true
		if d.Date.Before(pt.Diagnosed) || !d.Date.Before(core.DateOf(p.Today)) {
			t.Errorf("%s is dated %s", d.Ref, d.Date)
		}
		if core.DateOf(d.UploadedAt).Before(d.Date) || d.UploadedAt.After(day()) {
			t.Errorf("%s of %s was uploaded at %v", d.Ref, d.Date, d.UploadedAt)
		}
		if !pt.DeceasedDate.IsZero() && !d.Date.Before(pt.DeceasedDate) {
			t.Errorf("%s is dated %s, the patient died %s", d.Ref, d.Date, pt.DeceasedDate)
		}
		if strings.Contains(plain(d.Filename), plain(pt.LastName)) {
			t.Errorf("the file name %s holds the patient's", d.Filename)
		}
	}
	if len(types) != 20 {
		t.Errorf("%d record types are used, want all 20", len(types))
	}
	var fresh []int
	for _, d := range p.Documents {
		if !d.UploadedAt.Before(p.Today) {
			fresh = append(fresh, d.Patient)
		}
	}
	slices.Sort(fresh)
	if want := slices.Sorted(slices.Values(freshPatients())); !slices.Equal(fresh, want) {
		t.Errorf("documents arrived this morning for the patients %v, want %v", fresh, want)
	}
}

// labs gives the results of a patient's reports by analyte, in the order of time.
func labs(p *Panel, patient int) map[string][]Value {
	out := map[string][]Value{}
	docs := slices.Clone(p.Documents)
	slices.SortStableFunc(docs, func(a, b Document) int { return strings.Compare(a.Date.String(), b.Date.String()) })
	for _, d := range docs {
		if d.Patient == patient && d.Kind == "laboratory report" && d.write != nil {
			for _, v := range d.write().values {
				if v.Kind == "result" {
					out[v.Name] = append(out[v.Name], v)
				}
			}
		}
	}
	return out
}

func number64(t *testing.T, v Value) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimLeft(v.Text, "<> "), 64)
	if err != nil {
		t.Fatalf("%s %q is no number", v.Name, v.Text)
	}
	return n
}

func with(p *Panel, s story) int {
	return slices.IndexFunc(p.Patients, func(pt Patient) bool { return pt.story == s })
}

func TestStories(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		p := Generate(seed, day())
		neutrophils := labs(p, 0)["Neutrophils"]
		lowest, highest := math.Inf(1), 0.0
		for _, v := range neutrophils {
			n := number64(t, v)
			lowest, highest = min(lowest, n), max(highest, n)
		}
		if len(neutrophils) < 20 || lowest > 0.8 || highest < 3 {
			t.Errorf("seed %d: neutrophils from %v to %v in %d reports", seed, lowest, highest, len(neutrophils))
		}
		psa := labs(p, with(p, storyPSA))["PSA"]
		if first, last := number64(t, psa[0]), number64(t, psa[len(psa)-1]); last < 2*first {
			t.Errorf("seed %d: PSA from %v to %v does not double", seed, first, last)
		}
		ckd := labs(p, with(p, storyCKD))["Creatinine"]
		units := map[string][]float64{}
		for _, v := range ckd {
			units[v.Unit] = append(units[v.Unit], number64(t, v))
		}
		if len(units) != 2 {
			t.Errorf("seed %d: creatinine in %d units, want two laboratories", seed, len(units))
		}
		for unit, series := range units {
			if series[len(series)-1] < series[0] {
				t.Errorf("seed %d: creatinine in %s falls: %v", seed, unit, series)
			}
		}
		diabetes := labs(p, 12)["HbA1c"]
		if first, last := number64(t, diabetes[0]), number64(t, diabetes[len(diabetes)-1]); last >= first {
			t.Errorf("seed %d: HbA1c from %v to %v", seed, first, last)
		}
		tsh := labs(p, with(p, storyThyroid))["TSH"]
		if tsh[0].Text != "<0.01" {
			t.Errorf("seed %d: TSH is %q", seed, tsh[0].Text)
		}
		texts := labs(p, with(p, storyHaemolysed))["Potassium"]
		if last := texts[len(texts)-1]; !strings.Contains(last.Text, "haemolysed") || last.Flag != "" {
			t.Errorf("seed %d: the haemolysed potassium is %+v", seed, last)
		}
		critical := 0
		for i := range p.Patients {
			for _, v := range labs(p, i)["Potassium"] {
				if v.Flag == "HH" {
					critical++
					if v.Text != "6.8" {
						t.Errorf("seed %d: critical potassium %s", seed, v.Text)
					}
				}
			}
		}
		if critical != 1 {
			t.Errorf("seed %d: %d critical potassium results, want 1", seed, critical)
		}
	}
}

// The flag must follow from the printed number and the printed interval.
func TestFlagsAgreeWithIntervals(t *testing.T) {
	p := Generate(1, day())
	checked := 0
	for i := range p.Patients {
		for _, series := range labs(p, i) {
			for _, v := range series {
				lo, hi, ok := strings.Cut(v.Range, " - ")
				n, err := strconv.ParseFloat(v.Text, 64)
				if !ok || err != nil {
					continue
				}
				checked++
				low, _ := strconv.ParseFloat(lo, 64)
				high, _ := strconv.ParseFloat(hi, 64)
				want := ""
				if n < low {
					want = "L"
				}
				if n > high {
					want = "H"
				}
				if v.Flag != want && v.Flag != want+want {
					t.Errorf("%s %s (%s) is flagged %q", v.Name, v.Text, v.Range, v.Flag)
				}
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d results were checked", checked)
	}
}

// A change here means that everybody's demo changes: update it on purpose.
func TestGolden(t *testing.T) {
	p := Generate(1, day())
	h := sha256.New()
	for _, d := range p.Documents {
		h.Write([]byte(d.Ref + d.Type + d.Filename + d.Date.String() + d.UploadedAt.String()))
		if d.write == nil {
			continue
		}
		for _, s := range d.write().sheets {
			h.Write([]byte(s.PlainText()))
		}
	}
	const want = "c1580b3b6948ec5e"
	if got := hex.EncodeToString(h.Sum(nil))[:16]; got != want {
		t.Errorf("the papers of seed 1 changed: %s, was %s", got, want)
	}
}

func TestEveryPageIsMarkedAndPrintable(t *testing.T) {
	p := Generate(1, day())
	pages := 0
	for _, d := range p.Documents {
		if d.write == nil {
			continue
		}
		for i, s := range d.write().sheets {
			pages++
			text := s.PlainText()
			if strings.Count(text, paper.Mark) != 2 {
				t.Errorf("%s page %d: the mark is missing", d.Ref, i+1)
			}
			if flat := strings.ReplaceAll(text, "\n", " "); !paper.CanPrint(paper.Regular, flat) {
				t.Errorf("%s page %d has characters the fonts lack", d.Ref, i+1)
			}
		}
	}
	if pages < 400 {
		t.Errorf("%d pages looked at", pages)
	}
}

func TestSeedsAndDaysDiffer(t *testing.T) {
	a, b := Generate(1, day()), Generate(2, day())
	if a.Patients[0].MRN == b.Patients[0].MRN {
		t.Error("two seeds give the same record number")
	}
	later := Generate(1, day().AddDate(0, 0, 1))
	if got, want := later.Appointments[60].Start.Sub(a.Appointments[60].Start), 24*time.Hour; got <= 0 || got > 4*want {
		t.Errorf("a day later an appointment moved by %v", got)
	}
}

func TestScale(t *testing.T) {
	const n = 2000
	women, seen := 0, map[string]bool{}
	var first []core.NewPatient
	for p := range Scale(5, n) {
		if p.LastName == "" || p.FirstName == "" || p.DateOfBirth.IsZero() || p.MRN != "" || p.Email != "" {
			t.Fatalf("patient %+v", p)
		}
		if p.Gender == core.GenderFemale {
			women++
		}
		seen[p.LastName] = true
		first = append(first, p)
	}
	if len(first) != n || women < n/3 || women > n*2/3 || len(seen) < 500 {
		t.Errorf("%d patients, %d women, %d family names", len(first), women, len(seen))
	}
	i := 0
	for p := range Scale(5, 10) {
		if p.LastName != first[i].LastName || p.Address != first[i].Address {
			t.Errorf("patient %d of a shorter run differs", i)
		}
		i++
	}
}

func BenchmarkScale(b *testing.B) {
	for b.Loop() {
		for range Scale(1, 1000) {
		}
	}
}

// What was drawn on an earlier day is the same on a later one; only what came in this
// morning is new.
func TestDocumentsStayAsTheyWereDrawn(t *testing.T) {
	drawn := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	today := day().AddDate(0, 2, 0)
	before, now := Generate(1, drawn), GenerateFrom(1, drawn, today)
	if len(before.Documents) != len(now.Documents) {
		t.Fatalf("%d documents, %d before", len(now.Documents), len(before.Documents))
	}
	was := map[string]Document{}
	for _, d := range before.Documents {
		was[d.Ref] = d
	}
	fresh := 0
	for i, d := range now.Documents {
		switch old := was[d.Ref]; {
		case d.fresh:
			if fresh++; !d.UploadedAt.After(now.Today) || !d.LeftUnread() {
				t.Errorf("%s came in %s", d.Ref, d.UploadedAt)
			}
		case d.UploadedAt != old.UploadedAt || d.Date != old.Date:
			t.Errorf("%s is of %s, was of %s", d.Ref, d.Date, old.Date)
		case !d.Scanned && i%10 == 0:
			a, err := d.Content()
			b, err2 := old.Content()
			if err != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Errorf("%s is drawn differently: %v, %v", d.Ref, err, err2)
			}
		}
	}
	if fresh == 0 {
		t.Error("nothing came in this morning")
	}
	if len(now.Appointments) == 0 || now.Appointments[len(now.Appointments)-1].Start.Before(today) {
		t.Error("the appointments are not today's")
	}
}
