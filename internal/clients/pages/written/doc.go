// Package written reads documents that are text and no pictures of pages: plain text,
// RTF, DOCX, C-CDA and messages of HL7. It keeps the form that changes what they say.
//
// Start at OpenText, OpenRTF and OpenDOCX. All of them give characters with their form
// to a writer (formed.go), which makes pages of text with marks: formed_script.go says
// what raised characters mean, formed_table.go sets tables, signs.go knows fonts of
// signs. text_guess.go guesses code pages, text_print.go prints over lines as printers
// do; docx*.go walk WordprocessingML, rtf*.go read RTF, clinical*.go write what HL7
// encodes as people read it.
package written
