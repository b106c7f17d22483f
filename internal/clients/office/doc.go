// Package office makes DOCX documents of Word 97 documents (.doc) with LibreOffice,
// where that is installed.
//
// What it converts comes from outside, and LibreOffice is large: it runs as a child in a
// box (box_linux.go) that has no network, sees no files but programs, fonts and one new
// directory, and whose time, memory and files are limited. Its profile is empty but for
// what forbids macros and links. The directory is in memory where the system has such a
// place, and is gone when the answer is there.
//
// Every program (and test binary) that converts must give the child its turn first thing
// in main:
//
//	if office.IsWorker(os.Args) {
//		os.Exit(office.WorkerMain())
//	}
package office
