// Package ocr reads records: a queue of jobs that survives crashes, and for each
// job a pipeline page -> text layer, or picture -> engine -> words -> text.
//
// The queue is the table of jobs itself. A node claims the job that waits
// longest for a short lease and renews it while it works; every later change is
// made under that claim, so a job that was cancelled or taken over cannot be
// changed by who lost it. Finished pages are sealed and stored one by one: after
// a crash the job goes on where it was. A job whose attempts crash three times
// is failed, for its document is the likely cause.
//
// A general job queue (River) was tried on SQLite. It works, but would be a
// second account of what waits and runs beside the job's own row, which people
// see; keeping both in step cost more than the queue itself.
//
// Documents are opened in a child process (core.PageOpener) and pages read in
// others (core.Engine); this package itself never looks into foreign bytes.
package ocr
