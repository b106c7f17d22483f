// Package tesseract reads page images with the tesseract program: one process
// a page, so a crash or a hang costs one page and cancelling is killing.
package tesseract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// Options say how the program is run. The zero value works.
type Options struct {
	Program string // "" looks for "tesseract" in PATH
	// CPU is what the program may use for one picture before it is killed; 0:
	// 30 s. It is processor time, so that a busy machine fails no page. Systems
	// other than Linux have no such limit.
	CPU   time.Duration
	Clock core.Clock // nil: core.SystemClock

	// Background gives the program what processor time nobody else wants. Linux only.
	Background bool
}

// Engine implements core.Engine.
type Engine struct {
	program string
	cpu     time.Duration
	spare   bool
	now     core.Clock

	mu      sync.Mutex
	info    core.EngineInfo
	infoErr error
	asked   time.Time
}

// New gives an engine. It starts nothing; Info says whether the program is there.
func New(o Options) *Engine {
	if o.Program == "" {
		o.Program = "tesseract"
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.CPU <= 0 {
		o.CPU = 30 * time.Second
	}
	return &Engine{program: o.Program, cpu: o.CPU, spare: o.Background, now: o.Clock}
}

// infoAge is how long an answer of Info is good: long enough to ask before each
// page, short enough that installing the program is noticed.
const infoAge = 15 * time.Second

var errMissing = core.Errorf(core.CodeEngineMissing,
	"OCR needs the program tesseract. Install it on the server: apt-get install tesseract-ocr")

// Info asks the program for its version and languages, at most every 15 seconds.
func (e *Engine) Info(ctx context.Context) (core.EngineInfo, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now := e.now(); e.asked.IsZero() || now.Sub(e.asked) > infoAge || now.Before(e.asked) {
		info, err := e.ask(ctx)
		if ctx.Err() != nil {
			return core.EngineInfo{}, ctx.Err()
		}
		e.info, e.infoErr, e.asked = info, err, now
	}
	info := e.info
	info.Languages = slices.Clone(info.Languages)
	return info, e.infoErr
}

func (e *Engine) ask(ctx context.Context) (core.EngineInfo, error) {
	out, err := e.run(ctx, nil, "--version", "--list-langs") // both at once: each start costs as much as a tenth of an easy page
	if err != nil {
		return core.EngineInfo{}, err
	}
	info := core.EngineInfo{Name: "tesseract", Version: parseVersion(out), Languages: parseLanguages(out), Device: "cpu"}
	if len(info.Languages) == 0 {
		return core.EngineInfo{}, core.Errorf(core.CodeEngineMissing,
			"OCR has the program tesseract but no language to read. Install one on the server: apt-get install tesseract-ocr-eng")
	}
	return info, nil
}

// ReadPage runs the program over one image. No resolution is named: the program
// goes by the size of the letters, and leaves far columns out where a name is too
// high for them. CodeInvalid names the installed
// languages when r asks for one that is not there.
func (e *Engine) ReadPage(ctx context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	language := r.Language
	if language == "" {
		language = "eng"
	}
	info, err := e.Info(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range strings.Split(language, "+") {
		if !slices.Contains(info.Languages, l) {
			return nil, core.Errorf(core.CodeInvalid, "The language %q is not installed for OCR. Installed: %s.", l, strings.Join(info.Languages, ", "))
		}
	}
	args := []string{"stdout", "-l", language}
	args = append(args, layoutArgs(r)...)
	if blank(img, r.Segmentation) {
		return nil, nil
	}
	picture, err := file(img)
	if err != nil {
		return nil, err
	}
	out, err := e.run(ctx, picture, append(args, "tsv")...)
	if err != nil {
		return nil, err
	}
	words, err := parseTSV(out)
	if err != nil {
		return nil, errFailed.WithCause(err)
	}
	return words, nil
}

// modes are the page segmentation modes of the program, as "tesseract --help-psm"
// lists them. Without one it finds the blocks of a page by itself.
var modes = map[core.Segmentation]string{
	core.SegmentColumn: "4",
	core.SegmentTable:  "6",
	core.SegmentBlock:  "6",
	core.SegmentLine:   "7",
	core.SegmentWord:   "7", // with 8, its own mode for words, it reads 4.1 as 41 and puts marks behind words
	core.SegmentSparse: "11",
}

// blank reports whether a picture that is taken for a line or word is of one shade:
// the program would make up a letter. On pages and blocks it finds nothing by itself.
func blank(img core.PageImage, s core.Segmentation) bool {
	pix, ok := img.Gray()
	if !ok || s != core.SegmentLine && s != core.SegmentWord {
		return false
	}
	const contrast = 32
	return slices.Max(pix)-slices.Min(pix) < contrast
}

func layoutArgs(r core.ReadRequest) []string {
	var args []string
	if mode, ok := modes[r.Segmentation]; ok {
		args = append(args, "--psm", mode)
	}
	if r.Digits {
		args = append(args, "-c", "tessedit_char_whitelist=0123456789., ") // without the blank, numbers run together
	}
	return args
}

var (
	errFailed = core.Errorf(core.CodeInternal, "The OCR program could not read this page.")
	errSlow   = core.Errorf(core.CodeInvalid, "Reading this page took too long and was given up.")
)

// maxStderr and maxOutput bound what the program may say.
const (
	maxStderr = 8 << 10
	maxOutput = 64 << 20
)

// run runs the program and gives its standard output. A picture, if there is
// one, becomes its first argument; it is the file its parts make together.
func (e *Engine) run(ctx context.Context, picture [][]byte, args ...string) ([]byte, error) {
	path, err := exec.LookPath(e.program)
	if err != nil {
		return nil, errMissing.WithCause(err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = environment()
	if picture != nil {
		name, done, err := give(cmd, picture)
		if err != nil {
			return nil, errFailed.WithCause(err)
		}
		defer done()
		cmd.Args = slices.Insert(cmd.Args, 1, name)
	}
	out, complaint := &limited{max: maxOutput}, &limited{max: maxStderr}
	cmd.Stdout, cmd.Stderr = out, complaint
	cmd.WaitDelay = 2 * time.Second
	ownGroup(cmd)
	if err = cmd.Start(); err == nil {
		limit(cmd.Process.Pid, e.cpu)
		if e.spare {
			yield(cmd.Process.Pid)
		}
		err = cmd.Wait()
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case usedUp(err):
		return nil, errSlow.WithCause(err)
	case err != nil && missing(err):
		return nil, errMissing.WithCause(err)
	case err != nil:
		return nil, errFailed.WithCause(fmt.Errorf("%w: %s", err, lastLine(complaint.buf.Bytes())))
	case out.over:
		return nil, errFailed.WithCause(errors.New("output over the limit"))
	}
	return out.buf.Bytes(), nil
}

func missing(err error) bool {
	var e *exec.Error
	return errors.As(err, &e)
}

// lastLine keeps the program's own complaint short for the log. It speaks of
// languages and image formats, not of what it read.
func lastLine(b []byte) string {
	s := strings.TrimSpace(string(b))
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		s = s[i+1:]
	}
	return s[:min(len(s), 200)]
}

// limited is a buffer that stops growing at max but keeps taking, so that the
// program is not blocked.
type limited struct {
	buf  bytes.Buffer
	max  int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	room := l.max - l.buf.Len()
	if len(p) > room {
		l.over = true
		l.buf.Write(p[:max(0, room)])
		return len(p), nil
	}
	return l.buf.Write(p)
}

// parseVersion reads "tesseract 5.3.0" in the first line; libraries it was built
// with follow.
func parseVersion(out []byte) string {
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(line, "tesseract")), "v")
}

// parseLanguages takes the lines after the heading "List of available languages
// (2):"; "osd" finds orientation and is no language.
func parseLanguages(out []byte) []string {
	var langs []string
	_, rest, _ := strings.Cut(string(out), "\nList ")
	_, rest, _ = strings.Cut(rest, "\n")
	for l := range strings.FieldsSeq(rest) {
		if l != "osd" && l != "equ" {
			langs = append(langs, l)
		}
	}
	slices.Sort(langs)
	return langs
}
