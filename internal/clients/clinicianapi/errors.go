package clinicianapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const (
	maxSentence   = 500 // characters of a message that are shown
	maxFields     = 50
	maxRetryAfter = 24 * 60 * 60
)

// decodeError makes a *core.Error of an answer that is not 2xx, whatever
// family its body is of: {"error"}, {"success", "error", "message"},
// {"success", "message"}, {"detail"} or {"<field>": ["…"]}; never nil.
func (c *Client) decodeError(status int, header http.Header, body []byte) *core.Error {
	if wantsTLS(c.base, status, body) {
		return c.encrypted(nil)
	}
	e := &core.Error{Code: wire.CodeOfStatus(status), RetryAfter: retryAfter(header, c.opt.Clock())}
	var keys map[string]json.RawMessage
	if json.Unmarshal(body, &keys) != nil {
		keys = nil
	}
	if code := core.Code(text(keys["code"])); knownCode(code) {
		e.Code = code
	}
	order := []string{"error", "detail", "message"}
	if _, ok := keys["success"]; ok {
		// Here "error" is a class name or a headline, "message" the sentence.
		order = []string{"message", "error", "detail"}
	}
	for _, k := range order {
		if e.Message = text(keys[k]); e.Message != "" {
			break
		}
	}
	if now := keys["current"]; e.Code == core.CodeConflict && len(now) > 0 {
		e.Current = now // standing says what it is
	}
	e.Fields = fieldErrors(keys)
	var nested map[string]json.RawMessage // where the body's own keys are others
	if len(e.Fields) == 0 && json.Unmarshal(keys["fields"], &nested) == nil {
		e.Fields = fieldErrors(nested)
	}
	if e.Message == "" {
		e.Message = fieldSentence(e.Fields)
	}
	if e.Message == "" {
		e.Message = c.sentence(e.Code, status)
	}
	return e
}

// standing makes of the thing that a refused change was about (core.Error.Current) what the
// caller knows it is; what is none, and no refusal of a change, has none.
func standing[T interface{ ETag() string }](err error) error {
	sent, ok := core.Current[json.RawMessage](err)
	if !ok {
		return err
	}
	var e *core.Error
	errors.As(err, &e)
	told := *e
	told.Current = nil
	var now T
	if json.Unmarshal(sent, &now) == nil && now.ETag() != "" {
		told.Current = now
	}
	return &told
}

// fieldErrors collects the keys whose value is a list of sentences.
func fieldErrors(keys map[string]json.RawMessage) map[string][]string {
	var out map[string][]string
	for k, raw := range keys {
		var msgs []string
		if json.Unmarshal(raw, &msgs) != nil || len(msgs) == 0 || len(out) == maxFields {
			continue
		}
		for i := range msgs {
			msgs[i] = tidy(msgs[i])
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[tidy(k)] = msgs
	}
	return out
}

// fieldSentence says what is wrong with the fields, those without a field first.
func fieldSentence(fields map[string][]string) string {
	names := make([]string, 0, len(fields))
	for n := range fields {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == "non_field_errors") != (b == "non_field_errors") {
			if a == "non_field_errors" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, n := range names {
		s := strings.Join(fields[n], " ")
		if n != "non_field_errors" && n != "q" { // q: nobody calls it so
			s = strings.ReplaceAll(n, "_", " ") + ": " + s
		}
		parts = append(parts, s)
	}
	return tidy(strings.Join(parts, " "))
}

// sentence is what to say when the server said nothing of use.
func (c *Client) sentence(code core.Code, status int) string {
	switch code {
	case core.CodeUnauthenticated:
		return "Your session is over. Log in again."
	case core.CodeForbidden:
		return "You are not allowed to do this. Ask your administrator if you think you should be."
	case core.CodeNotFound:
		return "The server does not know this. Check the id and the address."
	case core.CodeConflict:
		return "This cannot be done now, because things have changed. Reload and try again."
	case core.CodeTooLarge:
		return "This is larger than the server takes."
	case core.CodeUnsupported:
		return "The server does not take this kind of content."
	case core.CodeRateLimited:
		return "Too many tries. Wait a little, then try again."
	case core.CodeUnavailable:
		return "The server at " + c.base.Host + " is not ready. Try again in a moment; if it stays, tell your administrator."
	case core.CodeEngineMissing:
		return "The server has no program that reads documents. Tell your administrator."
	case core.CodeInternal:
		return "Something went wrong on the server. Try again; if it stays, tell your administrator the time it happened."
	}
	return "The server refused the request (status " + strconv.Itoa(status) + ")."
}

func knownCode(c core.Code) bool {
	switch c {
	case core.CodeInvalid, core.CodeUnauthenticated, core.CodeForbidden, core.CodeNotFound, core.CodeConflict,
		core.CodeTooLarge, core.CodeUnsupported, core.CodeRateLimited, core.CodeUnavailable, core.CodeEngineMissing,
		core.CodeCanceled, core.CodeInternal:
		return true
	}
	return false
}

// text gives the tidied string in raw, "" when it is something else.
func text(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return tidy(s)
}

// tidy makes a server's sentence fit to show: one line, no control or
// direction characters, not endless.
func tidy(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, string(utf8.RuneError)) {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			r = ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			continue
		}
		if n == maxSentence {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}

// retryAfter reads seconds or a date, bounded to a day; 0 when there is none.
func retryAfter(h http.Header, now time.Time) int {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if n, err := strconv.Atoi(v); err == nil {
		return min(max(n, 0), maxRetryAfter)
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(int(t.Sub(now).Round(time.Second)/time.Second), 0), maxRetryAfter)
	}
	return 0
}
