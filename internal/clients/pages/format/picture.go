package format

import (
	"bytes"
	"image"
	_ "image/gif" // formats that image.Decode knows in the worker
	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

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
	more    int // pictures behind the first
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
	if format == "gif" {
		p.more = gifPictures(content) - 1
	}
	return p, nil
}

func (p *picture) Count() int { return 1 }

func (p *picture) Text(int) (out core.Page, _ error) {
	if p.more > 0 {
		out.Unread = []core.Unread{{Kind: core.UnreadLimit,
			Message: "This file holds more than one picture; only the first was read. Save the others as files of their own and upload them."}}
	}
	return out, nil
}

// moving reports whether a WebP is a film: it says so in its first parts.
func moving(b []byte) bool {
	head := b[:min(len(b), 64)]
	return bytes.HasPrefix(b, []byte("RIFF")) && bytes.Contains(head, []byte("ANIM"))
}

var errMoving = core.Errorf(core.CodeInvalid, "Moving pictures (WebP) cannot be read. Save the picture that matters as PNG or PDF and upload that.")

// gifPictures counts the pictures of a GIF (GIF89a, 20 and following) as far as they
// can be followed.
func gifPictures(b []byte) (n int) {
	colours := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	if len(b) < 13 {
		return 0
	}
	for at := 13 + colours(b[10]); at < len(b); {
		switch b[at] {
		case ',':
			if at+10 > len(b) {
				return n
			}
			n++
			at += 11 + colours(b[at+9])
		case '!':
			at += 2
		default:
			return n
		}
		for at < len(b) && b[at] != 0 { // blocks of data, each behind its length
			at += 1 + int(b[at])
		}
		at++
	}
	return n
}

func (p *picture) Draw(int, int, bool) (image.Image, error) {
	if p.img == nil {
		img, _, err := image.Decode(bytes.NewReader(p.content))
		switch {
		case err != nil && moving(p.content):
			return nil, errMoving.WithCause(err)
		case err != nil:
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
