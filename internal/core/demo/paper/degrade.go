package paper

import (
	"image"
	"math"
	"math/rand/v2"
)

// Image is a page as a scanner delivers it, with what is printed on it.
// Bilevel images hold only 0 and 255.
type Image struct {
	*image.Gray
	DPI     int
	Bilevel bool
	Profile string
	Words   []Word // boxes on this image, in reading order of the upright page
	Printed []Word // the same words on the upright page, before it was scanned
}

// Scan prints sheets and treats each as the profile says. Pages of one
// document differ a little: seed decides how.
func Scan(sheets []*Sheet, p Profile, seed uint64) []Image {
	press := newPrinter(p.dpi())
	out := make([]Image, len(sheets))
	for i, s := range sheets {
		img, words := press.print(s)
		out[i] = degrade(img, words, p, newRand(seed+uint64(i)*7919))
	}
	return out
}

// BlankScan is an empty side as a duplex scanner sees it: no words, some dust.
func BlankScan(p Profile, seed uint64) Image {
	scale := float64(p.dpi()) / 72
	return degrade(blank(int(math.Round(Width*scale)), int(math.Round(Height*scale)), 255), nil, p, newRand(seed))
}

func degrade(img *image.Gray, words []Word, p Profile, r *rand.Rand) Image {
	dpi, printed := p.dpi(), words
	if p.LowToner {
		lowToner(img, r)
	}
	if p.CoffeeRing {
		coffeeRing(img, dpi, r)
	}
	if p.PunchHoles {
		punchHoles(img, dpi)
	}
	img, words = place(img, words, p, r)
	for range p.Blur {
		blur(img)
	}
	if p.Photo {
		shadow(img, r)
	}
	if p.Paper > 0 || p.Noise > 0 {
		expose(img, p, r)
	}
	if p.Fax {
		fax(img, r)
	}
	return Image{Gray: img, DPI: dpi, Bilevel: p.Fax, Profile: p.Name, Words: words, Printed: printed}
}

// lowToner lets the ink fade in a band down the page.
func lowToner(img *image.Gray, r *rand.Rand) {
	w := img.Rect.Dx()
	centre, half := float64(w)*(0.35+0.4*r.Float64()), float64(w)*0.09
	fade := make([]int, w) // of 256 parts of ink
	for x := range fade {
		d := math.Abs(float64(x)-centre) / half
		fade[x] = 256 - int(150*math.Exp(-d*d))
	}
	for y := range img.Rect.Dy() {
		line := img.Pix[y*img.Stride : y*img.Stride+w]
		for x, v := range line {
			if v != 255 {
				line[x] = uint8(255 - (255-int(v))*fade[x]/256)
			}
		}
	}
}

// coffeeRing leaves what a mug leaves.
func coffeeRing(img *image.Gray, dpi int, r *rand.Rand) {
	radius, band := 1.55*float64(dpi), 0.07*float64(dpi)
	cx := float64(img.Rect.Dx()) * (0.3 + 0.4*r.Float64())
	cy := float64(img.Rect.Dy()) * (0.3 + 0.4*r.Float64())
	phase := r.Float64() * 6
	area := image.Rect(int(cx-radius-3*band), int(cy-radius-3*band), int(cx+radius+3*band), int(cy+radius+3*band)).Intersect(img.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			dx, dy := float64(x)-cx, float64(y)-cy
			d := math.Sqrt(dx*dx+dy*dy) - radius
			if d < -3*band || d > 2*band {
				continue
			}
			at := y*img.Stride + x
			angle := math.Atan2(dy, dx)
			strength := 0.65 + 0.35*math.Sin(angle*2+phase)
			stain := 62 * strength * math.Exp(-(d*d)/(band*band*0.5))
			if d < 0 {
				stain = max(stain, 14*strength)
			}
			img.Pix[at] = uint8(max(0, int(img.Pix[at])-int(stain)))
		}
	}
}

// punchHoles shows the scanner's dark lid through two holes.
func punchHoles(img *image.Gray, dpi int) {
	radius := 0.12 * float64(dpi)
	cx := 0.47 * float64(dpi)
	for _, off := range []float64{-1.57, 1.57} {
		cy := float64(img.Rect.Dy())/2 + off*float64(dpi)
		for y := int(cy - radius); y <= int(cy+radius); y++ {
			for x := int(cx - radius); x <= int(cx+radius); x++ {
				if math.Hypot(float64(x)-cx, float64(y)-cy) < radius {
					img.Pix[y*img.Stride+x] = 52
				}
			}
		}
	}
}

// blur is a small binomial blur, in place.
func blur(img *image.Gray) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	above, line := make([]uint8, w), make([]uint8, w)
	copy(above, img.Pix[:w])
	for y := 1; y < h-1; y++ {
		row, below := img.Pix[y*img.Stride:y*img.Stride+w], img.Pix[(y+1)*img.Stride:(y+1)*img.Stride+w]
		copy(line, row)
		left, mid := column(above, line, below, 0), column(above, line, below, 1)
		for x := 1; x < w-1; x++ {
			right := column(above, line, below, x+1)
			row[x] = uint8((left + 2*mid + right) / 16)
			left, mid = mid, right
		}
		above, line = line, above
	}
}

func column(above, line, below []uint8, x int) int {
	return int(above[x]) + 2*int(line[x]) + int(below[x])
}

// shadow darkens a photo from one corner, as the hand that holds the phone does.
func shadow(img *image.Gray, r *rand.Rand) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	edge := 0.55 + 0.25*r.Float64()
	for y := range h {
		line := img.Pix[y*img.Stride : y*img.Stride+w]
		base := float64(y) / float64(h)
		for x := range line {
			d := base*0.6 + float64(x)/float64(w)*0.5
			light := 256 - int(34*d)
			if d > edge {
				light -= min(int((d-edge)*620), 62)
			}
			line[x] = uint8(int(line[x]) * light / 256)
		}
	}
}

// expose lays the tone of the paper and the noise of the sensor over a page.
func expose(img *image.Gray, p Profile, r *rand.Rand) {
	const mask = 1<<14 - 1
	var grain [mask + 1]int8
	for i := range grain {
		grain[i] = int8(max(-120, min(120, r.NormFloat64()*float64(p.Noise))))
	}
	w := img.Rect.Dx()
	for y := range img.Rect.Dy() {
		line := img.Pix[y*img.Stride : y*img.Stride+w]
		at := int(r.Uint32())
		for x, v := range line {
			tone := int(v) - p.Paper*int(v)/255 + int(grain[(at+x)&mask])
			line[x] = uint8(max(0, min(255, tone)))
		}
	}
}

// fax keeps black and white only and adds what a telephone line adds: specks,
// rows that got lost and rows that slipped.
func fax(img *image.Gray, r *rand.Rand) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for i, v := range img.Pix {
		if v < 150 {
			img.Pix[i] = 0
		} else {
			img.Pix[i] = 255
		}
	}
	for range w * h / 2600 {
		at := r.IntN(w*h - w - 2)
		img.Pix[at] = 0
		if r.IntN(3) == 0 {
			img.Pix[at+1], img.Pix[at+w] = 0, 0
		}
	}
	for range 3 + r.IntN(3) { // rows that got lost
		y := h/12 + r.IntN(h*5/6)
		for x := range w {
			img.Pix[y*img.Stride+x] = 255
		}
	}
	for range 2 + r.IntN(2) { // rows that slipped
		y, slip := h/12+r.IntN(h*5/6), 3+r.IntN(5)
		for row := y; row < y+4; row++ {
			line := img.Pix[row*img.Stride : row*img.Stride+w]
			copy(line[slip:], line[:w-slip])
		}
	}
}
