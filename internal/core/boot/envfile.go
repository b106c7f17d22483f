package boot

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
)

// EnvFile is the variable that names a file of further ones.
const EnvFile = "CLINICIAN_ENV_FILE"

// readEnvFile reads lines of NAME=value. Empty lines and those that begin with # are
// left out; a value may stand in quotes; "export " before a name is for shells.
func readEnvFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", EnvFile, err)
	}
	vars := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("%s: line %d of %s is not NAME=value", EnvFile, n, path) // the line may hold a secret
		}
		value = strings.TrimSpace(value)
		if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
			value = value[1 : len(value)-1]
		}
		vars[name] = value
	}
	return vars, lines.Err()
}
