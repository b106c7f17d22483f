package read

import (
	"context"
	"math"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// plainPage is a page as it came, upright, and where the words of a reading stand on it.
type plainPage struct {
	*raster.Gray
	boxes []core.Box // of each word of the reading
	skew  float64    // degrees by which its lines fall to the right
	scale float64    // pixels of the picture that was read for one of the page
}

// asItCame keeps the picture of a page as it came for all who look at it after a reading.
type asItCame struct{ img core.PageImage }

// plainPage draws the page of a reading again without preparing it, unless nothing was
// done to it; false when it cannot be had.
func (r pageReading) plainPage(ctx context.Context, b reading) (p plainPage, ok bool) {
	words := core.Page{Words: slices.Clone(b.words)}
	img := b.img
	if len(b.img.Steps) > 0 {
		toPlain(&words, b.img, 0)
		var err error
		if img, err = r.asItCame(ctx, b.turn); err != nil {
			return p, false
		}
		p.skew, p.scale = b.img.Skew, b.img.Scale
	}
	for _, w := range words.Words {
		p.boxes = append(p.boxes, w.Box)
	}
	p.Gray, ok = grayOf(img)
	return p, ok
}

// asItCame draws the page as it came, turned as its reading; for one reading once.
func (r pageReading) asItCame(ctx context.Context, turn int) (core.PageImage, error) {
	if r.came != nil && r.came.img.Data != nil {
		return r.came.img, nil
	}
	img, err := r.draw(ctx, core.ImageRequest{DPI: 300, Format: core.FormatGray, Rotate: turn})
	if err == nil && r.came != nil {
		r.came.img = img
	}
	return img, err
}

// line cuts a word or cell out of the page, level, dark on light and as large as the
// engine wants it.
func (p plainPage) line(box core.Box) *raster.Gray {
	if part := p.level(grown(box, roomAround)); part.W > 0 {
		return part.Doubled()
	}
	return &raster.Gray{}
}

// level cuts a part out of the page, level and dark on light.
func (p plainPage) level(box core.Box) *raster.Gray {
	room := int(math.Abs(math.Sin(p.skew*math.Pi/180)) * float64(box.W))
	part := p.Crop(rectangle(grown(box, room)))
	if part.W == 0 {
		return part
	}
	if part.Percentile(0.5) < 100 {
		part = part.Inverted()
	}
	if math.Abs(p.skew) >= 0.3 {
		part = part.Turned(p.skew * math.Pi / 180)
		part = part.Crop(rectangle(core.Box{X: room, Y: room, W: part.W - 2*room, H: part.H - 2*room}))
	}
	return part
}
