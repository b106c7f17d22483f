package fileservice

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/core"
)

// Content goes through in both directions without being held.
func TestNothingIsHeldInMemory(t *testing.T) {
	const size = 64 << 20
	var held atomic.Uint64
	peak := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for {
			old := held.Load()
			if m.HeapInuse <= old || held.CompareAndSwap(old, m.HeapInuse) {
				return
			}
		}
	}
	c := client(t, big(t, size, peak))
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := c.KeepFile(t.Context(), acting(1), core.NewFile{PatientID: 1, TypeID: 1, Name: "a.pdf", MIME: core.MIMEPDF, Size: size}, io.LimitReader(zeros{}, size)); err != nil {
		t.Fatal(err)
	}
	content, err := c.OpenFile(t.Context(), acting(1), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if n, err := io.Copy(io.Discard, content); err != nil || n != size {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if grown := int64(held.Load()) - int64(before.HeapInuse); grown > 24<<20 {
		t.Errorf("the heap grew by %d MB for %d MB of content", grown>>20, size>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// big takes and gives size bytes, and calls peak now and then.
func big(t testing.TB, size int64, peak func()) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if _, err := io.Copy(watcher{peak}, r.Body); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"success": true, "file_id": "x"}`)
			return
		}
		w.Header().Set("Content-Disposition", `attachment; filename="a.pdf"`)
		if _, err := io.Copy(io.MultiWriter(w, watcher{peak}), io.LimitReader(zeros{}, size)); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

type watcher struct{ peak func() }

func (w watcher) Write(p []byte) (int, error) {
	if len(p) > 0 && time.Now().UnixNano()%64 == 0 {
		w.peak()
	}
	return len(p), nil
}
