package clinicianapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const copyBuffer = 64 << 10

// Upload streams content into the patient's chart; nothing is held in memory
// but one buffer. progress, which may be nil, is called with the bytes sent so
// far from another goroutine and must be quick. Content is not read any more
// when Upload has returned, and never closed. Content that can seek, of a known
// size, goes on after a lost connection: more than wire.PieceBytes in pieces, and
// where an earlier Upload of the same bytes for the same patient stopped; less from
// its beginning. Other content is sent once.
func (c *Client) Upload(ctx context.Context, u core.NewDocument, progress func(sent int64)) (core.Record, error) {
	if err := c.permitted(http.MethodPost, wire.PathPatientRecords(u.PatientID)); err != nil {
		return core.Record{}, err
	}
	content, ok := u.Content.(io.ReadSeeker)
	switch {
	case !ok || u.Size < 0:
		return c.uploadOnce(ctx, u, progress)
	case u.Size > wire.PieceBytes:
		return c.uploadPieces(ctx, u, content, progress)
	}
	return c.uploadWhole(ctx, u, content, progress)
}

// uploadOnce sends content in one request, and again only when the server refused
// the token before it took the file.
func (c *Client) uploadOnce(ctx context.Context, u core.NewDocument, progress func(sent int64)) (core.Record, error) {
	target := wire.PathPatientRecords(u.PatientID)
	form, err := newForm(u)
	if err != nil {
		return core.Record{}, err
	}
	// A long upload must not end in a refusal, so the token is renewed early.
	g, err := c.token(ctx, keepAliveAhead)
	if err != nil {
		return core.Record{}, err
	}
	var out wire.Uploaded
	err = c.postForm(ctx, target, g, form, u, progress, &out)
	if core.CodeOf(err) == core.CodeUnauthenticated {
		again, renewErr := c.renewed(ctx, g)
		if renewErr != nil {
			return core.Record{}, renewErr
		}
		if rewind(u.Content) {
			err = c.postForm(ctx, target, again, form, u, progress, &out)
		}
	}
	if err != nil {
		return core.Record{}, err
	}
	return out.Record, nil
}

func rewind(r io.Reader) bool {
	s, ok := r.(io.Seeker)
	if !ok {
		return false
	}
	_, err := s.Seek(0, io.SeekStart)
	return err == nil
}

// form is what surrounds the content in the multipart body.
type form struct {
	head, tail []byte
	mime       string
}

// newForm writes the fields first, so that the server knows where the file
// belongs before the first byte of it arrives.
func newForm(u core.NewDocument) (form, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	fields := [][2]string{{"medical_record_type_id", strconv.FormatInt(u.TypeID, 10)}}
	if u.Title != "" {
		fields = append(fields, [2]string{"title", u.Title})
	}
	if !u.DocumentDate.IsZero() {
		fields = append(fields, [2]string{"document_date", u.DocumentDate.String()})
	}
	for _, f := range [][2]string{{"source", u.Source}, {"received_by", u.ReceivedBy}, {"tags", strings.Join(u.Tags, ",")}, {"analyze", analyzeField(u)}} {
		if f[1] != "" {
			fields = append(fields, f)
		}
	}
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return form{}, core.Errorf(core.CodeInternal, "The request could not be written.").WithCause(err)
		}
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="file"; filename="`+quoteFilename(u.Filename)+`"`)
	h.Set("Content-Type", "application/octet-stream") // the server decides by content
	if _, err := w.CreatePart(h); err != nil {
		return form{}, core.Errorf(core.CodeInternal, "The request could not be written.").WithCause(err)
	}
	head := bytes.Clone(b.Bytes())
	if err := w.Close(); err != nil {
		return form{}, core.Errorf(core.CodeInternal, "The request could not be written.").WithCause(err)
	}
	return form{head: head, tail: bytes.Clone(b.Bytes()[len(head):]), mime: w.FormDataContentType()}, nil
}

// analyzeField is what is sent of a document that is to be left unread; "" for others.
func analyzeField(u core.NewDocument) string {
	if u.LeaveUnread {
		return "false"
	}
	return ""
}

// quoteFilename gives the last element of a name, fit for a quoted parameter.
func quoteFilename(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		name = "document"
	}
	var b strings.Builder
	for i := range len(name) { // bytes: the rest of a letter is not ASCII
		switch c := name[i]; {
		case c == 0:
		case c == '"', c < ' ', c == 0x7f: // no header may hold them
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (c *Client) postForm(ctx context.Context, target string, g grant, f form, u core.NewDocument, progress func(int64), out *wire.Uploaded) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := c.request(ctx, call{method: http.MethodPost, path: target}, g.access)
	if err != nil {
		return err
	}
	pr, pw := io.Pipe()
	req.Body = pr
	req.ContentLength = -1
	if u.Size >= 0 {
		req.ContentLength = int64(len(f.head)) + u.Size + int64(len(f.tail))
	}
	req.Header.Set("Content-Type", f.mime)
	req.Header.Set("Expect", "100-continue") // a refusal comes before the content goes out

	s := sender{w: pw, cancel: cancel, idle: c.opt.IdleTimeout, progress: progress}
	done := make(chan error, 1)
	go func() {
		err := s.send(f, u)
		pw.CloseWithError(err)
		done <- err
	}()
	a, err := c.roundTrip(req)
	// Whatever the outcome, the reader belongs to the caller again after this.
	pr.CloseWithError(errGone)
	if sendErr := <-done; err != nil {
		var own *core.Error
		if errors.As(sendErr, &own) && core.CodeOf(err) != core.CodeCanceled {
			return own // the source failed; what the transport says is only the consequence
		}
		return err
	}
	defer a.Body.Close()
	return c.decode(a, out)
}

var errGone = errors.New("the server has answered and reads no more")

// sender writes the body of an upload into the pipe to the transport.
type sender struct {
	w        *io.PipeWriter
	cancel   context.CancelCauseFunc
	idle     time.Duration
	progress func(int64)
}

func (s *sender) send(f form, u core.NewDocument) error {
	if err := s.write(f.head); err != nil {
		return err
	}
	buf := make([]byte, copyBuffer)
	var sent int64
	for {
		n, err := u.Content.Read(buf)
		if sent += int64(n); u.Size >= 0 && sent > u.Size {
			return errChanged()
		}
		if n > 0 {
			if werr := s.write(buf[:n]); werr != nil {
				return werr
			}
			if s.progress != nil {
				s.progress(sent)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return errUnreadable(err)
		}
	}
	if u.Size >= 0 && sent != u.Size {
		return errChanged()
	}
	return s.write(f.tail)
}

// write ends the request when the server takes nothing for the idle time. Slow
// sources are none of its business.
func (s *sender) write(p []byte) error {
	t := time.AfterFunc(s.idle, func() { s.cancel(errStalled) })
	defer t.Stop()
	_, err := s.w.Write(p)
	return err
}

func errChanged() *core.Error {
	return core.Errorf(core.CodeInvalid, "The file changed while it was being sent, so it was not stored. Try again.")
}
