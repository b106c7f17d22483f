package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"clinician/internal/tui"
)

// newOpen opens the screens at a place, for links and for other programs.
func newOpen(a *app) *cobra.Command {
	page := 0
	record := &cobra.Command{
		Use: "record RECORD", Short: "Open the screens at a document", Args: takes("RECORD"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if page < 0 || cmd.Flags().Changed("page") && page == 0 {
				return usagef("--page counts from 1")
			}
			return a.openAt(cmd, tui.Place{Record: args[0], Page: page})
		},
	}
	record.Flags().IntVar(&page, "page", 0, "the page to show, from 1")
	patient := &cobra.Command{
		Use: "patient PATIENT", Short: "Open the screens at a patient's chart", Args: takes("PATIENT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || id < 1 {
				return usagef("PATIENT is the number of a patient, as patients list gives it")
			}
			return a.openAt(cmd, tui.Place{Patient: id})
		},
	}
	return group("open", "Open the screens at a document or a chart", record, patient)
}

// openAt opens the screens at a place; --plain has no places.
func (a *app) openAt(cmd *cobra.Command, to tui.Place) error {
	if a.plain {
		return usagef("open is for the screens; with --plain, type find and open")
	}
	return a.openScreens(cmd.Context(), to)
}
