package boot

import (
	"os"
	"path/filepath"
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

func TestWrongValuesAreNamedAsTheyWereWritten(t *testing.T) {
	for v, want := range map[string]string{
		"JWT_ACCESS_TOKEN_LIFETIME=soon":                        `JWT_ACCESS_TOKEN_LIFETIME: "soon" is neither a number of minutes nor a duration such as 30s`,
		"DEBUG=perhaps":                                         `DEBUG: "perhaps" is neither true nor false`,
		"CLINICIAN_OCR_JOBS=many":                               `CLINICIAN_OCR_JOBS: "many" is not a whole number`,
		"CLINICIAN_TEMP_TTL=x":                                  `CLINICIAN_TEMP_TTL: "x" is not a duration such as 30s or 24h`,
		"CORS_ALLOWED_ORIGINS=https://a.example,b.example/path": `CORS_ALLOWED_ORIGINS has "b.example/path"`,
	} {
		_, err := Load([]string{"HOME=/h", v})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "boot.") || strings.Contains(err.Error(), "strconv") {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func TestVariablesFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "env")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# comment\n\nexport CLINICIAN_OCR_JOBS=3\nSECRET_KEY=\"" + strings.Repeat("s", 40) + "\"\nCLINICIAN_LOG_LEVEL='warn'\nREDIS_URL=redis://u:hidden@r:6379/0\n")
	environ := []string{"HOME=/h", "CLINICIAN_ENV_FILE=" + path, "CLINICIAN_LOG_LEVEL=debug"}
	c, err := Load(environ)
	if err != nil || c.OCRJobs != 3 || len(c.SecretKey) != 40 || c.LogLevel != "debug" {
		t.Errorf("%+v %v", c, err)
	}
	list, err := Settings(environ)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Setting{}
	for _, s := range list {
		got[s.Name] = s
	}
	for name, want := range map[string]Setting{
		"CLINICIAN_OCR_JOBS":        {Value: "3", From: "file"},
		"SECRET_KEY":                {Value: "(set)", From: "file"},
		"CLINICIAN_LOG_LEVEL":       {Value: "debug", From: "environment"},
		"JWT_ACCESS_TOKEN_LIFETIME": {Value: "15m0s", From: "default"},
		"REDIS_URL":                 {Value: "redis://u:xxxxx@r:6379/0", From: "file"},
		"CLINICIAN_ROOT_KEY":        {Value: "", From: "default"},
	} {
		if want.Name = name; got[name] != want {
			t.Errorf("%+v, want %+v", got[name], want)
		}
	}
	for _, bad := range []string{"no value\n", "TWO WORDS=1\n"} {
		write(bad)
		if _, err := Load(environ); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := Load([]string{"HOME=/h", "CLINICIAN_ENV_FILE=/nope"}); err == nil {
		t.Error("a file that is not there was accepted")
	}
}

func TestExampleSecrets(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("s", 40)
	for _, c := range []struct {
		name, want string // want: in the error; "" none
		mode       string // in Config.development; "" a real server
		env        []string
	}{
		{"none given", "", "", nil},
		{"good ones", "", "", []string{"SECRET_KEY=" + long, "DATABASE_SERVICE_TOKEN=t"}},
		{"the printed line, outside the image", "", "SECRET_KEY is a well-known example value, and JWT_SECRET_KEY is a well-known example value, and DATABASE_SERVICE_TOKEN is",
			[]string{"SECRET_KEY=your-secret-key", "JWT_SECRET_KEY=your-jwt-secret", "DATABASE_SERVICE_TOKEN=your-service-token"}},
		{"the printed line, in the image", "", "Development mode", []string{"SECRET_KEY=your-secret-key", "CLINICIAN_ADDR=0.0.0.0:8003", "CLINICIAN_PUBLISHED=true"}},
		{"short", "", "SECRET_KEY has 5 bytes", []string{"SECRET_KEY=short"}},
		{"example, DEBUG=False", "well-known", "", []string{"SECRET_KEY=your-secret-key", "DEBUG=False"}},
		{"example, DEBUG=False, in the image", "well-known", "", []string{"SECRET_KEY=your-secret-key", "DEBUG=False", "CLINICIAN_ADDR=0.0.0.0:8003", "CLINICIAN_PUBLISHED=true"}},
		{"token of an example, DEBUG=False", "DATABASE_SERVICE_TOKEN is a well-known", "", []string{"SECRET_KEY=" + long, "DATABASE_SERVICE_TOKEN=your-service-token", "DEBUG=False"}},
		{"example, public behind a proxy", "well-known", "", []string{"SECRET_KEY=changeme", "CLINICIAN_ADDR=0.0.0.0:8003", "CLINICIAN_BEHIND_PROXY=true"}},
		{"short, public behind a proxy", "has 5 bytes", "", []string{"SECRET_KEY=short", "CLINICIAN_ADDR=0.0.0.0:8003", "CLINICIAN_BEHIND_PROXY=true"}},
		{"example, behind a proxy on this machine", "", "Development mode", []string{"SECRET_KEY=changeme", "CLINICIAN_BEHIND_PROXY=true"}},
		{"public, nobody says who publishes it", "other machines", "", []string{"CLINICIAN_ADDR=0.0.0.0:8003"}},
	} {
		got, err := Load(append([]string{"HOME=/h"}, c.env...))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
			continue
		}
		if err != nil {
			continue
		}
		mode := got.development()
		if !strings.Contains(mode, c.mode) || (mode == "") != (c.mode == "") {
			t.Errorf("%s: %q, want %q", c.name, mode, c.mode)
		}
		if open := len(got.hosts()) != 0; open == (mode != "") {
			t.Errorf("%s: answers to %q", c.name, got.hosts())
		}
	}
}

func TestMetricsStayOnThisMachine(t *testing.T) {
	for v, ok := range map[string]bool{"127.0.0.1:9103": true, "[::1]:9103": true, "localhost:9103": true, "0.0.0.0:9103": false, ":9103": false, "9103": false} {
		if _, err := Load([]string{"HOME=/h", "CLINICIAN_METRICS_ADDR=" + v}); (err == nil) != ok {
			t.Errorf("%s: %v", v, err)
		}
	}
	if _, err := Load([]string{"HOME=/h", "CLINICIAN_METRICS_ADDR=0.0.0.0:9103", "CLINICIAN_METRICS_PUBLIC=true"}); err != nil {
		t.Errorf("forced: %v", err)
	}
}

func TestReadOnArrivalIsASwitch(t *testing.T) {
	for value, want := range map[string]OnOff{"": true, "on": true, "Off": false, "false": false} {
		c, err := Load([]string{"HOME=/h", "CLINICIAN_READ_ON_ARRIVAL=" + value, "CLINICIAN_READ_ON_ARRIVAL_EXCEPT=Consent Form,Lab"})
		if err != nil || c.ReadOnArrival != want || len(c.NotReadOnArrival) != 2 {
			t.Errorf("%q: %v %q, %v", value, c.ReadOnArrival, c.NotReadOnArrival, err)
		}
	}
	if _, err := Load([]string{"HOME=/h", "CLINICIAN_READ_ON_ARRIVAL=sometimes"}); err == nil ||
		!strings.Contains(err.Error(), `CLINICIAN_READ_ON_ARRIVAL: "sometimes" is neither on nor off`) {
		t.Errorf("%v", err)
	}
}
