package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"clinician/internal/core/text"
)

// unknownCommand refuses a word that is none of cmd's, and says which was probably meant.
func unknownCommand(cmd *cobra.Command, word string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return usagef("%q is not a command of %s%s", word, cmd.CommandPath(), didYouMean("", text.Nearest(word, names)))
}

// unknownFlag is what pflag says, with the flag that was probably meant.
func unknownFlag(cmd *cobra.Command, err error) error {
	word, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return usageError{err}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return usageError{fmt.Errorf("%w%s", err, didYouMean("--", text.Nearest(word, names)))}
}

func didYouMean(before, near string) string {
	if near == "" {
		return ""
	}
	return "; did you mean " + before + near + "?"
}
