package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"clinician/internal/core/wire"
)

// demoEnds is how long the demo's server may take to end before it is killed.
const demoEnds = 10 * time.Second

// findServer gives the path of the server program: beside this one, where archives
// and `make build` put it, else clinician-server, as packages call it.
func findServer() (string, error) {
	me, err := os.Executable()
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(me); err == nil {
		me = real
	}
	suffix := ""
	if runtime.GOOS == "windows" {
		suffix = ".exe"
	}
	for _, name := range []string{"clinician-server", "server"} {
		beside := filepath.Join(filepath.Dir(me), name+suffix)
		if st, err := os.Stat(beside); err == nil && st.Mode().IsRegular() {
			return beside, nil
		}
	}
	if path, err := exec.LookPath("clinician-server"); err == nil {
		return path, nil
	}
	return "", errors.New("the demo needs the server program, which is not beside this one: install both in one directory")
}

// demoServer is a running `server demo`. It lives as long as its standard input is
// open, so that it cannot outlive this process.
type demoServer struct {
	at    wire.Demo
	cmd   *exec.Cmd
	input io.Closer
	out   io.Reader

	making chan wire.DemoMaking // the newest word on its data; closed when it says no more
}

// startDemoServer starts the program on a data directory and waits until it serves.
func startDemoServer(ctx context.Context, program, dir string) (*demoServer, error) {
	var trouble bytes.Buffer
	s := &demoServer{cmd: exec.Command(program, "demo", "--json", "--data", dir)}
	s.cmd.Stderr = &trouble
	input, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	s.input = input
	if s.out, err = s.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := make(chan string, 1)
	s.making = make(chan wire.DemoMaking, 1)
	go s.listen(lines)
	select {
	case line := <-lines:
		if err := json.Unmarshal([]byte(line), &s.at); err == nil && s.at.URL != "" {
			return s, nil
		}
	case <-ctx.Done():
		s.stop()
		return nil, ctx.Err()
	}
	s.stop()
	if why := strings.TrimSpace(trouble.String()); why != "" {
		return nil, fmt.Errorf("the demo's server did not start: %s", why)
	}
	return nil, fmt.Errorf("%s is not the server of this program", program)
}

// listen gives the first line of what the server says, and then the newest word on its
// data, until it ends.
func (s *demoServer) listen(first chan<- string) {
	defer close(s.making)
	out := bufio.NewReader(s.out)
	line, err := out.ReadString('\n')
	first <- line
	for err == nil {
		if line, err = out.ReadString('\n'); err != nil {
			return
		}
		var m wire.DemoMaking
		if json.Unmarshal([]byte(line), &m) != nil {
			continue
		}
		select {
		case <-s.making: // nobody has asked for the one before
		default:
		}
		s.making <- m
	}
}

// next waits for the next word on how the demo's data come into being; io.EOF when all
// are there.
func (s *demoServer) next(ctx context.Context) (wire.DemoMaking, error) {
	select {
	case m, ok := <-s.making:
		if ok {
			return m, nil
		}
		return m, io.EOF
	case <-ctx.Done():
		return wire.DemoMaking{}, ctx.Err()
	}
}

// stop ends the server and waits until it has ended: its data can be removed then.
func (s *demoServer) stop() {
	s.input.Close()
	late := time.AfterFunc(demoEnds, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	for range s.making { // to the end of what it says
	}
	_ = s.cmd.Wait() // how it ended no longer matters
}
