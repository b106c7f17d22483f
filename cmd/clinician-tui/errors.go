package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// Exit statuses; "clinician-tui help exit-codes" and docs/cli.md explain them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNoSession   = 3
	exitRefused     = 4
	exitUnreachable = 5
	exitJobFailed   = 6
	exitInterrupted = 130
)

// usageError is a wrong command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// jobError is a job that ended, but not well. The command itself worked.
type jobError struct {
	status core.JobStatus
	why    string
}

func (e jobError) Error() string {
	s := "The job " + string(e.status) + "."
	if e.status == core.JobCancelled {
		s = "The job was cancelled."
	}
	if e.why != "" {
		s += " " + e.why
	}
	return s
}

// told is an error about one of several things, and which.
type told struct {
	about string
	error
}

func (t told) Unwrap() error { return t.error }

// explanation is an error as people and programs are told of it.
type explanation struct {
	code     core.Code
	sentence string
	next     string // what to do, "" when the sentence says it
	status   int
}

// seenFlag takes the version that somebody saw of what they change.
func seenFlag(cmd *cobra.Command, version *string) *cobra.Command {
	cmd.Flags().StringVar(version, "seen", "", "the version of it that you saw (from --json); another one is not changed")
	return cmd
}

// explain is the one place that words errors and decides the exit status.
func explain(ctx context.Context, err error) explanation {
	var usage usageError
	var job jobError
	var about told
	var e *core.Error
	x := explanation{code: core.CodeInternal, status: exitFailed}
	switch {
	case ctx.Err() != nil, core.CodeOf(err) == core.CodeCanceled, errors.Is(err, context.Canceled):
		x = explanation{core.CodeCanceled, "Stopped.", "", exitInterrupted}
	case errors.As(err, &usage):
		x = explanation{core.CodeInvalid, usage.Error(), "Run 'clinician-tui help' for what it can do.", exitUsage}
	case errors.As(err, &job):
		x = explanation{core.CodeConflict, job.Error(), "", exitJobFailed}
	case errors.As(err, &e):
		x = explanation{code: e.Code, sentence: core.MessageOf(err), status: exitFailed}
		if now, ok := e.Current.(interface{ ETag() string }); ok {
			x.sentence += " It stands as: " + present.Now(err) + ". To change that all the same: --seen " + now.ETag()
		}
		switch e.Code {
		case core.CodeUnauthenticated:
			x.status, x.next = exitNoSession, "Log in with: clinician-tui login"
		case core.CodeForbidden, core.CodeNotFound, core.CodeConflict:
			x.status = exitRefused
		case core.CodeUnavailable:
			x.status = exitUnreachable
		case core.CodeRateLimited:
			if e.RetryAfter > 0 {
				x.next = "Try again in " + core.Plural(e.RetryAfter, "second", "seconds") + "."
			}
		}
	default: // an error of this program or machine, which holds no patient's data
		x.sentence = err.Error()
	}
	if errors.As(err, &about) {
		x.sentence = about.about + ": " + x.sentence
	}
	x.sentence = ui.Clean(x.sentence)
	return x
}

// report writes err, if there is one, and gives the exit status. With --json
// the last line on standard error is the error as JSON.
func (a *app) report(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	x := explain(ctx, err)
	fmt.Fprintf(a.io.err, "clinician-tui: %s\n", x.sentence)
	if x.next != "" {
		fmt.Fprintln(a.io.err, x.next)
	}
	if a.json {
		var body struct {
			Error struct {
				Code    core.Code `json:"code"`
				Message string    `json:"message"`
			} `json:"error"`
		}
		body.Error.Code, body.Error.Message = x.code, x.sentence
		_ = json.NewEncoder(a.io.err).Encode(body)
	}
	return x.status
}
