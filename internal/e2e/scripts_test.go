package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The demo scripts in scripts/demo are stories of whole tasks from the shell;
// they fail at the first command that does not do what it should.
func TestDemoScripts(t *testing.T) {
	needs(t, "tesseract", "tesseract-ocr")
	scripts, err := filepath.Glob("../../scripts/demo/*.sh")
	if err != nil || len(scripts) < 2 {
		t.Fatalf("scripts: %v %v", scripts, err)
	}
	for _, script := range scripts {
		if filepath.Base(script) == "lib.sh" {
			continue
		}
		t.Run(filepath.Base(script), func(t *testing.T) {
			_, port, _ := strings.Cut(freeAddr(t), ":")
			cmd := exec.Command("bash", script)
			cache, _ := os.UserCacheDir() // as in environ
			cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache, "BIN="+filepath.Dir(serverBin), "PORT="+port, "DEMO_DATA="+demoData(t), "HOME="+t.TempDir(), "TZ=Europe/London")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
