package e2e

import (
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// printed is the environment of the specification's `docker run` line, with what the
// image adds. None of the services it names is there.
func printed(addr string) []string {
	return []string{"SECRET_KEY=your-secret-key", "JWT_SECRET_KEY=your-jwt-secret", "DATABASE_SERVICE_URL=http://database-service:8004",
		"FILE_SERVICE_URL=http://file-service:8006", "OCR_SERVICE_URL=http://ocr-service:8008",
		"REDIS_URL=redis://redis:6379", "DATABASE_SERVICE_TOKEN=your-service-token", "CLINICIAN_PUBLISHED=true", "CLINICIAN_ADDR=" + addr}
}

// The printed line starts a server that says of itself that it is none for real
// patients, and that only this machine can use; with DEBUG=False it does not start.
func TestThePrintedDockerRunLine(t *testing.T) {
	t.Parallel()
	s := unstarted(t)
	_, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	s.env = printed("0.0.0.0:" + port)
	s.cmd = exec.Command(serverBin)
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.environ(), s.log, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop(syscall.SIGTERM) })
	get := func(host string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url("/health/"), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err.Error()
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	s.eventually("an answer", func() bool { code, _ := get("localhost"); return code == http.StatusOK })
	if code, body := get("localhost:" + port); code != 200 || !strings.Contains(body, `"development_mode":"Development mode, not for real patients: SECRET_KEY is a well-known`) {
		t.Errorf("%d %s", code, body)
	}
	if code, body := get("clinic.example"); code != 400 {
		t.Errorf("another name: %d %s", code, body)
	}
	if log := s.log.String(); !strings.Contains(log, `"level":"ERROR","msg":"Development mode`) {
		t.Errorf("the start is silent:\n%s", log)
	}

	cmd := exec.Command(serverBin)
	cmd.Env = append(printed("0.0.0.0:0"), "HOME="+t.TempDir(), "DEBUG=False")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "SECRET_KEY is a well-known example value") {
		t.Errorf("%v: %s", err, out)
	}
}
