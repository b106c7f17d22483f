package identity

import (
	"testing"

	"clinician/internal/core"
)

func person(id int64, family, given, born, mrn string) core.Patient {
	d, _ := core.ParseDate(born)
	return core.Patient{ID: id, Demographics: core.Demographics{DateOfBirth: d, MRN: mrn}, User: core.User{FirstName: given, LastName: family}}
}

func says(name, born string, numbers ...string) core.PageIdentity {
	d, _ := core.ParseDate(born)
	return core.PageIdentity{Page: 1, Name: name, DateOfBirth: d, Identifiers: numbers}
}

// blurred is an identity that was read by a machine that was not sure.
func blurred(id core.PageIdentity) core.PageIdentity {
	c := 71.0
	id.Confidence = &c
	return id
}

func TestCompareWithChart(t *testing.T) {
	cantu := person(1, "Cantú", "Catalina", "1940-05-08", "9991049223")
	cantu.PreferredName = "Cata"
	bryan := person(2, "Breitenberg", "Bryan", "1964-06-29", "9990000017")
	other := person(3, "Breitenberg", "Bryan", "1964-08-30", "9993141590")
	mosciski := person(4, "Mosciski", "Wanda", "1957-11-02", "9991034560")
	mertz := person(5, "Mertz", "Joe", "1957-02-11", "9995550001")
	themba := person(6, "Mbeki-Stone", "Themba", "1960-12-12", "9997777770")
	declan := person(7, "O’Rourke", "Declan", "1952-12-05", "9998888880")
	zhao := person(8, "赵", "明宇", "1958-09-09", "")
	panel := func(core.PageIdentity) []core.Patient {
		return []core.Patient{cantu, bryan, other, mosciski, mertz, themba, declan}
	}
	for _, c := range []struct {
		name  string
		id    core.PageIdentity
		chart core.Patient
		want  core.PatientCheck
		other int64
	}{
		{"to the letter", says("CANTÚ, Catalina", "1940-05-08", "9991049223"), cantu, core.CheckMatch, 0},
		{"letter form", says("Mrs Catalina CANTÚ", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"no accents", says("CANTU, Catalina", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"one misread letter", blurred(says("CANTU, Cataiina", "1940-05-08")), cantu, core.CheckMatch, 0},
		{"misread digit of the day", blurred(says("CANTÚ, Catalina", "1940-05-03")), cantu, core.CheckMatch, 0},
		{"day and month exchanged", says("CANTÚ, Catalina", "1940-08-05"), cantu, core.CheckMatch, 0},
		{"swapped names", says("CATALINA, Cantú", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"preferred name", says("Cata CANTÚ", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"initial", says("C. CANTÚ", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"maiden name", says("Catalina ORTEGA", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"misread number", blurred(says("CANTÚ, Catalina", "1940-05-08", "9991049228")), cantu, core.CheckMatch, 0},
		{"the hospital's own number", says("CANTÚ, Catalina", "1940-05-08", "00412887"), cantu, core.CheckMatch, 0},
		{"apostrophe lost", says("Declan OROURKE", "1952-12-05"), declan, core.CheckMatch, 0},
		{"apostrophe as a space", says("Declan O ROURKE", "1952-12-05"), declan, core.CheckMatch, 0},
		{"hyphen lost", says("MBEKI STONE, Themba", "1960-12-12"), themba, core.CheckMatch, 0},
		{"half a double name", says("Themba STONE", "1960-12-12"), themba, core.CheckMatch, 0},
		{"name alone", says("CANTÚ, Catalina", ""), cantu, core.CheckMatch, 0},
		{"number alone", says("", "", "9991049223"), cantu, core.CheckMatch, 0},
		{"married, both names printed", says("LOPEZ (née CANTÚ), Catalina", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"a former name alone", says("Mrs Catalina Lopez (formerly Cantú)", ""), cantu, core.CheckMatch, 0},
		{"in other letters, born the same day", says("Каталина Канту", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"in two scripts", says("陳 CANTÚ Catalina", "1940-05-08"), cantu, core.CheckMatch, 0},
		{"undivided", says("赵明宇", "1958-09-09"), zhao, core.CheckMatch, 0},
		{"in other letters, alone", says("Каталина Канту", ""), cantu, core.CheckNone, 0},
		{"in other letters, another day", says("Иван Иванов", "1951-01-02"), cantu, core.CheckPatient, 0},
		{"the same letters, another person", says("王小明", "1958-09-09"), zhao, core.CheckPatient, 0},

		{"another person", says("MERTZ, Joe", "1957-02-11"), mosciski, core.CheckPatient, 5},
		{"another person, unknown here", says("SMITH, John", "1950-01-01"), mosciski, core.CheckPatient, 0},
		{"namesake", says("BREITENBERG, Bryan", "1964-08-30"), bryan, core.CheckPatient, 3},
		{"namesake the other way", says("BREITENBERG, Bryan", "1964-06-29"), other, core.CheckPatient, 2},
		{"same name, another birth date", says("CANTÚ, Catalina", "1961-10-12"), cantu, core.CheckPatient, 0},
		{"clearly another day", says("CANTÚ, Catalina", "1940-05-03"), cantu, core.CheckPatient, 0},
		{"a relative", says("MOSCISKI, Kacper", "1983-08-26"), mosciski, core.CheckPatient, 0},
		{"a twin", says("MOSCISKI, Halina", "1957-11-02"), mosciski, core.CheckPatient, 0},
		{"same given name", says("Catalina ORTEGA", ""), cantu, core.CheckPatient, 0},
		{"another number", says("CANTÚ, Catalina", "1940-05-08", "9995550001"), cantu, core.CheckPatient, 0},
		{"only a birth date, another", says("", "1961-10-12"), cantu, core.CheckPatient, 0},
		{"only a number, another", says("", "", "9995550001"), cantu, core.CheckPatient, 5},
		{"number of this chart, all else of another", says("MERTZ, Joe", "1957-02-11", "9991034560"), mosciski, core.CheckPatient, 5},
		{"namesakes without a birth date", says("BREITENBERG, Bryan", ""), bryan, core.CheckPatient, 0}, // nothing else in the document decides

		{"nobody", says("", ""), cantu, core.CheckNone, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			pages, got := CompareWithChart([]core.PageIdentity{c.id}, c.chart, panel)
			if got != c.want || pages[0].OtherPatientID != c.other {
				t.Errorf("got %q, other %d (%s); want %q, %d", got, pages[0].OtherPatientID, pages[0].Reason, c.want, c.other)
			}
			if got == core.CheckPatient && pages[0].Reason == "" {
				t.Error("an alarm without a reason")
			}
		})
	}
}

func TestReasonOfAlarm(t *testing.T) {
	chart := person(1, "Mosciski", "Wanda", "1957-11-02", "9991034560")
	pages, _ := CompareWithChart([]core.PageIdentity{says("MERTZ, Joe", "1957-02-11")}, chart, nil)
	if want := "The page says MERTZ, Joe, born 11-Feb-1957; this chart is MOSCISKI, Wanda, born 02-Nov-1957."; pages[0].Reason != want {
		t.Errorf("got  %s\nwant %s", pages[0].Reason, want)
	}
	pages, _ = CompareWithChart([]core.PageIdentity{says("", "", "9995550001")}, chart, nil)
	if want := "The page says number 999 555 0001; this chart is MOSCISKI, Wanda, number 999 103 4560."; pages[0].Reason != want {
		t.Errorf("got  %s\nwant %s", pages[0].Reason, want)
	}
}

// What is overlooked on a page that fits is told in words people use.
func TestRemarksOnPagesThatFit(t *testing.T) {
	chart := person(1, "Breitenberg", "Bryan", "1964-06-29", "9990000017")
	namesake := func(core.PageIdentity) []core.Patient {
		return []core.Patient{person(2, "Breitenberg", "Bryan", "1964-08-30", "")}
	}
	for _, c := range []struct {
		id   core.PageIdentity
		want string
	}{
		{says("BREITENBERG, Bryan", ""), "What was read on the page fits this chart and another patient of the same name."},
		{blurred(says("BREITENBERG, B.", "1964-06-29", "9990000011")), "A digit of the record number on the page differs from this chart; name and birth date fit."},
		{says("Брайан", ""), "The page says Брайан; a name in other letters than the chart's cannot be compared."},
	} {
		pages, _ := CompareWithChart([]core.PageIdentity{c.id}, chart, namesake)
		if pages[0].Reason != c.want {
			t.Errorf("%+v\ngot  %s\nwant %s", c.id, pages[0].Reason, c.want)
		}
	}
}

func TestCompareBundle(t *testing.T) {
	wanda, joe := person(1, "Mosciski", "Wanda", "1957-11-02", "1"), person(2, "Mertz", "Joe", "1957-02-11", "2")
	ids := []core.PageIdentity{says("MOSCISKI, Wanda", "1957-11-02"), says("", ""), says("MERTZ, Joe", "1957-02-11")}
	pages, got := CompareWithChart(ids, wanda, func(core.PageIdentity) []core.Patient { return []core.Patient{joe} })
	if got != core.CheckPatient || pages[0].Verdict != core.CheckMatch || pages[1].Verdict != core.CheckNone || pages[2].Verdict != core.CheckPatient || pages[2].OtherPatientID != 2 {
		t.Errorf("got %q: %+v", got, pages)
	}
	if _, got := CompareWithChart(nil, wanda, nil); got != core.CheckNone {
		t.Errorf("no pages give %q", got)
	}
}

// TestNamesakeBesideMatch: a page with the name alone is no alarm in a
// document whose other page decides.
func TestNamesakeBesideMatch(t *testing.T) {
	one, two := person(1, "Breitenberg", "Bryan", "1964-06-29", ""), person(2, "Breitenberg", "Bryan", "1964-08-30", "")
	ids := []core.PageIdentity{says("BREITENBERG, Bryan", "1964-06-29"), says("BREITENBERG, Bryan", "")}
	pages, got := CompareWithChart(ids, one, func(core.PageIdentity) []core.Patient { return []core.Patient{one, two} })
	if got != core.CheckMatch || pages[1].Verdict != core.CheckNone {
		t.Errorf("got %q: %+v", got, pages)
	}
}
