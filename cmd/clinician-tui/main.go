// Command clinician-tui is what clinicians work with: without arguments the
// screens, with a subcommand the same tasks line by line for scripts.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
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
		os.Exit(exitInterrupted)
	}()
	return ctx, cancel
}

// stdio is where a command reads and writes. Answers go to out; progress,
// questions and errors to err.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// run executes one command line and gives its exit status; see the constants
// in errors.go.
func run(ctx context.Context, args []string, io stdio, environ []string) int {
	a := newApp(io, environ, args)
	root := a.root()
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) { // a shell asks; nobody else needs it
		a.complete(root)
	}
	root.SetArgs(args)
	root.SetIn(io.in)
	root.SetOut(io.out)
	root.SetErr(io.err)
	return a.report(ctx, root.ExecuteContext(ctx))
}
