package pages

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if IsWorker(os.Args) {
		os.Exit(WorkerMain())
	}
	goleak.VerifyTestMain(m)
}
