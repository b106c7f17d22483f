// Package fileservice is the client of the portal's file-service, which keeps the
// content of records. It is a core.FileService: bytes go through in both directions
// without being kept here, and every call shows the token of the person who acts.
package fileservice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// Name is what people and logs are told.
const Name = "file-service"

// Options say where the service is.
type Options struct {
	URL   string            // without "/api"
	HTTP  http.RoundTripper // nil: a pool of its own
	Stall time.Duration     // how long the service may stand still; 0: 30 s, for it encrypts a whole file before it answers
}

// Client asks file-service. Safe for many goroutines.
type Client struct{ door *sibling.Client }

var _ core.FileService = (*Client)(nil)

// New makes a Client; it asks nothing yet.
func New(o Options) (*Client, error) {
	if o.Stall <= 0 {
		o.Stall = 30 * time.Second
	}
	door, err := sibling.New(sibling.Options{Name: Name, URL: o.URL, HTTP: o.HTTP, Stall: o.Stall, Timeout: o.Stall})
	if err != nil {
		return nil, err
	}
	return &Client{door}, nil
}

// Close drops idle connections.
func (c *Client) Close() error { return c.door.Close() }

// Ping asks whether the service answers.
func (c *Client) Ping(ctx context.Context) error {
	a, err := c.door.Call(ctx, sibling.Request{Path: "/api/health/", Timeout: 2 * time.Second})
	if err != nil {
		return err
	}
	var v struct {
		Status string `json:"status"`
	}
	if a.Status != http.StatusOK {
		return a.Unexpected()
	}
	if err := a.JSON(&v); err != nil {
		return err
	}
	if v.Status != "healthy" {
		return core.Errorf(core.CodeUnavailable, "%s says that it is not healthy.", Name)
	}
	return nil
}

// refusal is how the service words an error. Only Error is looked at, and none of it is
// passed on.
type refusal struct {
	Error string `json:"error"`
}

// What the service's own words are.
const (
	wordExpired  = "Token has expired"
	wordMetadata = "Metadata creation failed" // also of every file whose bytes it has already
	wordTooLarge = "File too large"
)

var (
	errExpired = core.Errorf(core.CodeUnauthenticated, "Token has expired")
	errTokens  = core.Errorf(core.CodeBadGateway, "%s does not accept the sign-in of this server. Tell your administrator: "+
		"JWT_SECRET_KEY must be the same for both.", Name)
	errNotAssigned = core.Errorf(core.CodeForbidden, "%s does not see this patient as assigned to you, so the document was not stored.", Name)
	errNotReleased = core.Errorf(core.CodeForbidden, "%s has not released this document to you.", Name)
	errNotUploader = core.Errorf(core.CodeForbidden, "%s does not take you for the person who uploaded this document, so it was not deleted.", Name)
	errTooLarge    = core.Errorf(core.CodeTooLarge, "The file is larger than %s accepts.", Name)
	errThere       = core.Errorf(core.CodeConflict, "%s did not take this document: it keeps each file once in the whole system, and most likely has it already, "+
		"in this chart or in another. Look whether it is here. If it belongs here and is not, scan or save it anew and upload that.", Name)
	errGone = core.Errorf(core.CodeNotFound, "%s does not have this document any more.", Name)
)

// KeepFile streams content in as a form of known length.
func (c *Client) KeepFile(ctx context.Context, by core.Acting, n core.NewFile, content io.Reader) (core.KeptFile, error) {
	fields := []sibling.Field{{Name: "patient_id", Value: strconv.FormatInt(n.PatientID, 10)}, {Name: "medical_record_type_id", Value: strconv.FormatInt(n.TypeID, 10)}}
	a, err := c.door.Upload(ctx, sibling.Request{Path: "/api/files/upload/medical-record", Header: bearer(by), Answers: []int{http.StatusInternalServerError}},
		fields, sibling.File{Field: "file", Name: n.Name, MIME: n.MIME, Size: n.Size, Content: content})
	if err != nil {
		return core.KeptFile{}, err
	}
	if a.Status == http.StatusCreated {
		return kept(a)
	}
	switch said, err := c.refused(a); {
	case err != nil:
		return core.KeptFile{}, err
	case a.Status == http.StatusForbidden:
		return core.KeptFile{}, errNotAssigned
	case a.Status == http.StatusBadRequest && said == wordTooLarge:
		return core.KeptFile{}, errTooLarge
	case a.Status == http.StatusInternalServerError && said == wordMetadata, a.Status == http.StatusConflict:
		return core.KeptFile{}, errThere
	}
	return core.KeptFile{}, a.Unexpected()
}

func kept(a *sibling.Answer) (core.KeptFile, error) {
	var v struct {
		Success    bool      `json:"success"`
		FileID     string    `json:"file_id"`
		UploadedAt time.Time `json:"uploaded_at"`
	}
	if err := a.JSON(&v); err != nil {
		return core.KeptFile{}, err
	}
	if !v.Success || v.FileID == "" {
		return core.KeptFile{}, a.Unexpected()
	}
	return core.KeptFile{ID: v.FileID, UploadedAt: v.UploadedAt}, nil
}

// refused looks at an answer that is no success: what the service calls it, or an error
// that is the same for every call.
func (c *Client) refused(a *sibling.Answer) (said string, err error) {
	if a.Status == http.StatusRequestEntityTooLarge { // of a proxy before it, in whatever form
		return "", errTooLarge
	}
	var v refusal
	if err := a.JSON(&v); err != nil {
		return "", err
	}
	if a.Status == http.StatusUnauthorized {
		return "", unauthorized(v)
	}
	return v.Error, nil
}

func unauthorized(v refusal) error {
	if v.Error == wordExpired {
		return errExpired
	}
	return errTokens.WithCause(fmt.Errorf("status 401: %.60q", v.Error))
}

// maxRefusal bounds what is read of an answer that is no content.
const maxRefusal = 64 << 10

// OpenFile gives the bytes as they come in.
func (c *Client) OpenFile(ctx context.Context, by core.Acting, id string) (io.ReadCloser, error) {
	s, err := c.door.Stream(ctx, sibling.Request{Path: sibling.Path("/api/files/medical-records/%v/download", id),
		Header: bearer(by), Answers: []int{http.StatusInternalServerError}})
	if err != nil {
		return nil, err
	}
	if s.Status == http.StatusOK && s.Header.Get("Content-Disposition") != "" { // a proxy's own page has none
		return s, nil
	}
	defer s.Close()
	var v refusal
	body, err := io.ReadAll(io.LimitReader(s, maxRefusal))
	if err == nil {
		err = json.Unmarshal(body, &v)
	}
	switch {
	case err == nil && s.Status == http.StatusUnauthorized:
		return nil, unauthorized(v)
	case err == nil && s.Status == http.StatusForbidden:
		return nil, errNotReleased
	case err == nil && s.Status == http.StatusNotFound:
		return nil, errGone
	}
	return nil, core.Errorf(core.CodeBadGateway, "%s could not give this document out. Try again; if it stays, tell your administrator.", Name).
		WithCause(errors.Join(fmt.Errorf("download: status %d, %.60q", s.Status, v.Error), err))
}

// DeleteFile removes a record there. Whether it would look at the right one is for the
// caller to ask first; see core.RecordSource.
func (c *Client) DeleteFile(ctx context.Context, by core.Acting, id string) error {
	a, err := c.door.Call(ctx, sibling.Request{Method: http.MethodDelete, Path: sibling.Path("/api/files/medical-records/%v/delete", id), Header: bearer(by)})
	if err != nil {
		return err
	}
	if a.Status == http.StatusOK {
		var v struct {
			Success bool `json:"success"`
		}
		if err := a.JSON(&v); err != nil {
			return err
		}
		if !v.Success {
			return a.Unexpected()
		}
		return nil
	}
	switch _, err := c.refused(a); {
	case err != nil:
		return err
	case a.Status == http.StatusForbidden:
		return errNotUploader
	case a.Status == http.StatusNotFound:
		return errGone
	}
	return a.Unexpected()
}

// bearer is the header that proves who acts.
func bearer(by core.Acting) http.Header {
	if by.Token.IsZero() {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + by.Token.Reveal()}}
}
