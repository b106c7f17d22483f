// Package vision reads page images with a vision model behind the
// OpenAI-compatible chat-completions protocol, the way GPU OCR models are
// served. The model gives text: no boxes and no confidences, so words have
// neither.
package vision

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// Options say where the model is. URL and Model are needed.
type Options struct {
	URL   string // base of the API, such as https://ocr.example.org/v1
	Model string
	Key   string // sent as a bearer token; "" for none

	Client *http.Client                               // nil: one of our own
	Clock  core.Clock                                 // nil: core.SystemClock
	Wait   func(context.Context, time.Duration) error // between tries; nil: sleeps
}

// Engine implements core.Engine.
type Engine struct {
	base, model, key string
	client           *http.Client
	now              core.Clock
	wait             func(context.Context, time.Duration) error

	mu    sync.Mutex
	asked time.Time
	err   error
}

var _ core.Engine = (*Engine)(nil)

// CheckURL says what is wrong with the address of an engine: pages of patients
// go there, so it must be https or on this machine.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("must look like https://host/v1, without user, password or query")
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback()):
		return nil
	}
	return errors.New("must be https, or http on this machine: pages of patients are sent there")
}

// New gives an engine. It sends nothing; Info says whether the model answers.
func New(o Options) (*Engine, error) {
	if err := CheckURL(o.URL); err != nil {
		return nil, fmt.Errorf("vision: the URL %w", err)
	}
	if o.Model == "" {
		return nil, errors.New("vision: no model is named")
	}
	e := &Engine{base: strings.TrimSuffix(o.URL, "/"), model: o.Model, key: o.Key, client: o.Client, now: o.Clock, wait: o.Wait}
	e.base = strings.TrimSuffix(e.base, "/chat/completions")
	if e.client == nil {
		e.client = &http.Client{Timeout: 5 * time.Minute}
	}
	client := *e.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // key and page go nowhere else
	e.client = &client
	if e.now == nil {
		e.now = core.SystemClock
	}
	if e.wait == nil {
		e.wait = sleep
	}
	return e, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// infoAge is how long an answer of Info is good.
const infoAge = 15 * time.Second

// Info asks whether the engine serves the model, at most every 15 seconds. It
// lists no languages: such models read any. What a page was read on the engine
// says with the page, if at all.
func (e *Engine) Info(ctx context.Context) (core.EngineInfo, error) {
	e.mu.Lock()
	fresh := !e.asked.IsZero() && e.now().Sub(e.asked) <= infoAge && !e.now().Before(e.asked)
	err := e.err
	e.mu.Unlock()
	if !fresh {
		err = e.ask(ctx)
		if ctx.Err() != nil {
			return core.EngineInfo{}, ctx.Err()
		}
	}
	if err != nil {
		return core.EngineInfo{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked, e.err = e.now(), nil
	return core.EngineInfo{Name: "vision", Model: e.model}, nil
}

// ask looks for the model in the list of those served. Engines without a list
// are taken at their word.
func (e *Engine) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := func() error {
		status, body, _, err := e.send(ctx, http.MethodGet, "/models", nil)
		switch {
		case err != nil:
			return core.Errorf(core.CodeEngineMissing, "The OCR engine at OCR_ENGINE_URL does not answer. Start it, or unset OCR_ENGINE_URL to read with tesseract.").WithCause(err)
		case status == http.StatusUnauthorized, status == http.StatusForbidden:
			return errKey
		case status != http.StatusOK:
			return nil
		}
		var list struct {
			Data []struct {
				ID string `json:"id"`
			} `json:"data"`
		}
		if json.Unmarshal(body, &list) != nil || len(list.Data) == 0 {
			return nil
		}
		for _, m := range list.Data {
			if m.ID == e.model {
				return nil
			}
		}
		return core.Errorf(core.CodeEngineMissing, "The OCR engine at OCR_ENGINE_URL does not serve the model in OCR_ENGINE_MODEL. Choose one it serves.")
	}()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked, e.err = e.now(), err
	return err
}

var (
	errKey    = core.Errorf(core.CodeEngineMissing, "The OCR engine refused the key in OCR_ENGINE_KEY. Give a valid one and restart the server.")
	errRefuse = core.Errorf(core.CodeInvalid, "The OCR engine refused this page.")
	errBusy   = core.Errorf(core.CodeInvalid, "The OCR engine did not answer for this page. Read the document again later.")
	errAnswer = core.Errorf(core.CodeInvalid, "The OCR engine gave an answer that cannot be understood.")
	errCut    = core.Errorf(core.CodeInvalid, "The OCR engine stopped before the end of the page; its text is not complete and was not taken.")
)

// ReadPage sends the page to the model and takes its answer as lines of words.
// An engine that is busy or fails is asked three times, not before the time it
// names.
func (e *Engine) ReadPage(ctx context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	body, err := e.question(img, r)
	if err != nil {
		return nil, err
	}
	const tries = 3
	for try := 1; ; try++ {
		status, answer, after, err := e.send(ctx, http.MethodPost, "/chat/completions", body)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil && status == http.StatusOK:
			words, device, err := understand(answer)
			if device != "" && r.Ran != nil {
				r.Ran(device)
			}
			return words, err
		case errors.Is(err, errTooLong):
			return nil, errAnswer.WithCause(err)
		case status == http.StatusUnauthorized, status == http.StatusForbidden:
			return nil, errKey
		case err == nil && status != http.StatusTooManyRequests && status < 500:
			return nil, errRefuse.WithCause(fmt.Errorf("vision: status %d", status))
		case try == tries:
			return nil, errBusy.WithCause(errors.Join(err, fmt.Errorf("vision: status %d", status)))
		}
		if err := e.wait(ctx, max(after, 500*time.Millisecond<<(try-1))); err != nil {
			return nil, err
		}
	}
}

// maxAnswer bounds what the engine may say about one page.
const maxAnswer = 4 << 20

var errTooLong = errors.New("vision: the answer is too long")

// longestWait bounds what an engine may ask for with Retry-After: a page has a
// minute for all of it.
const longestWait = 20 * time.Second

// retryAfter is how many seconds an answer asks to wait; 0 when it does not say.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseUint(h.Get("Retry-After"), 10, 32)
	if err != nil {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, longestWait)
}

func (e *Engine) send(ctx context.Context, method, path string, body []byte) (status int, answer []byte, after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, method, e.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if e.key != "" {
		req.Header.Set("Authorization", "Bearer "+e.key)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return 0, nil, 0, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if len(answer) > maxAnswer {
		err = errTooLong
	}
	return resp.StatusCode, answer, retryAfter(resp.Header), err
}

// understand takes the text out of an answer, and what it was read on, where
// the engine says so.
func understand(answer []byte) (words []core.Word, device string, err error) {
	var a struct {
		Choices []struct {
			Finish  string `json:"finish_reason"`
			Message struct {
				Content json.RawMessage `json:"content"`
			} `json:"message"`
		} `json:"choices"`
		Device string `json:"device"` // not of the protocol; some engines say it
	}
	if err := json.Unmarshal(answer, &a); err != nil || len(a.Choices) == 0 {
		return nil, "", errAnswer
	}
	if a.Choices[0].Finish == "length" {
		return nil, "", errCut
	}
	text, ok := content(a.Choices[0].Message.Content)
	if !ok {
		return nil, "", errAnswer
	}
	return split(text), clean(a.Device), nil
}

// clean keeps a short name from outside fit for one line.
func clean(s string) string {
	s = strconv.QuoteToGraphic(s)
	s = s[1 : len(s)-1]
	return s[:min(len(s), 40)]
}

// content is a string or a list of parts with text.
func content(raw json.RawMessage) (string, bool) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, len(raw) > 0
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return "", false
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String(), true
}

// split makes words of text, its lines kept. The fence that models like to put
// around text is no part of it.
func split(text string) []core.Word {
	lines := strings.Split(strings.ToValidUTF8(strings.TrimSpace(text), "\ufffd"), "\n")
	if n := len(lines); n >= 2 && strings.HasPrefix(lines[0], "```") && strings.TrimSpace(lines[n-1]) == "```" {
		lines = lines[1 : n-1]
	}
	var words []core.Word
	number := 0
	for _, l := range lines {
		l = strings.Map(func(r rune) rune {
			if r < 0x20 || r >= 0x7f && r < 0xa0 {
				return ' '
			}
			return r
		}, l)
		fields := strings.Fields(l)
		if len(fields) == 0 {
			continue
		}
		number++
		for _, f := range fields {
			words = append(words, core.Word{Text: f, Line: number})
		}
	}
	return slices.Clip(words)
}
