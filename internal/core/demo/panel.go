package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"clinician/internal/core"
)

// Password opens every demo account.
const Password = "demo-clinician-2026"

// Clinician is the e-mail address of the account demos log in with.
const Clinician = "aria.blake@demo.invalid"

// Panel is a hospital's worth of demo data. References between its parts are
// indices into Users and Patients.
type Panel struct {
	Seed          uint64
	Today         time.Time // midnight of the day the panel is relative to, in its zone
	Users         []User
	Patients      []Patient
	Appointments  []Appointment
	Notifications []Notification
	Documents     []Document // by upload time, earliest first
}

// User is an account. Clinicians have a Specialty and patients.
type User struct {
	Email     string
	First     string
	Last      string
	Role      core.Role
	Specialty string // cancer type, for clinicians
	Phone     string
}

// Patient is a person with a chart.
type Patient struct {
	core.NewPatient
	Clinician int    // index into Panel.Users; -1: assigned to nobody
	Cancer    string // cancer type
	Subtype   string
	Diagnosis string // one line, for the assignment's notes
	Diagnosed core.Date

	story     story
	condition *condition
}

// Appointment is a meeting of Panel.Patients[Patient] with Panel.Users[Clinician].
type Appointment struct {
	Patient   int
	Clinician int
	Start     time.Time
	End       time.Time
	Type      string
	Reason    string
	Location  string
	Status    core.AppointmentStatus
}

// Notification is a message to Panel.Users[User]. Patient and Document are -1
// when it is about none.
type Notification struct {
	User      int
	Kind      string
	Level     string
	Text      string
	Patient   int
	Document  int
	CreatedAt time.Time
	Read      bool
}

// Generate makes the panel of a seed for the day of today, in today's zone.
// The same arguments give the same panel, down to the bytes of every document.
func Generate(seed uint64, today time.Time) *Panel {
	p := begin(seed, today)
	p.Patients = patients(seed, p.Today)
	p.Appointments = appointments(p)
	p.Documents = documents(p)
	p.Notifications = notifications(p)
	return p
}

// GenerateFrom makes the panel of a later day of which everything but what came in
// this morning, the appointments and the notifications is as drawn on an earlier one:
// the same documents down to their bytes, whatever today is. Of an earlier day it is
// Generate.
func GenerateFrom(seed uint64, drawn, today time.Time) *Panel {
	if drawn.After(today) {
		return Generate(seed, today)
	}
	before := begin(seed, drawn)
	before.Patients = patients(seed, before.Today)
	old := map[string]Document{}
	for _, d := range documents(before) {
		old[d.Ref] = d
	}
	p := begin(seed, today)
	p.Patients = before.Patients
	p.Appointments = appointments(p)
	p.Documents = documents(p)
	for i, d := range p.Documents {
		if was, ok := old[d.Ref]; ok && !d.fresh {
			p.Documents[i] = was
		}
	}
	slices.SortStableFunc(p.Documents, func(a, b Document) int { return a.UploadedAt.Compare(b.UploadedAt) })
	p.Notifications = notifications(p)
	return p
}

func begin(seed uint64, today time.Time) *Panel {
	y, m, d := today.Date()
	return &Panel{Seed: seed, Today: time.Date(y, m, d, 0, 0, 0, 0, today.Location()), Users: users()}
}

// stream gives the random numbers of one purpose, so that a change in one part
// of the panel leaves the others as they were.
func stream(seed uint64, purpose string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// at is a moment of the day that lies days after (or before) today.
func (p *Panel) at(days, hour, minute int) time.Time {
	y, m, d := p.Today.Date()
	return time.Date(y, m, d+days, hour, minute, 0, 0, p.Today.Location())
}

func (p *Panel) day(days int) core.Date { return core.DateOf(p.at(days, 12, 0)) }
