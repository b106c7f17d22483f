package clinicianapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// pieceTries is how often in a row a piece is tried before the caller is asked:
// with the usual backoff more than a minute, longer than a server restarts.
const pieceTries = 12

// pieces is a file on its way in pieces.
type pieces struct {
	c        *Client
	u        core.NewDocument
	content  io.ReadSeeker
	sum      string
	progress func(sent int64)
	buf      []byte
	at       core.Upload // where the server is with it, as far as known
	unsure   bool        // what was sent last may have arrived or not
}

// uploadPieces sends content piece by piece. The server finds an unfinished
// upload by patient and hash, so nothing has to be remembered on this side.
func (c *Client) uploadPieces(ctx context.Context, u core.NewDocument, content io.ReadSeeker, progress func(int64)) (core.Record, error) {
	if progress == nil {
		progress = func(int64) {}
	}
	sum, err := digest(ctx, content, u.Size)
	if err != nil {
		return core.Record{}, err
	}
	p := &pieces{c: c, u: u, content: content, sum: sum, progress: progress, buf: make([]byte, wire.PieceBytes)}
	for lost := 0; ; {
		done, moved, err := p.step(ctx)
		code := core.CodeOf(err)
		switch {
		case err == nil && done != nil:
			return *done, nil
		case err == nil && moved:
			lost = 0
			continue
		case err == nil:
			continue
		case code == core.CodeConflict && p.at.ID != "": // it is not where we thought
		case code != core.CodeUnavailable:
			return core.Record{}, err
		}
		if lost++; lost >= pieceTries {
			return core.Record{}, core.Errorf(code, "The connection was lost %d times in a row. What was sent is kept for a day: send the same file again, and it goes on from there.", lost).WithCause(err)
		}
		p.unsure = p.at.ID != ""
		if code == core.CodeUnavailable {
			if u.Lost != nil {
				u.Lost(lost)
			}
			if err := c.opt.Sleep(ctx, c.opt.Backoff(lost)); err != nil {
				return core.Record{}, c.failed(ctx, err)
			}
		}
	}
}

// UnfinishedUploads lists the caller's unfinished uploads in pieces, oldest first.
func (c *Client) UnfinishedUploads(ctx context.Context) ([]core.Upload, error) {
	return everyPage[core.Upload](ctx, c, wire.PathUploads, nil)
}

// AbandonUpload removes an unfinished upload.
func (c *Client) AbandonUpload(ctx context.Context, id string) error {
	if err := checkID("upload", id); err != nil {
		return err
	}
	return c.json(ctx, call{method: http.MethodDelete, path: wire.PathUploadPieces(id)}, nil)
}

// digest gives the SHA-256 of content from its start, which must have size bytes.
func digest(ctx context.Context, content io.ReadSeeker, size int64) (string, error) {
	h := sha256.New()
	_, err := content.Seek(0, io.SeekStart)
	var n int64
	for err == nil {
		if ctx.Err() != nil {
			return "", core.Errorf(core.CodeCanceled, "Stopped.").WithCause(ctx.Err())
		}
		var m int64
		m, err = io.CopyN(h, content, wire.PieceBytes)
		n += m
	}
	switch {
	case err != io.EOF:
		return "", errUnreadable(err)
	case n != size:
		return "", errChanged()
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// step does the one request that is next. moved says that the server has more
// than before; done that it has everything.
func (p *pieces) step(ctx context.Context) (done *core.Record, moved bool, err error) {
	switch {
	case p.at.ID == "":
		return nil, false, p.begin(ctx)
	case p.unsure:
		return p.look(ctx)
	}
	return p.send(ctx)
}

func (p *pieces) begin(ctx context.Context) error {
	b := wire.BeginUpload{PatientID: p.u.PatientID, Filename: quoteFilename(p.u.Filename), Size: p.u.Size, SHA256: p.sum, TypeID: p.u.TypeID,
		Title: p.u.Title, Source: p.u.Source, ReceivedBy: p.u.ReceivedBy, Tags: p.u.Tags}
	if p.u.LeaveUnread {
		b.Analyze = new(bool)
	}
	if !p.u.DocumentDate.IsZero() {
		b.DocumentDate = p.u.DocumentDate.String()
	}
	var at core.Upload
	if err := p.c.json(ctx, call{method: http.MethodPost, path: wire.PathUploads, body: b}, &at); err != nil {
		return err
	}
	if at.ID == "" || at.PatientID != p.u.PatientID || at.Size != p.u.Size {
		return core.Errorf(core.CodeInternal, "The server answered with another upload than this one. Nothing was sent; tell your administrator.")
	}
	p.at = at
	p.progress(at.Offset)
	if at.Offset > 0 && p.u.Resumed != nil {
		p.u.Resumed(at.Offset)
	}
	return nil
}

// look asks where the upload stands, and for the record when it is complete: the
// answer to the last piece may be what got lost.
func (p *pieces) look(ctx context.Context) (*core.Record, bool, error) {
	var at core.Upload
	if err := p.c.json(ctx, call{path: wire.PathUploadPieces(p.at.ID)}, &at); err != nil {
		return nil, false, err
	}
	moved := at.Offset > p.at.Offset
	p.at, p.unsure = at, false
	if !at.Complete {
		p.progress(at.Offset)
		return nil, moved, nil
	}
	r, err := p.c.Record(ctx, at.RecordID)
	if err != nil {
		p.unsure = true
		return nil, false, err
	}
	p.progress(p.u.Size)
	return &r, true, nil
}

func (p *pieces) send(ctx context.Context) (*core.Record, bool, error) {
	piece := p.buf[:min(int64(len(p.buf)), p.u.Size-p.at.Offset)]
	if _, err := p.content.Seek(p.at.Offset, io.SeekStart); err != nil {
		return nil, false, errUnreadable(err)
	}
	if _, err := io.ReadFull(p.content, piece); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return nil, false, errChanged()
		}
		return nil, false, errUnreadable(err)
	}
	last := p.at.Offset+int64(len(piece)) == p.u.Size
	g, err := p.c.token(ctx, keepAliveAhead)
	if err != nil {
		return nil, false, err
	}
	a, err := p.patch(ctx, g, piece, last)
	if core.CodeOf(err) == core.CodeUnauthenticated {
		if g, err = p.c.renewed(ctx, g); err == nil {
			a, err = p.patch(ctx, g, piece, last)
		}
	}
	if err != nil {
		return nil, false, err
	}
	defer a.Body.Close()
	if last {
		var done wire.Uploaded
		err := p.c.decode(a, &done)
		return &done.Record, true, err
	}
	return nil, true, p.c.decode(a, &p.at)
}

func (p *pieces) patch(ctx context.Context, g grant, piece []byte, last bool) (answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	req, err := p.c.request(ctx, call{method: http.MethodPatch, path: wire.PathUploadPieces(p.at.ID)}, g.access)
	if err != nil {
		cancel(nil)
		return answer{}, err
	}
	start := p.at.Offset
	body := &movingBody{r: bytes.NewReader(piece), idle: p.c.opt.IdleTimeout, report: func(n int) { p.progress(start + int64(n)) }}
	body.timer = time.AfterFunc(body.idle, func() { cancel(errStalled) })
	defer body.release() // the transport may go on reading after it gave up
	req.Body, req.ContentLength = body, int64(len(piece))
	req.Header.Set("Content-Type", wire.PieceType)
	req.Header.Set(wire.UploadOffset, strconv.FormatInt(start, 10))
	req.Header.Set(wire.UploadComplete, "?0")
	if last {
		req.Header.Set(wire.UploadComplete, "?1")
	}
	a, err := p.c.roundTrip(req)
	if err != nil {
		cancel(nil)
		return a, err
	}
	a.Body = endingBody{a.Body, cancel}
	return a, nil
}

// endingBody ends its request's context when it is closed.
type endingBody struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (b endingBody) Close() error {
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}

// movingBody reports what the transport takes, and stops the clock at its end:
// then the wait is for the answer.
type movingBody struct {
	mu     sync.Mutex
	r      io.Reader // nil once released
	n      int
	idle   time.Duration
	timer  *time.Timer
	report func(n int)
}

func (b *movingBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.r == nil {
		return 0, errGone
	}
	n, err := b.r.Read(p[:min(len(p), copyBuffer)])
	if b.n += n; n > 0 {
		b.report(b.n)
	}
	if err == nil {
		b.timer.Reset(b.idle)
	} else {
		b.timer.Stop()
	}
	return n, err
}

func (b *movingBody) Close() error { return nil }

func (b *movingBody) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.r = nil
	b.timer.Stop()
}

func errUnreadable(cause error) *core.Error {
	return core.Errorf(core.CodeInvalid, "The file could not be read to its end, so it was not stored. Check the file and try again.").WithCause(cause)
}
