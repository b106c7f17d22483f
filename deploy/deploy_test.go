// Package deploy_test looks at the files around the programs with the programs that
// read them, as far as they are installed.
package deploy_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// tool skips the test where a program is not installed.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Only that the programs are not installed here is changed before systemd looks.
func TestUnits(t *testing.T) {
	t.Parallel()
	analyze := tool(t, "systemd-analyze")
	dir := t.TempDir()
	units, err := filepath.Glob("systemd/*")
	if err != nil || len(units) != 5 {
		t.Fatal(units, err)
	}
	var paths []string
	for _, unit := range units {
		text := strings.ReplaceAll(read(t, unit), "/usr/bin/clinician-server", "/bin/true")
		text = regexp.MustCompile(`(?m)^Documentation=man:.*\n`).ReplaceAllString(text, "")
		path := filepath.Join(dir, filepath.Base(unit))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	if out, err := exec.Command(analyze, append([]string{"verify"}, paths...)...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestNginx(t *testing.T) {
	t.Parallel()
	nginx := tool(t, "nginx")
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	site := strings.NewReplacer("/etc/ssl/clinic.example.org.pem", cert, "/etc/ssl/private/clinic.example.org.key", key,
		"/var/log/nginx/", dir+"/").Replace(read(t, "nginx.conf"))
	whole := "pid " + dir + "/pid; error_log " + dir + "/error.log; events {} http {\n" + site + "\n}"
	path := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(nginx, "-t", "-q", "-e", dir+"/error.log", "-c", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestCaddy(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(tool(t, "caddy"), "validate", "--config", "Caddyfile", "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Every variable that a file here sets is one that the server reads.
func TestVariablesAreDocumented(t *testing.T) {
	t.Parallel()
	known := read(t, "../docs/operations.md")
	others := map[string]bool{"COMPOSE_PROFILES": true, "XDG_CACHE_HOME": true, "HOME": true}
	for _, file := range []string{"../.env.example", "../docker-compose.yml", "../Dockerfile", "compose/redis.env", "compose/portal.env", "deb/server.env",
		"systemd/clinician.service", "systemd/clinician-check.service", "systemd/clinician-backup.service"} {
		pattern := `(?m)^#?([A-Z][A-Z_]+)=`
		switch filepath.Base(file) {
		case "docker-compose.yml":
			pattern = `(?m)^      ([A-Z][A-Z_]+): \$\{`
		case "Dockerfile":
			pattern = `(?m)(?:^ENV|^   ) ([A-Z][A-Z_]+)=`
		case "clinician.service", "clinician-check.service", "clinician-backup.service":
			pattern = `(?m)^Environment=([A-Z_]+)=`
		}
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(read(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s sets nothing", file)
		}
		for _, m := range found {
			if !others[m[1]] && !strings.Contains(known, "`"+m[1]+"`") {
				t.Errorf("%s: %s is not in docs/operations.md", file, m[1])
			}
		}
	}
}

func selfSigned(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "clinic.example.org"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
