package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// FileSource makes a document of a file, whose kind its content decides. What
// can be read only once, such as a pipe, is kept in memory.
func FileSource(ctx context.Context, path string) (ocr.Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return ocr.Source{}, withoutPath(err)
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return ocr.Source{}, withoutPath(err)
	case st.IsDir():
		return ocr.Source{}, errors.New("is a directory; name the files in it")
	case !st.Mode().IsRegular():
		return StreamSource(ctx, f)
	case st.Size() > core.MaxFileBytes:
		return ocr.Source{}, errFileTooLarge
	}
	mime, err := records.Detect(f)
	if err != nil {
		return ocr.Source{}, withoutPath(err)
	}
	return ocr.Source{MIME: mime, Open: func(context.Context) (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open the document again: %w", err)
		}
		return f, nil
	}}, nil
}

// StreamSource makes a document of what r gives up to its end, kept in memory:
// a document of a patient leaves no file behind. The end of ctx ends the waiting,
// not the read: a terminal cannot be told to stop.
func StreamSource(ctx context.Context, r io.Reader) (ocr.Source, error) {
	var b []byte
	var err error
	read := make(chan struct{})
	go func() {
		defer close(read)
		b, err = io.ReadAll(io.LimitReader(r, core.MaxFileBytes+1))
	}()
	select {
	case <-read:
	case <-ctx.Done():
		return ocr.Source{}, ctx.Err()
	}
	switch {
	case err != nil:
		return ocr.Source{}, withoutPath(err)
	case len(b) > core.MaxFileBytes:
		return ocr.Source{}, errFileTooLarge
	}
	mime, err := records.Detect(bytes.NewReader(b))
	if err != nil {
		return ocr.Source{}, err
	}
	return ocr.Source{MIME: mime, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}, nil
}

var errFileTooLarge = core.Errorf(core.CodeTooLarge, "The file is larger than %d MB.", core.MaxFileBytes>>20)

// withoutPath takes the path off a file error: whoever reports it names the file.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
