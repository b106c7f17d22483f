// Package core is the ground floor: what the things of this house are called,
// which rules hold for them everywhere, and the ports through which the rest
// of the program reaches storage, engines and other processes.
//
// It imports the standard library only. Everything else imports core, never
// the other way round; a test in internal/rules keeps it so.
//
// Names follow HL7 FHIR (patient, practitioner role, appointment, audit
// event), JOSE (token, claims) and OCR practice (page, word, confidence).
// Structs with JSON tags are the wire types; their shapes are those of the
// service this one replaces, with additions that old callers may ignore.
package core
