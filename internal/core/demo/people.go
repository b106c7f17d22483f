package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"unicode"

	"clinician/internal/core"
)

// Indices of the accounts in Panel.Users.
const (
	blake = iota
	lukasik
	iyer
	nurse
	clerk
	admin
	privacy
	nobody = -1
)

func users() []User {
	return []User{
		{Clinician, "Aria", "Blake", core.RoleClinician, "Breast Cancer", "01632 960101"},
		{"tomasz.lukasik@demo.invalid", "Tomasz", "Łukasik", core.RoleClinician, "Prostate Cancer", "01632 960102"},
		{"meera.iyer@demo.invalid", "Meera", "Iyer", core.RoleClinician, "Leukaemia", "01632 960103"},
		{"sam.okoro@demo.invalid", "Sam", "Okoro", core.RoleNurse, "", "01632 960104"},
		{"june.whitlow@demo.invalid", "June", "Whitlow", core.RoleClerk, "", "01632 960105"},
		{"alex.moreau@demo.invalid", "Alex", "Moreau", core.RoleAdmin, "", "01632 960106"},
		{"ruth.ferreira@demo.invalid", "Ruth", "Ferreira", core.RolePrivacyOfficer, "", "01632 960107"},
	}
}

// story is what the laboratory series of a patient show.
type story string

const (
	storyPlain      story = "plain"
	storyChemo      story = "chemo"      // neutropenia after each cycle
	storyCKD        story = "ckd"        // creatinine creeps up
	storyIron       story = "iron"       // iron deficiency, treated
	storyPSA        story = "psa"        // PSA doubles
	storyPotassium  story = "potassium"  // one K of 6.8
	storyDiabetes   story = "diabetes"   // HbA1c improves
	storyHaemolysed story = "haemolysed" // one result is text
	storyThyroid    story = "thyroid"    // TSH < 0.01
	storyTwoLabs    story = "two-labs"   // two laboratories, different units
)

// persona is a line of the cast.
type persona struct {
	family, given, title string
	gender               core.Gender
	born                 string
	language             string
	clinician            int
	cancer               string // key into conditions
	story                story
	flags                string // "deceased", "sensitive"
}

const (
	f = core.GenderFemale
	m = core.GenderMale
)

// cast are the 42: first Dr Blake's, then the others', then those nobody has,
// then the deceased and the sensitive one.
func cast() []persona {
	return []persona{
		{"Cantú", "Catalina", "Mrs", f, "1940-05-08", "es", blake, "breast", storyChemo, ""},
		{"Breitenberg", "Bryan", "Mr", m, "1964-06-29", "en", blake, "prostate", storyPSA, ""},
		{"Breitenberg", "Bryan", "Mr", m, "1964-08-30", "en", blake, "colorectal", storyIron, ""},
		{"Mosciski", "Wanda", "Mrs", f, "1957-11-02", "en", blake, "breast", storyChemo, ""},
		{"Mertz", "Rosalind", "Ms", f, "1957-02-11", "en", blake, "ovarian", storyChemo, ""},
		{"Cummings", "Barrett", "Mr", m, "1949-03-17", "en", blake, "lung", storyCKD, ""},
		{"Adeyemi", "Folasade", "Mrs", f, "1971-09-23", "en", blake, "breast", storyTwoLabs, ""},
		{"O’Rourke", "Declan", "Mr", m, "1952-12-05", "en", blake, "prostate", storyPSA, ""},
		{"Hussain", "Nadia", "Mrs", f, "1980-04-14", "ar", blake, "lymphoma", storyChemo, ""},
		{"Vašková", "Eliška", "Mrs", f, "1966-07-30", "en", blake, "colorectal", storyChemo, ""},
		{"Penhaligon", "Morwenna", "Miss", f, "1988-01-19", "en", blake, "thyroid", storyThyroid, ""},
		{"Penhaligon", "Jory", "Mr", m, "1955-10-08", "en", blake, "bladder", storyPotassium, ""},
		{"Chaudhry", "Imran", "Mr", m, "1947-06-21", "hi", blake, "lung", storyDiabetes, ""},
		{"Chaudhry", "Samina", "Mrs", f, "1951-08-15", "hi", blake, "breast", storyHaemolysed, ""},
		{"Lindqvist", "Åsa", "Ms", f, "1979-05-27", "en", blake, "melanoma", storyPlain, ""},
		{"Fontaine", "Hélène", "Mme", f, "1961-02-03", "fr", blake, "ovarian", storyIron, ""},
		{"Zhao", "Mingyu", "Mr", m, "1958-09-09", "zh", blake, "colorectal", storyTwoLabs, ""},
		{"Tregear", "Clemence", "Mrs", f, "1935-12-24", "en", blake, "breast", storyCKD, ""},
		{"Bergström", "Nils", "Mr", m, "1944-04-01", "en", blake, "prostate", storyPSA, ""},
		{"Quispe", "Rosa María", "Mrs", f, "1969-11-11", "es", blake, "breast", storyChemo, ""},
		{"Yildirim", "Defne", "Ms", f, "1991-03-06", "en", blake, "lymphoma", storyPlain, ""},
		{"Ó Súilleabháin", "Pádraig", "Mr", m, "1950-01-31", "en", blake, "bladder", storyCKD, ""},
		{"Featherstonehaugh", "Peregrine", "Sir", m, "1938-07-07", "en", blake, "lung", storyPlain, ""},
		{"Nwosu", "Chidinma", "Mrs", f, "1976-10-19", "en", blake, "breast", storyDiabetes, ""},
		{"Mosciski", "Kacper", "Mr", m, "1983-08-26", "en", blake, "melanoma", storyPlain, ""},
		{"D’Angelo", "Fiorella", "Ms", f, "1973-06-12", "en", blake, "breast", storyChemo, ""},

		{"Haraldsen", "Torvald", "Mr", m, "1953-05-18", "en", lukasik, "prostate", storyPSA, ""},
		{"Mbeki-Stone", "Themba", "Mr", m, "1960-12-12", "en", lukasik, "prostate", storyCKD, ""},
		{"Gillespie", "Ewan", "Mr", m, "1948-02-27", "en", lukasik, "bladder", storyPlain, ""},
		{"Rahman", "Tariq", "Mr", m, "1963-09-04", "hi", lukasik, "prostate", storyDiabetes, ""},
		{"Castellanos", "Iñaki", "Mr", m, "1985-07-15", "es", iyer, "leukaemia", storyChemo, ""},
		{"Whitcombe", "Prudence", "Mrs", f, "1945-03-29", "en", iyer, "lymphoma", storyChemo, ""},
		{"Nakagawa", "Haruka", "Ms", f, "1994-11-30", "en", iyer, "leukaemia", storyPlain, ""},
		{"Brännström", "Sixten", "Mr", m, "1956-06-06", "en", iyer, "lymphoma", storyIron, ""},

		{"Abernathy", "Cordelia", "Mrs", f, "1959-04-22", "en", nobody, "lung", storyPlain, ""},
		{"Szczepański", "Zbigniew", "Mr", m, "1967-01-05", "en", nobody, "colorectal", storyPlain, ""},
		{"Okonkwo", "Obinna", "Mr", m, "1990-10-10", "en", nobody, "lymphoma", storyPlain, ""},
		{"Farrow", "Winifred", "Mrs", f, "1931-08-18", "en", nobody, "breast", storyCKD, ""},

		{"Dunmore", "Alistair", "Mr", m, "1942-09-13", "en", blake, "lung", storyPlain, "deceased"},
		{"Vasquez", "Leocadia", "Mrs", f, "1937-02-20", "es", blake, "ovarian", storyPlain, "deceased"},
		{"Ingleby", "Horace", "Mr", m, "1933-05-05", "en", iyer, "leukaemia", storyPlain, "deceased"},
		{"Hartnell", "Imogen", "Ms", f, "1982-12-01", "en", blake, "breast", storyPlain, "sensitive"},
	}
}

func patients(seed uint64, today time.Time) []Patient {
	known := conditions()
	r := stream(seed, "people")
	numbers := newNumbers(r)
	var out []Patient
	for i, c := range cast() {
		cond := known[c.cancer]
		born, err := core.ParseDate(c.born)
		if err != nil {
			panic(fmt.Sprintf("demo: cast line %d: %v", i, err))
		}
		p := Patient{Clinician: c.clinician, Cancer: cond.cancer, Subtype: cond.subtype, Diagnosis: cond.diagnosis, story: c.story, condition: cond}
		p.FirstName, p.LastName, p.Title = c.given, c.family, c.title
		p.DateOfBirth, p.Gender = born, c.gender
		p.PreferredLanguageID = &c.language
		p.MRN = numbers.next()
		p.PhoneNumber, p.Address = mobile(r), address(r)
		p.Email = mailbox(c.given, c.family, p.MRN)
		p.EmergencyContactName, p.EmergencyContactPhone = nextOfKin(r, c.family), landline(r)
		if short := []rune(strings.Fields(c.given)[0]); i%5 == 0 && len(short) > 5 {
			p.PreferredName = string(short[:4])
		}
		p.Diagnosed = core.DateOf(today.AddDate(0, 0, -(120 + r.IntN(700))))
		if i == 0 {
			p.Diagnosed = core.DateOf(today.AddDate(0, 0, -420)) // time for 121 documents
		}
		allergies(r, &p, today)
		p.Alerts = alerts(r, c)
		switch c.flags {
		case "deceased":
			p.DeceasedDate = core.DateOf(today.AddDate(0, 0, -(12 + r.IntN(60))))
			p.Alerts = nil
		case "sensitive":
			p.Sensitive = true
			p.Alerts = append(p.Alerts, "Address withheld at the patient’s request")
			p.Address = ""
		}
		out = append(out, p)
	}
	return out
}

// numbers gives record numbers that look like NHS numbers: ten digits with a
// valid Modulus 11 check digit, from the 999 range that is never issued.
type numbers struct {
	r    *rand.Rand
	used map[string]bool
}

func newNumbers(r *rand.Rand) *numbers { return &numbers{r, map[string]bool{}} }

func (n *numbers) next() string {
	for {
		digits := fmt.Sprintf("999%06d", n.r.IntN(1_000_000))
		if check, ok := modulus11(digits); ok && !n.used[digits] {
			n.used[digits] = true
			return digits + check
		}
	}
}

// modulus11 gives the check digit of nine digits; some have none.
func modulus11(nine string) (string, bool) {
	sum := 0
	for i, c := range nine {
		sum += int(c-'0') * (10 - i)
	}
	switch check := 11 - sum%11; check {
	case 11:
		return "0", true
	case 10:
		return "", false
	default:
		return fmt.Sprint(check), true
	}
}

func mobile(r *rand.Rand) string   { return fmt.Sprintf("07700 900%03d", r.IntN(1000)) }
func landline(r *rand.Rand) string { return fmt.Sprintf("01632 960%03d", 200+r.IntN(800)) }

// The towns, like everything else, do not exist; ZZ is no postcode area.
func address(r *rand.Rand) string {
	streets := []string{"Larkspur Way", "Coldharbour Row", "Old Ropewalk", "Tannery Lane", "Saltmarsh Road", "Millrace Close", "Beacon Terrace", "Fennel Street", "Quarrymen’s Yard", "Harbour View", "Mistletoe Drive", "Canal Parade"}
	towns := []string{"Wexmoor", "Brackenfell", "Little Tamsin", "Aldhelm St Mary", "Porthkerris Bay", "Greater Ludden"}
	return fmt.Sprintf("%d %s, %s ZZ%d %d%c%c", 1+r.IntN(140), pick(r, streets), pick(r, towns), 1+r.IntN(40), 1+r.IntN(9), 'A'+rune(r.IntN(26)), 'A'+rune(r.IntN(26)))
}

func nextOfKin(r *rand.Rand, family string) string {
	given := []string{"Alma", "Bertil", "Corin", "Dilys", "Emeka", "Frida", "Gethin", "Hana", "Idris", "Jun", "Kerensa", "Luca", "Mirela", "Noor"}
	relation := []string{"spouse", "daughter", "son", "sister", "brother", "friend"}
	return fmt.Sprintf("%s %s (%s)", pick(r, given), family, pick(r, relation))
}

// mailbox makes an address nobody can write to.
func mailbox(given, family, mrn string) string {
	return fmt.Sprintf("%s.%s.%s@patients.invalid", plain(given), plain(family), mrn[6:])
}

// plain reduces a name to a-z.
func plain(s string) string {
	decomposed, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), strings.ToLower(s))
	if err != nil {
		decomposed = s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r == 'ł':
			return 'l'
		}
		return -1
	}, decomposed)
}

func allergies(r *rand.Rand, p *Patient, today time.Time) {
	known := []core.Allergy{
		{Substance: "Penicillin", Reaction: "Widespread urticarial rash"},
		{Substance: "Latex", Reaction: "Contact dermatitis"},
		{Substance: "Iodinated contrast", Reaction: "Bronchospasm"},
		{Substance: "Codeine", Reaction: "Severe nausea"},
		{Substance: "Trimethoprim", Reaction: "Rash"},
		{Substance: "Docetaxel", Reaction: "Infusion reaction, grade 2"},
		{Substance: "Elastoplast", Reaction: "Blistering"},
	}
	switch r.IntN(10) {
	case 0:
		p.AllergyStatus = core.AllergiesNotRecorded
	case 1, 2, 3, 4:
		p.AllergyStatus = core.AllergiesNone
	default:
		p.AllergyStatus = core.AllergiesKnown
		first := r.IntN(len(known))
		for i := range 1 + r.IntN(2) {
			a := known[(first+i*3)%len(known)]
			a.RecordedOn = core.DateOf(today.AddDate(0, 0, -(40 + r.IntN(2500))))
			p.Allergies = append(p.Allergies, a)
		}
	}
}

func alerts(r *rand.Rand, c persona) []string {
	var out []string
	switch c.story {
	case storyChemo:
		out = append(out, "On chemotherapy: temperature 38 °C or more is an emergency")
	case storyCKD:
		out = append(out, "Reduced kidney function: check doses")
	case storyPotassium:
		out = append(out, "Recent potassium 6.8 mmol/L")
	}
	if c.language != "en" && r.IntN(2) == 0 {
		out = append(out, "Interpreter needed")
	}
	if r.IntN(9) == 0 {
		out = append(out, "Falls risk")
	}
	return out
}
