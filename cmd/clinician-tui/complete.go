package main

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// completeWithin bounds how long a shell waits for a server when Tab is pressed.
const completeWithin = 3 * time.Second

// fixedValues are what flags take, where that is known without asking anybody: by the
// command's path behind the program's name and the flag's, or by the flag's name alone.
func fixedValues() map[string][]string {
	return map[string][]string{
		"theme":               ui.ThemeNames,
		"priority":            {string(core.PriorityUrgent), string(core.PriorityNormal), string(core.PriorityLow)},
		"received-by":         core.ReceivedBy(),
		"level":               {"info", "action"},
		"state":               {"open", "deferred", "done", "all"},
		"kind":                {"laboratory", "vital", "medication", "diagnosis", "allergy", "date"},
		"appointments status": {"pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"},
		"records values status": {"unverified", string(core.ReviewVerified), string(core.ReviewCorrected),
			string(core.ReviewRejected)},
	}
}

// askedValues are flags whose values the server knows.
func askedValues() map[string]func(context.Context, *clinicianapi.Client) ([]string, error) {
	return map[string]func(context.Context, *clinicianapi.Client) ([]string, error){
		"type":           typeNames,
		"specialization": specializationNames,
		"patient":        patientIDs,
	}
}

// complete gives every command below root what Tab offers: values of flags, patients where
// a patient's id stands, files only where a file does.
func (a *app) complete(root *cobra.Command) {
	fixed, asked := fixedValues(), askedValues()
	each(root, func(cmd *cobra.Command) {
		path := strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			values, ok := fixed[path+" "+f.Name]
			if !ok {
				values, ok = fixed[f.Name]
			}
			switch ask := asked[f.Name]; {
			case ok:
				_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
			case ask != nil:
				_ = cmd.RegisterFlagCompletionFunc(f.Name, a.askServer(ask))
			}
		})
		if cmd.HasSubCommands() || cmd.ValidArgsFunction != nil || strings.Contains(cmd.Use, "FILE") {
			return
		}
		patients := a.askServer(patientIDs)
		cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if words := strings.Fields(cmd.Use); len(args)+1 < len(words) && words[len(args)+1] == "PATIENT" {
				return patients(cmd, args, typed)
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
	})
}

func each(cmd *cobra.Command, f func(*cobra.Command)) {
	f(cmd)
	for _, c := range cmd.Commands() {
		each(c, f)
	}
}

// askServer offers what the server of the session says; nothing when there is no session,
// or no answer soon: a shell must not hang on Tab, nor ask a question.
func (a *app) askServer(list func(context.Context, *clinicianapi.Client) ([]string, error)) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completeWithin)
		defer cancel()
		quiet := *a
		quiet.io.in, quiet.io.err = strings.NewReader(""), io.Discard
		var found []string
		err := quiet.withSession(ctx, func(c *clinicianapi.Client) (err error) {
			found, err = list(ctx, c)
			return err
		})
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		begins := func(s string) bool { return !strings.HasPrefix(strings.ToLower(s), strings.ToLower(typed)) }
		return slices.DeleteFunc(found, begins), cobra.ShellCompDirectiveNoFileComp
	}
}

func typeNames(ctx context.Context, c *clinicianapi.Client) ([]string, error) {
	types, err := c.RecordTypes(ctx)
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = ui.Clean(t.TypeName)
	}
	return names, err
}

func specializationNames(ctx context.Context, c *clinicianapi.Client) ([]string, error) {
	list, err := c.Specializations(ctx)
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = ui.Clean(s.CancerType)
	}
	return names, err
}

// patientIDs offers ids, with who it is behind them, as shells show it.
func patientIDs(ctx context.Context, c *clinicianapi.Client) ([]string, error) {
	const most = 100
	p, err := c.Patients(ctx, core.PatientQuery{Limit: most})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(p.Patients))
	for i, x := range p.Patients {
		out[i] = strconv.FormatInt(x.ID, 10) + "\t" + ui.Clean(present.PersonOfSummary(x, time.Now()).Identity())
	}
	return out, nil
}
