package clinicianapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// large makes content of three pieces and a bit.
func large() []byte { return bytes.Repeat([]byte("0123456789abcde\n"), (3*wire.PieceBytes+1600)/16) }

func impatient(o *clinicianapi.Options) {
	o.Sleep = func(context.Context, time.Duration) error { return nil }
}

func sending(content []byte) core.NewDocument {
	return core.NewDocument{PatientID: 7, TypeID: 2, Title: "Befund", Filename: `C:\scans\a.pdf`, DocumentDate: core.Date{Year: 2026, Month: 2, Day: 1},
		Source: "City Lab", Tags: []string{"urgent"}, Size: int64(len(content)), Content: bytes.NewReader(content)}
}

func TestLargeFilesGoInPieces(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	content := large()
	var sent atomic.Int64
	up, err := c.Upload(t.Context(), sending(content), func(n int64) { sent.Store(n) })
	if err != nil {
		t.Fatal(err)
	}
	p := s.Pieces[0]
	sum := sha256.Sum256(content)
	if !bytes.Equal(p.Content, content) || p.Begun.Filename != "a.pdf" || p.Begun.SHA256 != hex.EncodeToString(sum[:]) || p.Begun.TypeID != 2 ||
		p.Begun.Title != "Befund" || p.Begun.DocumentDate != "2026-02-01" || p.Begun.Source != "City Lab" || len(p.Begun.Tags) != 1 {
		t.Errorf("arrived: %+v, %d bytes", p.Begun, len(p.Content))
	}
	if up.ID != p.State.RecordID || sent.Load() != int64(len(content)) || s.Count("PATCH "+wire.PathUploadPieces("u1")) != 4 || len(s.Uploads) != 0 {
		t.Errorf("answer %+v, %d reported, %d pieces", up, sent.Load(), s.Count("PATCH "+wire.PathUploadPieces("u1")))
	}
}

// Whatever is lost on the way, pieces or answers, the file arrives once.
func TestPiecesOverABrokenLink(t *testing.T) {
	for name, lose := range map[string]func(*apitest.Server){
		"pieces":       func(s *apitest.Server) { s.LosePieces = 5 },
		"answers":      func(s *apitest.Server) { s.LosePieceAnswers = 3 },
		"every answer": func(s *apitest.Server) { s.LosePieceAnswers = 99 }, // also the last one
		"the session":  func(s *apitest.Server) { s.Ended() },
	} {
		t.Run(name, func(t *testing.T) {
			s := apitest.Start(t)
			c := loggedIn(t, s, impatient)
			lose(s)
			content := large()
			u := sending(content)
			tries := 0
			u.Lost = func(int) { tries++ }
			up, err := c.Upload(t.Context(), u, nil)
			if err != nil || len(s.Pieces) != 1 || !bytes.Equal(s.Pieces[0].Content, content) || up.ID == "" || up.ID != s.Pieces[0].State.RecordID || up.FileID != up.ID {
				t.Errorf("%d uploads, answer %+v, %v", len(s.Pieces), up, err)
			}
			if (tries > 0) != (name != "the session") {
				t.Errorf("told of %d lost connections", tries)
			}
		})
	}
}

// Who gives up and comes back goes on where it stopped.
func TestAnotherUploadGoesOn(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, impatient)
	content := large()
	ctx, cancel := context.WithCancel(t.Context())
	u := sending(content)
	_, err := c.Upload(ctx, u, func(n int64) {
		if n > 2*wire.PieceBytes {
			cancel()
		}
	})
	wantCode(t, err, core.CodeCanceled, "")
	s.Lock()
	have := s.Pieces[0].State.Offset
	s.Unlock()
	if have < wire.PieceBytes {
		t.Fatalf("stored %d bytes", have)
	}
	u = sending(content)
	var resumed int64
	u.Resumed = func(n int64) { resumed = n }
	first := int64(-1)
	if _, err := c.Upload(t.Context(), u, func(n int64) {
		if first < 0 {
			first = n
		}
	}); err != nil {
		t.Fatal(err)
	}
	// The piece that was under way when it was cancelled may have arrived after all.
	if resumed < have || first != resumed || len(s.Pieces) != 1 || !bytes.Equal(s.Pieces[0].Content, content) {
		t.Errorf("resumed at %d, first reported %d, had %d; %d uploads", resumed, first, have, len(s.Pieces))
	}
}

func TestPiecesGiveUp(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, impatient)
	s.LosePieces = 1000
	_, err := c.Upload(t.Context(), sending(large()), nil)
	wantCode(t, err, core.CodeUnavailable, "send the same file again")

	u := sending(large())
	u.Size++
	_, err = c.Upload(t.Context(), u, nil)
	wantCode(t, err, core.CodeInvalid, "changed while it was being sent")

	s.Lock()
	s.Override["POST "+wire.PathUploads] = func(w http.ResponseWriter, _ *http.Request) {
		apitest.Answer(w, 409, wire.ErrorBody{Error: "You have 32 uploads that are not finished.", Code: core.CodeConflict})
	}
	s.Unlock()
	_, err = c.Upload(t.Context(), sending(large()), nil)
	wantCode(t, err, core.CodeConflict, "not finished")
}

func TestPiecesReadOnly(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.ReadOnly = true })
	_, err := c.Upload(t.Context(), sending(large()), nil)
	if wantCode(t, err, core.CodeForbidden, "read-only"); len(s.Pieces) != 0 || !strings.Contains(core.MessageOf(err), "--read-only") {
		t.Errorf("%d uploads begun", len(s.Pieces))
	}
}
