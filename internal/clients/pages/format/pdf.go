package format

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"math"
	"time"

	pdfium "github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// wasmPages is the most memory PDFium gets, in units of 64 kB: 768 MB. A small
// file can ask for gigabytes.
const wasmPages = 12288

// keepMemory is how much memory an instance of PDFium may hold from one page to
// the next. It starts with 18 MB and gives none back; a new one costs a few
// milliseconds.
const keepMemory = 24 << 20

// keepHandles is the same for handles, which take a quarter of a kilobyte each.
const keepHandles = 20_000

var errPDFium = core.Errorf(core.CodeUnavailable, "PDF documents cannot be opened just now. Try again in a moment.")

// engine is PDFium compiled, and the one instance of it.
type engine struct {
	pool   pdfium.Pool
	memory *linear
}

// preparePDF compiles PDFium, or takes it from the cache, and gives the function
// that opens a document with it.
func preparePDF(cacheDir string, maxPixels int64) func([]byte) (Document, error) {
	e, err := startPDFium(cacheDir)
	if err != nil && cacheDir != "" {
		e, err = startPDFium("") // a damaged cache costs time only
	}
	return func(content []byte) (Document, error) {
		if err != nil {
			return nil, errPDFium.WithCause(err)
		}
		p := &pdf{engine: e, content: content, maxPixels: maxPixels}
		return p, p.open()
	}
}

func startPDFium(cacheDir string) (engine, error) {
	rc := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(wasmPages)
	if cacheDir != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			rc = rc.WithCompilationCache(cache) // without it the start is slow, nothing else
		}
	}
	memory := &linear{}
	pool, err := webassembly.Init(webassembly.Config{
		Context: experimental.WithMemoryAllocator(context.Background(), memory),
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		FSConfig:      wazero.NewFSConfig(), // the default would show it the whole disk
		RuntimeConfig: rc,
		Stdout:        io.Discard, Stderr: io.Discard,
	})
	return engine{pool, memory}, err
}

// pdf is an open PDF.
type pdf struct {
	engine
	content   []byte // PDFium reads from it what it needs
	maxPixels int64

	lib   pdfium.Pdfium // nil: the next page opens the document anew
	doc   references.FPDF_DOCUMENT
	pages int

	handles int // on objects of pages: the library keeps them as long as the instance
}

func (p *pdf) open() error {
	lib, err := p.pool.GetInstance(30 * time.Second)
	if err != nil {
		return errPDFium.WithCause(err)
	}
	d, err := lib.OpenDocument(&requests.OpenDocument{FileReader: bytes.NewReader(p.content), FileReaderSize: int64(len(p.content))})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return core.Errorf(core.CodeInvalid, "This PDF is protected with a password. Upload a copy without it.").WithCause(err)
	case err != nil:
		return core.Errorf(core.CodeInvalid, "This PDF is damaged and cannot be opened. Check it in a viewer and upload a good copy.").WithCause(err)
	}
	n, err := lib.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.Document})
	if err != nil || n.PageCount < 1 {
		return core.Errorf(core.CodeInvalid, "This PDF has no pages. Check it in a viewer and upload a good copy.").WithCause(err)
	}
	p.lib, p.doc, p.pages = lib, d.Document, n.PageCount
	return nil
}

// ready opens the document anew when its instance was given up.
func (p *pdf) ready() error {
	if p.lib != nil {
		return nil
	}
	return p.open()
}

// tidy gives the instance up after a page that failed, which may have left it
// half changed, and when it holds much memory.
func (p *pdf) tidy(failed error) {
	if p.lib == nil || failed == nil && p.memory.size() <= keepMemory && p.handles <= keepHandles {
		return
	}
	p.lib.Kill() // closing would first free piece by piece what goes as a whole
	p.lib, p.handles = nil, 0
}

func (p *pdf) Count() int { return p.pages }

func (p *pdf) ref(page int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: p.doc, Index: page - 1}}
}

var errPDFPage = core.Errorf(core.CodeInvalid, "This page of the PDF is damaged and cannot be read.")

// bigSheet is about A3 in square inches. Larger pages are mostly photos and scans
// whose file does not say how large the paper was.
const bigSheet = 200

// size gives the pixels of a page at dpi, lowered so far that they are few enough,
// and that a picture on a large sheet is not blown up.
func (p *pdf) size(page, dpi int) (w, h, actual int, err error) {
	s, err := p.lib.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: p.doc, Index: page - 1})
	if err != nil || !(s.Width > 0) || !(s.Height > 0) {
		return 0, 0, 0, errPDFPage.WithCause(err)
	}
	inches := s.Width / 72 * s.Height / 72
	if inches > bigSheet {
		if own := p.resolution(page, inches); own > 0 {
			dpi = min(dpi, own)
		}
	}
	if inches*float64(dpi)*float64(dpi) > float64(p.maxPixels) {
		dpi = int(math.Sqrt(float64(p.maxPixels) / inches))
	}
	if dpi < 1 {
		return 0, 0, 0, core.Errorf(core.CodeInvalid, "This page is too large to be drawn.")
	}
	scale := float64(dpi) / 72
	return int(math.Ceil(s.Width * scale)), int(math.Ceil(s.Height * scale)), dpi, nil
}

func (p *pdf) Draw(page, dpi int, colour bool) (image.Image, error) {
	if !colour {
		if g := p.scan(page, dpi); g != nil {
			return g.Image(), nil
		}
	}
	img, _, err := p.render(page, dpi, colour)
	return img, err
}

// render also says the resolution it drew in: less than was asked for where the
// page is large.
func (p *pdf) render(page, dpi int, colour bool) (img image.Image, actual int, err error) {
	if err := p.ready(); err != nil {
		return nil, 0, err
	}
	defer func() { p.tidy(err) }()
	_, _, actual, err = p.size(page, dpi)
	if err != nil {
		return nil, 0, err
	}
	r := requests.RenderPageInDPI{Page: p.ref(page), DPI: actual, ImageFormat: requests.RenderImageFormatGrayscale}
	if colour {
		r.ImageFormat = requests.RenderImageFormatRGBA
	}
	out, err := p.lib.RenderPageInDPI(&r)
	if err != nil {
		return nil, 0, errPDFPage.WithCause(err)
	}
	defer out.Cleanup()
	// The pixels live in PDFium's memory and go with Cleanup.
	if colour {
		src := raster.ToRGBA(out.Result.RenderedImage)
		return &image.RGBA{Pix: append([]uint8(nil), src.Pix...), Stride: src.Stride, Rect: src.Rect}, actual, nil
	}
	g := raster.FromImage(out.Result.RenderedImage)
	if err := p.showsPictures(page, actual, g); err != nil {
		return nil, 0, err
	}
	return g.Image(), actual, nil
}

// textDPI is the page image that the boxes of a text layer refer to.
const textDPI = 300

func (p *pdf) Text(page int) (core.Page, error) {
	if err := p.ready(); err != nil {
		return core.Page{}, err
	}
	w, h, dpi, err := p.size(page, textDPI)
	if err != nil {
		p.tidy(err)
		return core.Page{}, err
	}
	out := core.Page{Number: page, Source: core.SourceTextLayer, Width: w, Height: h}
	t, err := p.lib.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: p.ref(page), Mode: requests.GetPageTextStructuredModeChars,
	})
	if err != nil {
		p.tidy(err)
		return out, nil // no usable layer; drawing the page may still work
	}
	toPixels, err := p.mapping(page, float64(dpi)/72, w, h)
	if err != nil {
		return out, nil
	}
	chars := make([]char, 0, len(t.Chars))
	for _, c := range t.Chars {
		x0, y0 := toPixels(c.PointPosition.Left, c.PointPosition.Top)
		x1, y1 := toPixels(c.PointPosition.Right, c.PointPosition.Bottom)
		chars = append(chars, char{c.Text, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)})
	}
	words, text := layerWords(chars)
	fault, none := layerFault(words, w, h)
	if none {
		return out, nil
	}
	if fault == "" && sparse(words) {
		hidden, err := p.hidden(page, words, dpi)
		if err != nil {
			return core.Page{}, err
		}
		if hidden {
			fault = "it holds less than the page shows"
		}
	}
	if fault != "" {
		out.Steps = []string{"text layer unusable: " + fault}
		return out, nil
	}
	out.Status, out.Words, out.Text = core.PageRead, words, text
	return out, nil
}

// hidden looks at the page whether it shows more than its layer holds, and
// fails when what it should show is damaged.
func (p *pdf) hidden(page int, words []core.Word, dpi int) (bool, error) {
	const coarse = 75
	img, actual, err := p.render(page, coarse, false)
	if errors.Is(err, errPDFPicture) {
		return false, err
	}
	if err != nil {
		return false, nil
	}
	return hidesMore(raster.FromImage(img), words, float64(dpi)/float64(actual)), nil
}

// mapping gives the function from PDF points to pixels of the drawn page. It
// takes care of rotated and cropped pages by asking PDFium where three points go.
func (p *pdf) mapping(page int, scale float64, w, h int) (func(x, y float64) (float64, float64), error) {
	const fine = 16 // PDFium answers in whole pixels
	at := func(x, y float64) (float64, float64, error) {
		d, err := p.lib.FPDF_PageToDevice(&requests.FPDF_PageToDevice{
			Page: p.ref(page), SizeX: w * fine, SizeY: h * fine, PageX: x, PageY: y,
		})
		if err != nil {
			return 0, 0, err
		}
		return float64(d.DeviceX) / fine, float64(d.DeviceY) / fine, nil
	}
	const unit = 500
	ox, oy, err := at(0, 0)
	ax, ay, err1 := at(unit, 0)
	bx, by, err2 := at(0, unit)
	if err := errors.Join(err, err1, err2); err != nil {
		return nil, err
	}
	return func(x, y float64) (float64, float64) {
		x, y = x/unit, y/unit
		return ox + x*(ax-ox) + y*(bx-ox), oy + x*(ay-oy) + y*(by-oy)
	}, nil
}
