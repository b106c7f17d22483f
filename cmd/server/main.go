// Command server is the backend of Clinician. Without arguments it serves on
// 127.0.0.1:8003; its subcommands administer people and data from the shell,
// also while a server runs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"clinician/internal/clients/numbers"
	"clinician/internal/clients/office"
	"clinician/internal/clients/pages"
)

func main() {
	if pages.IsWorker(os.Args) {
		os.Exit(pages.WorkerMain())
	}
	if numbers.IsWorker(os.Args) {
		os.Exit(numbers.WorkerMain())
	}
	if office.IsWorker(os.Args) {
		os.Exit(office.WorkerMain())
	}
	ctx, stop := signals()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}, os.Environ()))
}

// signals gives a context that the first INT or TERM ends; a second one ends
// the process at once.
func signals() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	c := make(chan os.Signal, 2)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-c
		cancel()
		<-c
		os.Exit(130)
	}()
	return ctx, cancel
}

// stdio is where a command reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a wrong command line: exit status 2.
type usageError struct{ error }

// errInterrupted is a task that was broken off by a signal: exit status 130.
var errInterrupted = errors.New("interrupted")

// run executes one command line and gives its exit status: 0 done, 1 failed,
// 2 wrong usage, 130 interrupted.
func run(ctx context.Context, args []string, io stdio, environ []string) int {
	cmd := newRoot(environ)
	if installed := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"); installed == "clinician-server" {
		cmd.Use = installed // as packages call it: a program called server could be anybody's
	}
	cmd.SetArgs(args)
	cmd.SetIn(io.in)
	cmd.SetOut(io.out)
	cmd.SetErr(io.err)
	err := cmd.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(io.err, "server: %v\nRun 'server --help' for what it can do.\n", err)
		return 2
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(io.err, "server: interrupted")
		return 130
	default:
		fmt.Fprintf(io.err, "server: %v\n", sentence(err))
		return 1
	}
}
