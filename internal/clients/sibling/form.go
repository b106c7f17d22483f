package sibling

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"clinician/internal/core"
)

// File is what a form carries beside its fields.
type File struct {
	Field   string // name of the field
	Name    string // file name
	MIME    string
	Size    int64 // of Content, exactly
	Content io.Reader
}

// Field is a field of a form.
type Field struct{ Name, Value string }

// Upload posts a multipart form with fields and, behind them, a file that is read while
// it is sent, and reads the answer to its end. Its length is known beforehand and is
// sent: see Request.Body. An error of f.Content is given as it is: then the failure was
// on this side.
func (c *Client) Upload(ctx context.Context, r Request, fields []Field, f File) (*Answer, error) {
	boundary := rand.Text() + rand.Text()
	var head strings.Builder
	for _, v := range fields {
		fmt.Fprintf(&head, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", boundary, quoted.Replace(v.Name), v.Value)
	}
	fmt.Fprintf(&head, "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n",
		boundary, quoted.Replace(f.Field), quoted.Replace(f.Name), f.MIME)
	tail := "\r\n--" + boundary + "--\r\n"
	content := &exactly{from: f.Content, left: f.Size}

	r.Method = http.MethodPost
	if r.Header = r.Header.Clone(); r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	r.Body = io.MultiReader(strings.NewReader(head.String()), content, strings.NewReader(tail))
	r.Length = int64(head.Len()) + f.Size + int64(len(tail))
	s, err := c.Stream(ctx, r)
	if err != nil {
		if own := content.failed(); own != nil {
			return nil, own
		}
		return nil, err
	}
	defer s.Close()
	most := c.MaxBytes
	body, err := io.ReadAll(io.LimitReader(s, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > most:
		return nil, c.nonsense(fmt.Errorf("%s %s: the answer is longer than %d bytes", c.Name, r.where(), most))
	}
	return &Answer{Status: s.Status, Header: s.Header, Body: body, c: c, where: r.where()}, nil
}

// quoted is how browsers put names into quotes. A line break would begin a header.
var quoted = strings.NewReplacer("\\", "\\\\", `"`, "%22", "\r", "%0D", "\n", "%0A")

// errSource marks a failure of what was to be sent.
var errSource = errors.New("what was to be sent could not be read")

// exactly gives so many bytes, and an error when there are fewer or more. The transport
// may still read when its answer is there.
type exactly struct {
	from io.Reader
	left int64

	mu  sync.Mutex
	err error
}

func (e *exactly) failed() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

func (e *exactly) Read(p []byte) (int, error) {
	n, err := e.from.Read(p)
	e.left -= int64(n)
	switch {
	case e.left < 0, err == io.EOF && e.left > 0:
		err = core.Errorf(core.CodeInternal, "The document is not what it was when it came in, so it was not passed on. Send it again.").
			WithCause(fmt.Errorf("content differs by %d bytes from its size", e.left))
		n = 0
	case err == nil || err == io.EOF:
		return n, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.err = err
	return n, errors.Join(errSource, err)
}
