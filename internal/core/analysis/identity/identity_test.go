package identity

import (
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
)

func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		name    string
		lines   []string
		who     string
		born    string
		numbers []string
	}{
		{"box", []string{"LABORATORY REPORT", "Patient: CANTÚ, Catalina   DOB: 08-May-1940   Sex: Female", "MRN: 412 887 0031   Address: 12 Larkspur Way, Wexmoor", "Requested by: Dr Aria Blake"}, "CANTÚ, Catalina", "1940-05-08", []string{"4128870031"}},
		{"letter", []string{"Dr Aria Blake", "Dear Dr Blake", "Re: Mrs Catalina CANTÚ, DOB 08-May-1940, MRN 412 887 0031", "12 Larkspur Way, Wexmoor", "Yours sincerely", "Dr H. Oyelaran", "cc: Dr P. Nkemelu; Mrs Ottoline Maplethorpe, clinic secretary"}, "Mrs Catalina CANTÚ", "1940-05-08", []string{"4128870031"}},
		{"form", []string{"Surname: CANTÚ   Forename(s): Catalina", "Date of birth: 8 May 1940   Hospital No: 00412887"}, "CANTÚ Catalina", "1940-05-08", []string{"00412887"}},
		{"column heads", []string{"Surname      Forename     Date of birth   NHS No", "CANTÚ        Catalina     08/05/1940      412 887 0031"}, "CANTÚ Catalina", "1940-05-08", []string{"4128870031"}},
		{"number first", []string{"NHS number: 412-887-0031", "Name: Catalina Cantú", "Born: 8th May 1940"}, "Catalina Cantú", "1940-05-08", []string{"4128870031"}},
		{"continued page", []string{"continued", "CANTÚ, Catalina  DOB 08-May-1940  (continued)"}, "CANTÚ, Catalina", "1940-05-08", nil},
		{"banner", []string{"CANTÚ, Catalina (Mrs)    Born 08-May-1940 (86y)   Gender Female   MRN 412 887 0031"}, "CANTÚ, Catalina (Mrs)", "1940-05-08", []string{"4128870031"}},
		{"American", []string{"Patient: Maria Hernandez", "DOB: 02/18/1966 MRN: 26562"}, "Maria Hernandez", "1966-02-18", []string{"26562"}},
		{"double names", []string{"Patient: Ó SÚILLEABHÁIN, Pádraig   DOB: 31-Jan-1950"}, "Ó SÚILLEABHÁIN, Pádraig", "1950-01-31", nil},
		{"hyphen", []string{"Re: Mr Themba MBEKI-STONE, DOB 12-Dec-1960"}, "Mr Themba MBEKI-STONE", "1960-12-12", nil},
		{"particles", []string{"Patient name: van der Berg, Jan   DOB: 01.02.1950"}, "van der Berg", "1950-02-01", nil},
		{"next of kin", []string{"Patient: CANTÚ, Catalina   DOB: 08-May-1940", "Next of kin", "Name: Alma Cantú (daughter)   DOB: 01-Jan-1970", "Telephone 01632 960200"}, "CANTÚ, Catalina", "1940-05-08", nil},
		{"next of kin first", []string{"Next of kin", "Name: Alma Cantú (daughter)   DOB: 01-Jan-1970", "", "", "Patient: CANTÚ, Catalina   DOB: 08-May-1940"}, "CANTÚ, Catalina", "1940-05-08", nil},
		{"only others", []string{"Consultant: Dr Aria Blake", "Requested by: Dr J. Vandermolen", "cc: Mrs Ottoline Maplethorpe", "Yours sincerely", "Dr H. Oyelaran", "GP name: Dr P. Nkemelu"}, "", "", nil},
		{"relatives in prose", []string{"Her mother, Mrs Alma Cantú, born 02-Feb-1915, had breast cancer.", "Mother's date of birth: 02-Feb-1915"}, "", "", nil},
		{"about a matter", []string{"Re: your letter of 12 May", "Re: blood results"}, "", "", nil},
		{"names in prose", []string{"Received in formalin, labelled with the patient’s name and MRN. Tissue measuring 12 mm.", "Name of proposed procedure", "Patient agreement to investigation or treatment"}, "", "", nil},
		{"misread digits", []string{"Patient: CANTU, Catalina   DOB: O8-May-194O   MRN: 412 887 OO31"}, "CANTU, Catalina", "1940-05-08", []string{"4128870031"}},
		{"lost colons", []string{"Patient CANTÚ, Catalina   DOB 08-May-1940   MRN 412 887 0031"}, "CANTÚ, Catalina", "1940-05-08", []string{"4128870031"}},
		{"two-digit years name no century", []string{"Patient: CANTÚ, Catalina   DOB: 08/05/40"}, "CANTÚ, Catalina", "", nil},
		{"a surname that is a label", []string{"Re: Mr John WARD, DOB 03-Mar-1950"}, "Mr John WARD", "1950-03-03", nil},
		{"details", []string{"Patient details", "Name: Catalina CANTÚ", "DOB (age): 08-May-1940 (86)", "Hospital number: K412887"}, "Catalina CANTÚ", "1940-05-08", []string{"412887"}},
		{"referrer above", []string{"Referring clinician: Dr Aria Blake", "GP: Dr P. Nkemelu   Practice: Harrow Lane Surgery", "Patient name: Catalina CANTÚ   Date of Birth/Age: 08/05/1940 / 86y", "NHS No. 412 887 0031   Consultant: Dr Meera Iyer"}, "Catalina CANTÚ", "1940-05-08", []string{"4128870031"}},
		{"labels without colons", []string{"Surname CANTÚ   First name Catalina   DOB 08.05.1940"}, "CANTÚ Catalina", "1940-05-08", nil},
		{"title and initial", []string{"Patient: Mrs C. Cantú   Born 8 May 1940"}, "Mrs C. Cantú", "1940-05-08", nil},
		{"mother and baby", []string{"Patient: CANTÚ, Baby   DOB: 01-Nov-2026", "Mother: Catalina CANTÚ   DOB: 08-May-1990"}, "CANTÚ, Baby", "2026-11-01", nil},
		{"prescriber's number", []string{"Patient: CANTÚ, Catalina   DOB: 08-May-1940", "Prescriber: Dr S. Thistlewood   GMC no 7012345", "Telephone 01632 960101"}, "CANTÚ, Catalina", "1940-05-08", nil},
		{"two columns", []string{"Patient: CANTÚ, Catalina      Next of kin", "DOB: 08-May-1940              Name: Luca Cantú (son)", "MRN: 412 887 0031             DOB: 02-Feb-1970"}, "CANTÚ, Catalina", "1940-05-08", []string{"4128870031"}},
		{"née", []string{"Patient: LOPEZ (née CANTÚ), Catalina   DOB: 08-May-1940"}, "LOPEZ (née CANTÚ), Catalina", "1940-05-08", nil},
		{"née in a letter", []string{"Re: Mrs Catalina Lopez (née Cantú), DOB 08-May-1940"}, "Mrs Catalina Lopez (née Cantú)", "1940-05-08", nil},
		{"German", []string{"Patientin: CANTÚ, Catalina   geb. am 8. Mai 1940   Geschlecht: weiblich", "Hausarzt: Dr. Peter Vogel"}, "CANTÚ, Catalina", "1940-05-08", nil},
		{"German form", []string{"Nachname: Cantú   Vorname: Catalina", "Geburtsdatum: 08.05.1940"}, "Cantú Catalina", "1940-05-08", nil},
		{"French", []string{"Nom: CANTÚ   Prénom: Catalina", "Née le 8 mai 1940", "Médecin traitant: Dr Jean Dupont"}, "CANTÚ Catalina", "1940-05-08", nil},
		{"Spanish", []string{"Paciente: Catalina CANTÚ", "Fecha de nacimiento: 08 de mayo de 1940"}, "Catalina CANTÚ", "1940-05-08", nil},
		{"Polish", []string{"Imię i nazwisko: Katarzyna Wójcik", "Data urodzenia: 8 maja 1940"}, "Katarzyna Wójcik", "1940-05-08", nil},
		{"Cyrillic", []string{"Пациент: Иванов Иван Иванович   Дата рождения: 8 мая 1940", "Лечащий врач: Петров П. П."}, "Иванов Иван Иванович", "1940-05-08", nil},
		{"Greek", []string{"Ασθενής: Παπαδόπουλος Γεώργιος   Ημ. γέννησης: 08/05/1940"}, "Παπαδόπουλος Γεώργιος", "1940-05-08", nil},
		{"Chinese", []string{"姓名: 赵明宇   性别: 男   出生日期: 1940年5月8日"}, "赵明宇", "1940-05-08", nil},
		{"a mother in German", []string{"Mutter: Alma Cantú, geb. 02.02.1915"}, "", "", nil},
		{"nothing", []string{"Chest clear. No masses."}, "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Find(layout.NewDocument(analysistest.TextFile(c.lines...)))[0]
			if got.Name != c.who || got.DateOfBirth.String() != c.born || !slices.Equal(got.Identifiers, c.numbers) {
				t.Errorf("got %q %v %q, want %q %s %q", got.Name, got.DateOfBirth, got.Identifiers, c.who, c.born, c.numbers)
			}
		})
	}
}

// TestIdentityOfDemo: on perfect words every page that says who it is about is
// understood, and no other names are taken.
func TestIdentityOfDemo(t *testing.T) {
	pages, right := 0, 0
	for _, p := range analysistest.DemoPapers(t, 3) {
		pt := analysistest.Hospital().Patients[p.Doc.Patient]
		chart := core.Patient{ID: 1, Demographics: pt.Demographics, User: core.User{FirstName: pt.FirstName, LastName: pt.LastName}}
		stated := map[int]bool{}
		for _, v := range p.Truth.Values {
			if v.Kind == "identity" {
				stated[v.Page] = true
			}
		}
		for _, id := range Find(layout.NewDocument(p.Pages)) {
			if id.Name != "" && compareNames(id.Name, chart) != nameSame {
				t.Errorf("%s page %d: %q is not %s %s", p.Doc.Ref, id.Page, id.Name, pt.FirstName, pt.LastName)
			}
			if !stated[id.Page] {
				continue
			}
			if pages++; id.Name != "" && id.DateOfBirth == pt.DateOfBirth && slices.Equal(id.Identifiers, []string{pt.MRN}) {
				right++
			} else {
				t.Errorf("%s page %d (%s): %q %v %q", p.Doc.Ref, id.Page, p.Doc.Kind, id.Name, id.DateOfBirth, id.Identifiers)
			}
		}
	}
	t.Logf("%d of %d pages right", right, pages)
	if pages < 50 {
		t.Errorf("only %d pages with identities", pages)
	}
}

func TestIdentityBoxes(t *testing.T) {
	high, low := 97.0, 72.0
	word := func(text string, x int, c *float64) core.Word {
		return core.Word{Text: text, Confidence: c, Box: core.Box{X: x, Y: 100, W: 10 * len(text), H: 22}, Line: 1}
	}
	id := Find(layout.NewDocument([]core.Page{{Number: 3, Words: []core.Word{word("Patient:", 0, &high), word("CANTU,", 100, &low), word("Catalina", 170, &high), word("DOB:", 400, &high), word("08-May-1940", 450, &high)}}}))[0]
	if id.Page != 3 || len(id.Boxes) != 3 || id.Confidence == nil || *id.Confidence != 72 {
		t.Errorf("got page %d, %d boxes, confidence %v; want 3, 3, 72", id.Page, len(id.Boxes), id.Confidence)
	}
}
