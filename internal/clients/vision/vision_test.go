package vision

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const pageText = "Potassium 4.1 mmol/l\nReview in three months"

// otherText is what stands on pictures that are no pages, by their width.
var otherText = map[int]string{50: "Review in clinic", 51: "Potassium", 52: "139 4.1 88.5"}

// model is a fake: it speaks the protocol, and "reads" pageText from any picture
// that has ink, or what otherText has for its width. There is no model behind it.
func model(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"object":"list","data":[{"id":"other"},{"id":"reader-7b"}]}`)
	})
	mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer k" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		var q struct {
			Model    string
			Messages []struct {
				Content []struct {
					Type  string
					Image struct{ URL string } `json:"image_url"`
				}
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.Model != "reader-7b" || len(q.Messages) != 1 || len(q.Messages[0].Content) != 2 {
			t.Errorf("asked %+v, %v", q, err)
		}
		data, ok := strings.CutPrefix(q.Messages[0].Content[1].Image.URL, "data:image/png;base64,")
		raw, err := base64.StdEncoding.DecodeString(data)
		img, bad := png.Decode(bytes.NewReader(raw))
		if !ok || err != nil || bad != nil {
			t.Errorf("no picture: %v, %v", err, bad)
			return
		}
		text := ""
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					text = cmp.Or(otherText[img.Bounds().Dx()], pageText)
				}
			}
		}
		json.NewEncoder(w).Encode(map[string]any{"device": "cuda:0", "choices": []any{
			map[string]any{"finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": text}},
		}})
	})
	return mux
}

func engine(t *testing.T, h http.Handler, model string) *Engine {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Cleanup(server.Client().CloseIdleConnections)
	e, err := New(Options{URL: server.URL + "/v1", Model: model, Key: "k", Client: server.Client(),
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func inked() core.PageImage { return inkedOf(40) }

func inkedOf(width int) core.PageImage {
	data := bytes.Repeat([]byte{255}, 30*width)
	data[300] = 0
	return core.PageImage{Data: data, Format: core.FormatGray, Width: width, Height: 30}
}

func TestContract(t *testing.T) {
	samples := map[core.Segmentation]coretest.EngineSample{}
	for _, kind := range coretest.Segmentations() {
		samples[kind] = coretest.EngineSample{Image: inked(), Text: pageText}
	}
	samples[core.SegmentLine] = coretest.EngineSample{Image: inkedOf(50), Text: otherText[50]}
	samples[core.SegmentWord] = coretest.EngineSample{Image: inkedOf(51), Text: otherText[51]}
	number := coretest.EngineSample{Image: inkedOf(52), Text: otherText[52]}
	coretest.Engine(t, func(t *testing.T) core.Engine { return engine(t, model(t), "reader-7b") }, samples, number)
}

// What a picture holds is said to the model in words; of a page nothing is said.
func TestTheModelIsToldWhatAPictureHolds(t *testing.T) {
	e := engine(t, model(t), "reader-7b")
	asked := func(r core.ReadRequest) string {
		q, err := e.question(inked(), r)
		if err != nil {
			t.Fatal(err)
		}
		return string(q)
	}
	page := asked(core.ReadRequest{})
	if column := asked(core.ReadRequest{Segmentation: core.SegmentColumn}); column != page {
		t.Errorf("of a column is said %s", column)
	}
	for want, r := range map[string]core.ReadRequest{
		"a single line": {Segmentation: core.SegmentLine}, "a single word": {Segmentation: core.SegmentWord},
		"stand apart": {Segmentation: core.SegmentSparse}, "digits, points and commas": {Digits: true},
	} {
		if got := asked(r); !strings.Contains(got, want) || strings.Contains(page, want) {
			t.Errorf("%+v: the question does not say %q alone", r, want)
		}
	}
}

// What it does not know it does not say: no boxes, no confidences, no device
// before the engine names one.
func TestNothingIsInvented(t *testing.T) {
	e := engine(t, model(t), "reader-7b")
	info, err := e.Info(t.Context())
	if err != nil || info.Device != "" || info.Model != "reader-7b" || len(info.Languages) != 0 {
		t.Errorf("before a page: %+v, %v", info, err)
	}
	device := ""
	words, err := e.ReadPage(t.Context(), inked(), core.ReadRequest{Language: "eng", Ran: func(d string) { device = d }})
	if err != nil || len(words) != 7 {
		t.Fatalf("%d words, %v", len(words), err)
	}
	for _, w := range words {
		if w.Confidence != nil || w.Box != (core.Box{}) {
			t.Errorf("%+v has what the model did not say", w)
		}
	}
	if words[2].Line != 1 || words[3].Line != 2 {
		t.Errorf("lines %d and %d", words[2].Line, words[3].Line)
	}
	if info, _ := e.Info(t.Context()); device != "cuda:0" || info.Device != "" {
		t.Errorf("the page was read on %q; of the engine %+v", device, info)
	}
}

func TestInfoSaysWhatIsMissing(t *testing.T) {
	if _, err := engine(t, model(t), "unknown").Info(t.Context()); core.CodeOf(err) != core.CodeEngineMissing || !strings.Contains(core.MessageOf(err), "OCR_ENGINE_MODEL") {
		t.Errorf("unknown model: %v", err)
	}
	e := engine(t, http.NotFoundHandler(), "m")
	if _, err := e.Info(t.Context()); err != nil {
		t.Errorf("an engine without a list: %v", err)
	}
	server := httptest.NewServer(http.NotFoundHandler())
	gone, err := New(Options{URL: server.URL, Model: "m"})
	server.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gone.Info(t.Context()); core.CodeOf(err) != core.CodeEngineMissing || strings.Contains(core.MessageOf(err), "127.0.0.1") {
		t.Errorf("nobody there: %v", err)
	}
}

// say answers every question in one way.
func say(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func TestHostileAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"not JSON":     {200, "<html>", errAnswer},
		"nothing":      {200, "", errAnswer},
		"no choices":   {200, `{"choices":[]}`, errAnswer},
		"wrong types":  {200, `{"choices":[{"message":{"content":{"a":1}}}]}`, errAnswer},
		"no content":   {200, `{"choices":[{"message":{}}]}`, errAnswer},
		"cut off":      {200, `{"choices":[{"finish_reason":"length","message":{"content":"half a pa"}}]}`, errCut},
		"endless":      {200, strings.Repeat(" ", maxAnswer+10), errAnswer},
		"refused":      {400, `{"error":{"message":"secret of the page"}}`, errRefuse},
		"wrong key":    {401, "", errKey},
		"broken":       {500, "oops", errBusy},
		"busy":         {429, "", errBusy},
		"moved":        {307, "", errRefuse},
		"deep nesting": {200, strings.Repeat("[", 100000), errAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			words, err := engine(t, say(c.status, c.body), "m").ReadPage(t.Context(), inked(), core.ReadRequest{})
			if words != nil || core.MessageOf(err) != core.MessageOf(c.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%d words, %v", len(words), err)
			}
		})
	}
}

func TestRetriesAreBounded(t *testing.T) {
	asked := 0
	e := engine(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `{"choices":[{"message":{"content":[{"type":"text","text":"ok"}]}}]}`)
	}), "m")
	words, err := e.ReadPage(t.Context(), inked(), core.ReadRequest{})
	if err != nil || len(words) != 1 || asked != 3 {
		t.Errorf("%d words, %v, asked %d times", len(words), err, asked)
	}
	asked = -100
	if _, err := e.ReadPage(t.Context(), inked(), core.ReadRequest{}); core.MessageOf(err) != core.MessageOf(errBusy) || asked != -97 {
		t.Errorf("%v, asked %d times", err, asked+100)
	}
}

// A busy engine says when to come again; it is not believed beyond a limit.
func TestRetryAfter(t *testing.T) {
	asks := []string{"7", "86400"}
	asked := 0
	e := engine(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked < len(asks) {
			w.Header().Set("Retry-After", asks[asked])
			w.WriteHeader(http.StatusTooManyRequests)
			asked++
			return
		}
		fmt.Fprint(w, `{"choices":[{"message":{"content":"ok"}}]}`)
	}), "m")
	var waited []time.Duration
	e.wait = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	words, err := e.ReadPage(t.Context(), inked(), core.ReadRequest{})
	if err != nil || len(words) != 1 || !slices.Equal(waited, []time.Duration{7 * time.Second, longestWait}) {
		t.Errorf("%d words, %v, waited %v", len(words), err, waited)
	}
	for header, want := range map[string]time.Duration{"": 0, "-1": 0, "soon": 0, "Wed, 21 Oct 2015 07:28:00 GMT": 0, "0": 0, "99999999999999": 0} {
		if got := retryAfter(http.Header{"Retry-After": {header}}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// A picture beyond what engines take is sent smaller; what it shows stays.
func TestLargePictures(t *testing.T) {
	const w, h = 5000, 7001
	pix := bytes.Repeat([]byte{255}, w*h)
	for y := range h / 2 {
		clear(pix[y*w : y*w+w])
	}
	data, mime, err := encoded(core.PageImage{Data: pix, Format: core.FormatGray, Width: w, Height: h})
	if err != nil || mime != "image/png" {
		t.Fatal(mime, err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	if size.X*size.Y > maxPixels || size.X != w/2 || size.Y != h/2 {
		t.Errorf("sent as %v", size)
	}
	top, _, _, _ := img.At(size.X/2, 10).RGBA()
	bottom, _, _, _ := img.At(size.X/2, size.Y-10).RGBA()
	if top != 0 || bottom != 0xffff {
		t.Errorf("ink at the top %d, at the bottom %d", top, bottom)
	}
}

// Ending the context ends a page that the engine is still thinking about.
func TestCancel(t *testing.T) {
	here := make(chan struct{})
	e := engine(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // the server sees that the client went away only then
		close(here)
		<-r.Context().Done()
	}), "m")
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-here; cancel() }()
	if _, err := e.ReadPage(ctx, inked(), core.ReadRequest{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCheckURL(t *testing.T) {
	for url, good := range map[string]bool{
		"https://ocr.example.org/v1": true, "http://127.0.0.1:8000/v1": true, "http://localhost:8000/v1": true, "http://[::1]:8000": true,
		"http://ocr.example.org/v1": false, "http://10.0.0.5/v1": false, "https://u:p@host/v1": false, "https://host/v1?key=x": false,
		"ftp://host": false, "host:8000": false, "": false, "http://localhost.example.org/": false,
	} {
		if err := CheckURL(url); (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	f.Add([]byte(`{"choices":[{"message":{"content":"a\nb"}}],"device":"cuda:0"}`))
	f.Add([]byte(`{"choices":[{"message":{"content":[{"text":"a"}]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		words, device, err := understand(b)
		if err != nil && words != nil {
			t.Error("words beside an error")
		}
		for _, w := range words {
			if w.Text == "" || strings.ContainsAny(w.Text, " \t\n\x1b\x00") || w.Line < 1 {
				t.Errorf("word %q in line %d", w.Text, w.Line)
			}
		}
		if strings.ContainsAny(device, "\x1b\n\x00") {
			t.Errorf("device %q", device)
		}
	})
}
