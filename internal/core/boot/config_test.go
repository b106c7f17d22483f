package boot

import (
	"strings"
	"testing"
	"time"
)

func TestLoadDefaults(t *testing.T) {
	c, err := Load([]string{"HOME=/home/doc"})
	if err != nil {
		t.Fatal(err)
	}
	if !c.Debug || c.Addr != "127.0.0.1:8003" || c.JWTAlgorithm != "HS256" || c.DataDir != "/home/doc/.local/share/clinician" ||
		time.Duration(c.AccessLifetime) != 15*time.Minute || time.Duration(c.RefreshLifetime) != 24*time.Hour || c.TempTTL != time.Hour {
		t.Errorf("defaults: %+v", c)
	}
}

func TestLoadReadsTheSpecificationsVariables(t *testing.T) {
	secret := strings.Repeat("s", 40)
	c, err := Load([]string{"DEBUG=False", "SECRET_KEY=" + secret, "JWT_ACCESS_TOKEN_LIFETIME=30s", "JWT_REFRESH_TOKEN_LIFETIME=60",
		"ALLOWED_HOSTS=a.example,b.example", "CORS_ALLOWED_ORIGINS=https://a.example", "REDIS_URL=redis://redis:6379", "CLINICIAN_DATA_DIR=/x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Debug || c.JWTSecretKey != secret || time.Duration(c.AccessLifetime) != 30*time.Second ||
		time.Duration(c.RefreshLifetime) != time.Hour || len(c.AllowedHosts) != 2 || c.DataDir != "/x" {
		t.Errorf("got %+v", c)
	}
}

func TestLoadReportsEveryProblemAtOnce(t *testing.T) {
	_, err := Load([]string{"DEBUG=False", "SECRET_KEY=short", "JWT_SECRET_KEY=your-secret-key-here", "JWT_ALGORITHM=none", "CLINICIAN_ADDR=0.0.0.0:8003",
		"DATABASE_SERVICE_URL=http://db", "REDIS_URL=http://x", "CLINICIAN_TEMP_TTL=0s", "CLINICIAN_ROOT_KEY=abc", "CLINICIAN_TIME_ZONE=Nowhere/X",
		"CLINICIAN_OCR_JOBS=0", "CLINICIAN_TLS_CERT=/nope"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"SECRET_KEY has 5 bytes", "well-known", "JWT_ALGORITHM", "other machines", "DATABASE_SERVICE_URL",
		"REDIS_URL", "CLINICIAN_TEMP_TTL", "CLINICIAN_ROOT_KEY", "CLINICIAN_TIME_ZONE", "CLINICIAN_OCR_JOBS", "belong together"} {
		// A TLS file, even a missing one, is an intent to use TLS: the address is then not complained about.
		if want == "other machines" {
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in:\n%v", want, err)
		}
	}
}

func TestOnlyLoopbackWithoutTLS(t *testing.T) {
	for addr, ok := range map[string]bool{"127.0.0.1:0": true, "localhost:8003": true, "[::1]:8003": true,
		"0.0.0.0:8003": false, ":8003": false, "192.0.2.1:8003": false, "nonsense": false, "127.0.0.1:99999": false} {
		_, err := Load([]string{"HOME=/h", "CLINICIAN_ADDR=" + addr})
		if (err == nil) != ok {
			t.Errorf("%s: %v", addr, err)
		}
	}
	if _, err := Load([]string{"HOME=/h", "CLINICIAN_ADDR=0.0.0.0:8003", "CLINICIAN_BEHIND_PROXY=true"}); err != nil {
		t.Errorf("behind a proxy: %v", err)
	}
}

func TestWrongValuesAreNamed(t *testing.T) {
	for _, v := range []string{"DEBUG=perhaps", "JWT_ACCESS_TOKEN_LIFETIME=soon", "JWT_ACCESS_TOKEN_LIFETIME=-5", "CLINICIAN_TEMP_TTL=x"} {
		if _, err := Load([]string{"HOME=/h", v}); err == nil {
			t.Errorf("%s was accepted", v)
		}
	}
}
