package demo

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/tiff"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// samples are one document of every MIME type, and all edge cases but the
// sixty-page bundle, which would take longer than the rest together.
func samples(p *Panel) []Document {
	var out []Document
	seen := map[string]bool{"bundle": true}
	for _, d := range p.Documents {
		for _, k := range []string{d.MIME + map[bool]string{true: " scan"}[d.Scanned], d.Purpose} {
			if k != "" && !seen[k] {
				out = append(out, d)
				seen[k], seen[d.Purpose] = true, true
				break
			}
		}
	}
	return out
}

func TestContentIsWhatItSays(t *testing.T) {
	p := Generate(1, day())
	list := samples(p)
	if len(list) < 14 {
		t.Fatalf("only %d samples", len(list))
	}
	if racing {
		list = list[:5]
	}
	for _, d := range list {
		t.Run(d.Ref, func(t *testing.T) {
			content, truth, err := d.Render()
			if err != nil {
				t.Fatal(err)
			}
			if got := mimetype.Detect(content); !got.Is(d.MIME) {
				t.Errorf("content is %s, want %s", got, d.MIME)
			}
			decode(t, d, content)
			if d.Purpose != "corrupt" && d.Purpose != "lost-picture" && len(truth.Pages) == 0 {
				t.Error("nothing is known about its pages")
			}
			for i, page := range truth.Pages {
				blank := d.Purpose == "empty-second-page" && i == 1
				if strings.Contains(page.Text, paper.Mark) == blank {
					t.Errorf("page %d: mark %v", i+1, !blank)
				}
				if d.Scanned && !blank && (len(page.Words) < 20 || len(page.Printed) < len(page.Words)) {
					t.Errorf("page %d: %d words, %d printed", i+1, len(page.Words), len(page.Printed))
				}
			}
			for _, v := range truth.Values {
				if v.Page < 1 || v.Page > len(truth.Pages) || v.Text == "" && v.Kind != "choice" {
					t.Errorf("value %+v", v)
				} else if !strings.Contains(strings.Join(strings.Fields(truth.Pages[v.Page-1].Text), " "), v.Text) {
					t.Errorf("value %+v is not on its page", v)
				}
			}
		})
	}
}

func decode(t *testing.T, d Document, content []byte) {
	t.Helper()
	var err error
	switch d.MIME {
	case core.MIMEPDF:
		if !bytes.HasPrefix(content, []byte("%PDF-")) {
			t.Error("no PDF header")
		}
		if whole := bytes.HasSuffix(bytes.TrimSpace(content), []byte("%%EOF")); whole == (d.Purpose == "corrupt") {
			t.Errorf("has its end: %v", whole)
		}
		if secret := bytes.Contains(content, []byte("/Encrypt")); secret != strings.HasPrefix(d.Purpose, "encrypted") {
			t.Errorf("encrypted: %v", secret)
		}
	case core.MIMEJPEG:
		_, err = jpeg.Decode(bytes.NewReader(content))
	case core.MIMEPNG:
		_, err = png.Decode(bytes.NewReader(content))
	case core.MIMETIFF:
		for at := binary.LittleEndian.Uint32(content[4:]); at != 0 && err == nil; {
			one := bytes.Clone(content)
			binary.LittleEndian.PutUint32(one[4:], at)
			_, err = tiff.Decode(bytes.NewReader(one))
			at = binary.LittleEndian.Uint32(content[int(at)+2+12*int(binary.LittleEndian.Uint16(content[at:])):])
		}
	case core.MIMEDOCX:
		var z *zip.Reader
		if z, err = zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil && len(z.File) != 3 {
			t.Errorf("%d parts", len(z.File))
		}
	}
	if err != nil {
		t.Error(err)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	a, b := samples(Generate(1, day())), samples(Generate(1, day().Add(5e9)))
	if racing {
		a = a[:3]
	}
	for i := range a {
		if a[i].MIME == core.MIMETIFF || a[i].Purpose == "rotated" {
			continue // as the others, only slower
		}
		first, err := a[i].Content()
		if err != nil {
			t.Fatal(err)
		}
		second, err := b[i].Content()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("%s differs from itself", a[i].Ref)
		}
	}
}

// The loader renders documents side by side: the fonts they share must not mind.
func TestRenderSideBySide(t *testing.T) {
	p := Generate(1, day())
	i := slices.IndexFunc(p.Documents, func(d Document) bool { return d.MIME == core.MIMEPDF && !d.Scanned })
	want, err := p.Documents[i].Content()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got, err := p.Documents[i].Content(); err != nil || !bytes.Equal(got, want) {
				t.Errorf("rendered beside others it differs: %v", err)
			}
			if _, err := paper.ScannedPDF([]string{"0123456789"}, paper.ScanOptions{Profile: paper.Profile{DPI: 60}}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestDuplicateRescanMisfile(t *testing.T) {
	p := Generate(1, day())
	get := func(ref string) ([]byte, Truth) {
		t.Helper()
		for _, d := range p.Documents {
			if d.Ref == ref {
				content, truth, err := d.Render()
				if err != nil {
					t.Fatal(err)
				}
				return content, truth
			}
		}
		t.Fatalf("no document %s", ref)
		return nil, Truth{}
	}
	original, _ := get("d12-original")
	if duplicate, _ := get("d12-duplicate"); sha256.Sum256(original) != sha256.Sum256(duplicate) {
		t.Error("the duplicate is not one")
	}
	first, a := get("d05-original")
	again, b := get("d05-rescan")
	if bytes.Equal(first, again) || a.Pages[0].Text != b.Pages[0].Text {
		t.Error("the re-scan must be the same page in another file")
	}
	_, misfiled := get("d03-misfile")
	if text := misfiled.Pages[0].Text; !strings.Contains(text, "MERTZ") || strings.Contains(text, "MOSCISKI") {
		t.Error("the misfiled letter is not about Rosalind Mertz")
	}
}

func TestBundle(t *testing.T) {
	p := Generate(1, day())
	d := p.Documents[p.find("bundle")]
	if testing.Short() || racing {
		t.Skip("sixty pages take seconds")
	}
	_, truth, err := d.Render()
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]bool{}
	for _, v := range truth.Values {
		if v.Name == "MRN" {
			people[v.Text] = true
		}
	}
	if len(truth.Pages) != 60 || len(people) < 2 {
		t.Errorf("%d pages about %d people", len(truth.Pages), len(people))
	}
}

func TestWriteCorpus(t *testing.T) {
	p := Generate(1, day())
	dir := filepath.Join(t.TempDir(), "corpus")
	docs := samples(p)[:3]
	if err := WriteCorpus(dir, docs); err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		data, err := os.ReadFile(filepath.Join(dir, d.Ref+".truth.json"))
		if err != nil {
			t.Fatal(err)
		}
		var truth Truth
		if err := json.Unmarshal(data, &truth); err != nil || truth.Ref != d.Ref || len(truth.Pages) == 0 {
			t.Errorf("%s: %v", data, err)
		}
		if _, err := os.Stat(filepath.Join(dir, d.Ref+filepath.Ext(d.Filename))); err != nil {
			t.Error(err)
		}
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	if err != nil || strings.Count(string(manifest), "\n") != 4 {
		t.Errorf("manifest: %v\n%s", err, manifest)
	}
}

// A clean page must be legible to a real OCR engine, or the demo shows nothing.
func TestCleanPagesCanBeRead(t *testing.T) {
	program, err := exec.LookPath("tesseract")
	if err != nil {
		t.Skip("tesseract is not installed")
	}
	p := Generate(1, day())
	d := p.Documents[p.find("png-as-pdf")]
	content, truth, err := d.Render()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-", "-", "--psm", "4")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = bytes.NewReader(content)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]int{}
	for _, w := range strings.Fields(string(out)) {
		read[w]++
	}
	want := strings.Fields(truth.Pages[0].Text)
	found := 0
	for _, w := range want {
		if read[w] > 0 {
			read[w]--
			found++
		}
	}
	if recall := float64(found) / float64(len(want)); recall < 0.85 {
		t.Errorf("Tesseract reads %.2f of the words of a clean page:\n%s", recall, out)
	}
}
