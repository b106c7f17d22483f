// Package ocr is the queue of readings: jobs that survive crashes, their progress
// for those who watch, and their sealed pages.
//
// Start at Service.Submit (service.go), then dispatch (queue.go), which claims
// jobs, and run (run.go), one attempt at one job. How a document is read is the
// business of a core.DocumentReader: core/ocr/read on this machine.
//
// The queue is the table of jobs itself. A node claims the job that waits
// longest for a short lease and renews it while it works; every later change is
// made under that claim, so a job that was cancelled or taken over cannot be
// changed by who lost it. Finished pages are sealed and stored one by one: after
// a crash the job goes on where it was. A job whose attempts crash three times
// is failed, for its document is the likely cause. Why it is our own:
// docs/architecture.md.
package ocr
