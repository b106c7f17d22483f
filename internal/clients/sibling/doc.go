// Package sibling is how this server asks the other services of the portal
// (database-service, auth-service, file-service, ocr-service): the part of it that is
// the same for all of them. A client of one service is built on it so:
//
//	c, err := sibling.New(sibling.Options{Name: "file-service", URL: url, Headers: http.Header{...}})
//
//	// A small JSON answer: Call gives every answer below 500, read to its end.
//	a, err := c.Call(ctx, sibling.Request{Path: sibling.Path("/api/users/%v/", id)})
//	if err != nil { return u, err }               // a *core.Error, ready to be given to people
//	switch a.Status {
//	case http.StatusOK: err = a.JSON(&u)          // 502 when it is not that JSON
//	case http.StatusNotFound: err = core.Errorf(core.CodeNotFound, "User not found")
//	default: err = a.Unexpected()                 // 502; the log gets the status
//	}
//
//	// A file, in or out: Stream gives the answer as soon as its header is there.
//	s, err := c.Stream(ctx, sibling.Request{Method: "POST", Path: p, Body: body, Length: n, Header: h})
//	defer s.Close()
//
//	// A file as a form, whose answer is small: Upload.
//	a, err := c.Upload(ctx, sibling.Request{Path: p, Header: h}, fields, sibling.File{...})
//
// What it sees to, so that no client has to:
//   - Every call ends: Timeout for a Call, Stall for a Stream (so long without a byte
//     in either direction). The caller's context ends it sooner, and is then the error.
//   - Connections are kept and shared. Redirects are answers, never followed.
//   - What is safe to repeat (GET, HEAD, and requests that say Repeat) is tried again,
//     twice at most, with growing pauses and jitter, when the connection failed,
//     the answer broke off or was 502, 503 or 504. What took too long is not tried again.
//   - After five failures in a row the circuit opens: for two seconds everything is
//     refused at once, then one call may try. Failures are connections, timeouts, 502,
//     503, 504 and answers that cannot be understood; 500 is not, because these
//     services answer 500 to single requests that they dislike.
//   - Errors name the service, never an address, a path or the other side's text:
//     core.CodeUnavailable (503, with RetryAfter), core.CodeBadGateway (502),
//     core.CodeGatewayTimeout (504). Their cause, for the log, has the path without its
//     query, in which these services are sent e-mail addresses and tokens.
//   - Answers are bounded (MaxBytes). The caller's request id goes along as X-Request-Id.
//
// One Client of a service is made for the whole process. It is safe for many goroutines.
package sibling
