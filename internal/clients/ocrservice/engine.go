package ocrservice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// Times of one page.
const (
	firstLook = time.Second     // between submitting and the first question
	nextLook  = 5 * time.Second // between questions, once the page took a while
	// overtaken is how long a page waits its turn before it is sent in once more: the
	// service reads the newest first, and takes the older one for given up.
	overtaken = 2 * time.Minute
	// outage is how long the service may be away while a page waits for it.
	outage = 2 * time.Minute
	// submits is how often one page is sent in, in all.
	submits = 4
)

var (
	errRefused = core.Errorf(core.CodeInvalid, "%s did not take this page.", Name)
	errFailed  = core.Errorf(core.CodeInvalid, "%s could not read this page.", Name)
	errLost    = core.Errorf(core.CodeInvalid, "%s lost this page again and again. Read the document again later.", Name)
	errPicture = errors.New("ocrservice: the page image is malformed")
)

// engine reads pictures of pages for one person. It is a core.Engine.
type engine struct {
	c  *Client
	by func(context.Context) (core.Acting, error)
}

// Info names the service without asking it: when it is away, ReadPage waits a while.
func (e engine) Info(context.Context) (core.EngineInfo, error) { return info, nil }

// ReadPage sends the picture in and waits for its text. Parts of pages are not sent:
// each would be a document to the service, and wait its turn.
func (e engine) ReadPage(ctx context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	switch r.Segmentation {
	case core.SegmentLine, core.SegmentWord, core.SegmentSparse:
		return nil, nil
	}
	picture, mime, err := encoded(img)
	if err != nil {
		return nil, err
	}
	p := &page{engine: e, file: sibling.File{Field: "file", Name: "page." + strings.TrimPrefix(mime, "image/"), MIME: mime, Size: int64(len(picture))}, picture: picture}
	got, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	if got.GPU && r.Ran != nil {
		r.Ran("gpu")
	}
	return words(got.Text), nil
}

// page is one page on its way through the service.
type page struct {
	engine
	file    sibling.File
	picture []byte

	id       string    // of its job; "": it has none
	since    time.Time // when that was submitted
	waits    bool      // it has not begun
	away     time.Time // when the service began not to answer; zero: it answers
	tries    int
	looks    int
	patience time.Duration // how long it may wait its turn
}

// read submits, looks how it is, and submits again what was lost or overtaken, until
// the page is read or given up. What is under way when it returns is cancelled.
func (p *page) read(ctx context.Context) (result, error) {
	p.patience = overtaken
	defer p.drop(ctx)
	for {
		by, err := p.by(ctx)
		if err != nil {
			return result{}, err
		}
		got, done, err := p.step(ctx, by)
		switch {
		case ctx.Err() != nil:
			return result{}, context.Cause(ctx)
		case core.IsUnanswered(err):
			if p.isAway(); p.c.now().Sub(p.away) > outage {
				return result{}, errAway.WithCause(err)
			}
		case err != nil:
			return result{}, err
		case done:
			return got, nil
		default:
			p.away = time.Time{}
		}
		if err := p.c.wait(ctx, p.pause()); err != nil {
			return result{}, err
		}
	}
}

func (p *page) isAway() {
	if p.away.IsZero() {
		p.away = p.c.now()
	}
}

// pause grows with the number of looks.
func (p *page) pause() time.Duration {
	p.looks++
	return min(time.Duration(p.looks)*firstLook, nextLook)
}

// step does the next thing: submit, or look.
func (p *page) step(ctx context.Context, by core.Acting) (got result, done bool, err error) {
	if p.id == "" {
		return result{}, false, p.submit(ctx, by)
	}
	j, err := p.c.status(ctx, by, p.id)
	switch {
	case core.IsNotFound(err): // forgotten, or the service lost its memory
		p.id = ""
		return result{}, false, nil
	case err != nil:
		return result{}, false, err
	}
	switch p.waits = j.Status == "pending"; j.Status {
	case "completed":
		return p.finished(ctx, j)
	case "failed":
		return result{}, false, errFailed.WithCause(fmt.Errorf("job %s failed", p.id))
	case "cancelled": // by somebody else
		p.id = ""
	case "pending":
		if p.c.now().Sub(p.since) > p.patience {
			p.again(ctx, by)
		}
	}
	return result{}, false, nil
}

func (p *page) finished(ctx context.Context, j job) (result, bool, error) {
	id := p.id
	if j.Result != nil {
		p.id = ""
		return *j.Result, true, nil
	}
	by, err := p.by(ctx)
	if err != nil {
		return result{}, false, err
	}
	got, err := p.c.result(ctx, by, id)
	if core.IsNotFound(err) {
		p.id = ""
		return result{}, false, nil
	}
	if err == nil {
		p.id = ""
	}
	return got, err == nil, err
}

func (p *page) submit(ctx context.Context, by core.Acting) error {
	if p.tries == submits {
		return errLost
	}
	f := p.file
	f.Content = bytes.NewReader(p.picture)
	id, err := p.c.submit(ctx, by, f)
	if err != nil {
		return err
	}
	p.tries++
	p.id, p.since, p.waits, p.looks = id, p.c.now(), true, 0
	return nil
}

// again sends a page in once more whose turn does not come. Each time it may wait
// longer, and the last time as long as it takes.
func (p *page) again(ctx context.Context, by core.Acting) {
	if p.patience *= 2; p.tries == submits {
		return
	}
	_ = p.c.cancel(ctx, by, p.id) // it may run all the same; nobody asks for it
	p.id = ""
}

// drop cancels what nobody waits for any more. Failing is no harm: the service forgets
// it by itself.
func (p *page) drop(ctx context.Context) {
	if p.id == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if by, err := p.by(ctx); err == nil {
		_ = p.c.cancel(ctx, by, p.id)
	}
}

// encoded gives the picture as a file that the service takes.
func encoded(img core.PageImage) ([]byte, string, error) {
	switch img.Format {
	case "png", "jpeg":
		return img.Data, "image/" + img.Format, nil
	case core.FormatGray:
		pix, ok := img.Gray()
		if !ok {
			return nil, "", errPicture
		}
		var b bytes.Buffer
		fast := png.Encoder{CompressionLevel: png.BestSpeed}
		err := fast.Encode(&b, &image.Gray{Pix: pix, Stride: img.Width, Rect: image.Rect(0, 0, img.Width, img.Height)})
		return b.Bytes(), "image/png", err
	}
	return nil, "", errPicture
}

// words takes text apart; its lines stay what they are.
func words(text string) []core.Word {
	var list []core.Word
	line := 0
	for l := range strings.Lines(strings.ToValidUTF8(text, "\ufffd")) {
		fields := strings.FieldsFunc(l, func(r rune) bool { return r <= ' ' || r >= 0x7f && r <= 0xa0 })
		if len(fields) == 0 {
			continue
		}
		line++
		for _, f := range fields {
			list = append(list, core.Word{Text: f, Line: line})
		}
	}
	return list
}
