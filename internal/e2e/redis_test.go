package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// startRedis starts a real Redis on a free port.
func startRedis(t *testing.T) *redis.Client {
	t.Helper()
	needs(t, "redis-server", "redis-server")
	addr := freeAddr(t)
	_, port, _ := strings.Cut(addr, ":")
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() {
		c.Close()
		_ = cmd.Process.Kill() // ends the wait below
		_ = cmd.Wait()
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		if c.Ping(t.Context()).Err() == nil {
			return c
		}
	}
	t.Fatal("redis-server does not answer")
	return nil
}

// With REDIS_URL, temporary views and job events go through Redis under the
// key names of the replaced service.
func TestRedisCarriesTemporaryViewsAndProgress(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	rdb := startRedis(t)
	s := newServer(t, "REDIS_URL=redis://"+rdb.Options().Addr)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	record := ann.upload(id, "scan.pdf", scan(t, 2))

	_, view := ann.post("/api/files/medical-records/"+record+"/view/", nil)
	key := fmt.Sprintf("temp_files:user:%d:%s", ann.userID, view.str("temp_id"))
	raw, err := rdb.Get(t.Context(), key).Bytes()
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	var entry object
	if err := json.Unmarshal(raw, &entry); err != nil {
		t.Fatal(err)
	}
	if entry.str("file_id") != record || entry["user_id"] != float64(ann.userID) || entry.str("path") == "" {
		t.Errorf("entry: %v", entry)
	}
	if _, err := time.Parse("2006-01-02 15:04:05.000000", entry.str("created_at")); err != nil {
		t.Error(err)
	}
	if ttl := rdb.TTL(t.Context(), key).Val(); ttl < 59*time.Minute || ttl > time.Hour {
		t.Errorf("the entry lives for %s", ttl)
	}
	if status, _ := ann.get(view.str("temp_url")); status != http.StatusOK {
		t.Errorf("temporary view: %d", status)
	}

	job := ann.analyze(record)
	if raw, err = rdb.Get(t.Context(), "ocr_job:"+job).Bytes(); err != nil {
		t.Fatalf("ocr_job: %v", err)
	}
	if err := json.Unmarshal(raw, &entry); err != nil || entry.str("job_id") != job || entry.str("status") != "submitted" {
		t.Errorf("ocr_job: %s", raw)
	}
	frames := ann.watch(job)
	if last := frames[len(frames)-1]; last.str("type") != "job_complete" {
		t.Errorf("the last frame is %v", last)
	}
	if _, o := ann.post("/api/files/temp/cleanup/", object{"temp_id": view.str("temp_id")}); o["success"] != true {
		t.Errorf("cleanup: %v", o)
	}
	if n := rdb.Exists(t.Context(), key).Val(); n != 0 {
		t.Error("the entry is still there")
	}
}

// A Redis that is configured but does not answer stops the start with a
// sentence; nothing is chosen silently instead.
func TestRedisThatDoesNotAnswerStopsTheStart(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(serverBin)
	cmd.Env = []string{"HOME=" + t.TempDir(), "CLINICIAN_ADDR=127.0.0.1:0", "REDIS_URL=redis://" + freeAddr(t)}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "Redis does not answer") {
		t.Errorf("%v: %s", err, out)
	}
}
