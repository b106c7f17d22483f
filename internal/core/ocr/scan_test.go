package ocr_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

var letter = []string{
	"Dear colleague,\n\nThank you for referring this pleasant lady with palpitations.\nHer haemoglobin was 12.4 g/dl and creatinine 88 umol/l.\nI have started bisoprolol 2.5 mg once daily.",
	"Results\n\nSodium 139 mmol/l\nPotassium 4.2 mmol/l\nUrea 5.1 mmol/l\n\nThe echocardiogram showed good left ventricular function.",
	"Plan\n\nReview in clinic after three months with a new tracing.\nPlease check the blood pressure every fortnight.",
}

func scan(t *testing.T, pages []string, o paper.ScanOptions) []byte {
	t.Helper()
	b, err := paper.ScannedPDF(pages, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readPicture has a picture read as a document of its own.
func readPicture(t *testing.T, img paper.Image) core.Page {
	t.Helper()
	b, err := paper.PNG(img)
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	s := h.service(real(t))
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPNG, b))
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted {
		t.Fatalf("ended as %+v", end)
	}
	p, err := s.Page(t.Context(), j.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	text = strings.Join(strings.Fields(text), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing from %q", w, text)
		}
	}
}

func TestScannedPDF(t *testing.T) {
	h := newHouse(t)
	s := h.service(real(t))
	h.start(s)
	rec := h.add(core.MIMEPDF, scan(t, letter, paper.ScanOptions{}))
	began := time.Now()
	j := h.submit(s, rec)
	events := h.events(s, j.ID)
	t.Logf("three pages in %v", time.Since(began))

	for i := 1; i < len(events); i++ {
		if events[i].Job.Seq <= events[i-1].Job.Seq {
			t.Errorf("seq %d after %d", events[i].Job.Seq, events[i-1].Job.Seq)
		}
	}
	end := events[len(events)-1]
	if end.Stage != "completed" || end.Job.Progress != 100 || end.Job.Page != 3 || end.Job.CompletedAt == nil {
		t.Fatalf("ended as %+v", end)
	}
	r, err := s.Result(t.Context(), j.ID)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, r.ExtractedText, "haemoglobin was 12.4 g/dl", "bisoprolol 2.5 mg", "Potassium 4.2 mmol/l", "every fortnight")
	if r.PageCount != 3 || r.Confidence == nil || *r.Confidence < 0.8 || *r.Confidence > 1 || !strings.HasPrefix(r.Model, "tesseract ") {
		t.Errorf("result %d pages, confidence %v, model %q", r.PageCount, r.Confidence, r.Model)
	}
	p, err := s.Page(t.Context(), j.ID, 2)
	if err != nil || len(p.Words) < 10 || p.Source != "ocr" {
		t.Fatalf("page 2: %d words, %q, %v", len(p.Words), p.Source, err)
	}
	if len(h.told) != 1 || h.told[0].Kind != "ocr_done" || h.told[0].UserID != 1 {
		t.Errorf("notified %+v", h.told)
	}
}

// The boxes refer to the page as people see it, however it was scanned.
func TestTurnedAndSkewedPages(t *testing.T) {
	for name, profile := range map[string]paper.Profile{
		"on its side": {Quarter: 1},
		"on its head": {Quarter: 2},
		"askew":       {Skew: 3, DPI: 150},
	} {
		t.Run(name, func(t *testing.T) {
			images := paper.ScanText(letter[:1], paper.ScanOptions{Profile: profile, Size: 14})
			p := readPicture(t, images[0])
			contains(t, p.Text, "haemoglobin was 12.4 g/dl", "bisoprolol 2.5 mg once daily")
			if profile.Quarter != 0 && !slices.ContainsFunc(p.Steps, func(s string) bool { return strings.HasPrefix(s, "rotated ") }) {
				t.Errorf("steps %q do not tell of the rotation", p.Steps)
			}
			size := images[0].Bounds()
			if d := p.Width - size.Dx(); d < -2 || d > 2 || p.Height-size.Dy() > 2 {
				t.Errorf("page is %d×%d, its image %v", p.Width, p.Height, size)
			}
			checkBox(t, p, images[0], "haemoglobin")
		})
	}
}

// Results that are lone digits far from the names of their tests are text to
// people and dirt to the engine's layout analysis.
func TestFarColumnOfDigits(t *testing.T) {
	names := paper.ScanText([]string{"Results\n\nSodium\nPotassium\nUrea\nAlbumin\nGlucose"}, paper.ScanOptions{})[0]
	digits := paper.ScanText([]string{"\n\n7\n4\n5\n3\n9"}, paper.ScanOptions{})[0]
	for y := range names.Rect.Dy() {
		right := names.Pix[y*names.Stride:][:names.Rect.Dx()][7*names.Rect.Dx()/10:]
		for x := range right {
			right[x] = min(right[x], digits.Pix[y*digits.Stride+x])
		}
	}
	contains(t, readPicture(t, names).Text, "Sodium 7", "Potassium 4", "Urea 5", "Albumin 3", "Glucose 9")
}

// checkBox compares where a word was read with where it was printed.
func checkBox(t *testing.T, p core.Page, img paper.Image, text string) {
	t.Helper()
	var want, got core.Box
	for _, w := range img.Words {
		if w.Text == text {
			want = w.Box
		}
	}
	for _, w := range p.Words {
		if w.Text == text {
			got = w.Box
		}
	}
	dx := got.X + got.W/2 - want.X - want.W/2
	dy := got.Y + got.H/2 - want.Y - want.H/2
	if limit := max(want.W, want.H) / 4; got.W == 0 || max(dx, -dx, dy, -dy) > limit {
		t.Errorf("%q was printed at %+v, read at %+v", text, want, got)
	}
}

func TestEmptyPageIsNoFailure(t *testing.T) {
	h := newHouse(t)
	s := h.service(real(t))
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, scan(t, []string{letter[0], "", letter[2]}, paper.ScanOptions{})))
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || end.FailedPages != 0 {
		t.Fatalf("ended as %+v", end)
	}
	p, err := s.Page(t.Context(), j.ID, 2)
	if err != nil || p.Status != "empty" || p.Text != "" || p.Confidence != nil {
		t.Errorf("page 2 is %+v, %v", p, err)
	}
}

func TestMultiPageTIFF(t *testing.T) {
	h := newHouse(t)
	s := h.service(real(t))
	h.start(s)
	b, err := paper.TIFF(paper.ScanText(letter, paper.ScanOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	j := h.submit(s, h.add(core.MIMETIFF, b))
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || end.Pages != 3 {
		t.Fatalf("ended as %+v", end)
	}
	r, err := s.Result(t.Context(), j.ID)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, r.ExtractedText, "bisoprolol", "Potassium 4.2", "fortnight")
}

func TestBornDigitalPDFNeedsNoEngine(t *testing.T) {
	sheet := paper.NewSheet()
	sheet.Text(72, 120, paper.Style{Size: 12}, "Haemoglobin 13.4 g/dl on 02-Mar-2024")
	b, err := paper.TextPDF([]*paper.Sheet{sheet}, paper.PDFOptions{Title: "Letter", Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	s := h.service(missingEngine(t))
	h.start(s)
	j := h.submit(s, h.add(core.MIMEPDF, b))
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || end.Model != "text-layer" {
		t.Fatalf("ended as %+v", end)
	}
	p, err := s.Page(t.Context(), j.ID, 1)
	if err != nil || p.Confidence != nil || p.Source != "text-layer" {
		t.Fatalf("page is %+v, %v", p, err)
	}
	contains(t, p.Text, "Haemoglobin 13.4 g/dl on 02-Mar-2024")
}

// A layer that is bad in ways nobody notices can be read over; the page says so.
func TestForcedOCR(t *testing.T) {
	sheet := paper.NewSheet()
	sheet.Text(72, 120, paper.Style{Size: 12}, "Haemoglobin 13.4 g/dl on 02-Mar-2024")
	b, err := paper.TextPDF([]*paper.Sheet{sheet}, paper.PDFOptions{Title: "Letter", Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	s := h.service(real(t))
	h.start(s)
	j, err := s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEPDF, b), UserID: 1, ForceOCR: true}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil {
		t.Fatal(err)
	}
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || !strings.HasPrefix(end.Model, "tesseract ") {
		t.Fatalf("ended as %+v", end)
	}
	p, err := s.Page(t.Context(), j.ID, 1)
	if err != nil || p.Confidence == nil || p.Source != "ocr" || len(p.Steps) == 0 || !strings.HasPrefix(p.Steps[0], "text layer not used") {
		t.Fatalf("page is %+v, %v", p, err)
	}
	contains(t, p.Text, "Haemoglobin 13.4 g/dl")

	// A text file has no picture that could be read instead.
	j, err = s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEText, []byte("typed")), UserID: 1, ForceOCR: true}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil {
		t.Fatal(err)
	}
	if end := h.ended(s, j.ID); end.Status != core.JobCompleted || end.Model != "text-file" {
		t.Errorf("text file ended as %+v", end)
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	locked, err := paper.TextPDF([]*paper.Sheet{paper.NewSheet()}, paper.PDFOptions{Created: time.Unix(0, 0), Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	s := h.service(missingEngine(t))
	h.start(s)
	for name, c := range map[string]struct {
		mime    string
		content []byte
		want    string
	}{
		"password":   {core.MIMEPDF, locked, "This PDF is protected with a password. Open it with its password (O on the workstation"},
		"damaged":    {core.MIMEPDF, []byte("%PDF-1.7\nnothing else"), "damaged"},
		"no engine":  {core.MIMEPDF, scan(t, letter[:1], paper.ScanOptions{}), "apt-get install tesseract-ocr"},
		"not a TIFF": {core.MIMETIFF, []byte("II*\x00\x08\x00\x00\x00"), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			h.t = t
			j := h.submit(s, h.add(c.mime, c.content))
			end := h.ended(s, j.ID)
			if end.Status != core.JobFailed || !strings.Contains(end.Error, c.want) {
				t.Errorf("ended as %s: %q", end.Status, end.Error)
			}
		})
	}
}
