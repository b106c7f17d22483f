package web_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// chromium is the one browser of the package's tests; each test has a profile of its
// own in it, so that none sees another's cookies.
var chromium struct {
	once  sync.Once
	ctx   context.Context
	close func()
	err   error
}

func closeBrowser() {
	if chromium.close != nil {
		chromium.close()
	}
}

var errNoChromium = errors.New("there is no Chromium here; scripts/setup test installs it")

func startBrowser() {
	if _, err := exec.LookPath("chromium"); err != nil {
		chromium.err = errNoChromium
		return
	}
	ctx, endAll := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath("chromium"), chromedp.Headless, chromedp.NoSandbox,
		chromedp.WindowSize(1280, 900), chromedp.DisableGPU)
	ctx, end := chromedp.NewContext(ctx)
	chromium.ctx, chromium.close = ctx, func() { end(); endAll() }
	chromium.err = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
}

// tab is a tab of the browser that is on pages of the server.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string
	mu   sync.Mutex
	said []string // by the browser's console
}

// patience is how long a page may take; the machine may be busy with much else.
const patience = time.Minute

func (w *world) tab(t *testing.T) *tab {
	t.Helper()
	chromium.once.Do(startBrowser)
	if errors.Is(chromium.err, errNoChromium) {
		t.Skip(chromium.err)
	}
	must(t, chromium.err)
	ctx, end := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx, base: w.url}
	b.do(chromedp.Navigate("about:blank"))
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			if strings.HasPrefix(m.String(), "info:") {
				continue
			}
			b.mu.Lock()
			b.said = append(b.said, m.String())
			b.mu.Unlock()
		}
	}()
	return b
}

// complaints are what the browser said about pages: refused scripts, missing files.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said
}

func (b *tab) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if chromedp.FromContext(b.ctx).Target == nil { // the first use must not have a deadline
		if err := chromedp.Do(b.ctx, steps...); err != nil {
			b.t.Fatal(err)
		}
		return
	}
	ctx, end := b.within()
	defer end()
	if err := chromedp.Do(ctx, steps...); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.pathname + ': ' + document.body.innerText.slice(0, 500)"))
		b.t.Fatalf("%v; the page is %s", err, text)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.base + path)) }

// follow clicks something that leads to another page, and waits for that.
func (b *tab) follow(selector string) {
	b.t.Helper()
	ctx, end := b.within()
	defer end()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("follow %s: %v", selector, err)
	}
}

func (b *tab) fill(fields ...string) {
	b.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		b.do(chromedp.Clear(chromedp.CSS(fields[i])), chromedp.SendKeys(chromedp.CSS(fields[i]), fields[i+1]))
	}
}

func (b *tab) where() string {
	b.t.Helper()
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	must(b.t, err)
	return strings.TrimPrefix(at, b.base)
}

func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, end := b.within()
	defer end()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// text is what the page says. A page that makes way for another while it is asked is
// asked again.
func (b *tab) text() string {
	b.t.Helper()
	ctx, end := b.within()
	defer end()
	for {
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
		if err == nil {
			return strings.Join(strings.Fields(text), " ")
		}
		if ctx.Err() != nil {
			b.t.Fatal(err)
		}
		b.do(chromedp.Sleep(50 * time.Millisecond))
	}
}

// says waits until the page says all of it.
func (b *tab) says(texts ...string) {
	b.t.Helper()
	until := time.Now().Add(patience)
	for _, want := range texts {
		for !strings.Contains(b.text(), want) {
			if time.Now().After(until) {
				b.t.Fatalf("%s does not say %q; it says: %s", b.where(), want, b.text())
			}
			b.do(chromedp.Sleep(50 * time.Millisecond))
		}
	}
}

// size makes the window this wide.
func (b *tab) size(wide int64) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: wide, Height: 900, DeviceScaleFactor: 1})
	must(b.t, err)
}

// colours asks for a colour scheme: "light" or "dark".
func (b *tab) colours(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	must(b.t, err)
}

// withoutScript switches scripts of pages off.
func (b *tab) withoutScript() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must(b.t, err)
}

// file writes a file that a form can send.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
