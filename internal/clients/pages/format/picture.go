package format

import (
	"bytes"
	"image"
	_ "image/jpeg" // formats that image.Decode knows in the worker
	_ "image/png"

	_ "golang.org/x/image/bmp"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

func tooManyPixels(limit int64) error {
	return core.Errorf(core.CodeInvalid, "The image is too large: at most %d million pixels can be read. Scale it down and upload it again.", limit/1e6)
}

var errPicture = core.Errorf(core.CodeInvalid, "The image is damaged and cannot be opened. Check it in a viewer and upload a good copy.")

// picture is a document of one image, decoded when it is first asked for.
type picture struct {
	content []byte
	turn    int // clockwise, so that it stands as the camera was held
	mirror  bool
	img     image.Image
}

func openPicture(content []byte, maxPixels int64) (Document, error) {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, errPicture.WithCause(err)
	}
	if cfg.Width < 1 || cfg.Height < 1 {
		return nil, errPicture
	}
	if int64(cfg.Width)*int64(cfg.Height) > maxPixels {
		return nil, tooManyPixels(maxPixels)
	}
	p := &picture{content: content}
	if format == "jpeg" {
		p.turn, p.mirror = orientation(content)
	}
	return p, nil
}

func (p *picture) Count() int { return 1 }

func (p *picture) Text(int) (core.Page, error) { return core.Page{}, nil }

func (p *picture) Draw(int, int, bool) (image.Image, error) {
	if p.img == nil {
		img, _, err := image.Decode(bytes.NewReader(p.content))
		if err != nil {
			return nil, errPicture.WithCause(err)
		}
		p.content = nil
		p.img = upright(img, p.turn, p.mirror)
	}
	return p.img, nil
}

// upright applies an EXIF orientation: mirror first, then turn.
func upright(img image.Image, turn int, mirror bool) image.Image {
	if mirror {
		src := raster.ToRGBA(img)
		out := image.NewRGBA(src.Rect)
		for y := range src.Rect.Dy() {
			for x := range src.Rect.Dx() {
				copy(out.Pix[out.PixOffset(src.Rect.Dx()-1-x, y):][:4], src.Pix[src.PixOffset(x, y):][:4])
			}
		}
		img = out
	}
	return raster.RotateImage(img, turn)
}
