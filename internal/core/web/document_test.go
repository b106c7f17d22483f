package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// send posts a multipart form in the order of its pairs; a name that begins with "@" is
// a file, whose value is its name and, after a bar, its content.
func (v *visitor) send(path string, pairs []string, headers ...string) answer {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if field, ok := strings.CutPrefix(pairs[i], "@"); ok {
			name, content, _ := strings.Cut(pairs[i+1], "|")
			f, err := w.CreateFormFile(field, name)
			must(v.t, err)
			_, _ = f.Write([]byte(content))
			continue
		}
		must(v.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	must(v.t, w.Close())
	return v.do("POST", path, &b, append([]string{"Content-Type", w.FormDataContentType()}, headers...)...)
}

func adding(id int64) string { return fmt.Sprintf("/clinician/patients/%d/add-record/", id) }

func TestAddingADocumentAsOldClientsDo(t *testing.T) {
	t.Parallel()
	ann, ben := shared.clinician(t, "Ann", "Abbott"), shared.clinician(t, "Ben", "Baker")
	p := shared.patient(t, ann, catalina())
	v := shared.signedIn(t, ann)
	v.get(adding(p.ID)).want(200).says("QUILLFEATHER, Catalina (Mrs)", "Laboratory Results", "at most 104.9 MB")
	token := v.cookie("csrftoken")
	doc := []string{"@document", "note.txt|Haemoglobin 9.8 g/dL"}
	form := func(pairs ...string) []string { return append(pairs, doc...) }

	v.send(adding(p.ID), form("recordType", "Laboratory Results")).want(403).says("nothing was done")
	v.send(adding(p.ID), form("recordType", "Laboratory Results", "csrfmiddlewaretoken", token), "Origin", "https://evil.example").want(403)
	v.send(adding(p.ID), form("csrfmiddlewaretoken", token)).want(400).says("Missing required fields")
	v.send(adding(p.ID), []string{"csrfmiddlewaretoken", token, "recordType", "Laboratory Results"}).want(400).says("Missing required fields")
	v.send(adding(p.ID), form("csrfmiddlewaretoken", token, "recordType", "No such type")).want(400).says("Invalid record type")
	v.send(adding(p.ID), form("csrfmiddlewaretoken", token, "recordType", "Laboratory Results", "document_date", "8/5/40")).want(400).says("2026-11-24")
	v.send(adding(p.ID), []string{"csrfmiddlewaretoken", token, "recordType", "Laboratory Results", "@document", "a.exe|MZ\x90\x00\x03"}).want(415)
	if list, err := shared.session(t, ann).PatientRecords(t.Context(), p.ID, true); err != nil || len(list) != 0 {
		t.Fatalf("refused forms left %d records, %v", len(list), err)
	}

	v.send(adding(p.ID), form("csrfmiddlewaretoken", token, "recordType", "Laboratory Results")).want(302).to(chart(p.ID))
	v.send(adding(p.ID), []string{"@document", "second.txt|x", "recordType", "Progress Notes", "document_date", ""}, "X-CSRFToken", token).want(302).to(chart(p.ID) + "?done=added")
	v.send(adding(p.ID), []string{"@document", "third.txt|y", "recordType", "Progress Notes", "csrfmiddlewaretoken", token}).want(302)
	v.get(chart(p.ID)).want(200).says("3 documents", "note", "second", "third")

	other := shared.signedIn(t, ben)
	other.get(adding(p.ID)).want(403).says("You are not authorized to add records for this patient")
	other.send(adding(p.ID), form("recordType", "Laboratory Results", "csrfmiddlewaretoken", other.cookie("csrftoken"))).want(403)
}

// read has a document read and waits until that is done.
func (w *world) read(t testing.TB, of core.SignedIn, recordID string) {
	t.Helper()
	s := w.session(t, of)
	sub, err := s.Analyze(t.Context(), recordID, core.AnalyzeOptions{})
	must(t, err)
	watch, err := s.WatchJob(t.Context(), sub.Job.ID)
	must(t, err)
	defer watch.Close()
	for {
		ev, err := watch.Next(t.Context())
		must(t, err)
		if ev.Final() {
			return
		}
	}
}

func TestNotReadNotKnownAndNoneAreThreeThings(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	p := shared.patient(t, ann, catalina())
	v := shared.signedIn(t, ann)
	r := shared.document(t, ann, p.ID, "letter.txt", "Dear colleague, thank you.")
	at := "/clinician/records/" + r.ID + "/"
	v.get(at).want(200).says("date not recorded", "The text has not been read by the machine", "Not known. The text of this document has not been read").
		silent("found no values")
	v.get(chart(p.ID)).says("Not known. 1 of 1 document has not been read by the machine.").silent("No medicines")
	shared.read(t, ann, r.ID)
	v.get(chart(p.ID)).says("No medicines were found in 1 document.")
	v.get(at).want(200).says("found no values in this document. That does not mean that there are none").silent("Not known")
	lacks := shared.document(t, ann, p.ID, "lacks.txt", "LACKS something\nDear colleague")
	shared.read(t, ann, lacks.ID)
	v.get("/clinician/records/"+lacks.ID+"/").want(200).says("Not all was read", "“scan <1>.pdf” inside this document was not read. Save it from a viewer", "Dear colleague")
	empty := shared.document(t, ann, p.ID, "empty.txt", " \n ")
	shared.read(t, ann, empty.ID)
	v.get("/clinician/records/" + empty.ID + "/").want(200).says("found no text on this page")
}

func TestAnothersDocumentsDoNotExist(t *testing.T) {
	t.Parallel()
	ann, ben := shared.clinician(t, "Ann", "Abbott"), shared.clinician(t, "Ben", "Baker")
	r := shared.document(t, ann, shared.patient(t, ann, catalina()).ID, "letter.txt", "Dear colleague")
	v := shared.signedIn(t, ben)
	for _, id := range []string{r.ID, "00000000-0000-0000-0000-000000000000", "%2e%2e"} {
		at := "/clinician/records/" + id + "/"
		v.get(at).want(404).silent("QUILLFEATHER")
		for _, act := range []string{"view", "analyze", "reviewed", "check", "details", "entered-in-error", "restore", "delete"} {
			if a := v.post(at+act+"/", url.Values{"reason": {"because"}, "family_name": {"Quillfeather"}, "birth_year": {"1940"}, "type": {"1"}}); a.status != 404 {
				t.Errorf("%s of another's document: status %d", act, a.status)
			}
		}
	}
}

func TestWhatIsSaidOfValuesAndDocuments(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	p := shared.patient(t, ann, catalina())
	r := shared.document(t, ann, p.ID, "bloods.txt", "Patient: Catalina QUILLFEATHER DOB: 08-May-1940\nCollected: 10-Nov-2026\nHaemoglobin 9.8 g/dL 12.0 - 15.5\nSodium 13? mmol/L 133 - 146")
	shared.read(t, ann, r.ID)
	found, err := shared.session(t, ann).RecordValues(t.Context(), r.ID, core.ValueFilter{Kind: core.ValueLaboratory})
	must(t, err)
	if len(found.Results) != 2 {
		t.Fatalf("found %+v", found.Results)
	}
	v, at := shared.signedIn(t, ann), "/clinician/records/"+r.ID+"/"
	value := func(i int) string { return at + "values/" + found.Results[i].ID + "/" }
	seen := func() string { // as it stands in the page's form
		t.Helper()
		now, err := shared.session(t, ann).RecordValues(t.Context(), r.ID, core.ValueFilter{Kind: core.ValueLaboratory})
		must(t, err)
		if field := `name="version" value="` + now.Results[1].Version + `"`; !strings.Contains(v.get(at).body, field) {
			t.Errorf("the page has no %s", field)
		}
		return now.Results[1].Version
	}
	fresh := seen()
	v.post(value(1), url.Values{"act": {"corrected"}, "value": {"139"}, "unit": {"mmol/L"}, "page": {"1"}, "version": {fresh}}).want(303).
		to(at + "?done=corrected&page=1#value-" + found.Results[1].ID)
	v.get(at).says("139 mmol/L", "was read as 13 mmol/L")
	v.post(value(1), url.Values{"act": {"undo"}, "version": {seen()}}).want(303)
	v.post(value(1), url.Values{"act": {"rejected"}, "version": {seen()}}).want(400)
	v.post(value(1), url.Values{"act": {"rejected"}, "reason": {"another line"}, "version": {seen()}}).want(303)
	v.post(value(1), url.Values{"act": {"undo"}, "version": {seen()}}).want(303)
	for _, typed := range []string{"", "130"} {
		v.post(value(1), url.Values{"act": {"verified"}, "typed": {typed}, "version": {seen()}}).want(400).says("correct")
	}
	for field, was := range map[string]string{"value": "130", "unit": "mmol/L", "reason": "a stain"} { // Enter in a field of another button
		v.post(value(1), url.Values{"act": {"verified"}, "typed": {"13"}, field: {was}, "version": {seen()}}).want(400).says("Not verified", "You had typed: "+was)
	}
	v.post(value(1), url.Values{"act": {"verified"}, "typed": {"13"}, "version": {seen()}}).want(303)
	v.post(value(1), url.Values{"act": {"rejected"}, "reason": {"another line"}, "version": {seen()}}).want(303)
	for _, act := range []string{"verified", "corrected", "rejected", "undo"} { // from a page that was opened before
		v.post(value(1), url.Values{"act": {act}, "value": {"130"}, "read": {"130"}, "unit": {"mmol/L"}, "readunit": {"mmol/L"}, "version": {fresh}, "reason": map[string][]string{"rejected": {"a stain"}}[act]}).want(409).
			says("Ann Abbott rejected this value on ", "rejected by Ann Abbott: another line")
		v.post(value(1), url.Values{"act": {act}}).want(400)
	}
	v.post(value(1), url.Values{"act": {"corrected"}, "value": {"130"}, "unit": {"mmol/L"}, "version": {fresh}}).want(409).says("You had typed: 130 mmol/L.")
	v.get(at).says("rejected by Ann Abbott: another line")
	v.post(value(0), url.Values{"act": {"nonsense"}, "version": {fresh}}).want(400)

	v.post(at+"details/", url.Values{"title": {"Full blood count"}, "type": {"1"}, "document_date": {"2026-11-10"}, "source": {"North Lab"}, "tags": {"a, b"}}).want(303)
	v.get(at).says("Full blood count", "dated 10-Nov-2026", "North Lab")
	v.post(at+"reviewed/", url.Values{"reviewed": {"no"}}).want(303)
	v.get("/clinician/unread/").says("1 document", "Full blood count", "QUILLFEATHER, Catalina (Mrs)")

	for _, bad := range []url.Values{{"reason": {"x"}}, {"reason": {"x"}, "family_name": {"Abbott"}, "birth_year": {"1940"}}, {"reason": {"x"}, "family_name": {"Quillfeather"}, "birth_year": {"1941"}}} {
		if a := v.post(at+"entered-in-error/", bad); a.status != 400 && a.status != 403 {
			t.Errorf("entered in error with %v: status %d", bad, a.status)
		}
	}
	typed := url.Values{"reason": {"wrong patient"}, "family_name": {"quillfeather"}, "birth_year": {"1940"}}
	v.post(at+"entered-in-error/", typed).want(303)
	v.get(at).want(200).says("ENTERED IN ERROR, does not count: wrong patient").silent("9.8")
	v.get(chart(p.ID)).says("No documents in this chart")
	v.get(chart(p.ID)+"?all=true").says("ENTERED IN ERROR", "out of use")
	v.post(at+"restore/", url.Values{"reason": {"it was right"}}).want(303)
	v.post(at+"delete/", url.Values{"family_name": {"Baker"}, "birth_year": {"1940"}}).want(403)
	v.post(at+"delete/", typed).want(303).to(chart(p.ID) + "?done=deleted")
	v.get(at).want(404)
}

func TestATemporaryViewGoesWhenItsPageIsLeft(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	r := shared.document(t, ann, shared.patient(t, ann, catalina()).ID, "letter.txt", "Dear colleague")
	v, at := shared.signedIn(t, ann), "/clinician/records/"+r.ID+"/"
	for _, leave := range []url.Values{{}, {"leaving": {"yes"}}} {
		page := v.post(at+"view/", nil).want(303).header.Get("Location")
		shown := v.get(page).want(200).says("QUILLFEATHER, Catalina (Mrs)", "60 minutes").body
		_, rest, _ := strings.Cut(shown, `src="/media/`)
		name, _, _ := strings.Cut(rest, `"`)
		if a := v.get("/media/" + name).want(200); a.body != "Dear colleague" {
			t.Errorf("the view holds %q", a.body)
		}
		if a := v.post(page+"close/", leave); a.status != 303 && a.status != 204 {
			t.Errorf("closing: status %d", a.status)
		}
		v.get("/media/" + name).want(404)
	}
	v.get(at + "file/").want(302).to("/api/files/medical-records/" + r.ID + "/download/")
}

// hostile are strings that would do something on a page which took them for its own.
var hostile = []string{`<img src=x onerror=alert(1)>`, `"><script>alert(1)</script>`, `' onfocus=alert(1) autofocus '`, `{{.Token}}`, `</bdi></title><svg onload=alert(1)>`}

func TestTextOfOthersStaysText(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, hostile[0], hostile[1])
	for i, text := range hostile {
		p := shared.patient(t, ann, core.NewPatient{FirstName: text, LastName: fmt.Sprintf("%s %d", hostile[(i+1)%5], i), Demographics: core.Demographics{Title: text,
			PreferredName: text, PhoneNumber: text, Address: text, EmergencyContactName: text, EmergencyContactPhone: text, Alerts: []string{text},
			AllergyStatus: core.AllergiesKnown, Allergies: []core.Allergy{{Substance: text, Reaction: text}}}})
		r, err := shared.session(t, ann).Upload(t.Context(), core.NewDocument{PatientID: p.ID, TypeID: 1, Filename: text + ".txt", Title: text, Source: text,
			Tags: []string{"t" + text}, Size: -1, Content: strings.NewReader("Haemoglobin 9.8 g/dL " + text + "\n" + text + "? and " + text)}, nil)
		must(t, err)
		shared.read(t, ann, r.ID)
		_, err = shared.Store.CreateAppointment(t.Context(), core.Appointment{ClinicianID: ann.Clinician.ID, PatientID: p.ID, Type: text, Reason: text + "r",
			Location: text, Start: time.Now().Add(time.Hour), End: time.Now().Add(2 * time.Hour), Status: core.AppointmentBooked})
		must(t, err)
		_, err = shared.Store.Notify(t.Context(), core.Notification{UserID: ann.User.ID, Kind: "message", Level: "action", Text: text, PatientID: &p.ID, RecordID: &r.ID})
		must(t, err)
		v := shared.signedIn(t, ann)
		for _, path := range []string{"/clinician/dashboard/", "/clinician/patients/", "/clinician/patients/?q=" + url.QueryEscape(text), chart(p.ID), adding(p.ID),
			fmt.Sprintf("/clinician/patients/%d/access/", p.ID), "/clinician/records/" + r.ID + "/", "/clinician/unread/", "/clinician/readings/",
			"/clinician/appointments/", "/clinician/appointments/?when=today", "/clinician/notifications/", "/clinician/profile/",
			"/clinician/dashboard/?done=" + url.QueryEscape(text), "/login/?error=x&next=" + url.QueryEscape("/"+text)} {
			for _, bad := range []string{"<img src=x", "<script>alert", "<svg onload", "' onfocus=alert", `" onfocus`} {
				if a := v.get(path); strings.Contains(a.body, bad) {
					t.Errorf("%s holds %q as markup", path, bad)
				}
			}
		}
	}
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	ann, ben := shared.clinician(t, "Ann", "Abbott"), shared.clinician(t, "Ben", "Baker")
	var ids []string
	for _, text := range []string{"Call the laboratory", "Sign the letter"} {
		n, err := shared.Store.Notify(t.Context(), core.Notification{UserID: ann.User.ID, Kind: "message", Level: "action", Text: text})
		must(t, err)
		ids = append(ids, fmt.Sprintf("/clinician/notifications/%d/", n.ID))
	}
	v := shared.signedIn(t, ann)
	v.get("/clinician/notifications/?level=action").want(200).says("2 notifications", "Call the laboratory", "Sign the letter")
	v.post(ids[0], url.Values{"act": {"acknowledge"}, "here": {"state=open&level=action"}}).want(303).to("/clinician/notifications/?done=note-acknowledge&level=action&state=open")
	v.post(ids[1], url.Values{"act": {"defer"}}).want(303)
	v.get("/clinician/notifications/").says("There are none")
	v.get("/clinician/notifications/?state=deferred").says("Sign the letter", "deferred until")
	v.post(ids[0], url.Values{"act": {"reopen"}}).want(303)
	v.get("/clinician/notifications/").says("Call the laboratory")
	shared.signedIn(t, ben).post(ids[0], url.Values{"act": {"acknowledge"}}).want(404)
}

func TestProfile(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	v := shared.signedIn(t, ann)
	v.get("/clinician/profile/").want(200).says("E-mail address", ann.User.Email)
	form := url.Values{"first_name": {"Anna"}, "last_name": {""}, "phone_number": {"555-0101"}, "specialization_id": {"1"}}
	v.post("/clinician/profile/", form).want(400).says("This field may not be blank.")
	form.Set("last_name", "Abbott-Lee")
	v.post("/clinician/profile/", form).want(303)
	v.get("/clinician/dashboard/").says("Anna Abbott-Lee")
}

func TestWhoLooked(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	p := shared.patient(t, ann, catalina())
	v := shared.signedIn(t, ann)
	v.get(chart(p.ID)).want(200)
	v.get(fmt.Sprintf("/clinician/patients/%d/access/", p.ID)).want(200).says("ABBOTT, Ann", "opened the chart", "QUILLFEATHER")
}
