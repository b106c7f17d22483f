// Package demo makes the people and papers of a hospital that does not exist.
//
// Generate gives a Panel: accounts, patients, appointments, notifications and
// documents, a pure function of a seed and a day. Nobody in it is real: names
// are made up, e-mail addresses end in .invalid, telephone numbers come from
// the range Ofcom keeps for drama, record numbers from the range the NHS keeps
// for tests, and every page says so. Load stores a Panel through the ports of
// the house; WriteCorpus writes documents with their truth for measuring OCR;
// Scale streams cheap patients for load tests.
//
// Clinical content follows UK units and habits and is there to look right on
// the screen. No clinician has reviewed it.
package demo
