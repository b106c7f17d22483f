package main

import (
	"context"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
)

func newProfile(a *app) *cobra.Command {
	show := func(cmd *cobra.Command, _ []string) error {
		return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
			p, err := c.Profile(cmd.Context())
			if err != nil {
				return err
			}
			return a.answer(p, func() error { return a.profileFacts(p) })
		})
	}
	cmd := &cobra.Command{Use: "profile", Short: "Show or change your own profile", Args: noArgs, RunE: show}
	cmd.AddCommand(
		&cobra.Command{Use: "show", Short: "Show your own profile (the default)", Args: noArgs, RunE: show},
		newProfileEdit(a),
	)
	return cmd
}

func newProfileEdit(a *app) *cobra.Command {
	var first, last, phone, special, seen string
	var available bool
	cmd := &cobra.Command{
		Use: "edit", Short: "Change what is named of your own profile", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f := cmd.Flags()
			var change core.ProfileChange
			for name, to := range map[string]struct {
				field **string
				value *string
			}{"first-name": {&change.FirstName, &first}, "last-name": {&change.LastName, &last}, "phone": {&change.PhoneNumber, &phone}} {
				if f.Changed(name) {
					*to.field = to.value
				}
			}
			if f.Changed("available") {
				change.IsAvailable = &available
			}
			if change == (core.ProfileChange{}) && !f.Changed("specialization") {
				return usagef("say what to change: --first-name, --last-name, --phone, --specialization, --available")
			}
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				if f.Changed("specialization") {
					id, err := a.specialization(cmd.Context(), c, special)
					if err != nil {
						return err
					}
					change.SpecializationID = &id
				}
				change.Version = seen
				return a.editProfile(cmd.Context(), c, change)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&first, "first-name", "", "given name")
	f.StringVar(&last, "last-name", "", "family name")
	f.StringVar(&phone, "phone", "", "phone number")
	f.StringVar(&special, "specialization", "", "specialization, by name or id")
	f.BoolVar(&available, "available", true, "whether you are available; --available=false when not")
	return seenFlag(cmd, &seen)
}

func (a *app) editProfile(ctx context.Context, c *clinicianapi.Client, change core.ProfileChange) error {
	p, err := c.UpdateProfile(ctx, change)
	if err != nil {
		return err
	}
	return a.answer(p, func() error { return a.profileFacts(p) })
}

func (a *app) profileFacts(p core.Profile) error {
	special, available := "", "no"
	if p.SpecializationDetail != nil {
		special = p.SpecializationDetail.CancerType
	}
	if p.IsAvailable {
		available = "yes"
	}
	return a.facts(
		[2]string{"Given name", p.User.FirstName},
		[2]string{"Family name", p.User.LastName},
		[2]string{"E-mail", p.User.Email},
		[2]string{"Role", string(p.User.RoleName)},
		[2]string{"Telephone", p.PhoneNumber},
		[2]string{"Specialization", special},
		[2]string{"Available", available},
		[2]string{"Since", a.moment(p.CreatedAt)},
	)
}
