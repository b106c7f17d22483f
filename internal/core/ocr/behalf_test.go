package ocr_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
)

// minting is a core.Delegation that counts its tokens.
type minting struct {
	mu     sync.Mutex
	minted []string
	refuse error
}

func (m *minting) OnBehalf(_ context.Context, userID, patientID int64) (core.Acting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return core.Acting{}, m.refuse
	}
	m.minted = append(m.minted, fmt.Sprintf("user %d patient %d number %d", userID, patientID, len(m.minted)+1))
	return core.Acting{Principal: core.Principal{UserID: userID}, Token: core.NewToken(m.minted[len(m.minted)-1])}, nil
}

// byReader is a FAKE reader of another service: it reads one page, and remembers
// what it was given to prove for whom.
type byReader struct{ shown []string }

func (r *byReader) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "fake", Version: "1"}, nil
}

func (r *byReader) ReadDocument(ctx context.Context, d core.Document, _ core.ReadingRequest, to core.PageSink) error {
	content, err := d.Open(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	text, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	if _, err := to.Opened(ctx, 1); err != nil {
		return err
	}
	for range 2 {
		by, err := d.By(ctx)
		if err != nil {
			return err
		}
		r.shown = append(r.shown, fmt.Sprintf("%d: %s", by.UserID, by.Token.Reveal()))
	}
	return to.Page(ctx, core.Page{Number: 1, Status: core.PageRead, Source: core.SourceOCR, Text: string(text)}, nil)
}

// A reading acts for who asked for it: content and reader are shown a token that is
// minted anew for each act.
func TestReadingActsForWhoAskedForIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mint, reader := &minting{}, &byReader{}
	var opened []string
	h.docs.open = func(by core.Acting) { opened = append(opened, fmt.Sprintf("%d: %s", by.UserID, by.Token.Reveal())) }
	s := h.service(func(o *ocr.Options) { o.Reader, o.Delegation = reader, mint })
	h.start(s)
	if j := h.ended(s, h.submit(s, h.add(core.MIMEText, []byte("words"))).ID); j.Status != core.JobCompleted {
		t.Fatalf("ended as %+v", j)
	}
	if got := strings.Join(append(opened, reader.shown...), "; "); got != "1: user 1 patient 1 number 1; 1: user 1 patient 1 number 2; 1: user 1 patient 1 number 3" {
		t.Errorf("shown were %s", got)
	}
}

// Nobody reads for a person whose patient went elsewhere while the job waited.
func TestReadingForNobodyFails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mint := &minting{refuse: core.Errorf(core.CodeForbidden, "The patient went to another clinician.")}
	h.docs.open = func(core.Acting) { t.Error("opened for nobody") }
	s := h.service(func(o *ocr.Options) { o.Reader, o.Delegation = &byReader{}, mint })
	h.start(s)
	if j := h.ended(s, h.submit(s, h.add(core.MIMEText, []byte("words"))).ID); j.Status != core.JobFailed || j.Error != "The patient went to another clinician." {
		t.Errorf("ended as %+v", j)
	}
}

// Where everything is on this machine, the reading still says for whom it is.
func TestReadingHereSaysForWhom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	reader := &byReader{}
	s := h.service(func(o *ocr.Options) { o.Reader = reader })
	h.start(s)
	h.ended(s, h.submit(s, h.add(core.MIMEText, []byte("words"))).ID)
	if len(reader.shown) != 2 || reader.shown[0] != "1: " {
		t.Errorf("shown were %q", reader.shown)
	}
}
