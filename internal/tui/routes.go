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
// in its part, and a line here.
func newRoutes() routes {
	t := routes{}
	add(t, newStart)
	add(t, account.NewLogin)
	add(t, account.NewSignup)
	add(t, account.NewProfile)

	add(t, day.New)
	add(t, day.NewAppointments)
	add(t, day.NewNotifications)
	add(t, day.NewNote)
	add(t, day.NewUnread)
	add(t, day.NewJobs)

	add(t, patients.New)
	add(t, patients.NewPicker)

	add(t, chart.New)
	add(t, chart.NewCharts)
	add(t, chart.NewSearch)
	add(t, chart.NewTrend)

	add(t, document.NewViewer)
	add(t, document.NewReading)
	add(t, document.NewResult)
	add(t, document.NewReadings)
	add(t, document.NewReadAgain)
	add(t, document.NewUpload)
	add(t, document.NewDownload)
	add(t, document.NewDetails)
	add(t, document.NewFileCheck)
	add(t, document.NewAct)
	add(t, document.NewDelete)
	add(t, document.NewMove)
	add(t, document.NewSplit)
	add(t, document.NewConfirmSplit)

	add(t, values.New)
	add(t, values.NewCritical)
	add(t, values.NewCheck)
	add(t, values.NewCorrect)
	return t
}

// add puts a constructor into the table, under the kind of its route.
func add[R page.Route](t routes, build func(*page.Env, R) page.Screen) {
	var zero R
	t[zero.Kind()] = func(e *page.Env, r page.Route) page.Screen { return build(e, r.(R)) }
}

// screen makes the screen of a route.
func (t routes) screen(e *page.Env, r page.Route) page.Screen { return t[r.Kind()](e, r) }
