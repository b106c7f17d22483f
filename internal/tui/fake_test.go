package tui

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/text"
	"clinician/internal/core/wire"
)

// fakeNow is the moment at which everything in the fake clinic happens.
var fakeNow = time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC)

// fake is a clinic in memory. Errors are set per method name; hold, when set,
// keeps every call of that name waiting until it is closed.
type fake struct {
	underWay    string // record that is being read
	newID       string // of the record the next upload makes
	mu          sync.Mutex
	signedIn    bool
	fail        map[string]error
	calls       map[string]int
	seen        map[string]string // version that a change was of, by call
	patients    []core.PatientSummary
	details     map[int64]core.PatientDetail
	development string         // why the server is no real one
	mixUp       bool           // the medicines are somebody else's
	medicines   core.Medicines // of every chart; those of the patient who is asked for
	result      core.Result
	frames      []wire.Frame
	pace        time.Duration // between frames and upload blocks
	lose        int           // frame index before which the connection is lost once; 0 never
	silent      atomic.Bool   // it does so now
	hold        bool          // the stream stays silent after its last frame
	deleted     []string
	onPage      *core.PageIdentity // what page 1 says, when it is not the patient
	busy        bool               // the day has unread documents, things to do, readings
	uploaded    []byte
	queries     []core.PatientQuery
	changes     []core.ProfileChange
	jobs        map[string]core.Job
	png         []byte
	place       string
	jobPatient  int64
	split       bool                          // words of a page are not those of its text
	last        chan struct{}                 // the last frame waits for it, if set
	found       map[string]*core.RecordValues // by record
	meanwhile   func(*core.Value)             // what a colleague says of a value just before a review comes
	steps       []core.Correction             // of any page
	queued      []core.Job                    // newer readings of the first document
	damage      string                        // what is wrong with every file
	splits      []core.SplitRecord
	typed       []core.Identifiers     // what the server was given to compare
	noPatients  bool                   // of the user
	noTrends    bool                   // nothing can be followed over time
	acts        int                    // what happened to a chart, beside one look
	drafts      map[int]core.DraftText // by page
	kinds       []string               // of documents; nil: some, one of them for all that is left
	undated     bool                   // one more value has no day
	papers      int                    // pages before the misfiled one, for a long document
	namesake    string                 // whom hits of a search among all patients warn of
	noNames     bool                   // no page names anybody
	noJobs      bool                   // nothing was ever read
	free        bool                   // no appointments, no notifications
	asked       []core.AnalyzeOptions
	refuses     map[string]error // documents that are not read, by id
	wanted      []string         // documents that were asked for
	of          core.Coverage    // of how many documents results, medicines and hits tell
	tasks       []core.Task
	notes       map[string][]core.Note // by record
}

func newFake() *fake {
	f := &fake{
		fail: map[string]error{}, calls: map[string]int{}, details: map[int64]core.PatientDetail{}, jobs: map[string]core.Job{}, place: "keyring", jobPatient: 4, newID: "r1", of: core.Coverage{Documents: 4},
	}
	for i, p := range fakePeople {
		f.patients = append(f.patients, p.summary(int64(i+1)))
	}
	f.addNameAlerts()
	for _, p := range f.patients {
		f.details[p.ID] = fakeChart(p)
	}
	f.result, f.frames = fakeReading()
	f.png = fakePage()
	return f
}

// addNameAlerts says of patients with like names what the server says.
func (f *fake) addNameAlerts() {
	for i := range f.patients {
		for j, o := range f.patients {
			p := &f.patients[i]
			if i != j && text.PersonSound(p.User.LastName, p.User.FirstName) == text.PersonSound(o.User.LastName, o.User.FirstName) {
				p.NameAlert = "also " + core.DisplayName(o.User.LastName, o.User.FirstName, o.Title) + "  Born " + o.DateOfBirth.Display() + "  MRN " + core.DisplayMRN(o.MRN)
			}
		}
	}
}

type person struct {
	last, first, title, born, died, mrn string
	gender                              core.Gender
}

var fakePeople = []person{
	{"Abbott", "Gail", "Ms", "1971-02-03", "", "4128870001", core.GenderFemale},
	{"Breitenberg", "Bryan", "Mr", "1964-06-29", "", "4128870010", core.GenderMale},
	{"Breitenberg", "Bryan", "Mr", "1964-08-30", "", "4128870011", core.GenderMale},
	{"Cantú", "Catalina", "Mrs", "1940-05-08", "", "4128870031", core.GenderFemale},
	{"Cummings", "Barrett", "Mr", "1999-12-31", "", "4128870044", core.GenderMale},
	{"Hegmann", "Lucila", "Ms.", "1961-04-12", "2020-01-19", "4128870052", core.GenderFemale},
	{"Mertz", "Ola", "", "", "", "", ""},
	{"Wolfeschlegelsteinhausenbergerdorff-Montgomery", "Hubert Blaine Maximilian", "Prof", "1958-10-01", "", "4128870099", core.GenderOther},
}

func (p person) summary(id int64) core.PatientSummary {
	out := core.PatientSummary{
		ID: id, MRN: p.mrn, Title: p.title, Gender: p.gender,
		User:       core.UserSummary{ID: 100 + id, FirstName: p.first, LastName: p.last},
		Assignment: core.AssignmentSummary{CancerSubtypeName: "Ductal carcinoma", AssignedAt: fakeNow.AddDate(0, -3, 0)},
	}
	if p.born != "" {
		out.DateOfBirth, _ = core.ParseDate(p.born)
	}
	if p.died != "" {
		out.DeceasedDate, _ = core.ParseDate(p.died)
	}
	return out
}

func fakeChart(p core.PatientSummary) core.PatientDetail {
	var d core.PatientDetail
	d.Patient = core.Patient{ID: p.ID, User: core.User{FirstName: p.User.FirstName, LastName: p.User.LastName}}
	d.Patient.Demographics = core.Demographics{
		MRN: p.MRN, Title: p.Title, DateOfBirth: p.DateOfBirth, DeceasedDate: p.DeceasedDate, Gender: p.Gender,
		AllergyStatus: core.AllergiesNotRecorded, PhoneNumber: "555-0117", Address: "12 Orchard Lane, Springfield",
		EmergencyContactName: "Jorge Cantú", EmergencyContactPhone: "555-0199",
	}
	d.Patient.Assignment = &core.Assignment{CancerSubtypeName: "Ductal carcinoma", CreatedAt: fakeNow.AddDate(0, -3, 0)}
	d.MedicalRecords = []core.Record{}
	if p.User.LastName != "Cantú" {
		return d
	}
	d.Patient.PreferredName = "Cata"
	d.Patient.AllergyStatus = core.AllergiesKnown
	d.Patient.Allergies = []core.Allergy{{Substance: "Penicillin", RecordedOn: core.Date{Year: 2020, Month: 9, Day: 30}}}
	d.Patient.Alerts = []string{"Falls risk"}
	d.MedicalRecords = []core.Record{
		fakeRecord("r1", p.ID, "Referral letter Dr Okoro", "Referral", core.MIMEPDF, 482133, core.JobCompleted),
		fakeRecord("r2", p.ID, "Blood count", "Lab Report", core.MIMEPNG, 2418331, ""),
		fakeRecord("r3", p.ID, "CT thorax and abdomen with contrast, second opinion", "Imaging", core.MIMEPDF, 9382133, core.JobFailed),
		fakeRecord("r4", p.ID, "Discharge summary", "Discharge Summary", core.MIMEPDF, 88213, core.JobCancelled),
	}
	d.MedicalRecords[1].DocumentDate = core.Date{}
	d.Appointments = fakeAppointments()[:1]
	return d
}

func fakeRecord(id string, patient int64, title, kind, mime string, size int64, status core.JobStatus) core.Record {
	r := core.Record{
		ID: id, FileID: id, PatientID: patient, Title: title, Filename: strings.ReplaceAll(strings.ToLower(title), " ", "-") + ".pdf",
		Type: core.RecordType{ID: 1, TypeName: kind, IsActive: true}, MIME: mime, Size: size, CanAnalyze: true,
		DocumentDate: core.Date{Year: 2026, Month: 11, Day: 12}, UploadedAt: fakeNow.AddDate(0, 0, -3),
	}
	if status != "" {
		r.LastJob = &core.JobBrief{ID: "job-" + id, Status: status}
	}
	return r
}

func fakeAppointments() []core.Appointment {
	at := func(day, h, m int) time.Time { return time.Date(2026, 11, day, h, m, 0, 0, time.UTC) }
	make := func(id int64, p int, start time.Time, kind, room string) core.Appointment {
		x := fakePeople[p]
		born, _ := core.ParseDate(x.born)
		return core.Appointment{ID: id, PatientID: int64(p + 1), PatientName: core.DisplayName(x.last, x.first, x.title), PatientMRN: x.mrn,
			PatientBorn: born, Start: start, End: start.Add(20 * time.Minute), Type: kind, Location: room, Status: core.AppointmentBooked}
	}
	return []core.Appointment{
		make(1, 3, at(24, 9, 20), "Follow-up", "Room 3"),
		make(2, 1, at(24, 10, 0), "Chemotherapy review", "Room 3"),
		make(3, 0, at(24, 11, 40), "New patient", "Room 1"),
		make(4, 4, at(25, 8, 30), "Follow-up", "Room 3"),
	}
}

func ptr[T any](v T) *T { return &v }

// fakeReading is a result of three pages, the last of which failed, and the
// frames that lead to it.
func fakeReading() (core.Result, []wire.Frame) {
	texts := []string{
		"SPRINGFIELD GENERAL HOSPITAL\nDepartment of Oncology\n\nRe: Catalina Cantú, born 08-May-1940\n\nDear colleague,\n\nthank you for seeing this patient with a history of ductal carcinoma. There is no evidence of metastasis. HER2 was negatlve in 2024. Current treatment: tamoxifen 20 mg daily. Please advise on the further course and on whether imaging should be repeated before the next visit.\n\nWith kind regards\nSam 0koro",
		"Laboratory values of 10-Nov-2026\n\nHaemoglobin      11.2 g/dL\nLeukocytes        3.9 /nL\nPlatelets         212 /nL\nCreatinine       0.9O mg/dL\nHER2             negative",
	}
	res := core.Result{Success: true, JobID: "job-r1", FileName: "referral.pdf", Confidence: ptr(0.93), PageCount: 3, ProcessingTime: 7.4,
		Model: "tesseract 5.3.0", FileID: "r1", PatientID: 4, FailedPages: 1}
	for i, t := range texts {
		res.Pages = append(res.Pages, core.Page{Number: i + 1, Status: "read", Source: "ocr", Text: t, Confidence: ptr(93.4 - 3*float64(i)), Width: 2480, Height: 3508})
	}
	res.Pages = append(res.Pages, core.Page{Number: 3, Status: "failed", Source: "ocr", Error: "the page took longer than two minutes"})
	res.ExtractedText = strings.Join(texts, "\n")
	frames := []wire.Frame{
		{Type: wire.FrameStatus, Status: "pending", Progress: ptr(0), Message: "Two jobs before it"},
		{Type: wire.FrameProgress, Status: "processing", Progress: ptr(5), Stage: "opening", Pages: 3, Message: "Opening the document"},
		{Type: wire.FrameProgress, Status: "processing", Progress: ptr(40), Stage: "page", Page: 1, Pages: 3, ETASeconds: ptr(12)},
		{Type: wire.FrameProgress, Status: "processing", Progress: ptr(70), Stage: "page", Page: 2, Pages: 3, ETASeconds: ptr(6)},
		{Type: wire.FrameComplete, PageCount: 3, Confidence: ptr(0.93), ProcessingTime: 7.4, FailedPages: 1},
	}
	return res, frames
}

func fakePage() []byte {
	g := image.NewGray(image.Rect(0, 0, 210, 297))
	for i := range g.Pix {
		g.Pix[i] = 250
	}
	for y := 20; y < 270; y += 8 {
		for x := 20; x < 190-(y*7)%60; x++ {
			if (x*7+y)%5 > 1 {
				g.SetGray(x, y, color.Gray{20})
				g.SetGray(x, y+1, color.Gray{60})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, g); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// note counts a call and gives the error that was set for it.
func (f *fake) note(ctx context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[name]++
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.fail["*"]; err != nil {
		return err
	}
	return f.fail[name]
}

func (f *fake) set(name string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail[name] = err
}

func (f *fake) count(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[name]
}

func fakeUser() core.User {
	return core.User{ID: 7, Email: "aria.blake@clinic.example", FirstName: "Aria", LastName: "Blake", RoleName: core.RoleClinician,
		DateJoined: time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)}
}

func fakeClinician() core.Clinician {
	return core.Clinician{ID: 3, User: fakeUser(), PhoneNumber: "555-0100", IsAvailable: true, Specialization: ptr(int64(2)),
		SpecializationDetail: &core.Specialization{ID: 2, CancerType: "Breast Cancer"}}
}

func (f *fake) Login(ctx context.Context, email, password string) (core.SignedIn, error) {
	if err := f.note(ctx, "Login"); err != nil {
		return core.SignedIn{}, err
	}
	if password != "correct horse" {
		return core.SignedIn{}, core.Errorf(core.CodeUnauthenticated, "E-mail or password is wrong.")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.signedIn = true
	c := fakeClinician()
	return core.SignedIn{User: c.User, Clinician: &c}, nil
}

func (f *fake) Unlock(ctx context.Context, email, password string) (core.SignedIn, error) {
	if err := f.note(ctx, "Unlock"); err != nil {
		return core.SignedIn{}, err
	}
	return f.Login(ctx, email, password)
}

func (f *fake) Signup(ctx context.Context, s core.Signup) (core.SignedIn, error) {
	if err := f.note(ctx, "Signup"); err != nil {
		return core.SignedIn{}, err
	}
	c := fakeClinician()
	return core.SignedIn{User: c.User, Clinician: &c}, nil
}

func (f *fake) Resume(ctx context.Context) (core.Profile, error) {
	if err := f.note(ctx, "Resume"); err != nil {
		return core.Profile{}, err
	}
	if !f.signedIn {
		return core.Profile{}, core.Errorf(core.CodeUnauthenticated, "No session is kept.")
	}
	return fakeClinician().Profile(), nil
}

func (f *fake) KeepAlive(ctx context.Context) error { return f.note(ctx, "KeepAlive") }

func (f *fake) Logout(ctx context.Context, everywhere bool) error { return f.note(ctx, "Logout") }

func (f *fake) Profile(ctx context.Context) (core.Profile, error) {
	return fakeClinician().Profile(), f.note(ctx, "Profile")
}

func (f *fake) UpdateProfile(ctx context.Context, c core.ProfileChange) (core.Profile, error) {
	p := fakeClinician().Profile()
	if err := f.note(ctx, "UpdateProfile"); err != nil {
		return p, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saw("UpdateProfile", c.Version)
	f.changes = append(f.changes, c)
	if c.PhoneNumber != nil {
		p.PhoneNumber = *c.PhoneNumber
	}
	return p, nil
}

func (f *fake) Specializations(ctx context.Context) ([]core.Specialization, error) {
	return []core.Specialization{{ID: 1, CancerType: "Melanoma"}, {ID: 2, CancerType: "Breast Cancer"}, {ID: 3, CancerType: "Leukemia"}}, f.note(ctx, "Specializations")
}

func (f *fake) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	var out []core.RecordType
	kinds := f.kinds
	if kinds == nil {
		kinds = []string{"Lab Report", "Imaging", "Referral", "Discharge Summary", "Other"}
	}
	for i, n := range kinds {
		out = append(out, core.RecordType{ID: int64(i + 1), TypeName: n, IsActive: true})
	}
	return out, f.note(ctx, "RecordTypes")
}

func (f *fake) Limits(ctx context.Context) (core.Limits, error) {
	return core.Limits{MaxFileBytes: core.MaxFileBytes, OCREngine: "tesseract", OCRLanguages: []string{"deu", "eng", "fra"}, Development: f.development}, f.note(ctx, "Limits")
}

func (f *fake) Dashboard(ctx context.Context) (core.Dashboard, error) {
	d := core.Dashboard{
		Profile: &core.Profile{}, UserID: 7, FirstName: "Aria", LastName: "Blake", TotalPatients: len(f.patients), TodayAppointments: 3, PendingAppointments: 4,
		UpcomingAppointments: fakeAppointments(), RecentPatients: []core.PatientSummary{f.patients[3], f.patients[7]}, AsAt: fakeNow,
		UnreadNotifications: 1,
		Notifications: []core.Notification{
			{ID: 1, Kind: "ocr_failed", Level: "action", Text: "A document could not be read overnight.", PatientID: ptr(int64(4)), CreatedAt: fakeNow.Add(-5 * time.Hour)},
			{ID: 2, Kind: "message", Level: "info", Text: "The server is updated on Friday at 22:00.", CreatedAt: fakeNow.AddDate(0, 0, -1), ReadAt: &fakeNow},
		},
	}
	if f.busy {
		f.busyDay(&d)
	}
	f.countTasks(&d)
	return d, f.note(ctx, "Dashboard")
}

func (f *fake) Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error) {
	if f.noPatients {
		return core.PatientPage{}, f.note(ctx, "Patients")
	}
	if err := f.note(ctx, "Patients"); err != nil {
		return core.PatientPage{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queries = append(f.queries, q)
	var hits []core.PatientSummary
	for _, p := range f.patients {
		if strings.HasPrefix(strings.ToLower(p.User.LastName), strings.ToLower(q.Text)) {
			hits = append(hits, p)
		}
	}
	from := 0
	if q.Cursor != "" {
		fmt.Sscan(q.Cursor, &from) // our own cursor
	}
	if q.FromEnd {
		to := len(hits)
		if q.Cursor != "" {
			to = from
		}
		from = max(0, to-q.Limit)
		page := core.PatientPage{Count: len(hits), Patients: slices.Clone(hits[from:to])}
		if from > 0 {
			page.Next = fmt.Sprint(from)
		}
		return page, nil
	}
	page := core.PatientPage{Count: len(hits), Patients: hits[from:]}
	if q.Limit > 0 && len(hits) > from+q.Limit {
		page.Patients, page.Next = hits[from:from+q.Limit], fmt.Sprint(from+q.Limit)
	}
	return page, nil
}

func (f *fake) Patient(ctx context.Context, id int64) (core.PatientDetail, error) {
	if err := f.note(ctx, "Patient"); err != nil {
		return core.PatientDetail{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail[fmt.Sprintf("Patient%d", id)]; err != nil {
		return core.PatientDetail{}, err
	}
	d, ok := f.details[id]
	if !ok {
		return d, core.Errorf(core.CodeNotFound, "There is no such patient among yours.")
	}
	d.Medicines = f.medicines
	d.Coverage = f.of
	for _, list := range [][]core.Prescription{d.Prescriptions, d.Stopped} {
		for i := range list {
			list[i].PatientID = id
			if f.mixUp {
				list[i].PatientID++
			}
		}
	}
	return d, nil
}

func (f *fake) PatientRecords(ctx context.Context, id int64, all bool) ([]core.Record, error) {
	if all {
		return f.allRecords(ctx, id)
	}
	d, err := f.Patient(ctx, id)
	return d.MedicalRecords, err
}

func (f *fake) Upload(ctx context.Context, u core.NewDocument, progress func(int64)) (core.Record, error) {
	if err := f.note(ctx, "Upload"); err != nil {
		return core.Record{}, err
	}
	var all []byte
	block := make([]byte, 64<<10)
	for {
		n, err := u.Content.Read(block)
		all = append(all, block[:n]...)
		progress(int64(len(all)))
		if err == io.EOF {
			break
		}
		if err != nil {
			return core.Record{}, err
		}
		if err := f.wait(ctx); err != nil {
			return core.Record{}, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.uploaded = all
	title := u.Title
	if title == "" {
		title = u.Filename
	}
	r := fakeRecord(f.newID, u.PatientID, title, "Referral", core.MIMEPDF, int64(len(all)), "")
	r.DocumentDate = u.DocumentDate
	chart := f.details[u.PatientID]
	if !slices.ContainsFunc(chart.MedicalRecords, func(o core.Record) bool { return o.ID == r.ID }) {
		chart.MedicalRecords = append(slices.Clip(chart.MedicalRecords), r)
		f.details[u.PatientID] = chart
	}
	return r, nil
}

func (f *fake) wait(ctx context.Context) error {
	if f.pace == 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(f.pace):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fake) Download(ctx context.Context, id string, _ bool, w io.Writer, progress func(int64)) error {
	if err := f.note(ctx, "Download"); err != nil {
		io.WriteString(w, "half of it") // a download that breaks off
		return err
	}
	n, err := io.WriteString(w, "the document "+id)
	progress(int64(n))
	return err
}

// fits compares what was typed of patient 4 like the server.
func (f *fake) fits(typed core.Identifiers) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.typed = append(f.typed, typed)
	if p := f.details[4].Patient; !text.SameName(typed.FamilyName, p.User.LastName) || typed.BirthYear != p.DateOfBirth.Year {
		return core.Errorf(core.CodeForbidden, "What was typed does not fit this record's patient. Nothing was done; read it again from the patient's banner.")
	}
	return nil
}

func (f *fake) DeleteRecord(ctx context.Context, id, version string, typed core.Identifiers) error {
	if err := f.note(ctx, "DeleteRecord"); err != nil {
		return err
	}
	if err := f.fits(typed); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saw("DeleteRecord", version)
	f.deleted = append(f.deleted, id)
	return nil
}

func (f *fake) PageImage(ctx context.Context, id string, page, width int, _ bool) (core.PageImage, error) {
	if err := f.note(ctx, "PageImage"); err != nil {
		return core.PageImage{}, err
	}
	if page > 3 {
		return core.PageImage{}, core.Errorf(core.CodeNotFound, "There is no such page.")
	}
	return core.PageImage{Data: f.png, Format: "png"}, nil
}

func (f *fake) Analyze(ctx context.Context, id string, o core.AnalyzeOptions) (core.Submission, error) {
	if o != (core.AnalyzeOptions{}) {
		f.asked = append(f.asked, o)
	}
	if err := f.note(ctx, "Analyze"); err != nil {
		return core.Submission{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wanted = append(f.wanted, id)
	return core.Submission{Job: core.Job{ID: "job-" + id}, Existing: id == "r1"}, f.refuses[id]
}

func (f *fake) PatientDashboard(context.Context, int64) (core.PatientDashboard, error) {
	return core.PatientDashboard{}, core.Errorf(core.CodeInternal, "No screen asks for this.")
}

func (f *fake) Record(ctx context.Context, id string) (core.Record, error) {
	f.mu.Lock()
	var out core.Record
	for _, chart := range f.details {
		for _, r := range chart.MedicalRecords {
			if r.ID == id {
				out = r
			}
		}
	}
	f.mu.Unlock()
	return out, f.note(ctx, "Record")
}

func (f *fake) UnfinishedUploads(context.Context) ([]core.Upload, error) {
	return nil, core.Errorf(core.CodeInternal, "No screen asks for this.")
}

func (f *fake) AbandonUpload(context.Context, string) error {
	return core.Errorf(core.CodeInternal, "No screen asks for this.")
}

func (f *fake) Job(ctx context.Context, id string) (core.Job, error) {
	if err := f.note(ctx, "Job"); err != nil {
		return core.Job{}, err
	}
	return core.Job{ID: id, PatientID: f.jobPatient, Status: core.JobProcessing}, nil
}

func (f *fake) Jobs(ctx context.Context, q core.JobFilter) ([]core.Job, error) {
	if q.State != "" {
		return f.jobsIn(ctx, q.State)
	}
	record := q.RecordID
	if err := f.note(ctx, "Jobs"); err != nil {
		return nil, err
	}
	switch {
	case f.noJobs:
	case record == f.underWay:
		return []core.Job{{ID: "job-" + record, RecordID: record, PatientID: 4, Status: core.JobProcessing}}, nil
	case record == "r1":
		return append(f.queued, core.Job{ID: "job-r1", RecordID: record, PatientID: 4, Status: core.JobCompleted, Pages: 3, FailedPages: 1, Language: "eng",
			Priority: core.PriorityNormal, Model: "tesseract 5.3.0", CreatedAt: fakeNow.AddDate(0, 0, -3)}), nil
	case record == "r3":
		return []core.Job{{ID: "job-r3", RecordID: record, PatientID: 4, Status: core.JobFailed, Error: "The file is encrypted.", Language: "eng",
			Priority: core.PriorityNormal, CreatedAt: fakeNow.AddDate(0, 0, -3)}}, nil
	}
	return nil, nil
}

func (f *fake) JobResult(ctx context.Context, id string) (core.Result, error) {
	if err := f.note(ctx, "Result"); err != nil {
		return core.Result{}, err
	}
	r := f.result
	r.Pages = append([]core.Page(nil), r.Pages...)
	return r, nil
}

func (f *fake) JobPage(ctx context.Context, id string, n int) (core.Page, error) {
	if err := f.note(ctx, "Page"); err != nil {
		return core.Page{}, err
	}
	if n < 1 || n > len(f.result.Pages) {
		return core.Page{}, core.Errorf(core.CodeNotFound, "That page is not read yet.")
	}
	p := f.result.Pages[n-1]
	if f.split {
		p.Text += " 0.9O"
	}
	for i, w := range strings.Fields(p.Text) {
		c := 95.0
		if slices.Contains([]string{"negatlve", "0koro", "0.9O"}, w) {
			c = 41
		}
		p.Words = append(p.Words, core.Word{Text: w, Confidence: &c, Line: i})
	}
	return p, nil
}

func (f *fake) CancelJob(ctx context.Context, id string) error { return f.note(ctx, "CancelJob") }

func (f *fake) WatchJob(ctx context.Context, id string) (core.JobWatch, error) {
	if err := f.note(ctx, "WatchJob"); err != nil {
		return nil, err
	}
	return &fakeStream{f: f}, nil
}

type fakeStream struct {
	f    *fake
	job  core.Job
	at   int
	lost bool
}

func (s *fakeStream) Next(ctx context.Context) (core.JobEvent, error) {
	if err := s.f.wait(ctx); err != nil {
		return core.JobEvent{}, err
	}
	if s.f.lose > 0 && s.at == s.f.lose && !s.lost {
		s.lost = true
		return core.JobEvent{}, core.Errorf(core.CodeUnavailable, "The connection is lost.")
	}
	if s.f.hold && s.at == len(s.f.frames) {
		s.f.silent.Store(true)
		<-ctx.Done()
		return core.JobEvent{}, ctx.Err()
	}
	if s.at == len(s.f.frames) {
		return core.JobEvent{}, io.EOF
	}
	if s.f.last != nil && s.at == len(s.f.frames)-1 {
		select {
		case <-s.f.last:
		case <-ctx.Done():
			return core.JobEvent{}, ctx.Err()
		}
	}
	s.at++
	ev, _ := s.f.frames[s.at-1].Event(s.job)
	s.job = ev.Job
	return ev, nil
}

func (s *fakeStream) Close() error { return nil }

func (f *fake) Keyring() (string, string) { return f.place, "no keyring is running on this computer" }
func (f *fake) Address() string           { return "http://127.0.0.1:8003" }
