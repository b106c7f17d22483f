package demo

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestEyes(t *testing.T) {
	dir := os.Getenv("EYES")
	if dir == "" {
		t.Skip("by hand only")
	}
	p := Generate(1, time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	scans, total, pages := 0, 0, 0
	worst := time.Duration(0)
	start := time.Now()
	per := map[string]int{}
	for _, d := range p.Documents {
		s := time.Now()
		c, tr, err := d.Render()
		if err != nil {
			t.Fatal(d.Ref, err)
		}
		if e := time.Since(s); e > worst && d.Purpose != "bundle" {
			worst = e
			t.Log(d.Ref, d.Kind, d.MIME, d.Profile, e, len(tr.Pages))
		}
		if d.Scanned {
			scans++
			pages += len(tr.Pages)
		}
		per[fmt.Sprint(d.Kind, " ", d.MIME, " ", d.Profile)]++
		total += len(c)
		os.WriteFile(dir+"/"+d.Ref+"_"+d.Filename, c, 0o600)
	}
	t.Log(len(p.Documents), scans, "pages", pages, total/1e6, "MB", time.Since(start))
	for k, v := range per {
		t.Log(k, v)
	}
}
