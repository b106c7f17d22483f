package reading

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clinician/internal/core/demo"
	"clinician/internal/core/demo/paper"
)

// Page is an image whose text is known.
type Page struct {
	ID    string
	Class string
	File  string
	Truth string
	// Entities is the file that says what the page's document holds; "" none.
	Entities string
}

// Load reads a corpus: manifest.tsv in dir has the columns id, class, file and
// gt, with the paths of images and of their text, and perhaps extra: the path of a file of entities.
func Load(dir string) ([]Page, error) {
	f, err := os.Open(filepath.Join(dir, "manifest.tsv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("manifest.tsv: %w", err)
	}
	if len(rows) == 0 {
		return nil, errors.New("manifest.tsv is empty")
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	id, class, file, gt := column("id"), column("class"), column("file"), column("gt")
	if min(id, class, file, gt) < 0 {
		return nil, errors.New("manifest.tsv needs the columns id, class, file and gt")
	}
	var pages []Page
	for _, row := range rows[1:] {
		if len(row) <= max(id, class, file, gt) {
			return nil, fmt.Errorf("manifest.tsv: a row has %d columns", len(row))
		}
		truth, err := os.ReadFile(filepath.Join(dir, row[gt]))
		if err != nil {
			return nil, err
		}
		p := Page{ID: row[id], Class: row[class], File: filepath.Join(dir, row[file]), Truth: string(truth)}
		if extra := column("extra"); extra >= 0 && extra < len(row) && strings.HasSuffix(row[extra], ".entities.json") {
			if p.Entities, err = beside(dir, p.File, row[extra]); err != nil {
				return nil, err
			}
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// beside finds a file that a manifest names from its own directory, from that of
// a part of the corpus, or that lies with the image.
func beside(dir, image, name string) (string, error) {
	for _, file := range []string{filepath.Join(dir, name), filepath.Join(filepath.Dir(image), filepath.Base(name))} {
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("manifest.tsv: %s is not there", name)
}

// kinds of the demo's documents that are measured.
var kinds = []string{"laboratory report", "referral letter", "discharge summary"}

// few are ways of being scanned that differ most: a set of them is read in minutes.
var few = []string{"clean", "skew", "fax", "phone"}

// Generate writes pages of the demo's documents to dir as images, the same each
// time: each kind once in a few ways of being scanned, or with full in each.
func Generate(dir string, full bool) ([]Page, error) {
	if full {
		return generate(dir, kinds, paper.ProfileNames())
	}
	return generate(dir, kinds, few)
}

func generate(dir string, kinds, profiles []string) ([]Page, error) {
	panel := demo.Generate(1, time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC))
	var pages []Page
	for k, kind := range kinds {
		i := slices.IndexFunc(panel.Documents, func(d demo.Document) bool { return d.Kind == kind && d.Purpose == "" })
		if i < 0 {
			return nil, fmt.Errorf("the demo has no %s", kind)
		}
		for n, profile := range profiles {
			images, truth, err := panel.Documents[i].Scan(profile, uint64(100*k+n))
			if err != nil {
				return nil, err
			}
			b, err := paper.PNG(images[0])
			if err != nil {
				return nil, err
			}
			id := strings.ReplaceAll(kind, " ", "-") + "-" + profile
			file := filepath.Join(dir, id+".png")
			if err := os.WriteFile(file, b, 0o600); err != nil {
				return nil, err
			}
			pages = append(pages, Page{ID: id, Class: kind, File: file, Truth: truth.Pages[0].Text})
		}
	}
	return pages, nil
}
