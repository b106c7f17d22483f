package format

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"

	pdfium "github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"clinician/internal/core"
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

var (
	errPDFium     = core.Errorf(core.CodeUnavailable, "PDF documents cannot be opened just now. Try again in a moment.")
	errDamagedPDF = core.Errorf(core.CodeInvalid, "This PDF is damaged and cannot be opened. Check it in a viewer and upload a good copy.")
)

// engine is PDFium compiled, and the one instance of it.
type engine struct {
	pool   pdfium.Pool
	memory *linear
}

// preparePDF compiles PDFium, or takes it from the cache, and gives the function
// that opens a document with it.
func preparePDF(cacheDir string, maxPixels int64) func([]byte) (Document, error) {
	e, err := readyPDFium(cacheDir)
	return func(content []byte) (Document, error) {
		if err != nil {
			return nil, errPDFium.WithCause(err)
		}
		p := &pdf{engine: e, content: content, maxPixels: maxPixels,
			known: known{views: map[int]view{}, lost: map[int][]core.Unread{}, over: map[int][]core.Unread{}, overlaid: map[int]bool{}, units: map[int]float64{}, combs: map[int][]structs.FPDF_FS_RECTF{}}}
		return p, p.open()
	}
}

// readyPDFium starts PDFium; a damaged cache costs time only.
func readyPDFium(cacheDir string) (engine, error) {
	e, err := startPDFium(cacheDir)
	if err != nil && cacheDir != "" {
		e, err = startPDFium("")
	}
	return e, err
}

func startPDFium(cacheDir string) (engine, error) {
	rc := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(wasmPages)
	ended := func(bool) {}
	if cacheDir != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			rc = rc.WithCompilationCache(cache) // without it the start is slow, nothing else
			ended = compileOnce(cacheDir)
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
	ended(err == nil)
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

	settled map[int]bool // by page, in this instance: what lies over it is part of it
	changed bool         // pages of this instance are not those of the file any more
	known
}

// known is what was found out about a document, by page, whatever instance did.
type known struct {
	views    map[int]view
	lost     map[int][]core.Unread // pictures that were not drawn whole
	over     map[int][]core.Unread // what lies over it and is not drawn
	overlaid map[int]bool          // something lay over it and was made part of it
	units    map[int]float64
	combs    map[int][]structs.FPDF_FS_RECTF // fields of one box for each character
	within   []core.Unread                   // files inside, and forms that are not on the pages
}

// instance gives the instance of PDFium. How long that may take is for who started this
// process to say: it counts processor time, and a busy machine is no fault of the
// document.
func (e engine) instance() (pdfium.Pdfium, error) {
	lib, err := e.pool.GetInstanceWithContext(context.Background())
	if err != nil {
		return nil, errPDFium.WithCause(err)
	}
	return lib, nil
}

// openDocument opens a PDF, with a password where there is one. Its errors are PDFium's.
func openDocument(lib pdfium.Pdfium, content []byte, password *string) (references.FPDF_DOCUMENT, error) {
	d, err := lib.OpenDocument(&requests.OpenDocument{FileReader: bytes.NewReader(content), FileReaderSize: int64(len(content)), Password: password})
	if err != nil {
		return "", err
	}
	return d.Document, nil
}

func (p *pdf) open() error {
	lib, err := p.instance()
	if err != nil {
		return err
	}
	d, err := openDocument(lib, p.content, nil)
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return core.Errorf(core.CodeInvalid, "This PDF is protected with a password. Open it with its password (O on the workstation, 'records unlock' on the command line), or print it to a new PDF in a viewer and upload that.").WithCause(err)
	case err != nil:
		return errDamagedPDF.WithCause(err)
	}
	n, err := lib.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d})
	if err != nil || n.PageCount < 1 {
		return core.Errorf(core.CodeInvalid, "This PDF has no pages. Check it in a viewer and upload a good copy.").WithCause(err)
	}
	p.lib, p.doc, p.pages, p.settled, p.changed = lib, d, n.PageCount, map[int]bool{}, false
	if p.within == nil {
		p.within = p.inside()
	}
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
	p.giveUp()
}

// giveUp ends the instance; the next page opens the document anew.
func (p *pdf) giveUp() {
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
	unit := p.unit(page, s.Width*s.Height)
	inches := s.Width * unit / 72 * s.Height * unit / 72
	if inches > bigSheet {
		if own := float64(p.resolution(page, inches/unit/unit)) / unit; own >= 1 {
			dpi = min(dpi, int(math.Ceil(own)))
		}
	}
	if inches*float64(dpi)*float64(dpi) > float64(p.maxPixels) {
		dpi = int(math.Sqrt(float64(p.maxPixels) / inches))
	}
	if dpi < 1 {
		return 0, 0, 0, core.Errorf(core.CodeInvalid, "This page is too large to be drawn.")
	}
	dpi = int(math.Round(float64(dpi) * unit)) // PDFium counts in points, whatever one is on this page
	scale := float64(dpi) / 72
	return int(math.Ceil(s.Width * scale)), int(math.Ceil(s.Height * scale)), dpi, nil
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
