package pages

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"runtime/debug"
	"slices"

	"clinician/internal/clients/child"
	"clinician/internal/clients/pages/format"
	"clinician/internal/clients/pages/memory"
	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// memoryLimit makes Go's collector work harder before its heap grows beyond it.
// A page of 300 dpi needs less; pixel limits bound what larger ones need.
const memoryLimit = 64 << 20

// dataLimit is where the system ends a worker: enough for PDFium at its most and
// for a picture of as many pixels as may be read.
const dataLimit = 1280 << 20

// openFiles is how many files a worker may have open, its pipes among them.
const openFiles = 32

// WorkerMain runs the page worker until its standard input ends and gives the
// exit code.
func WorkerMain() int {
	largePages()
	debug.SetMemoryLimit(memoryLimit)
	return child.Serve(serve)
}

func serve(in io.Reader, out *bufio.Writer) error {
	var h hello
	if _, err := child.ReadFrame(in, &h); err != nil {
		return err
	}
	if h.Spare {
		child.Yield()
	}
	o := format.Options{CacheDir: h.CacheDir, MaxPixels: h.MaxPixels}
	if h.Unlock {
		return unlock(in, out, h, format.PrepareUnlock(o))
	}
	doc, fault, err := opened(in, h, format.Prepare(h.MIME, o)) // prepared before the limits: PDFium's compiled form may have to be written
	if err != nil {
		return err
	}
	if fault != nil {
		return child.Reply(out, failed(fault), nil)
	}
	if doc.Count() > h.MaxPages {
		return child.Reply(out, failed(core.Errorf(core.CodeInvalid, "The document has %d pages; at most %d can be read. Split it and upload the parts.", doc.Count(), h.MaxPages)), nil)
	}
	if err := child.Reply(out, answer{Count: doc.Count()}, nil); err != nil {
		return err
	}
	w := worker{doc: doc, maxPixels: h.MaxPixels}
	for {
		var r request
		if _, err := child.ReadFrame(in, &r); err != nil {
			return err
		}
		child.AllowCPU(pageCPU)
		a, payload := w.answer(r)
		if err := child.Reply(out, a, payload); err != nil {
			return err
		}
		debug.FreeOSMemory() // while the page is read, before PDFium needs memory for the next
	}
}

// opened gives the worker's rights up, takes the document, and has open make something of
// it. A fault is for the parent to hear, an error ends the worker.
func opened[T any](in io.Reader, h hello, open func(content []byte) (T, error)) (made T, fault, err error) {
	if err := child.LimitSelf(dataLimit, openFiles); err != nil {
		return made, nil, err
	}
	child.AllowCPU(openCPU)
	room, err := memory.New(int(h.MaxBytes))
	if err != nil {
		return made, nil, err
	}
	content, err := receiveDocument(in, room)
	switch {
	case core.CodeOf(err) == core.CodeTooLarge:
		return made, err, nil
	case err != nil:
		return made, nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			fault = damaged(fmt.Errorf("panic: %T", p))
		}
	}()
	made, fault = open(content)
	return made, fault, nil
}

// unlock answers with a copy of the document without its password.
func unlock(in io.Reader, out *bufio.Writer, h hello, open func([]byte, string) ([]byte, error)) error {
	made, fault, err := opened(in, h, func(content []byte) ([]byte, error) { return open(content, h.Password) })
	switch {
	case err != nil:
		return err
	case fault != nil:
		return child.Reply(out, failed(fault), nil)
	}
	return child.Reply(out, answer{}, made)
}

// Seconds of CPU for opening and for one page.
const (
	openCPU = 120
	pageCPU = 120
)

// failed turns an error into an answer. Causes stay here: they may quote the document.
func failed(err error) answer {
	var e *core.Error
	if errors.As(err, &e) {
		return answer{Code: e.Code, Message: e.Message, Fields: e.Fields}
	}
	return answer{Code: core.CodeInvalid, Message: "The page is damaged and cannot be read."}
}

func damaged(cause error) error {
	return core.Errorf(core.CodeInvalid, "The document is damaged and cannot be opened. Check it in a viewer and upload a good copy.").WithCause(cause)
}

// worker answers requests about one document.
type worker struct {
	doc       format.Document
	maxPixels int64
	last      drawn // second readings ask for the same page again
}

type drawn struct {
	page, dpi int
	ink       bool // only what the page's words say nothing of
	img       *raster.Gray
}

func (w *worker) answer(r request) (a answer, payload []byte) {
	defer func() {
		if p := recover(); p != nil {
			a, payload = failed(fmt.Errorf("panic: %T", p)), nil
		}
	}()
	if r.Op == opExtract {
		payload, err := format.Extract(w.doc, r.Pages)
		if err != nil {
			return failed(err), nil
		}
		return a, payload
	}
	if r.Page < 1 || r.Page > w.doc.Count() {
		return failed(core.Errorf(core.CodeNotFound, "The document has no page %d.", r.Page)), nil
	}
	var err error
	switch r.Op {
	case opText:
		payload, err = w.text(r.Page, &a)
	case opImage:
		a.Image, err = w.image(r.Page, r.Image)
		payload, a.Image.Data = a.Image.Data, nil
	default:
		err = child.ErrFrame
	}
	if err != nil {
		return failed(err), nil
	}
	return a, payload
}

func (w *worker) text(page int, a *answer) ([]byte, error) {
	if w.last.page != page {
		w.last = drawn{} // this page is drawn next, and needs the room
	}
	p, err := w.doc.Text(page)
	if err != nil {
		return nil, err
	}
	p.Number = page
	a.Ink, a.Scattered = p.Ink, p.Scattered
	return json.Marshal(p)
}

func (w *worker) image(page int, r core.ImageRequest) (core.PageImage, error) {
	if r.Rotate%90 != 0 {
		return core.PageImage{}, core.Errorf(core.CodeInvalid, "A page turns by 90, 180 or 270 degrees.")
	}
	dpi := r.DPI
	if dpi <= 0 {
		dpi = 300
	}
	dpi = min(dpi, 1200)
	if r.Colour && !r.ForOCR {
		return w.colour(page, dpi, r)
	}
	g, err := w.gray(page, dpi, r.Ink)
	if err != nil {
		return core.PageImage{}, err
	}
	g = g.Rotated(r.Rotate)
	var lost []core.Unread
	if doc, ok := w.doc.(format.Lacking); ok {
		lost = doc.Lacks(page)
	}
	if r.ForOCR {
		p := raster.Prepare(g)
		return core.PageImage{Data: p.Pix, Format: core.FormatGray, Width: p.W, Height: p.H, Unread: lost,
			Steps: p.Steps, Scale: p.Scale, Skew: p.Skew, Sideways: p.Sideways,
			Rules: boxes(p.Rules), Faint: boxes(p.Faint)}, nil
	}
	if r.MaxWidth > 0 && g.W > r.MaxWidth {
		g = g.ShrunkTo(r.MaxWidth)
	}
	if r.Format == core.FormatGray {
		return core.PageImage{Data: g.Pix, Format: core.FormatGray, Width: g.W, Height: g.H, Unread: lost}, nil
	}
	return encodePNG(g.Image())
}

// boxes gives rectangles as the parent wants them; of more than a header has room for,
// the largest.
func boxes(all []image.Rectangle) []core.Box {
	const most = 4000
	if len(all) > most {
		slices.SortFunc(all, func(a, b image.Rectangle) int { return cmp.Compare(b.Dx()*b.Dy(), a.Dx()*a.Dy()) })
		all = all[:most]
	}
	out := make([]core.Box, len(all))
	for i, r := range all {
		out[i] = core.Box{X: r.Min.X, Y: r.Min.Y, W: r.Dx(), H: r.Dy()}
	}
	return out
}

// gray draws a page and keeps it for the next question.
func (w *worker) gray(page, dpi int, ink []core.Box) (*raster.Gray, error) {
	only := len(ink) > 0
	if w.last.img != nil && w.last.page == page && w.last.dpi == dpi && w.last.ink == only {
		return w.last.img, nil
	}
	w.last = drawn{}
	var img image.Image
	var err error
	if doc, ok := w.doc.(format.Joined); ok && only {
		img, err = doc.DrawInk(page, dpi, ink)
	} else {
		img, err = w.doc.Draw(page, dpi, false)
	}
	if err != nil {
		return nil, err
	}
	g := raster.Share(img)
	w.last = drawn{page, dpi, only, g}
	return g, nil
}

func (w *worker) colour(page, dpi int, r core.ImageRequest) (core.PageImage, error) {
	img, err := w.doc.Draw(page, dpi, true)
	if err != nil {
		return core.PageImage{}, err
	}
	img = raster.RotateImage(img, r.Rotate)
	if width := img.Bounds().Dx(); r.MaxWidth > 0 && width > r.MaxWidth {
		img = raster.ShrinkImage(img, r.MaxWidth)
	}
	return encodePNG(img)
}

func encodePNG(img image.Image) (core.PageImage, error) {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, img); err != nil {
		return core.PageImage{}, err
	}
	return core.PageImage{Data: b.Bytes(), Format: "png", Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}, nil
}
