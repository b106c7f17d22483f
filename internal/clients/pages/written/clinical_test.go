package written

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

const cdaHead = `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><title>Summary</title>` +
	`<recordTarget><patientRole><id root="2.16.840.1.113883.4.1" extension="111-22-3333"/><id extension="5550001"/><patient><name><given>Ngozi</given><family>Okoro</family></name><birthTime value="19570314"/></patient></patientRole></recordTarget>` +
	`<component><structuredBody>`

func cdaSection(title, text, entries string) string {
	return "<component><section><title>" + title + "</title>" + text + entries + "</section></component>"
}

func observation(name, value, unit string) string {
	return `<entry><observation><code displayName="` + name + `"/><value xsi:type="PQ" value="` + value + `" unit="` + unit + `"/>` +
		`<referenceRange><observationRange><value><low value="3.5"/><high value="5.3"/></value></observationRange></referenceRange></observation></entry>`
}

func TestClinicalDocuments(t *testing.T) {
	const end = `</structuredBody></component></ClinicalDocument>`
	const head = "Summary|Patient: OKORO, Ngozi   DOB: 14-Mar-1957|MRN: 5550001||"
	for name, c := range map[string]struct{ body, want string }{
		"table": {cdaSection("Results", `<text><table><thead><tr><th>Test</th><th>Result</th></tr></thead><tbody><tr><td>White cells</td><td>9.6 10<sup>9</sup>/L</td></tr></tbody></table></text>`, ""),
			head + "Results|Test         Result|White cells  9.6 10^9/L"},
		"lists and paragraphs": {cdaSection("Allergies", "<text><list><item>Penicillin</item><item>Latex</item></list><paragraph>Seen\n today<br/>by me</paragraph></text>", ""),
			head + "Allergies|Penicillin|Latex|Seen today|by me"},
		"ordered": {cdaSection("Plan", `<text><list listType="ordered"><item>One</item><item>Two</item></list></text>`, ""), head + "Plan|1. One|2. Two"},
		"struck":  {cdaSection("Medications", `<text><content styleCode="Strikethrough">Warfarin</content> <content revised="delete">Aspirin</content></text>`, ""), head + "Medications|{[}‹Warfarin›{: struck out]} {[}‹Aspirin›{: struck out]}"},
		"codes that the text has": {cdaSection("Results", "<text>Potassium 5.9 mmol/L</text>", observation("Potassium", "5.9", "mmol/L")),
			head + "Results|Potassium 5.9 mmol/L"},
		"codes that it has not": {cdaSection("Results", "<text>See codes</text>", observation("Potassium", "5.9", "mmol/L")),
			head + "Results|See codes|Test       Result  Flag  Units   Reference range|‹Potassium›  ‹5.9›           ‹mmol/L›  ‹3.5-5.3›"},
		"codes with a day": {cdaSection("Results", "<text>See codes</text>", strings.Replace(observation("Potassium", "5.9", "mmol/L"), "<value", `<effectiveTime value="202611101200"/><value`, 1)),
			head + "Results|See codes|Test       Result  Flag  Units   Reference range  Date|‹Potassium›  ‹5.9›           ‹mmol/L›  ‹3.5-5.3›          ‹10-Nov-2026›"},
		"a note":         {cdaSection("Results", "<text>Na 138<footnote>haemolysed</footnote></text>", ""), head + "Results|Na 138{[footnote: }haemolysed{]}"},
		"no section":     {"", strings.TrimSuffix(head, "||")},
		"within another": {"<component><section><title>A</title>" + cdaSection("B", "<text>c</text>", "") + "</section></component>", head + "A||B|c"},
	} {
		doc, err := OpenText([]byte(cdaHead + c.body + end))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		pages := doc.Pages
		checkFormed(t, pages, 20000)
		if got := shown(pages[0]); got != c.want {
			t.Errorf("%s:\n%q, want\n%q", name, got, c.want)
		}
	}
}

func TestWhatIsNotReadOfClinicalDocuments(t *testing.T) {
	const end = `</structuredBody></component></ClinicalDocument>`
	for name, content := range map[string]string{
		"codes without text":  cdaHead + cdaSection("Medications", "", `<entry><substanceAdministration/></entry>`) + end,
		"a picture":           cdaHead + cdaSection("Images", `<text><renderMultiMedia referencedObject="x"/></text>`, "") + end,
		"another file":        strings.TrimSuffix(cdaHead, "<structuredBody>") + `<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody></component></ClinicalDocument>`,
		"a file in a message": "MSH|^~\\&|LAB|WGH\rPID|1||5550001||OKORO^NGOZI\rOBX|1|ED|PDF^Report||^application^pdf^Base64^JVBERi0=||||||F",
	} {
		doc, err := OpenText([]byte(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p := doc.Pages[0]; p.Status != core.PagePartial || len(p.Unread) == 0 || !strings.HasSuffix(p.Unread[0].Message, ".") {
			t.Errorf("%s: %q %+v", name, p.Status, p.Unread)
		}
	}
	for name, content := range map[string]string{
		"other XML": `<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>`, "another space": `<ClinicalDocument xmlns="urn:other"/>`, "no XML": `<?xml version="1.0"?>`,
		"broken": cdaHead, "deep": cdaHead + strings.Repeat("<a>", 2*maxNodeDepth),
	} {
		if _, err := OpenText([]byte(content)); err == nil || !strings.Contains(core.MessageOf(err), "upload that") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := OpenText([]byte("<0.01 is what the laboratory can measure")); err != nil {
		t.Errorf("text that begins with < is refused: %v", err)
	}
}

func TestMessages(t *testing.T) {
	const head, pid = "MSH|^~\\&|LAB|WGH|EHR|WGH|202611121105||ORU^R01|1|P|2.5\r", "PID|1||5550001^^^WGH~777^^^X||OKORO^NGOZI^A||19570314|F\r"
	const top = "Message of HL7 version 2 from WGH LAB, 12-Nov-2026 11:05|Patient: OKORO, NGOZI A   DOB: 14-Mar-1957   Sex: F|MRN: 5550001|Further number: 777"
	const columns = "|Test       Result  Flag  Units   Reference range|"
	for name, c := range map[string]struct{ in, want string }{
		"results": {head + pid + "OBR|1||77|U&E|||202611120840\rOBX|1|NM|K^Potassium||5.9|mmol/L|3.5-5.3|H|||F\rOBX|2|NM|NA||138|mmol/L|133-146||||F",
			top + "||U&E|Collected: 12-Nov-2026 08:40" + columns + "Potassium  5.9     H     mmol/L  3.5-5.3|NA         138           mmol/L  133-146"},
		"a comment, then headings again": {head + pid + "OBX|1|NM|K^Potassium||5.9|mmol/L|3.5-5.3|H\rNTE|1||haemolysed\rOBX|2|NM|K^Potassium||5.1|mmol/L|3.5-5.3",
			top + columns + "Potassium  5.9     H     mmol/L  3.5-5.3|Comment: haemolysed" + columns + "Potassium  5.1           mmol/L  3.5-5.3"},
		"taken back": {head + pid + "OBX|1|NM|K^Potassium||5.9|mmol/L|3.5-5.3|H|||D",
			"‹Potassium›  ‹5.9›"},
		"not final":         {head + pid + "OBX|1|NM|K^Potassium||5.9|mmol/L|3.5-5.3|H|||P", "‹5.9›"},
		"comparator, codes": {head + pid + "OBX|1|SN|TSH^TSH||<^0.01|mU/L\rOBX|2|CE|B^Blood group||A^A positive^L", "<0.01"},
		"text":              {head + pid + `OBX|1|FT|R^Report||First\.br\second \T\ third`, "First|second & third"},
		"escaped":           {head + pid + `NTE|1||a\F\b\X41\c\Q\`, "Comment: a|bAc\ufffd"},
		"next of kin":       {head + pid + "NK1|1|HALVORSEN^PER", "NK1: HALVORSEN PER"},
		"other marks":       {"MSH#*~\\&#LAB#WGH\rPID#1##5550001##OKORO*NGOZI", "Patient: OKORO, NGOZI|MRN: 5550001"},
		"guessed":           {head + pid + "OBX|1|NM|C^Creatinine||143|\xb5mol/L|45-84", "‹µ›mol/L"},
		"power in a unit":   {head + pid + "OBX|1|NM|WBC^White cells||9.6|10^9/L|4-11\rOBX|2|NM|P^Platelets||310|10\\S\\9/L|150-400\rOBX|3|NM|R^Red cells||4.5|10*12/L^10*12/L^UCUM|4-6", "9.6           10^9/L   4-11|Platelets    310           10^9/L   150-400|Red cells    4.5           10*12/L"},
		"in a frame":        {"\v" + head + pid + "\x1c\r", top},
	} {
		doc, err := OpenText([]byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		checkFormed(t, doc.Pages, 20000)
		if got := shown(doc.Pages[0]); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not hold %q", name, got, c.want)
		}
	}
	doc, err := OpenText([]byte(head + pid + head + "PID|1||5550002||HALVORSEN^PER||19490202|M\rOBX|1|NM|T^Troponin||880|ng/L"))
	if err != nil || doc.Count() != 2 || !strings.Contains(doc.Pages[1].Text, "HALVORSEN, PER") {
		t.Errorf("messages about two people are %+v, %v", doc, err)
	}
}

func FuzzClinical(f *testing.F) {
	f.Add([]byte(cdaHead + cdaSection("R", "<text><table><tr><td colspan='3'>a<sup>9</sup></td></tr></table></text>", observation("K", "5", "g")) + "</structuredBody></component></ClinicalDocument>"))
	f.Add([]byte("MSH|^~\\&|A|B\rPID|1\rOBX|1|NM|a^b||1~2|g|1-2\rNTE|1||\\X0D\\"))
	f.Fuzz(func(t *testing.T, b []byte) {
		checkFormed(t, writeMessage(string([]rune(string(b))), "").finish(), 1000*len(b)+2000)
		if w, err := writeCDA(b, ""); err == nil {
			checkFormed(t, w.finish(), 1000*len(b)+2000)
		}
	})
}
