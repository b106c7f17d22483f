package demo

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// edgeCase is a document that exists to be difficult.
type edgeCase struct {
	purpose  string
	kind     string
	days     int
	filename string
	mime     string
	profile  string
	scanned  bool
	read     bool // sent to be read, which fails
	render   func(w *filer, j job, o edgeCase) (rendered, error)
}

// PDFPassword opens the encrypted document.
const PDFPassword = "demo"

// EmptyFile is a file name and no content: the server refuses it.
func EmptyFile() (filename string, content []byte) { return "scan0000.pdf", []byte{} }

// edgeCases by index of the patient whose chart they are in.
func edgeCases(p *Panel) map[int][]edgeCase {
	scan := func(format format, profile string, write func(job) draft) func(*filer, job, edgeCase) (rendered, error) {
		return func(_ *filer, j job, o edgeCase) (rendered, error) {
			return o.press(j, format, profile).print(write(j))
		}
	}
	return map[int][]edgeCase{
		1:  {{purpose: "empty-second-page", kind: "discharge summary", days: -31, filename: "scan0618.pdf", mime: core.MIMEPDF, profile: "light", scanned: true, render: emptySecondPage}},
		3:  {{purpose: "misfile", kind: "referral letter", days: -9, filename: "scan2207.pdf", mime: core.MIMEPDF, profile: "light", scanned: true, render: misfile(p, 4)}},
		5:  {{purpose: "original", kind: "imaging report", days: -40, filename: "scan1187.pdf", mime: core.MIMEPDF, profile: "light", scanned: true, render: again("5", "light", job.imaging)}, {purpose: "rescan", kind: "imaging report", days: -40, filename: "scan1190.pdf", mime: core.MIMEPDF, profile: "skew-left", scanned: true, render: again("5", "skew-left", job.imaging)}},
		6:  {{purpose: "png-as-pdf", kind: "laboratory report", days: -12, filename: "results.pdf", mime: core.MIMEPNG, profile: "clean", scanned: true, render: scan(formatPNG, "clean", job.labReport)}},
		8:  {{purpose: "fax", kind: "discharge summary", days: -20, filename: "FAX00417.tif", mime: core.MIMETIFF, profile: "fax", scanned: true, render: scan(formatTIFF, "fax", job.discharge)}},
		12: {{purpose: "original", kind: "consent form", days: -50, filename: "scan3301.pdf", mime: core.MIMEPDF, profile: "punched", scanned: true, render: again("12", "punched", job.consent)}, {purpose: "duplicate", kind: "consent form", days: -50, filename: "scan3301 (1).pdf", mime: core.MIMEPDF, profile: "punched", scanned: true, render: again("12", "punched", job.consent)}},
		13: {{purpose: "stamp-over-number", kind: "laboratory report", days: -6, filename: "scan4410.pdf", mime: core.MIMEPDF, profile: "light", scanned: true, render: stamped}},
		14: {{purpose: "docx", kind: "consultation note", days: -15, filename: "clinic letter.docx", mime: core.MIMEDOCX, render: docx}},
		16: {{purpose: "antivirus-text", kind: "progress note", days: -3, filename: "test-note.txt", mime: core.MIMEText, render: antivirusNote}},
		17: {{purpose: "bundle", kind: "bundle", days: -70, filename: "old notes 60 pages.pdf", mime: core.MIMEPDF, profile: "fax", scanned: true, render: bundle}},
		19: {{purpose: "rotated", kind: "laboratory report", days: -8, filename: "scan0907.pdf", mime: core.MIMEPDF, profile: "rotated", scanned: true, render: scan(formatScan, "rotated", job.labReport)}},
		21: {{purpose: "encrypted", kind: "discharge summary", days: -25, filename: "summary-protected.pdf", mime: core.MIMEPDF, render: encrypted}},
		22: {{purpose: "encrypted-letter", kind: "referral letter", days: -22, filename: "letter-protected.pdf", mime: core.MIMEPDF, read: true, render: encryptedLetter}},
		18: {{purpose: "corrupt", kind: "referral letter", days: -18, filename: "scan0666.pdf", mime: core.MIMEPDF, read: true, render: corrupt}},
		27: {{purpose: "lost-picture", kind: "imaging report", days: -16, filename: "scan0713.pdf", mime: core.MIMEPDF, profile: "light", scanned: true, read: true, render: lostPicture}},
	}
}

func (w *filer) edgeCase(patient int, o edgeCase) {
	p := w.panel
	ref := fmt.Sprintf("d%02d-%s", patient, o.purpose)
	pt := &p.Patients[patient]
	days := max(o.days, -p.daysSince(pt.Diagnosed))
	base := job{panel: p, patient: pt, days: days, date: p.day(days), lab: wexmoor()}
	title, recordType := "Old notes, 60 pages", "Clinical Assessments"
	if k, ok := w.kinds[o.kind]; ok {
		title, recordType = k.title, k.types[0]
	}
	minute := 10
	if o.purpose == "duplicate" || o.purpose == "rescan" {
		minute = 22
	}
	w.out = append(w.out, Document{
		Ref: ref, Patient: patient, Type: recordType, Kind: o.kind, Title: title, Filename: o.filename, MIME: o.mime,
		Date: base.date, UploadedAt: p.at(min(days+1, -1), 11, minute), UploadedBy: clerk, Scanned: o.scanned, Profile: o.profile, Purpose: o.purpose, Read: o.read,
		render: func() (rendered, error) {
			j := base
			j.r = stream(p.Seed, ref+" text")
			return o.render(w, j, o)
		},
	})
}

func (o edgeCase) press(j job, f format, profile string) press {
	return press{format: f, profile: paper.Named(profile), seed: j.r.Uint64(), title: o.kind, created: j.moment(12, 0)}
}

// again gives the same text each time it is used with the same name, and the
// same file when the profile is the same too.
func again(name, profile string, write func(job) draft) func(*filer, job, edgeCase) (rendered, error) {
	return func(_ *filer, j job, o edgeCase) (rendered, error) {
		j.r = stream(j.panel.Seed, "again "+name)
		d := write(j)
		j.r = stream(j.panel.Seed, "again "+name+profile)
		return o.press(j, formatScan, profile).print(d)
	}
}

// misfile is a letter about another patient.
func misfile(p *Panel, about int) func(*filer, job, edgeCase) (rendered, error) {
	return func(_ *filer, j job, o edgeCase) (rendered, error) {
		j.patient = &p.Patients[about]
		return o.press(j, formatScan, "light").print(j.referral())
	}
}

func emptySecondPage(_ *filer, j job, o edgeCase) (rendered, error) {
	pr := o.press(j, formatScan, "light")
	d := j.discharge()
	images := paper.Scan(d.sheets, pr.profile, pr.seed)
	images = append(images[:1:1], append([]paper.Image{paper.BlankScan(pr.profile, pr.seed+1)}, images[1:]...)...)
	content, err := paper.PDF(images, pr.pdf())
	t := Truth{}
	for i, img := range images {
		page := PageTruth{Page: i + 1, Width: img.Rect.Dx(), Height: img.Rect.Dy(), DPI: img.DPI, Words: img.Words, Printed: img.Printed}
		switch {
		case i == 0:
			page.Text = d.sheets[0].PlainText()
		case i > 1:
			page.Text = d.sheets[i-1].PlainText()
		}
		t.Pages = append(t.Pages, page)
	}
	for _, v := range d.values {
		if v.Page > 1 {
			v.Page++
		}
		t.Values = append(t.Values, v)
	}
	return rendered{content, t}, err
}

// stamped puts a stamp across the results.
func stamped(_ *filer, j job, o edgeCase) (rendered, error) {
	d := j.labReport()
	c := j.lab.columns()
	d.sheets[0].Stamp(c.result-12, 290, 15, 14, "RECEIVED "+strings.ToUpper(j.date.Display()))
	return o.press(j, formatScan, "light").print(d)
}

func encrypted(_ *filer, j job, o edgeCase) (rendered, error) {
	return o.lock(j, j.discharge())
}

func encryptedLetter(_ *filer, j job, o edgeCase) (rendered, error) {
	return o.lock(j, j.referral())
}

// lock protects a document with PDFPassword.
func (o edgeCase) lock(j job, d draft) (rendered, error) {
	pr := o.press(j, formatDigital, "")
	options := pr.pdf()
	options.Password = PDFPassword
	content, err := paper.TextPDF(d.sheets, options)
	return rendered{content, Truth{Pages: textPages(d), Values: d.values}}, err
}

// corrupt is a PDF whose transfer broke off.
func corrupt(_ *filer, j job, o edgeCase) (rendered, error) {
	r, err := o.press(j, formatScan, "light").print(j.referral())
	return rendered{content: r.content[:len(r.content)*2/5]}, err
}

// lostPicture is a scan in good order but for the picture itself, as broken
// disks leave it.
func lostPicture(_ *filer, j job, o edgeCase) (rendered, error) {
	r, err := o.press(j, formatScan, "light").print(j.imaging())
	if err != nil {
		return r, err
	}
	const begin, end = "stream\n", "\nendstream"
	from := bytes.LastIndex(r.content, []byte("\n"+begin)) + 1 + len(begin)
	clear(r.content[from : from+bytes.Index(r.content[from:], []byte(end))])
	return rendered{content: r.content}, nil
}

// bundle is a photocopied folder that holds papers of several people.
func bundle(w *filer, j job, o edgeCase) (rendered, error) {
	var d draft
	writers := []func(job) draft{job.labReport, job.discharge, job.imaging, job.referral, job.consent, job.chart}
	for i := 0; len(d.sheets) < 60; i++ {
		one := j
		if i%7 == 5 { // somebody else's paper slipped in
			one.patient = &w.panel.Patients[20+i%5]
		}
		one.days -= i * 9
		one.date = j.panel.day(one.days)
		part := writers[i%len(writers)](one)
		for _, v := range part.values {
			if v.Page += len(d.sheets); v.Page <= 60 {
				d.values = append(d.values, v)
			}
		}
		d.sheets = append(d.sheets, part.sheets...)
	}
	d.sheets = d.sheets[:60]
	return o.press(j, formatScan, "fax").print(d)
}

// antivirusNote talks about the antivirus test string without holding it.
func antivirusNote(_ *filer, j job, _ edgeCase) (rendered, error) {
	text := paper.Mark + "\n\nNote to the records office, " + j.date.Display() +
		"\n\nThis harmless note stands where a test of the virus scanner would be.\nThe standard antivirus test string is described here and deliberately not included:\nsixty-eight printable characters that begin with X5O and end with H+H*.\n\n" + paper.Mark + "\n"
	return rendered{[]byte(text), Truth{Pages: []PageTruth{{Page: 1, Text: text}}}}, nil
}

// docx writes the smallest Word document that word processors open.
func docx(_ *filer, j job, _ edgeCase) (rendered, error) {
	d := j.note("consultation note")
	text := ""
	for _, s := range d.sheets {
		text += s.PlainText()
	}
	var paragraphs strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		paragraphs.WriteString("<w:p><w:r><w:t xml:space=\"preserve\">")
		if err := xml.EscapeText(&paragraphs, []byte(line)); err != nil {
			return rendered{}, err
		}
		paragraphs.WriteString("</w:t></w:r></w:p>")
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	parts := [][2]string{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", head + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + paragraphs.String() + `</w:body></w:document>`},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p[0], Method: zip.Deflate, Modified: j.moment(12, 0).UTC().Truncate(time.Hour)})
		if err != nil {
			return rendered{}, err
		}
		if _, err := f.Write([]byte(p[1])); err != nil {
			return rendered{}, err
		}
	}
	if err := z.Close(); err != nil {
		return rendered{}, err
	}
	return rendered{b.Bytes(), Truth{Pages: []PageTruth{{Page: 1, Text: text}}, Values: onOnePage(d.values)}}, nil
}
