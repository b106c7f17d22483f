package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

const maxLine = 4096 // bytes of an answer or a password

// say tells people something that is not the answer.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.io.err, format+"\n", args...) }

// ask puts a question on the terminal and gives the answer's line.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(a.io.err, question+" ")
	s, err := interruptible(ctx, func() (string, error) { return readLine(a.io.in) })
	return strings.TrimSpace(s), err
}

// password gives the password: the first line of standard input with fromStdin,
// else what is typed on the terminal without being shown.
func (a *app) password(ctx context.Context, prompt string, fromStdin bool) (string, error) {
	if fromStdin {
		s, err := interruptible(ctx, func() (string, error) { return readLine(a.io.in) })
		if err != nil {
			return "", usagef("no password on standard input")
		}
		return s, nil
	}
	f, ok := a.io.in.(*os.File)
	if !ok || !a.interactive() {
		return "", usagef("there is no terminal to type a password on; use --password-stdin")
	}
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	fmt.Fprint(a.io.err, prompt+" ")
	s, err := interruptible(ctx, func() (string, error) {
		b, err := term.ReadPassword(fd)
		return string(b), err
	})
	fmt.Fprintln(a.io.err)
	if ctx.Err() != nil {
		_ = term.Restore(fd, before) // the read goes on, but the terminal shows what is typed again
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return "", usagef("no password was typed")
	}
	return s, err
}

// interruptible gives up waiting for f when ctx ends; the read itself ends
// with the process.
func interruptible[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		t   T
		err error
	}
	done := make(chan answer, 1)
	go func() {
		t, err := f()
		done <- answer{t, err}
	}()
	select {
	case a := <-done:
		return a.t, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// readLine takes one line and not a byte more, for what follows belongs to
// somebody else.
func readLine(r io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < maxLine {
		n, err := r.Read(one)
		if n == 1 {
			if one[0] == '\n' {
				break
			}
			line = append(line, one[0])
		}
		if err == io.EOF && len(line) > 0 {
			break
		}
		if err != nil {
			return "", err
		}
	}
	return strings.TrimSuffix(string(line), "\r"), nil
}
