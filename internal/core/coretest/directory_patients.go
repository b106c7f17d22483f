package coretest

import (
	"fmt"
	"testing"
	"time"

	"clinician/internal/core"
)

func patients(t *testing.T, d Directory) {
	ctx := t.Context()
	full := core.NewPatient{
		FirstName: "Catalina", LastName: "Cantú", Email: "cat@example.com",
		Demographics: core.Demographics{
			MRN: "4128870031", Title: "Mrs", PreferredName: "Cat",
			DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}, Gender: core.GenderFemale,
			DeceasedDate: core.Date{Year: 2026, Month: 1, Day: 2}, PreferredLanguageID: ptr("es"),
			PhoneNumber: "1", Address: "2", EmergencyContactName: "3", EmergencyContactPhone: "4",
			AllergyStatus: core.AllergiesKnown,
			Allergies:     []core.Allergy{{Substance: "Penicillin", Reaction: "rash", RecordedOn: core.Date{Year: 2020, Month: 2, Day: 29}}},
			Alerts:        []string{"Falls"}, Sensitive: true,
		},
	}
	p := must[core.Patient](t)(d.CreatePatient(ctx, full, event(core.EventPatientCreated)))
	wantSame(t, p.Demographics, full.Demographics)
	wantSame(t, must[core.Patient](t)(d.Patient(ctx, p.ID)), p)
	if p.User.Email != "cat@example.com" || p.User.RoleName != core.RolePatient || p.UserID != p.User.ID || p.Assignment != nil || p.PreferredLanguage != "es" {
		t.Errorf("made %+v", p)
	}
	if cred := must[core.Credential](t)(d.Credential(ctx, "cat@example.com")); cred.PasswordHash != "" {
		t.Error("a patient has a password")
	}

	bare := must[core.Patient](t)(d.CreatePatient(ctx, core.NewPatient{FirstName: "A", LastName: "B"}, event(core.EventPatientCreated)))
	next := must[core.Patient](t)(d.CreatePatient(ctx, core.NewPatient{FirstName: "A", LastName: "B"}, event(core.EventPatientCreated)))
	if len(bare.MRN) != 10 || bare.MRN == next.MRN {
		t.Errorf("record numbers given are %q and %q", bare.MRN, next.MRN)
	}
	if want := "patient-" + bare.MRN + "@patients.invalid"; bare.User.Email != want {
		t.Errorf("e-mail is %q, want %q", bare.User.Email, want)
	}
	if !bare.DateOfBirth.IsZero() || bare.Allergies == nil || bare.Alerts == nil || bare.AllergyStatus != core.AllergiesNotRecorded {
		t.Errorf("made %+v", bare)
	}
	_, err := d.Patient(ctx, 99999)
	wantCode(t, err, core.CodeNotFound)
}

func patientConflicts(t *testing.T, d Directory) {
	ctx := t.Context()
	Patient(t, d, 0, "Smith", "Ann", "123", core.Date{})
	Clinician(t, d, "mary@example.com")
	create := func(p core.NewPatient) error {
		_, err := d.CreatePatient(ctx, p, event(core.EventPatientCreated))
		return err
	}
	wantCode(t, create(core.NewPatient{LastName: "X", Demographics: core.Demographics{MRN: "123"}}), core.CodeConflict)
	wantCode(t, create(core.NewPatient{LastName: "X", Email: "MARY@example.com"}), core.CodeConflict)
	wantCode(t, create(core.NewPatient{LastName: "X", Demographics: core.Demographics{MRN: "12a"}}), core.CodeInvalid)
	wantCode(t, create(core.NewPatient{LastName: "X", Demographics: core.Demographics{PreferredLanguageID: ptr("tlh")}}), core.CodeInvalid)
}

func assignment(t *testing.T, d Directory) {
	ctx := t.Context()
	mary, omar := Clinician(t, d, "mary@example.com"), Clinician(t, d, "omar@example.com")
	p := Patient(t, d, 0, "Smith", "Ann", "", core.Date{})
	counts := func(wantMary, wantOmar int) {
		t.Helper()
		for c, want := range map[int64]int{mary.ID: wantMary, omar.ID: wantOmar} {
			page := must[core.PatientPage](t)(d.Patients(ctx, c, core.PatientQuery{Limit: 10}))
			if page.Count != want || len(page.Patients) != want {
				t.Errorf("clinician %d has count %d and %d patients, want %d", c, page.Count, len(page.Patients), want)
			}
			if is := must[bool](t)(d.IsAssigned(ctx, c, p.ID)); is != (want == 1) {
				t.Errorf("assigned to clinician %d: %v", c, is)
			}
		}
	}
	counts(0, 0)
	assign := func(c int64, subtype *int64, notes string) core.Assignment {
		t.Helper()
		return must[core.Assignment](t)(d.Assign(ctx, p.ID, c, subtype, notes, event(core.EventPatientAssigned)))
	}
	first := assign(mary.ID, ptr[int64](2), "first")
	counts(1, 0)
	if first.AssignedClinician == nil || *first.AssignedClinician != mary.ID || first.CancerSubtypeName == "" || first.CancerTypeName == "" || first.Notes != "first" {
		t.Errorf("assigned %+v", first)
	}
	assign(mary.ID, nil, "again")
	counts(1, 0)
	moved := assign(omar.ID, nil, "moved")
	counts(0, 1)
	wantSame(t, moved.CancerSubtype, first.CancerSubtype)
	got := must[core.Patient](t)(d.Patient(ctx, p.ID))
	wantSame(t, got.Assignment, &moved)

	for _, test := range []struct {
		patient, clinician int64
		subtype            *int64
		code               core.Code
	}{
		{99999, mary.ID, nil, core.CodeNotFound},
		{p.ID, 99999, nil, core.CodeNotFound},
		{p.ID, mary.ID, ptr[int64](99999), core.CodeInvalid},
		{p.ID, mary.ID, ptr[int64](1), core.CodeInvalid}, // a type, not a subtype
	} {
		_, err := d.Assign(ctx, test.patient, test.clinician, test.subtype, "", event(core.EventPatientAssigned))
		wantCode(t, err, test.code)
	}
	counts(0, 1)
	if must[bool](t)(d.IsAssigned(ctx, mary.ID, 99999)) {
		t.Error("an unknown patient is assigned")
	}
}

func names(page core.PatientPage) []string {
	list := []string{}
	for _, p := range page.Patients {
		list = append(list, p.User.LastName+" "+p.User.FirstName)
	}
	return list
}

func listOrder(t *testing.T, d Directory) {
	c := Clinician(t, d, "mary@example.com")
	for _, n := range [][2]string{{"smith", "Zoe"}, {"Zander", "Al"}, {"Ångström", "Bo"}, {"Andrews", "Cy"}, {"SMITH", "Adam"}, {"Smith", "Zoe"}, {"Azar", "Di"}} {
		Patient(t, d, c.ID, n[0], n[1], "", core.Date{})
	}
	page := must[core.PatientPage](t)(d.Patients(t.Context(), c.ID, core.PatientQuery{}))
	wantSame(t, names(page), []string{"Andrews Cy", "Ångström Bo", "Azar Di", "SMITH Adam", "smith Zoe", "Smith Zoe", "Zander Al"})
	if page.Count != 7 || page.Next != "" {
		t.Errorf("count %d, next %q", page.Count, page.Next)
	}
	row := page.Patients[0]
	p := must[core.Patient](t)(d.Patient(t.Context(), row.ID))
	wantSame(t, row, core.PatientSummary{
		ID: p.ID, User: p.User.Summary(), MRN: p.MRN, Gender: p.Gender, CreatedAt: p.CreatedAt,
		Assignment: core.AssignmentSummary{AssignedAt: p.Assignment.CreatedAt},
	})
}

func listPaging(t *testing.T, d Directory) {
	c := Clinician(t, d, "mary@example.com")
	for i := range 23 {
		Patient(t, d, c.ID, fmt.Sprint("Family", 'z'-rune(i%5)), fmt.Sprint("Given", i%3), "", core.Date{})
	}
	walk(t, d, c.ID, "", 23)
	// A page may end where one reading of what is typed ends and the hits of the
	// next one stand before it in the list.
	for _, n := range [][2]string{{"Smith", "John"}, {"Smithson", "Jane"}, {"Sadler", "Mia"}, {"Stone", "Michael"}} {
		Patient(t, d, c.ID, n[0], n[1], "", core.Date{})
	}
	walk(t, d, c.ID, "smi", 4)
}

// walk checks that pages of any size give what the whole list gives.
func walk(t *testing.T, d Directory, clinician int64, text string, want int) {
	t.Helper()
	whole := must[core.PatientPage](t)(d.Patients(t.Context(), clinician, core.PatientQuery{Text: text}))
	if whole.Count != want || len(whole.Patients) != want || whole.Next != "" {
		t.Fatalf("%q: count %d, %d patients, next %q; want %d", text, whole.Count, len(whole.Patients), whole.Next, want)
	}
	for _, size := range []int{1, 2, 7, want, want + 1} {
		for _, fromEnd := range []bool{false, true} {
			q := core.PatientQuery{Text: text, Limit: size, FromEnd: fromEnd}
			var got []core.PatientSummary
			for {
				page := must[core.PatientPage](t)(d.Patients(t.Context(), clinician, q))
				if page.Count != want || len(page.Patients) > size {
					t.Fatalf("%q by %d, from the end %v: count %d with %d patients, want %d", text, size, fromEnd, page.Count, len(page.Patients), want)
				}
				if fromEnd {
					got = append(page.Patients, got...)
				} else {
					got = append(got, page.Patients...)
				}
				if page.Next == "" || len(got) > want {
					break
				}
				q.Cursor = page.Next
			}
			wantSame(t, got, whole.Patients)
		}
	}
}

func search(t *testing.T, d Directory) {
	c, other := Clinician(t, d, "mary@example.com"), Clinician(t, d, "other@example.com")
	day := func(y int, m time.Month, d int) core.Date { return core.Date{Year: y, Month: m, Day: d} }
	Patient(t, d, c.ID, "CUMMINGS", "Barrett", "4128870031", day(1940, 5, 8))
	Patient(t, d, c.ID, "Smith", "John", "4128870032", day(1940, 8, 5))
	Patient(t, d, c.ID, "Smithson", "Jane", "4128870132", day(1951, 12, 31))
	Patient(t, d, c.ID, "van der Berg", "Jan", "4128870033", day(1962, 2, 28))
	Patient(t, d, c.ID, "O'Brien-Núñez", "Siobhán", "4128870034", core.Date{})
	Patient(t, d, c.ID, "Stone", "Michael", "4128870035", day(2019, 1, 2))
	Patient(t, d, other.ID, "Smith", "Foreign", "9128870032", day(1940, 5, 8))

	cummings, smith, smithson := "CUMMINGS Barrett", "Smith John", "Smithson Jane"
	berg, obrien, stone := "van der Berg Jan", "O'Brien-Núñez Siobhán", "Stone Michael"
	for text, want := range map[string][]string{
		"smi":                      {smith, smithson, stone}, // Stone, MIchael by initial
		"SMITH":                    {smith, smithson},
		"smith jo":                 {smith},
		"smi j":                    {smith, smithson},
		"smith, j":                 {smith, smithson},
		"CUMMINGS, Barrett (Mr)":   {cummings},
		"john smith":               {smith},
		"cb":                       {cummings},
		"cbar":                     {cummings},
		"barr":                     {cummings},
		"van der":                  {berg},
		"van der berg jan":         {berg},
		"obrien":                   {obrien},
		"o'brien nunez sio":        {obrien},
		"o’brien-núñez":            {obrien},
		"jan":                      {berg, smithson}, // by given name, where that was searched
		"032":                      {smith},
		"0032":                     {smith},
		"132":                      {smithson},
		"412 887 0031":             {cummings},
		"4128870031":               {cummings},
		"32":                       {},
		"1940-05-08":               {cummings},
		"08-May-1940":              {cummings},
		"8 may 1940":               {cummings},
		"May 8, 1940":              {cummings},
		"8/5/40":                   {cummings, smith},
		"8/5/1940":                 {cummings, smith},
		"31.12.1951":               {smithson},
		"2/1/19":                   {stone},
		"28 feb 1962":              {berg},
		"30 feb 1962":              {},
		"nobody":                   {},
		"%":                        {},
		"_":                        {},
		"' OR 1=1 --":              {},
		"  smith  ":                {smith, smithson},
		"?":                        {},
		"smith john middle names!": {},
	} {
		page, err := d.Patients(t.Context(), c.ID, core.PatientQuery{Text: text, Limit: 10})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := names(page); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
		if page.Count != len(want) {
			t.Errorf("%q counts %d, want %d", text, page.Count, len(want))
		}
	}
}

func searchPaging(t *testing.T, d Directory) {
	c := Clinician(t, d, "mary@example.com")
	for i := range 12 {
		Patient(t, d, c.ID, "Ma", fmt.Sprint("Arthur", i%4), "", core.Date{})        // family, initials
		Patient(t, d, c.ID, "Miller", fmt.Sprint("Anna", i%4), "", core.Date{})      // initials
		Patient(t, d, c.ID, "Baker", fmt.Sprint("Mary", i%4), "", core.Date{})       // given
		Patient(t, d, c.ID, "Zorn", "Q", fmt.Sprintf("7000%02d123", i), core.Date{}) // record number
	}
	walk(t, d, c.ID, "ma", 36)
	walk(t, d, c.ID, "ma arthur1", 3)
	walk(t, d, c.ID, "123", 12)
	walk(t, d, c.ID, "mary", 12)
}

func badPages(t *testing.T, d Directory) {
	ctx := t.Context()
	mary, omar := Clinician(t, d, "mary@example.com"), Clinician(t, d, "omar@example.com")
	for i := range 5 {
		Patient(t, d, mary.ID, "Smith", fmt.Sprint(i), "", core.Date{})
		Patient(t, d, omar.ID, "Smith", fmt.Sprint(i), "", core.Date{})
	}
	next := must[core.PatientPage](t)(d.Patients(ctx, mary.ID, core.PatientQuery{Limit: 2})).Next
	for name, test := range map[string]struct {
		clinician int64
		q         core.PatientQuery
		field     string
	}{
		"negative":             {mary.ID, core.PatientQuery{Limit: -1}, "limit"},
		"too many":             {mary.ID, core.PatientQuery{Limit: 1001}, "limit"},
		"no cursor":            {mary.ID, core.PatientQuery{Limit: 2, Cursor: "nonsense"}, "cursor"},
		"no base64":            {mary.ID, core.PatientQuery{Limit: 2, Cursor: "%%%"}, "cursor"},
		"cut off":              {mary.ID, core.PatientQuery{Limit: 2, Cursor: next[:len(next)-2]}, "cursor"},
		"of another search":    {mary.ID, core.PatientQuery{Text: "smith", Limit: 2, Cursor: next}, "cursor"},
		"of another clinician": {omar.ID, core.PatientQuery{Limit: 2, Cursor: next}, "cursor"},
	} {
		_, err := d.Patients(ctx, test.clinician, test.q)
		if e := wantCode(t, err, core.CodeInvalid); len(e.Fields[test.field]) == 0 {
			t.Errorf("%s: fields are %v", name, e.Fields)
		}
	}
	page := must[core.PatientPage](t)(d.Patients(ctx, 99999, core.PatientQuery{Limit: 2}))
	if page.Count != 0 || page.Patients == nil || len(page.Patients) != 0 {
		t.Errorf("an unknown clinician has %+v", page)
	}
}

func recentPatients(t *testing.T, d Directory) {
	ctx := t.Context()
	c, other := Clinician(t, d, "mary@example.com"), Clinician(t, d, "other@example.com")
	var ids []int64
	for i := range 4 {
		p := Patient(t, d, c.ID, "Smith", fmt.Sprint(i), "", core.Date{})
		ids = append(ids, p.ID)
		if err := d.MarkViewed(ctx, c.User.ID, p.ID, at.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.MarkViewed(ctx, c.User.ID, ids[0], at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	must[core.Assignment](t)(d.Assign(ctx, ids[3], other.ID, nil, "", event(core.EventPatientAssigned)))
	list := must[[]core.PatientSummary](t)(d.RecentPatients(ctx, c.User.ID, c.ID, 2))
	if len(list) != 2 || list[0].ID != ids[0] || list[1].ID != ids[2] {
		t.Fatalf("recent are %+v", list)
	}
	if v := list[0].LastViewedAt; v == nil || !v.Equal(at.Add(time.Hour)) {
		t.Errorf("viewed at %v", v)
	}
	if list := must[[]core.PatientSummary](t)(d.RecentPatients(ctx, other.User.ID, other.ID, 5)); len(list) != 0 {
		t.Errorf("somebody else's views show: %+v", list)
	}
	wantCode(t, d.MarkViewed(ctx, c.User.ID, 99999, at), core.CodeNotFound)
}
