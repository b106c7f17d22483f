package format

import (
	"github.com/tetratelabs/wazero/experimental"

	"clinician/internal/clients/pages/memory"
)

// linear makes the memory of PDFium's instances and knows that of the latest one.
type linear struct{ latest *memory.Region }

var _ experimental.MemoryAllocator = (*linear)(nil)

func (l *linear) Allocate(_, most uint64) experimental.LinearMemory {
	r, err := memory.New(int(most))
	if err != nil {
		r = &memory.Region{} // gives nothing, which the instance reports
	}
	l.latest = r
	return r
}

// size is what the latest instance holds.
func (l *linear) size() int {
	if l.latest == nil {
		return 0
	}
	return l.latest.Size()
}
