package demo

import (
	"slices"
	"time"

	"clinician/internal/core"
)

// How many appointments there are: today (all Dr Blake's), in the next 14
// days, and in the past.
const (
	appointmentsToday = 9
	appointmentsNext  = 25
	appointmentsPast  = 60
)

// todaysPatients are the nine Dr Blake sees today, in the order of the clinic.
// The second, at 09:20, is the one whose referral came by scan; the sixth, at
// 11:40, is the one whose potassium is critical.
func todaysPatients() []int { return []int{3, 9, 1, 0, 8, 11, 15, 19, 5} }

// freshPatients are those of today of whom something came in this morning: the
// six documents Dr Blake has not read.
func freshPatients() []int { return todaysPatients()[:6] }

func appointments(p *Panel) []Appointment {
	r := stream(p.Seed, "appointments")
	var out []Appointment
	book := func(patient, days, minute int, status core.AppointmentStatus) {
		length := pick(r, []int{20, 20, 20, 40})
		types := []string{"Follow-up", "Follow-up", "New patient", "Chemotherapy review", "Results clinic", "Telephone"}
		reasons := []string{"Review before the next cycle", "Discuss imaging results", "Discuss pathology", "Symptom review", "Treatment plan", "Blood results"}
		start := p.at(days, 0, minute)
		out = append(out, Appointment{
			Patient: patient, Clinician: p.Patients[patient].Clinician, Start: start, End: start.Add(time.Duration(length) * time.Minute),
			Type: pick(r, types), Reason: pick(r, reasons), Location: pick(r, []string{"Clinic 2, room 4", "Clinic 2, room 5", "Day unit", "Telephone"}), Status: status,
		})
	}
	for i, patient := range todaysPatients() {
		minute := []int{520, 560, 600, 620, 660, 700, 810, 870, 930}[i] // 08:40, 09:20 ... 15:30
		status := core.AppointmentBooked
		if i == 0 {
			status = core.AppointmentArrived
		}
		book(patient, 0, minute, status)
	}
	free := assignable(p)
	for i := range appointmentsNext {
		status := core.AppointmentBooked
		if i%6 == 5 {
			status = core.AppointmentPending
		}
		book(pick(r, free), p.workday(1+r.IntN(14), 1), slot(r.IntN(20)), status)
	}
	for i := range appointmentsPast {
		status := core.AppointmentFulfilled
		switch {
		case i%12 == 7:
			status = core.AppointmentCancelled
		case i%15 == 4:
			status = core.AppointmentNoShow
		}
		book(pick(r, free), p.workday(-1-r.IntN(120), -1), slot(r.IntN(20)), status)
	}
	slices.SortStableFunc(out, func(a, b Appointment) int { return a.Start.Compare(b.Start) })
	return out
}

// slot gives the minute of the day of a clinic slot: 08:40 to 12:00 and 13:30 to 16:30.
func slot(n int) int {
	if n < 11 {
		return 520 + 20*n
	}
	return 810 + 20*(n-11)
}

// workday moves a day offset off the weekend in the direction of step, or back
// when that would leave the fortnight.
func (p *Panel) workday(days, step int) int {
	for d := days; ; d += step {
		if wd := p.at(d, 12, 0).Weekday(); wd != time.Saturday && wd != time.Sunday {
			return d
		}
		if d == 14 {
			step = -1
		}
	}
}

// assignable are the living patients somebody cares for.
func assignable(p *Panel) []int {
	var out []int
	for i, pt := range p.Patients {
		if pt.Clinician != nobody && pt.DeceasedDate.IsZero() {
			out = append(out, i)
		}
	}
	return out
}

// notifications are the twelve for Dr Blake. They name no clinical detail.
func notifications(p *Panel) []Notification {
	var out []Notification
	say := func(kind, level, text string, patient, document, days, hour, minute int, read bool) {
		out = append(out, Notification{User: blake, Kind: kind, Level: level, Text: text, Patient: patient, Document: document, CreatedAt: p.at(days, hour, minute), Read: read})
	}
	t := todaysPatients()
	for i, patient := range t[:4] {
		if d := p.newest(patient); d >= 0 {
			say("record_added", "info", "A document arrived for one of today’s patients", patient, d, 0, 7, 10+i*4, false)
		}
	}
	say("message", "action", "Laboratory asks for a call back about a result", 11, -1, 0, 6, 52, false)
	say("message", "action", "A scan may be filed under the wrong patient: please check", 3, p.find("misfile"), 0, 6, 40, false)
	say("assignment", "action", "A patient was assigned to you yesterday evening", 25, -1, -1, 18, 5, false)
	say("message", "info", "The day unit has moved the 16:00 list to room 5", -1, -1, -1, 16, 30, true)
	say("record_added", "info", "A discharge summary arrived", 12, p.newest(12), -1, 15, 12, true)
	say("record_added", "info", "A pathology report arrived", 15, p.newest(15), -2, 11, 47, true)
	say("assignment", "info", "A patient was assigned to you", 20, -1, -6, 9, 30, true)
	say("message", "info", "Clinic letters of last week have been signed", -1, -1, -4, 17, 0, true)
	return out
}

// newest gives the patient's latest document, -1 if there is none.
func (p *Panel) newest(patient int) int {
	for i, d := range slices.Backward(p.Documents) {
		if d.Patient == patient {
			return i
		}
	}
	return -1
}

// find gives the document of a special purpose, -1 if there is none.
func (p *Panel) find(purpose string) int {
	return slices.IndexFunc(p.Documents, func(d Document) bool { return d.Purpose == purpose })
}
