package tui

import (
	"clinician/internal/tui/account"
	"clinician/internal/tui/chart"
	"clinician/internal/tui/day"
	"clinician/internal/tui/document"
	"clinician/internal/tui/page"
	"clinician/internal/tui/patients"
	"clinician/internal/tui/values"
)

// routes is the one table of screens: what kind of route is made by which
// constructor. Nothing else in the program knows both.
type routes map[page.Kind]func(*page.Env, page.Route) page.Screen

// newRoutes fills the table. A new screen is a route in package page, a constructor
// in its part, and a line here. Each screen is handed what its part may do with
// the server, and no more.
func newRoutes(b page.Backend) routes {
	t := routes{}
	alone(t, newStart)
	add(t, account.Clinic(b), account.NewLogin)
	add(t, account.Clinic(b), account.NewSignup)
	add(t, account.Clinic(b), account.NewProfile)

	add(t, day.Clinic(b), day.New)
	add(t, day.Clinic(b), day.NewAppointments)
	add(t, day.Clinic(b), day.NewNotifications)
	add(t, day.Clinic(b), day.NewNote)
	add(t, day.Clinic(b), day.NewUnread)
	add(t, day.Clinic(b), day.NewTasks)
	add(t, day.Clinic(b), day.NewEndTask)
	add(t, day.Clinic(b), day.NewJobs)

	add(t, patients.Clinic(b), patients.New)
	add(t, patients.Clinic(b), patients.NewPicker)

	add(t, chart.Clinic(b), chart.New)
	alone(t, chart.NewCharts)
	add(t, chart.Clinic(b), chart.NewSearch)
	add(t, chart.Clinic(b), chart.NewTrend)

	add(t, document.Clinic(b), document.NewViewer)
	add(t, document.Clinic(b), document.NewReading)
	add(t, document.Clinic(b), document.NewResult)
	add(t, document.Clinic(b), document.NewReadings)
	add(t, document.Clinic(b), document.NewReadAgain)
	add(t, document.Clinic(b), document.NewUpload)
	add(t, document.Clinic(b), document.NewDownload)
	add(t, document.Clinic(b), document.NewDetails)
	add(t, document.Clinic(b), document.NewFileCheck)
	add(t, document.Clinic(b), document.NewUnlock)
	add(t, document.Clinic(b), document.NewSendTask)
	add(t, document.Clinic(b), document.NewNotes)
	add(t, document.Clinic(b), document.NewWriteNote)
	add(t, document.Clinic(b), document.NewAct)
	add(t, document.Clinic(b), document.NewDelete)
	add(t, document.Clinic(b), document.NewMove)
	add(t, document.Clinic(b), document.NewSplit)
	add(t, document.Clinic(b), document.NewConfirmSplit)

	add(t, values.Clinic(b), values.New)
	add(t, values.Clinic(b), values.NewCritical)
	add(t, values.Clinic(b), values.NewCheck)
	add(t, values.Clinic(b), values.NewCorrect)
	return t
}

// add puts a constructor into the table, under the kind of its route, with what its
// screens may ask for.
func add[C any, R page.Route](t routes, clinic C, build func(C, *page.Env, R) page.Screen) {
	var zero R
	t[zero.Kind()] = func(e *page.Env, r page.Route) page.Screen { return build(clinic, e, r.(R)) }
}

// alone puts the constructor of a screen that asks the server nothing into the table.
func alone[R page.Route](t routes, build func(*page.Env, R) page.Screen) {
	add(t, struct{}{}, func(_ struct{}, e *page.Env, r R) page.Screen { return build(e, r) })
}

// screen makes the screen of a route.
func (t routes) screen(e *page.Env, r page.Route) page.Screen { return t[r.Kind()](e, r) }
