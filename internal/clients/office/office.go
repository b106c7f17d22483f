package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"clinician/internal/clients/child"
	"clinician/internal/core"
)

// WorkerArg is the hidden argument that makes the binary the box of LibreOffice.
const WorkerArg = "__office-worker"

// IsWorker reports whether the process was started as that.
func IsWorker(args []string) bool { return len(args) == 4 && args[1] == WorkerArg }

// Options say how LibreOffice is run. The zero value works.
type Options struct {
	Program    string        // "" looks for "soffice" in PATH
	Executable string        // "" takes this program; it must call WorkerMain
	Dir        string        // where a directory for each document is made; "": in memory, or that of temporary files
	CPU        time.Duration // processor time for one document; 0: 60 s
}

// Converter makes DOCX of Word 97 documents, one at a time: a second one would take
// another 300 MB, and people send few.
type Converter struct {
	o    Options
	turn chan struct{}
}

// New gives a converter. It starts nothing.
func New(o Options) (*Converter, error) {
	if o.Program == "" {
		o.Program = "soffice"
	}
	if o.CPU <= 0 {
		o.CPU = time.Minute
	}
	if o.Dir == "" {
		o.Dir = memoryDir()
	}
	var err error
	o.Executable, err = child.Program(o.Executable)
	return &Converter{o, make(chan struct{}, 1)}, err
}

var (
	errMissing = core.Errorf(core.CodeUnsupported,
		"Word 97 documents (.doc) are read only where LibreOffice is installed on the server. Save this one as PDF or DOCX and upload that, or have the administrator install it: apt-get install libreoffice-writer-nogui")
	errFailed = core.Errorf(core.CodeInvalid,
		"This Word 97 document could not be converted. Save it as PDF or DOCX in a word processor and upload that.")
	errSlow = core.Errorf(core.CodeInvalid,
		"Converting this Word 97 document took too long and was given up. Save it as PDF or DOCX in a word processor and upload that.")
	errTooLarge = core.Errorf(core.CodeTooLarge, "The document is larger than this service reads.")
)

// Converted is a document in DOCX, and what is known of how it was made.
type Converted struct {
	Content []byte
	By      string // "LibreOffice 7.4"
	Macros  bool   // the document holds programs, which were not run and are not in Content
}

// Info says which program converts; CodeUnsupported when there is none.
func (c *Converter) Info() (name string, err error) {
	path, err := c.program()
	if err != nil {
		return "", err
	}
	return strings.TrimSpace("LibreOffice " + version(path)), nil
}

// program finds LibreOffice itself: what is in PATH only starts it, and would look for a
// place outside the box.
func (c *Converter) program() (string, error) {
	path, err := exec.LookPath(c.o.Program)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err == nil {
		path = filepath.Join(filepath.Dir(path), "soffice.bin")
		_, err = os.Stat(path)
	}
	if err != nil {
		return "", errMissing.WithCause(err)
	}
	return path, nil
}

// version reads "7.4" beside the program; "" when it does not stand there.
func version(program string) string {
	b, err := os.ReadFile(filepath.Join(filepath.Dir(program), "bootstraprc"))
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(b), "ProductKey=LibreOffice ")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

// patience is how much longer than its processor time a document may take on the clock
// on the wall: a machine that is busy with other things does not make it a bad one.
const patience = 10

// ToDOCX takes a document to its end and converts it. CodeUnsupported without
// LibreOffice, CodeInvalid for what it cannot convert; errors of content come back as
// they are. With spare, everything else goes before it.
func (c *Converter) ToDOCX(ctx context.Context, content io.Reader, spare bool) (Converted, error) {
	name, err := c.Info()
	if err != nil {
		return Converted{}, err
	}
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return Converted{}, ctx.Err()
	}
	defer func() { <-c.turn }()
	dir, err := os.MkdirTemp(c.o.Dir, "office-")
	if err != nil {
		return Converted{}, errFailed.WithCause(err)
	}
	defer os.RemoveAll(dir)
	if len(dir) > longestDir {
		return Converted{}, errFailed.WithCause(errors.New("office: the path of the temporary directory is too long"))
	}
	macros, err := furnish(dir, content)
	if err != nil {
		return Converted{}, err
	}
	if err := c.run(ctx, dir, spare); err != nil {
		return Converted{}, err
	}
	made, err := readAtMost(filepath.Join(dir, "out", "document.docx"), core.MaxFileBytes)
	if err != nil {
		return Converted{}, errFailed.WithCause(err)
	}
	return Converted{Content: made, By: name, Macros: macros}, nil
}

// longestDir leaves room for the name of the socket, which ends at 107 bytes.
const longestDir = 45

// settings forbid what a document could make LibreOffice do.
const settings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
`

// furnish puts the document and an empty profile into a directory.
func furnish(dir string, content io.Reader) (macros bool, err error) {
	for _, sub := range []string{"profile/user", "out", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return false, errFailed.WithCause(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "profile/user/registrymodifications.xcu"), []byte(settings), 0o600); err != nil {
		return false, errFailed.WithCause(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "document.doc"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return false, errFailed.WithCause(err)
	}
	seen := &finder{}
	n, err := io.Copy(onlyWrites{f}, io.TeeReader(io.LimitReader(content, core.MaxFileBytes+1), seen))
	switch closed := f.Close(); {
	case err != nil:
		return false, err
	case closed != nil:
		return false, errFailed.WithCause(closed)
	case n > core.MaxFileBytes:
		return false, errTooLarge
	}
	return seen.found, nil
}

// onlyWrites says of an error of writing that it is not one of the document.
type onlyWrites struct{ io.Writer }

func (w onlyWrites) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		err = errFailed.WithCause(err)
	}
	return n, err
}

// project is the name of the storage in which Word keeps programs, as it stands in the
// directory of the file.
var project = utf16("_VBA_PROJECT")

func utf16(s string) []byte {
	var b []byte
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// finder looks for the name of programs in what passes by.
type finder struct {
	tail  []byte
	found bool
}

func (f *finder) Write(p []byte) (int, error) {
	if !f.found {
		both := append(f.tail, p...)
		f.found = bytes.Contains(both, project)
		f.tail = bytes.Clone(both[max(0, len(both)-len(project)+1):])
	}
	return len(p), nil
}

// run has LibreOffice convert the document of a directory.
func (c *Converter) run(ctx context.Context, dir string, spare bool) error {
	program, err := c.program()
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, patience*c.o.CPU)
	defer cancel()
	for try := 0; ; try++ {
		complaint, err := c.once(limited, program, dir, spare)
		var exit *exec.ExitError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case limited.Err() != nil || usedUp(err):
			return errSlow.WithCause(errors.Join(err, limited.Err()))
		case errors.As(err, &exit) && exit.ExitCode() == wantsRestart && try == 0:
		case err != nil:
			return errFailed.WithCause(fmt.Errorf("%w: %s", err, complaint))
		default:
			return nil
		}
	}
}

// wantsRestart is how LibreOffice asks to be started again, as it may with a new profile.
const wantsRestart = 81

// once runs LibreOffice in its box, and gives the end of what it said.
func (c *Converter) once(ctx context.Context, program, dir string, spare bool) (*tail, error) {
	cmd := exec.CommandContext(ctx, c.o.Executable, WorkerArg, program, dir)
	cmd.Dir = dir
	cmd.Env = []string{"GOTRACEBACK=none", "HOME=" + dir, "TMPDIR=" + filepath.Join(dir, "tmp"), "PATH=/usr/bin:/bin", "LANG=C.UTF-8",
		"SAL_USE_VCLPLUGIN=svp", "OSL_SOCKET_PATH=" + dir, cpuVariable + "=" + fmt.Sprint(int(c.o.CPU.Seconds()))}
	complaint := &tail{}
	cmd.Stderr = complaint
	cmd.WaitDelay = 2 * time.Second
	ended, err := start(cmd, spare)
	if err != nil {
		return complaint, err
	}
	defer ended()
	return complaint, cmd.Wait()
}

// arguments are what LibreOffice is called with.
func arguments(program, dir string) []string {
	return []string{program, "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck",
		"-env:UserInstallation=file://" + filepath.Join(dir, "profile"),
		"--convert-to", "docx:MS Word 2007 XML", "--outdir", filepath.Join(dir, "out"), filepath.Join(dir, "document.doc")}
}

// tail keeps the end of what a program says, short: it speaks of itself, not of the
// document.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 200
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-most):]
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.b)) }

// readAtMost reads a regular file that is not larger than most.
func readAtMost(path string, most int64) ([]byte, error) {
	st, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular() || st.Size() > most:
		return nil, errors.New("office: what was made is no file, or too large")
	}
	return os.ReadFile(path)
}
