package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/core"
)

// typedIdentifiers are the flags of a command that asks for two identifiers of a
// patient. What is typed goes to the server, which alone compares it.
type typedIdentifiers struct {
	core.Identifiers
	stdin bool
}

// flags adds the flags; whose says which patient they speak of.
func (t *typedIdentifiers) flags(cmd *cobra.Command, whose string) {
	f := cmd.Flags()
	f.StringVar(&t.FamilyName, "family", "", "family name of "+whose)
	f.IntVar(&t.BirthYear, "born", 0, "year of birth of "+whose)
	f.StringVar(&t.MRNEnding, "mrn-ending", "", "last four of the MRN of "+whose+", where no year of birth is recorded")
	f.BoolVar(&t.stdin, "identifiers-stdin", false, "read family name and year of birth as two lines from standard input")
}

// identifiers gets what of the two is missing: from standard input or the terminal.
// byMRN asks for the end of the MRN in place of the year of birth.
func (a *app) identifiers(ctx context.Context, t typedIdentifiers, byMRN bool) (core.Identifiers, error) {
	line := func(question string) (string, error) {
		switch {
		case t.stdin:
			s, err := interruptible(ctx, func() (string, error) { return readLine(a.io.in) })
			if errors.Is(err, io.EOF) {
				err = usagef("standard input holds two lines: that patient's family name, then the year of birth")
			}
			return s, err
		case a.interactive():
			return a.ask(ctx, question)
		}
		return "", usagef("family name and year of birth are needed; see --help")
	}
	var err error
	out := t.Identifiers
	if out.FamilyName == "" {
		if out.FamilyName, err = line("Family name of that patient:"); err != nil {
			return out, err
		}
	}
	if out.BirthYear != 0 || out.MRNEnding != "" {
		return out, nil
	}
	if byMRN {
		out.MRNEnding, err = line("Last four of the MRN:")
		return out, err
	}
	year, err := line("Year of birth:")
	if err != nil {
		return out, err
	}
	if out.BirthYear, err = strconv.Atoi(strings.TrimSpace(year)); err != nil {
		return out, usagef("the year of birth is a number like 1940")
	}
	return out, nil
}

// identifiersOf gets the identifiers of a record's own patient. Scripts that give
// none are taken at their word, like callers of the API.
func (a *app) identifiersOf(ctx context.Context, c core.Clinic, recordID string, t typedIdentifiers) (core.Identifiers, error) {
	if !t.Given() && !t.stdin && !a.interactive() {
		return core.Identifiers{}, nil
	}
	r, err := c.Record(ctx, recordID)
	if err != nil {
		return core.Identifiers{}, err
	}
	d, err := c.Patient(ctx, r.PatientID)
	if err != nil {
		return core.Identifiers{}, err
	}
	return a.identifiers(ctx, t, d.Patient.DateOfBirth.IsZero())
}
