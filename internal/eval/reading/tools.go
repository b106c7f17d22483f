package reading

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"clinician/internal/core"
)

// Tool reads an image into text as a program of its own, so that its time
// includes all it takes.
type Tool struct {
	Name string
	// command gives the program's arguments; the text is what it prints, or, when
	// it writes a file, what is in out.
	command func(image, out string) []string
	sidecar bool
	pages   bool   // what it prints are pages in JSON, with their words
	numbers string // directory of the second reader of numbers; "" none but what the environment names
}

// Ours is this program's pipeline. server is the path of the server binary, numbers the
// directory of the second reader of numbers, or "".
func Ours(server, numbers string) Tool {
	return Tool{Name: "clinician", pages: true, numbers: numbers, command: func(image, _ string) []string {
		return []string{server, "ocr", "--json", image}
	}}
}

// Peers are the programs to compare with that are installed, and the names of
// those that are not.
func Peers() (found []Tool, missing []string) {
	all := []Tool{
		{Name: "tesseract", command: func(image, _ string) []string { return []string{"tesseract", image, "stdout"} }},
		{Name: "ocrmypdf", sidecar: true, command: func(image, out string) []string {
			return []string{"ocrmypdf", "-q", "-j1", "--image-dpi", "300", "--deskew", "--rotate-pages", "--clean", "--force-ocr",
				"--output-type", "pdf", "--sidecar", out, image, out + ".pdf"}
		}},
	}
	for _, t := range all {
		if _, err := exec.LookPath(t.Name); err != nil {
			missing = append(missing, t.Name)
			continue
		}
		found = append(found, t)
	}
	return found, missing
}

// limit is how long a program may take for a page.
const limit = 5 * time.Minute

// Measure reads a page with a tool and scores it. A tool that fails has read
// nothing; why is told by the error, beside the score.
func (t Tool) Measure(ctx context.Context, p Page, scratch string) (Score, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	out := filepath.Join(scratch, p.ID+"-"+t.Name+".txt")
	args := t.command(p.File, out)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	// Tesseract's own threads cost several times the CPU and hide what is compared.
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	if t.pages && t.numbers != "" {
		cmd.Env = append(cmd.Env, "CLINICIAN_NUMBER_READER="+t.numbers)
	}
	var text, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &complaint
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if t.sidecar {
		b, missing := os.ReadFile(out)
		text.Reset()
		text.Write(b)
		err = errors.Join(err, missing)
	}
	said, words, unfit := t.said(text.Bytes())
	err = errors.Join(err, unfit)
	s := Compare(p.Truth, said)
	if t.pages {
		s.Numbers.countSure(p.Truth, words)
	}
	s.WallClock = wall.Seconds()
	if cmd.ProcessState != nil { // with what its children used
		s.CPUSeconds = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}
	if err != nil {
		err = fmt.Errorf("%s on %s: %w", t.Name, p.ID, err)
	}
	return s, err
}

// said gives the text a tool printed, and the words, of one that prints them.
func (t Tool) said(out []byte) (text string, words []core.Word, err error) {
	if !t.pages {
		return string(out), nil, nil
	}
	var pages []core.Page
	if err := json.Unmarshal(out, &pages); err != nil {
		return "", nil, err
	}
	for _, p := range pages {
		text += p.Text + "\n"
		words = append(words, p.Words...)
	}
	return text, words, nil
}
