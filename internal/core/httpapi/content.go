package httpapi

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"clinician/internal/core/app"
)

// maxRanges is how many ranges one request may ask for.
const maxRanges = 8

// serveContent answers a record's bytes, whole or in ranges, as a download or
// for looking at in place. Nothing may keep a copy on the way.
func (a *API) serveContent(w http.ResponseWriter, r *http.Request, c app.Content, inline bool) error {
	src := &contentSeeker{open: c.Open, size: c.Record.Size}
	defer src.close()
	if strings.Count(r.Header.Get("Range"), ",") >= maxRanges {
		r.Header.Del("Range") // each range opens the vault anew; the whole is a fair answer too
	}
	if r.Method == http.MethodGet && r.Header.Get("Range") == "" {
		// The first bytes are fetched before the header goes out: what cannot be
		// opened is then a proper error and not an empty file.
		if err := src.begin(); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", contentType(c.Record.MIME))
	h.Set("Content-Disposition", disposition(inline && showable[c.Record.MIME], c.Record.Filename))
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
	if c.Record.SHA256 != "" {
		h.Set("ETag", `"`+c.Record.SHA256+`"`)
		h.Set("X-Content-SHA256", c.Record.SHA256)
	}
	out := a.newPacedWriter(w, r, c.Stream)
	http.ServeContent(out, r, "", c.Record.UploadedAt, src)
	out.finish()
	if r.Context().Err() != nil {
		return nil // the caller left; there is nobody to tell
	}
	return src.err // not nil: the answer is short, and fail breaks it off
}

// showable are the types a browser shows without running anything in them.
var showable = map[string]bool{"application/pdf": true, "image/jpeg": true, "image/png": true,
	"image/tiff": true, "image/bmp": true, "image/gif": true, "image/webp": true, "text/plain": true}

func contentType(kind string) string {
	switch kind {
	case "":
		return "application/octet-stream"
	case "text/plain":
		return "text/plain; charset=utf-8"
	}
	return kind
}

// disposition writes the header with the name encoded as needed, so that
// no name can end the header or add to it.
func disposition(inline bool, filename string) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	if v := mime.FormatMediaType(kind, map[string]string{"filename": filename}); v != "" {
		return v
	}
	return kind
}

// contentSeeker makes a ReadSeeker of content that can be opened at any
// offset. A seek costs nothing until a read elsewhere opens anew, so measuring
// the size by seeking to the end and back keeps what begin fetched.
type contentSeeker struct {
	open func(offset int64) (io.ReadCloser, error)
	size int64
	at   int64 // where the next Read reads
	src  io.ReadCloser
	buf  *bufio.Reader // over src
	pos  int64         // where buf stands
	err  error         // the first failure of reading
}

// begin opens the content where the next Read reads and fetches the first bytes.
func (s *contentSeeker) begin() error {
	s.close()
	src, err := s.open(s.at)
	if err != nil {
		return err
	}
	s.src, s.buf, s.pos = src, bufio.NewReaderSize(src, 4<<10), s.at
	if _, err := s.buf.Peek(1); err != nil && err != io.EOF {
		return err
	}
	return nil
}

func (s *contentSeeker) Read(p []byte) (int, error) {
	if s.at >= s.size {
		return 0, io.EOF
	}
	if s.src == nil || s.pos != s.at {
		if err := s.begin(); err != nil {
			s.err = err
			return 0, err
		}
	}
	n, err := s.buf.Read(p)
	s.at += int64(n)
	s.pos = s.at
	if err == io.EOF && s.at < s.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func (s *contentSeeker) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start")
	}
	s.at = offset
	return offset, nil
}

func (s *contentSeeker) close() {
	if s.src != nil {
		_ = s.src.Close() // read only: nothing can be lost
		s.src = nil
	}
}
