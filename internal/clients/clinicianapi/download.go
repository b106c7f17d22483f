package clinicianapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"image/png"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const maxImage = 64 << 20

// Download writes the record to w and checks length and, when the server
// states one, the SHA-256 of what arrived. After an error, what was written
// must not be used. progress is called like Upload's.
func (c *Client) Download(ctx context.Context, recordID string, all bool, w io.Writer, progress func(received int64)) error {
	if err := checkID("record", recordID); err != nil {
		return err
	}
	a, err := c.send(ctx, call{path: wire.PathRecordAct(recordID, "download"), query: including(all), accept: "*/*"})
	if err != nil {
		return err
	}
	defer a.Body.Close()
	hash := sha256.New()
	dst := &core.Sink{W: io.MultiWriter(w, hash), Told: progress}
	if _, err := io.CopyBuffer(dst, struct{ io.Reader }{a.Body}, make([]byte, copyBuffer)); err != nil {
		if here := dst.Failed(); here != nil {
			return here
		}
		return c.failed(a.ctx, err)
	}
	if a.ContentLength >= 0 && dst.N != a.ContentLength && !a.Uncompressed {
		return c.failed(a.ctx, io.ErrUnexpectedEOF)
	}
	if want := statedSHA256(a.Header); want != nil && !bytes.Equal(want, hash.Sum(nil)) {
		return core.Errorf(core.CodeInternal, "What arrived is not the file the server keeps. Do not use it; try again.")
	}
	return nil
}

// statedSHA256 finds the digest in the headers that may carry one.
func statedSHA256(h http.Header) []byte {
	for _, v := range []string{h.Get("X-Content-SHA256"), h.Get("ETag")} {
		v = strings.Trim(strings.TrimPrefix(v, "W/"), `"`)
		v = strings.TrimPrefix(strings.TrimPrefix(v, "sha256:"), "sha256-")
		if sum, err := hex.DecodeString(v); err == nil && len(sum) == sha256.Size {
			return sum
		}
	}
	for _, field := range strings.Split(h.Get("Repr-Digest"), ",") {
		v, ok := strings.CutPrefix(strings.TrimSpace(field), "sha-256=:")
		if !ok {
			continue
		}
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(v, ":")); err == nil && len(sum) == sha256.Size {
			return sum
		}
	}
	return nil
}

var pngMagic = []byte("\x89PNG\r\n\x1a\n")

// PageImage gives a page of a record, numbered from 1, drawn as PNG, at most
// maxWidth pixels wide; 0 leaves the width to the server.
func (c *Client) PageImage(ctx context.Context, recordID string, page, maxWidth int, all bool) (core.PageImage, error) {
	if err := checkID("record", recordID); err != nil {
		return core.PageImage{}, err
	}
	v := url.Values{}
	maps.Copy(v, including(all))
	setNumber(v, "width", int64(maxWidth))
	a, err := c.send(ctx, call{path: wire.PathRecordImage(recordID, page), query: v, accept: "image/png"})
	if err != nil {
		return core.PageImage{}, err
	}
	defer a.Body.Close()
	img, err := io.ReadAll(io.LimitReader(a.Body, maxImage+1))
	if err != nil {
		return core.PageImage{}, c.failed(a.ctx, err)
	}
	t, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if t != "image/png" || !bytes.HasPrefix(img, pngMagic) || len(img) > maxImage {
		return core.PageImage{}, errPicture(errors.New("content type " + strconv.Quote(t)))
	}
	size, _ := png.DecodeConfig(bytes.NewReader(img)) // what is wrong with a picture shows when it is drawn
	return core.PageImage{Data: img, Format: "png", Width: size.Width, Height: size.Height}, nil
}

func errPicture(cause error) *core.Error {
	return core.Errorf(core.CodeInternal, "The server's picture of this page cannot be shown. Download the record instead.").WithCause(cause)
}
