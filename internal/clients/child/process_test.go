package child

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"testing"
	"time"
)

const workerArg = "__child"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerArg {
		os.Exit(Serve(answer))
	}
	os.Exit(m.Run())
}

type question struct {
	Do string `json:"do"`
}

type reply struct {
	Environment []string `json:"environment"`
	Directory   string   `json:"directory"`
	Error       string   `json:"error"`
}

// answer is a child that says where it is, and does what it is told.
func answer(in io.Reader, out *bufio.Writer) error {
	for {
		var q question
		if _, err := ReadFrame(in, &q); err != nil {
			return err
		}
		var r reply
		switch q.Do {
		case "look":
			r.Environment = os.Environ()
			r.Directory, _ = os.Getwd()
		case "open":
			if err := LimitSelf(1<<30, 0); err != nil {
				return err
			}
			if _, err := os.Open("/dev/null"); err != nil {
				r.Error = err.Error()
			}
		case "compute":
			for n := uint64(1); n != 0; n += 2 { // longer than any test waits
			}
		case "end":
			os.Exit(7)
		}
		if err := Reply(out, r, []byte("payload")); err != nil {
			return err
		}
	}
}

func start(t *testing.T) *Process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Start(exe, workerArg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func ask(ctx context.Context, p *Process, limit time.Duration, do string) (r reply, payload []byte, err error) {
	payload, err = p.Exchange(ctx, limit, func(w io.Writer) error { return WriteFrame(w, question{do}, nil) }, &r)
	return r, payload, err
}

func TestChildHasNothing(t *testing.T) {
	t.Parallel()
	p := start(t)
	r, payload, err := ask(t.Context(), p, time.Minute, "look")
	if err != nil || !slices.Equal(r.Environment, []string{"GOTRACEBACK=none", LargeBlocks}) || r.Directory != string(os.PathSeparator) || string(payload) != "payload" {
		t.Errorf("%+v, %q, %v", r, payload, err)
	}
	p.Close()
	p.Close()
	if state := p.cmd.ProcessState; state == nil || state.Exited() && state.Success() {
		t.Errorf("after Close it is %v", state)
	}
}

func TestWhatEndsAConversation(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx   context.Context
		limit time.Duration
		do    string
		want  error
	}{
		"its end":          {t.Context(), time.Minute, "end", ErrDied},
		"too much work":    {t.Context(), 50 * time.Millisecond, "compute", ErrSlow},
		"nobody who waits": {ended, time.Minute, "look", context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			_, _, err := ask(c.ctx, p, c.limit, c.do)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if !p.Dead() {
				t.Error("it is not dead")
			}
			if _, _, err := ask(t.Context(), p, time.Minute, "look"); !errors.Is(err, ErrDied) {
				t.Errorf("then: %v", err)
			}
		})
	}
}
