//go:build unix

package vault

import (
	"io"
	"syscall"
	"testing"
	"time"
)

// cpuTime is what this process has used of processors: unlike the clock it does
// not depend on who else works on the machine.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOpenFromDisk is a download without what the network costs.
func BenchmarkOpenFromDisk(b *testing.B) {
	f := newFixture(b)
	ref := f.seal(b, 7, "records/a", sample(5<<20))
	buf := make([]byte, segment)
	b.SetBytes(5 << 20)
	b.ReportAllocs()
	before := cpuTime(b)
	for b.Loop() {
		r, err := f.Open(b.Context(), ref, 0)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, buf); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
	b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// BenchmarkOpenRangeFromDisk gives the last 4 KB of a large document.
func BenchmarkOpenRangeFromDisk(b *testing.B) {
	f := newFixture(b)
	ref := f.seal(b, 7, "records/a", sample(20<<20))
	b.ReportAllocs()
	before := cpuTime(b)
	for b.Loop() {
		r, err := f.Open(b.Context(), ref, 20<<20-4096)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != 4096 {
			b.Fatal(n, err)
		}
		r.Close()
	}
	b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}
