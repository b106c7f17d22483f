package pages

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// largePages has the system back the Go heap of the worker, as far as it is likely
// to grow, with pages of 2 MB where they can be had. A page's picture is millions
// of bytes that are written once: without this, a fifth of the worker's CPU goes
// into having them given by 4 KB.
func largePages() {
	const huge = 2 << 20
	heap := make([]byte, memoryLimit) // no memory yet, only where it will be
	from := uintptr(unsafe.Pointer(unsafe.SliceData(heap))) % huge
	_ = unix.Madvise(heap[(huge-from)%huge:], unix.MADV_HUGEPAGE)
	heap = nil
	runtime.GC()
}
