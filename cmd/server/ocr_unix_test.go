//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Standard input, and a pipe with a name: both can be read only once.
func TestOCRFromPipes(t *testing.T) {
	var stdout, stderr bytes.Buffer
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte("Through a pipe"), 0o600) }()
	status := run(t.Context(), []string{"ocr", "-", pipe}, stdio{strings.NewReader("Sodium 139"), &stdout, &stderr},
		[]string{"CLINICIAN_DATA_DIR=" + dir})
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if status != 0 || stdout.String() != "Sodium 139\n\fThrough a pipe\n\f" {
		t.Errorf("status %d, %q, %q", status, stdout.String(), stderr.String())
	}
}
