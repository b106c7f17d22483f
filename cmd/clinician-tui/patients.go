package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
)

func newPatients(a *app) *cobra.Command {
	var q core.PatientQuery
	list := func(cmd *cobra.Command, _ []string) error { return a.listPatients(cmd.Context(), q) }
	flags := func(cmd *cobra.Command) *cobra.Command {
		cmd.Flags().StringVar(&q.Text, "q", "", "family name, \"family given\", end of the MRN, or birth date")
		cmd.Flags().IntVar(&q.Limit, "limit", 50, "at most so many; 0 is all")
		cmd.Flags().StringVar(&q.Cursor, "cursor", "", "go on after the page that gave this as \"next\"")
		return cmd
	}
	cmd := flags(&cobra.Command{Use: "patients", Short: "List your patients, or show one", Args: noArgs, RunE: list})
	cmd.AddCommand(
		flags(&cobra.Command{Use: "list", Short: "List your patients", Args: noArgs, RunE: list}),
		&cobra.Command{Use: "show PATIENT", Short: "Show a patient", Args: takes("a patient's id"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.showPatient(cmd.Context(), args[0]) }},
		newOverview(a),
		newAccess(a),
	)
	return cmd
}

func (a *app) listPatients(ctx context.Context, q core.PatientQuery) error {
	if q.Limit < 0 || q.Limit > 1000 {
		return usagef("--limit is a number from 0 to 1000")
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		page, err := c.Patients(ctx, q)
		if err != nil {
			return err
		}
		return a.answer(page, func() error {
			if len(page.Patients) == 0 {
				return a.line("No patients.")
			}
			rows := make([][]string, len(page.Patients))
			for i, p := range page.Patients {
				who := present.PersonOfSummary(p, a.now().In(a.loc))
				rows[i] = []string{strconv.FormatInt(p.ID, 10), who.Name, who.BornWords(), who.Gender, who.MRN, p.Assignment.CancerSubtypeName}
			}
			if err := a.table([]string{"ID", "NAME", "BORN", "GENDER", "MRN", "DIAGNOSIS"}, rows); err != nil {
				return err
			}
			if page.Next != "" {
				a.say("%d of %s are shown, by name. Narrow the list with --q, or ask for more with --limit.",
					len(page.Patients), core.Plural(page.Count, "patient", "patients"))
			}
			return nil
		})
	})
}

func (a *app) showPatient(ctx context.Context, arg string) error {
	id, err := patientID(arg)
	if err != nil {
		return err
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		d, err := c.Patient(ctx, id)
		if err != nil {
			return err
		}
		return a.answer(d, func() error { return a.patientFacts(d) })
	})
}

func (a *app) patientFacts(d core.PatientDetail) error {
	p := d.Patient
	who := present.PersonOf(p, a.now().In(a.loc))
	facts := [][2]string{{"Name", who.Name}, {"Born", who.BornWords()}}
	if who.Died != "" {
		facts = append(facts, [2]string{"Died", who.Died})
	}
	facts = append(facts,
		[2]string{"Gender", who.Gender},
		[2]string{"MRN", who.MRN},
		[2]string{"Allergies", allergies(p.Demographics)},
		[2]string{"Alerts", strings.Join(p.Alerts, "; ")},
		[2]string{"Diagnosis", diagnosis(p.Assignment)},
		[2]string{"Phone", p.PhoneNumber},
		[2]string{"Address", p.Address},
		[2]string{"Emergency contact", strings.TrimSpace(p.EmergencyContactName + " " + p.EmergencyContactPhone)},
		[2]string{"Records", strconv.Itoa(len(d.MedicalRecords))},
		[2]string{"Medicines", present.Medicines(d.Medicines)},
	)
	if err := a.facts(facts...); err != nil {
		return err
	}
	for _, list := range [][]core.Prescription{d.Prescriptions, d.Stopped} {
		for _, m := range list {
			if err := a.line("  %s", present.PrescriptionOf(m).Sentence()); err != nil {
				return err
			}
		}
	}
	return nil
}

func allergies(d core.Demographics) string {
	if d.AllergyStatus != core.AllergiesKnown || len(d.Allergies) == 0 {
		return present.AllergyState(d.AllergyStatus, d.Allergies)
	}
	var list []string
	for _, al := range d.Allergies {
		words := present.AllergyOf(al)
		list = append(list, words.With(words.Reaction, words.Recorded))
	}
	return strings.Join(list, "; ")
}

func diagnosis(as *core.Assignment) string {
	switch {
	case as == nil:
		return ""
	case as.CancerTypeName != "" && as.CancerSubtypeName != "":
		return as.CancerTypeName + ", " + as.CancerSubtypeName
	}
	return as.CancerTypeName + as.CancerSubtypeName
}

func patientID(arg string) (int64, error) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || id <= 0 {
		return 0, usagef("%q is not a patient's id; 'clinician-tui patients' shows them", arg)
	}
	return id, nil
}
