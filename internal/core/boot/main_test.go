package boot

import (
	"os"
	"testing"

	"clinician/internal/clients/numbers"
	"clinician/internal/clients/office"
	"clinician/internal/clients/pages"
)

func TestMain(m *testing.M) {
	if pages.IsWorker(os.Args) { // the server opens documents in copies of this program
		os.Exit(pages.WorkerMain())
	}
	if numbers.IsWorker(os.Args) {
		os.Exit(numbers.WorkerMain())
	}
	if office.IsWorker(os.Args) {
		os.Exit(office.WorkerMain())
	}
	os.Exit(m.Run())
}
