package wire

// PathSearch searches the text of all the caller's patients' documents.
const PathSearch = "/api/clinician/search/"

// PathPatientSearch searches the text of one patient's documents.
func PathPatientSearch(id int64) string { return PathPatient(id) + "search/" }

// PathPatientTrends lists what can be followed over time; with name, one trend.
func PathPatientTrends(id int64) string { return PathPatient(id) + "trends/" }

// PathPatientResults is all that can be followed over time, as one table.
func PathPatientResults(id int64) string { return PathPatient(id) + "results/" }

// PathPatientOverview is the cover page of a chart.
func PathPatientOverview(id int64) string { return PathPatient(id) + "overview/" }
