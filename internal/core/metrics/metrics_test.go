package metrics_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/metrics"
)

func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	return w.Body.String()
}

func full(t *testing.T) *metrics.Metrics {
	t.Helper()
	m := metrics.New()
	m.Request("/api/clinician/patients/{patient}/", "GET", 200, 512, 3*time.Millisecond)
	m.Request("(none)", "BREW", 405, 20, time.Millisecond)
	m.Group(3)
	m.Page(core.Page{Status: core.PageRead, Source: core.SourceOCR, Engine: "tesseract 5.3.0", Seconds: 1.5})
	m.Page(core.Page{Status: core.PageFailed})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	client := http.Client{Transport: m.Transport("database-service", http.DefaultTransport)}
	resp, err := client.Get(srv.URL + "/api/patients/4711/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	srv.Close()
	if _, err := client.Get(srv.URL); err == nil {
		t.Fatal("a server that is gone answered")
	}
	return m
}

func TestWhatIsCounted(t *testing.T) {
	m := full(t)
	m.Watch(func(context.Context) (metrics.State, error) {
		return metrics.State{Waiting: 2, Running: 1, Oldest: time.Minute, Journal: 7, Untold: 5, UntoldFor: time.Second}, nil
	})
	text := scrape(t, m)
	for _, want := range []string{
		`clinician_requests_total{method="GET",route="/api/clinician/patients/{patient}/",status="200"} 1`,
		`clinician_requests_total{method="other",route="(none)",status="405"} 1`,
		`clinician_request_seconds_count{route="(none)"} 1`,
		`clinician_response_bytes_sum{route="/api/clinician/patients/{patient}/"} 512`,
		`clinician_database_group_changes_sum 3`,
		`clinician_pages_total{outcome="read",source="ocr"} 1`,
		`clinician_pages_total{outcome="failed",source=""} 1`,
		`clinician_engine_seconds_total{engine="tesseract 5.3.0"} 1.5`,
		`clinician_sibling_call_seconds_count{outcome="5xx",service="database-service"} 1`,
		`clinician_sibling_call_seconds_count{outcome="none",service="database-service"} 1`,
		`clinician_jobs{state="waiting"} 2`, `clinician_jobs{state="running"} 1`, `clinician_oldest_job_seconds 60`,
		`clinician_audit_waiting_events{to="chain"} 7`, `clinician_audit_waiting_events{to="portal"} 5`, `clinician_audit_untold_seconds 1`,
		`clinician_state_known 1`, "go_goroutines", "process_",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "4711") || strings.Contains(text, "127.0.0.1") {
		t.Error("a label has an id or an address")
	}
}

func TestStateThatIsNotKnown(t *testing.T) {
	m := metrics.New()
	m.Watch(func(context.Context) (metrics.State, error) { return metrics.State{}, errors.New("no database") })
	text := scrape(t, m)
	if !strings.Contains(text, "clinician_state_known 0") || strings.Contains(text, "clinician_jobs{") {
		t.Errorf("an unknown state is shown as one:\n%s", text)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"/", "/metrics/", "/debug/pprof/"} {
		w := httptest.NewRecorder()
		metrics.New().Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestDashboardAndAlertsKnowTheMetrics keeps deploy/ in step: what is asked for there
// exists.
func TestDashboardAndAlertsKnowTheMetrics(t *testing.T) {
	m := full(t)
	m.Watch(func(context.Context) (metrics.State, error) { return metrics.State{}, nil })
	text := scrape(t, m)
	for _, name := range []string{"grafana-dashboard.json", "prometheus-alerts.yaml"} {
		f, err := os.Open(filepath.Join("../../../deploy", name))
		if err != nil {
			t.Fatal(err)
		}
		asked, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`\b(?:clinician|go|process)_[a-z_]+`).FindAllString(string(asked), -1)
		if len(found) < 8 {
			t.Errorf("%s asks for %d metrics only", name, len(found))
		}
		for _, metric := range found {
			if !strings.Contains(text, "\n"+metric+"{") && !strings.Contains(text, "\n"+metric+" ") {
				t.Errorf("%s asks for %s, which there is not", name, metric)
			}
		}
	}
}
