package tui

// routes is the one table of screens: what kind of route is made by which
// constructor. Nothing else in the program knows both.
type routes map[Kind]func(*env, Route) Screen

// newRoutes fills the table. A new screen is a route in package page, a constructor
// in its part, and a line here.
func newRoutes() routes {
	t := routes{}
	add(t, newStart)
	add(t, newLogin)
	add(t, newSignup)
	add(t, newProfile)

	add(t, newDashboard)
	add(t, newAppointments)
	add(t, newNotifications)
	add(t, newNote)
	add(t, newUnread)
	add(t, newJobs)

	add(t, newPatients)
	add(t, newPicker)

	add(t, newPatient)
	add(t, newCharts)
	add(t, newSearch)
	add(t, newTrend)

	add(t, newViewer)
	add(t, newReading)
	add(t, newResult)
	add(t, newReadings)
	add(t, newReadAgain)
	add(t, newUpload)
	add(t, newDownload)
	add(t, newRecordScreen)
	add(t, newIntegrity)
	add(t, newAct)
	add(t, newDelete)
	add(t, newMove)
	add(t, newSplit)
	add(t, newSplitConfirm)

	add(t, newValues)
	add(t, newCritical)
	add(t, newCheck)
	add(t, newCorrect)
	return t
}

// add puts a constructor into the table, under the kind of its route.
func add[R Route](t routes, build func(*env, R) Screen) {
	var zero R
	t[zero.Kind()] = func(e *env, r Route) Screen { return build(e, r.(R)) }
}

// screen makes the screen of a route.
func (t routes) screen(e *env, r Route) Screen { return t[r.Kind()](e, r) }
