package boot

import (
	"os"
	"testing"

	"clinician/internal/clients/pages"
)

func TestMain(m *testing.M) {
	if pages.IsWorker(os.Args) { // the server opens documents in copies of this program
		os.Exit(pages.WorkerMain())
	}
	os.Exit(m.Run())
}
