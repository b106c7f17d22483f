package child

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// Exit codes of a child; the parent only cares that it ended.
const (
	exitProtocol = 3
	exitCPU      = 4
)

// What ends a conversation with a child for good.
var (
	ErrSlow = errors.New("child: it took longer than allowed and was ended")
	ErrDied = errors.New("child: it ended")
)

// Process is a child. One goroutine at a time may talk to it.
type Process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	dead atomic.Bool // the conversation is broken; others may ask

	close sync.Once
}

// Program gives the program to start: path, or this one.
func Program(path string) (string, error) {
	if path != "" {
		return path, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return path, nil
}

// LargeBlocks is a line of the environment for programs that allocate and free pictures
// all the time: their C library asks for memory in large pages, at 4 MB and more at once,
// and keeps what was freed. Reading a page takes a sixth less processor time so, starting
// to read half. C libraries other than glibc take no notice.
const LargeBlocks = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432" +
	":glibc.malloc.trim_threshold=1073741824:glibc.malloc.top_pad=4194304"

// Start runs the program with one argument, in the root directory and with nothing in
// its environment that it could learn from. Who starts it closes it.
func Start(executable, arg string) (*Process, error) {
	cmd := exec.Command(executable, arg)
	cmd.Env = []string{"GOTRACEBACK=none", LargeBlocks}
	cmd.Dir = string(os.PathSeparator)
	confine(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	widen(out)
	return &Process{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 1<<16)}, nil
}

// Exchange sends something, waits for the frame that answers it, whose header it puts
// into answer, and ends the child when ctx ends first, or the processor time allowed:
// the error is then ctx's, or ErrSlow. Any other failure is ErrDied. After one of them no
// further exchange is possible.
func (p *Process) Exchange(ctx context.Context, limit time.Duration, send func(io.Writer) error, answer any) ([]byte, error) {
	if p.Dead() {
		return nil, ErrDied
	}
	limited, end := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { bound(limited, p.PID(), limit, end) })
	defer watching.Wait()
	defer end(nil)
	stop := context.AfterFunc(limited, p.kill)
	defer stop()

	var payload []byte
	err := send(p.in)
	if err == nil {
		payload, err = ReadFrame(p.out, answer)
	}
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case limited.Err() != nil:
		err = fmt.Errorf("%w: %w", ErrSlow, context.Cause(limited))
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrDied, err)
	}
	if err != nil {
		p.dead.Store(true)
		return nil, err
	}
	return payload, nil
}

// Dead reports whether no further exchange is possible.
func (p *Process) Dead() bool { return p.dead.Load() }

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

func (p *Process) kill() { p.cmd.Process.Kill() }

// Close ends the child and waits until it is gone.
func (p *Process) Close() {
	p.close.Do(func() {
		p.kill()
		p.in.Close()
		p.cmd.Wait() // its error only says that it was ended
		p.dead.Store(true)
	})
}

// Serve is the main function of a child: it has serve talk to the parent over standard
// input and output, until that ends, and gives the exit code.
func Serve(serve func(in io.Reader, out *bufio.Writer) error) int {
	in := watchInput(os.Stdin)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	if err := serve(in, out); err != nil && !errors.Is(err, io.EOF) {
		return exitProtocol
	}
	return 0
}

// watchInput ends the process when the parent goes away, also in the middle of an
// answer: it always has a read under way.
func watchInput(f *os.File) io.Reader {
	r, w := io.Pipe()
	go func() {
		buf := make([]byte, 1<<16)
		for {
			n, err := f.Read(buf)
			if n > 0 {
				w.Write(buf[:n])
			}
			if err != nil {
				os.Exit(0)
			}
		}
	}()
	return r
}
