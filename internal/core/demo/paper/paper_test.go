package paper

import (
	"os"
	"testing"
	"time"
)

func TestEyes(t *testing.T) {
	dir := os.Getenv("EYES")
	if dir == "" {
		t.Skip("by hand only")
	}
	s := NewSheet()
	s.Text(60, 80, Style{Font: Bold, Size: 14}, "St Aldhelm’s Hospital — Łukasik Şahin Catalina CANTÚ")
	y := s.Para(60, 110, 470, Style{Size: 10.5}, "Haemoglobin 82 g/L (130–180). Creatinine 143 µmol/L. No evidence of pulmonary embolism. Lesion measures 1.4 × 0.9 cm, previously 1.1 × 0.8 cm. Potassium 6.8 mmol/L HH. TSH <0.01 mU/L ≤ ≥ → ↑ ↓.")
	for range 30 {
		s.Text(60, y, Style{Font: Mono, Size: 9.5}, "Neutrophils        0.42   LL  10^9/L     1.8 - 7.5")
		y += 14
	}
	s.Hand(80, y, 15, "Increase to 7.5 mg from Monday — AB")
	s.Stamp(400, 300, 18, 12, "RECEIVED 14 MAR")
	s.Signature(80, y+60, 90, 4)
	s.TickBox(300, y+60, 10, true)
	s.TickBox(330, y+60, 10, false)
	for _, n := range ProfileNames() {
		start := time.Now()
		img := Scan([]*Sheet{s}, Named(n), 7)
		a := time.Since(start)
		b, err := PDF(img, PDFOptions{Title: "x", Created: time.Unix(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(n, a, time.Since(start), len(b)/1000, img[0].Rect)
		p, _ := PNG(img[0])
		os.WriteFile(dir+"/"+n+".png", p, 0o600)
		os.WriteFile(dir+"/"+n+".pdf", b, 0o600)
	}
	start := time.Now()
	b, err := TextPDF([]*Sheet{s}, PDFOptions{Title: "x", Created: time.Unix(0, 0)})
	t.Log("text", time.Since(start), len(b), err)
	os.WriteFile(dir+"/text.pdf", b, 0o600)
}
