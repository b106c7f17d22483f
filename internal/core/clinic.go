package core

// Clinic is everything a signed-in person can do. There are two of them with the
// same words: the use cases in this process (app.Session, made by app.Service.As)
// and the client of a server (clients/clinicianapi); coretest.Clinic drives both
// through the same suite. Screens, the line mode, the command line and every other
// front end are written against it, or against the part of it that they need.
//
// Every method may block and may be called from many goroutines. CodeOf says what an
// error means: CodeUnauthenticated that the session is over, CodeUnavailable
// that the server cannot be reached, CodeForbidden that the caller may not,
// CodeCanceled that the caller's context ended.
type Clinic interface {
	Charts
	Documents
	Readings
	Values
	Notes
	Tasks
	Day
	Account
}
