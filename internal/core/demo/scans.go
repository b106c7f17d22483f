package demo

import (
	"errors"

	"clinician/internal/core/demo/paper"
)

// Scan prints d anew and scans it with a profile of package paper, whatever
// file it is in the panel, and says what is on the pages. The same profile and
// seed give the same images. Edge cases cannot be printed anew.
func (d Document) Scan(profile string, seed uint64) ([]paper.Image, Truth, error) {
	if d.write == nil {
		return nil, Truth{}, errors.New("demo: this document has one form only")
	}
	printed := d.write()
	images := paper.Scan(printed.sheets, paper.Named(profile), seed)
	truth := scanTruth(printed, images)
	truth.Ref, truth.Kind, truth.Profile = d.Ref, d.Kind, profile
	return images, truth, nil
}
