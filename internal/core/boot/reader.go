package boot

import (
	"context"
	"fmt"
	"io"
	"os"

	"clinician/internal/clients/pages"
	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
)

// engine gives what turns page images into words.
func (c Config) engine(clock core.Clock) core.Engine {
	return tesseract.New(tesseract.Options{Program: c.Tesseract, Clock: clock})
}

// OpenReader gives the pipeline of the server without the server: no database,
// no login. It starts nothing; each document gets a child process of its own.
func OpenReader(c Config) (ocr.Reader, error) {
	opener, err := pages.New(pages.Options{CacheDir: pageCache(c)})
	if err != nil {
		return ocr.Reader{}, err
	}
	return ocr.Reader{Pages: opener, Engine: c.engine(nil)}, nil
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
