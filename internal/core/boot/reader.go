package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"clinician/internal/clients/numbers"
	"clinician/internal/clients/office"
	"clinician/internal/clients/pages"
	"clinician/internal/clients/tesseract"
	"clinician/internal/clients/vision"
	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/ocr/read"
	"clinician/internal/core/records"
)

// reader gives what reads documents: opener for their pages and, for the words on
// them, tesseract, or the engine of OCR_ENGINE_URL whose numbers tesseract checks.
// Nothing switches from one to the other by itself. In the background the processes it
// starts get what the machine has to spare.
func (c Config) reader(opener *pages.Opener, clock core.Clock, background bool) (read.Reader, error) {
	local := tesseract.New(tesseract.Options{Program: c.Tesseract, Clock: clock, Background: background})
	r := read.Reader{Pages: opener.Readings(background), PageTimeout: readingTime, Engine: local, Suspects: analysis.Suspects, Clock: clock}
	if c.EngineURL == "" {
		second, err := c.numberReader(background)
		r.Numbers = second
		return r, err
	}
	remote, err := vision.New(vision.Options{URL: c.EngineURL, Model: c.EngineModel, Key: c.EngineKey, Clock: clock})
	r.Engine, r.CrossCheck, r.PageTimeout = remote, local, 0 // another machine's time is its own
	return r, err
}

// readingTime is how long a page may take on the clock on the wall, all its readings
// together. What they may compute is bounded by the engine and the page worker, for each
// step by itself; a machine that is busy with other things may take its time.
const readingTime = time.Hour

// numberReader gives the second reader of numbers, for an engine that gives boxes and
// confidences; nil when none is named. It starts nothing.
func (c Config) numberReader(background bool) (core.NumberReader, error) {
	if c.NumberReader == "" {
		return nil, nil
	}
	return numbers.New(numbers.Options{Dir: c.NumberReader, Background: background})
}

// sayNumberReader has the second reader of numbers load its model, and logs what it is
// or why there is none.
func (s *Server) sayNumberReader(ctx context.Context) {
	if s.numbers == nil {
		s.log.Info("numbers are read by one engine", "why", "CLINICIAN_NUMBER_READER is not set")
		return
	}
	info, err := s.numbers.Info(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.log.Warn("numbers are read by one engine", "err", err)
	default:
		s.log.Info("numbers are read by a second engine", "engine", info.Name+" "+info.Version, "model", info.Model, "device", info.Device, "note", info.Note)
	}
}

// OpenReader gives the pipeline of the server without the server: no database,
// no login. It starts nothing; each document gets a child process of its own. Who opens
// it closes it.
func OpenReader(c Config) (read.Reader, error) {
	opener, err := c.openPages()
	if err != nil {
		return read.Reader{}, err
	}
	return c.reader(opener, nil, false)
}

// openPages gives the opener of documents, which has Word 97 documents converted.
func (c Config) openPages() (*pages.Opener, error) {
	word, err := office.New(office.Options{Program: c.Soffice})
	if err != nil {
		return nil, err
	}
	return pages.New(pages.Options{CacheDir: pageCache(c), Word: func(ctx context.Context, content io.Reader, spare bool) (pages.Word97, error) {
		made, err := word.ToDOCX(ctx, content, spare)
		return pages.Word97(made), err
	}})
}

// FileDocument makes a document of a file, whose kind its content decides. What
// can be read only once, such as a pipe, is kept in memory.
func FileDocument(ctx context.Context, path string) (core.Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return core.Document{}, withoutPath(err)
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return core.Document{}, withoutPath(err)
	case st.IsDir():
		return core.Document{}, errors.New("is a directory; name the files in it")
	case !st.Mode().IsRegular():
		return StreamDocument(ctx, f)
	case st.Size() > core.MaxFileBytes:
		return core.Document{}, errFileTooLarge
	}
	mime, err := records.Detect(f)
	if err != nil {
		return core.Document{}, withoutPath(err)
	}
	return core.Document{MIME: mime, Open: func(context.Context) (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open the document again: %w", err)
		}
		return f, nil
	}}, nil
}

// StreamDocument makes a document of what r gives up to its end, kept in memory:
// a document of a patient leaves no file behind. The end of ctx ends the waiting,
// not the read: a terminal cannot be told to stop.
func StreamDocument(ctx context.Context, r io.Reader) (core.Document, error) {
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
		return core.Document{}, ctx.Err()
	}
	switch {
	case err != nil:
		return core.Document{}, withoutPath(err)
	case len(b) > core.MaxFileBytes:
		return core.Document{}, errFileTooLarge
	}
	mime, err := records.Detect(bytes.NewReader(b))
	if err != nil {
		return core.Document{}, err
	}
	return core.Document{MIME: mime, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}, nil
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
