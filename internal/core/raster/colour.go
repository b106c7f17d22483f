package raster

import (
	"image"

	"golang.org/x/image/draw"
)

// RotateImage is Gray.Rotated for pictures in colour.
func RotateImage(img image.Image, degrees int) image.Image {
	degrees = ((degrees % 360) + 360) % 360
	if degrees == 0 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	at := map[int]func(x, y int) (int, int){
		90:  func(x, y int) (int, int) { return y, h - 1 - x },
		180: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		270: func(x, y int) (int, int) { return w - 1 - y, x },
	}[degrees]
	if degrees != 180 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	src := ToRGBA(img)
	ow, oh := out.Rect.Dx(), out.Rect.Dy()
	if degrees != 180 {
		w, h = h, w
	}
	for y := range oh {
		for x := range ow {
			sx, sy := at(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// ToRGBA gives a picture as RGBA with its corner at the origin, on white where it
// is transparent; one that is so already is not copied.
func ToRGBA(img image.Image) *image.RGBA {
	if r, ok := img.(*image.RGBA); ok && r.Rect.Min == (image.Point{}) {
		return r
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Over)
	return out
}

// ShrinkImage scales a picture to a width smaller than its own.
func ShrinkImage(img image.Image, width int) image.Image {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, width, max(1, b.Dy()*width/b.Dx())))
	draw.ApproxBiLinear.Scale(out, out.Rect, ToRGBA(img), image.Rect(0, 0, b.Dx(), b.Dy()), draw.Src, nil)
	return out
}
