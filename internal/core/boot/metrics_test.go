package boot

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestMetricsAreServed asks a running server, on the address of its own and not on the
// API's.
func TestMetricsAreServed(t *testing.T) {
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_METRICS_ADDR=127.0.0.1:0"})
	ok(t, err)
	s, err := Open(t.Context(), c, Options{})
	ok(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	get := func(url string) (int, string) {
		t.Helper()
		resp, err := http.Get(url)
		ok(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		ok(t, err)
		return resp.StatusCode, string(body)
	}
	if status, _ := get(s.URL() + "/api/clinician/patients/4711/"); status != 401 {
		t.Errorf("a chart: %d", status)
	}
	status, body := get(s.MetricsURL())
	if status != 200 || strings.Contains(body, "4711") {
		t.Errorf("%d", status)
	}
	for _, want := range []string{`clinician_requests_total{method="GET",route="/api/clinician/patients/{patient}/",status="401"} 1`,
		`clinician_jobs{state="waiting"} 0`, "clinician_state_known 1", "clinician_database_group_changes_count"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if _, body := get(s.URL() + "/metrics"); strings.Contains(body, "clinician_") {
		t.Error("the API serves metrics")
	}
	stop()
	ok(t, <-ended)
	ok(t, s.Close())
}
