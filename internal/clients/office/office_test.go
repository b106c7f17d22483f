package office

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// TestMain is the box, and in it stands in for LibreOffice, when it is started so.
func TestMain(m *testing.M) {
	switch {
	case IsWorker(os.Args):
		os.Exit(WorkerMain())
	case len(os.Args) > 2 && os.Args[1] == "--headless":
		os.Exit(pretend(os.Args[len(os.Args)-1]))
	}
	os.Exit(m.Run())
}

// pretend does what the document asks for and puts what came of it where LibreOffice puts
// what it made.
func pretend(document string) int {
	asked, err := os.ReadFile(document)
	if err != nil {
		return 2
	}
	dir := filepath.Dir(document)
	var out []string
	for line := range strings.Lines(string(asked)) {
		verb, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		var err error
		switch verb {
		case "read":
			_, err = os.ReadFile(what)
		case "write":
			err = os.WriteFile(what, []byte("x"), 0o600)
		case "dial":
			var c net.Conn
			if c, err = net.Dial("tcp", what); err == nil {
				c.Close()
			}
		case "run":
			err = exec.Command("/bin/sh", "-c", "cat "+what).Run()
		case "again":
			if os.Mkdir(filepath.Join(dir, "seen"), 0o700) == nil {
				return wantsRestart
			}
		case "spin":
			for n := 0; n >= 0; n = (n + 1) & 0xffff { // it is to use up its processor time
			}
		case "fail":
			return 1
		}
		out = append(out, fmt.Sprint(verb, " ", err == nil))
	}
	if os.WriteFile(filepath.Join(dir, "out", "document.docx"), []byte(strings.Join(out, "\n")), 0o600) != nil {
		return 2
	}
	return 0
}

// pretended is a converter whose LibreOffice is pretend.
func pretended(t *testing.T, o Options) *Converter {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the box needs Linux")
	}
	home, err := os.MkdirTemp("", "o")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	self, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = os.MkdirAll(filepath.Join(home, "program"), 0o700)
	}
	for _, name := range []string{"soffice", "soffice.bin"} {
		if err == nil {
			err = os.WriteFile(filepath.Join(home, "program", name), self, 0o700)
		}
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(home, "program", "bootstraprc"), []byte("[Bootstrap]\nProductKey=LibreOffice 7.4\n"), 0o600)
	}
	o.Dir, o.Program = filepath.Join(home, "w"), filepath.Join(home, "program", "soffice")
	if err == nil {
		err = os.Mkdir(o.Dir, 0o700)
	}
	c, failed := New(o)
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, _ := os.ReadDir(o.Dir); len(left) > 0 {
			t.Errorf("%v is left behind", left)
		}
	})
	return c
}

// What is in the box reaches neither network nor files but its own, nor do programs that
// it starts.
func TestTheBoxIsClosed(t *testing.T) {
	t.Parallel()
	c := pretended(t, Options{})
	if !hasLandlock() {
		t.Skip("this system has no Landlock (Linux 5.13): what files are seen is up to users and groups")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	asked := "read /etc/passwd\nread " + secret + "\nread /proc/self/environ\nwrite /tmp/office-probe\nwrite " + secret + "\ndial " + l.Addr().String() +
		"\nrun " + secret + "\nrun /dev/null"
	made, err := c.ToDOCX(t.Context(), strings.NewReader(asked), true)
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	if want := "read false\nread false\nread false\nwrite false\nwrite false\ndial false\nrun false\nrun true"; string(made.Content) != want {
		t.Errorf("in the box:\n%s\nwant\n%s", made.Content, want)
	}
	if made.By != "LibreOffice 7.4" {
		t.Errorf("by %q", made.By)
	}
}

func TestEndsOfAConversion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asks string
		code core.Code
		says string
	}{
		"wants to be started again": {"again", "", ""},
		"computes for ever":         {"spin", core.CodeInvalid, "took too long"},
		"fails":                     {"fail", core.CodeInvalid, "could not be converted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pretended(t, Options{CPU: time.Second}).ToDOCX(t.Context(), strings.NewReader(c.asks), false)
			if (err == nil) != (c.code == "") || err != nil && (core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v", err)
			}
		})
	}
	c, err := New(Options{Program: filepath.Join(t.TempDir(), "soffice")})
	if err == nil {
		_, err = c.ToDOCX(t.Context(), strings.NewReader(""), false)
	}
	if core.CodeOf(err) != core.CodeUnsupported || !strings.Contains(err.Error(), "apt-get install libreoffice-writer-nogui") {
		t.Errorf("without LibreOffice: %v", err)
	}
}

// Programs in a document are noticed wherever the file is cut into pieces.
func TestMacrosAreNoticed(t *testing.T) {
	t.Parallel()
	name := utf16("_VBA_PROJECT")
	for cut := range len(name) {
		f := &finder{}
		f.Write(append([]byte("abc"), name[:cut]...))
		f.Write(append(bytes.Clone(name[cut:]), 1, 2, 3))
		if !f.found {
			t.Errorf("not found when cut at %d", cut)
		}
	}
	f := &finder{}
	if f.Write(bytes.Repeat([]byte("_VBA_PROJEC"), 50)); f.found {
		t.Error("found where there are none")
	}
}

// The real program converts a letter whose form carries meaning.
func TestLibreOfficeConverts(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("soffice"); err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-writer-nogui")
	}
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	letter, err := os.ReadFile("testdata/letter.doc")
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.ToDOCX(t.Context(), bytes.NewReader(letter), false)
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	if !strings.HasPrefix(made.By, "LibreOffice ") || made.Macros {
		t.Errorf("by %q, macros %t", made.By, made.Macros)
	}
	text := part(t, made.Content, "word/document.xml")
	for _, want := range []string{"<w:strike/></w:rPr><w:t>119</w:t>", ">mmol/L<"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

func part(t *testing.T, docx []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
