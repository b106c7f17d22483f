package boot

import (
	"context"
	"fmt"
	"io"
	"os"

	"clinician/internal/clients/pages"
	"clinician/internal/clients/tesseract"
	"clinician/internal/clients/vision"
	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
)

// engines gives what turns page images into words, and what compares its
// numbers: tesseract, or the engine of OCR_ENGINE_URL checked by tesseract.
// Nothing switches from one to the other by itself.
func (c Config) engines(clock core.Clock) (engine, check core.Engine, err error) {
	local := tesseract.New(tesseract.Options{Program: c.Tesseract, Clock: clock})
	if c.EngineURL == "" {
		return local, nil, nil
	}
	remote, err := vision.New(vision.Options{URL: c.EngineURL, Model: c.EngineModel, Key: c.EngineKey, Clock: clock})
	return remote, local, err
}

// OpenReader gives the pipeline of the server without the server: no database,
// no login. It starts nothing; each document gets a child process of its own.
func OpenReader(c Config) (ocr.Reader, error) {
	opener, err := pages.New(pages.Options{CacheDir: pageCache(c)})
	if err != nil {
		return ocr.Reader{}, err
	}
	engine, check, err := c.engines(nil)
	return ocr.Reader{Pages: opener, Engine: engine, Check: check, Suspects: analysis.Suspects}, err
}

// FileSource makes a document of a file, whose kind its content decides.
func FileSource(path string) (ocr.Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return ocr.Source{}, err
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.Size() > core.MaxFileBytes {
		return ocr.Source{}, core.Errorf(core.CodeTooLarge, "The file is larger than %d MB.", core.MaxFileBytes>>20)
	}
	mime, err := records.Detect(f)
	if err != nil {
		return ocr.Source{}, err
	}
	return ocr.Source{MIME: mime, Open: func(context.Context) (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open the document again: %w", err)
		}
		return f, nil
	}}, nil
}
