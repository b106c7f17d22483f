package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newPatient(p *program) *cobra.Command {
	group := &cobra.Command{Use: "patient", Short: "Administer patients", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var asJSON bool
	create := &cobra.Command{
		Use:   "create",
		Short: "Create a patient from JSON on standard input and print it with its id",
		Long: `Create a patient from one JSON object on standard input, fields as in the API:

  {"first_name": "Catalina", "last_name": "Cantú", "date_of_birth": "1940-05-08",
   "gender": "FEMALE", "title": "Mrs", "phone_number": "020 7946 0000"}

first_name, last_name and email may also stand in a nested "user" object.
Needed are last_name, date_of_birth and gender; mrn is given when absent.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.createPatient(cmd, asJSON) },
	}
	create.Flags().BoolVar(&asJSON, "json", false, "print the whole patient as JSON")
	group.AddCommand(create)
	return group
}

func (p *program) createPatient(cmd *cobra.Command, asJSON bool) error {
	body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<20))
	if err != nil {
		return err
	}
	n, unknown, err := decodePatient(body)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "server: not stored, because a new patient has no such fields: %s\n", strings.Join(unknown, ", "))
	}
	return p.withAdmin(cmd, func(a *boot.Admin) error {
		patient, err := a.CreatePatient(cmd.Context(), n)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, patient)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "Created patient %d: %s, born %s, MRN %s\n", patient.ID,
			core.DisplayName(patient.User.LastName, patient.User.FirstName, patient.Title), patient.DateOfBirth.Display(), core.DisplayMRN(patient.MRN))
		return nil
	})
}

// decodePatient reads a patient, with names flat or in a "user" object, and
// says which keys it did not take.
func decodePatient(body []byte) (n core.NewPatient, unknown []string, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return n, nil, errors.New("standard input is empty; give the patient as a JSON object")
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return n, nil, fmt.Errorf("standard input is not a JSON object: %w", err)
	}
	var nested struct {
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Email     string `json:"email"`
	}
	if raw, ok := keys["user"]; ok {
		if err := json.Unmarshal(raw, &nested); err != nil {
			return n, nil, fmt.Errorf("user: %w", err)
		}
	}
	n.FirstName, n.LastName, n.Email = nested.FirstName, nested.LastName, nested.Email
	if err := json.Unmarshal(body, &n); err != nil {
		return n, nil, fmt.Errorf("the patient is not right: %w", err)
	}
	known := knownKeys()
	for key := range keys {
		if !slices.Contains(known, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	return n, unknown, nil
}

// knownKeys are the JSON keys of a new patient.
func knownKeys() []string {
	all := map[string]json.RawMessage{}
	if b, err := json.Marshal(core.NewPatient{}); err == nil {
		_ = json.Unmarshal(b, &all) // just encoded by us
	}
	keys := []string{"user"}
	for k := range all {
		keys = append(keys, k)
	}
	return keys
}

func newAssign(p *program) *cobra.Command {
	var (
		patientID int64
		email     string
		notes     string
		subtype   int64
		asJSON    bool
	)
	cmd := &cobra.Command{
		Use:   "assign --patient ID --clinician EMAIL",
		Short: "Give a patient to a clinician; any other assignment ends at once",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if patientID <= 0 || email == "" {
				return usageError{errors.New("both --patient and --clinician are needed")}
			}
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				var sub *int64
				if subtype > 0 {
					sub = &subtype
				}
				done, err := a.Assign(cmd.Context(), patientID, email, sub, notes)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, done)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Patient %d is now assigned to %s.\n", patientID, email)
				return nil
			})
		},
	}
	cmd.Flags().Int64Var(&patientID, "patient", 0, "id of the patient")
	cmd.Flags().StringVar(&email, "clinician", "", "e-mail address of the clinician")
	cmd.Flags().StringVar(&notes, "notes", "", "why, for the chart")
	cmd.Flags().Int64Var(&subtype, "cancer-subtype", 0, "id of the cancer subtype")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the assignment as JSON")
	return cmd
}
