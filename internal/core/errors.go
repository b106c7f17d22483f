package core

import (
	"context"
	"errors"
	"fmt"
)

// Code tells machines what kind of failure an Error is. The table in
// core/wire maps codes to HTTP status and back.
type Code string

const (
	CodeInvalid         Code = "invalid"           // the request is wrong; Fields says where
	CodeUnauthenticated Code = "unauthenticated"   // no valid proof of who is asking
	CodeForbidden       Code = "forbidden"         // known caller, not allowed
	CodeNotFound        Code = "not_found"         // absent, or not the caller's to know about
	CodeConflict        Code = "conflict"          // the state does not allow it (already exists, already ended)
	CodeTooLarge        Code = "too_large"         // over a limit of Limits
	CodeUnsupported     Code = "unsupported_media" // a kind of content this service does not take
	CodeRateLimited     Code = "rate_limited"      // try again after RetryAfter
	CodeUnavailable     Code = "unavailable"       // a part we depend on does not answer
	CodeBadGateway      Code = "bad_gateway"       // another service gave an answer that cannot be used
	CodeGatewayTimeout  Code = "gateway_timeout"   // another service took too long
	CodeEngineMissing   Code = "engine_missing"    // OCR cannot run here; the message says what to install
	CodeCanceled        Code = "canceled"          // somebody stopped it
	CodeInternal        Code = "internal"          // our fault; the log has the cause
)

// Error is the one error type that crosses package borders. Message is a
// sentence for the person at the screen and holds no PHI, path or host;
// Cause is for the log and never leaves the process.
type Error struct {
	Code       Code
	Message    string
	Fields     map[string][]string // CodeInvalid: field name -> what is wrong with it
	RetryAfter int                 // CodeRateLimited, CodeUnavailable: seconds; 0: not known
	Cause      error

	// Current is set where a change was refused (CodeConflict) because what it is about
	// was changed since the caller saw it: the Value, Record, PageCorrections,
	// DocumentCheck, Notification or Profile as it is now, with what was done by whom,
	// when and why. The message holds none of its words. See Current.
	Current any
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error of the given code. A %w verb becomes its Cause only;
// it is not part of the message a person sees, so write the sentence without it
// and pass causes with WithCause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithCause returns a copy of e that carries cause for the log.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// CodeOf gives the code of err: CodeCanceled when a context ended, CodeInternal for
// other errors that are not an *Error, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return CodeCanceled
	}
	return CodeInternal
}

// ErrUntrusted is the cause of a client's errors about a server that cannot prove who it
// is: waiting does not mend that, and nothing should be typed.
var ErrUntrusted = errors.New("the server is not trusted")

// IsUnanswered reports whether err says that a part we depend on gave no usable answer:
// what was asked of it is not known.
func IsUnanswered(err error) bool {
	switch CodeOf(err) {
	case CodeUnavailable, CodeBadGateway, CodeGatewayTimeout:
		return true
	}
	return false
}

// IsNotFound reports whether err says that the thing does not exist.
func IsNotFound(err error) bool { return CodeOf(err) == CodeNotFound }

// MessageOf gives the sentence for people: the Error's own, or a general one
// that reveals nothing.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return "Something went wrong on the server. Try again; if it stays, tell your administrator the time it happened."
}
