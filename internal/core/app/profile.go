package app

import (
	"context"

	"clinician/internal/core"
)

// Profile gives the caller's own profile.
func (s *Session) Profile(ctx context.Context) (core.Profile, error) {
	c, err := s.clinician(ctx)
	if err != nil {
		return core.Profile{}, err
	}
	if err := s.record(ctx, s.event(core.EventProfileViewed, core.ActionRead)); err != nil {
		return core.Profile{}, err
	}
	return c.Profile(), nil
}

// UpdateProfile changes the given fields of the caller's own profile.
func (s *Session) UpdateProfile(ctx context.Context, change core.ProfileChange) (core.Profile, error) {
	c, err := s.clinician(ctx)
	if err != nil {
		return core.Profile{}, err
	}
	f := fields{}
	change.FirstName = f.optionalText("first_name", change.FirstName, 150)
	change.LastName = f.optionalText("last_name", change.LastName, 150)
	change.PhoneNumber = f.optionalText("phone_number", change.PhoneNumber, 20)
	if err := f.err(); err != nil {
		return core.Profile{}, err
	}
	ev := s.changing(core.EventProfileUpdated, core.ActionUpdate, change.Version)
	ev.Detail = map[string]any{"user_id": s.who.UserID, "clinician_id": c.ID}
	err = core.Accounted(ctx, s.Audit, s.Registration, &ev, func(stored core.AuditEvent) (err error) {
		c, err = s.Registration.UpdateProfile(ctx, s.who.UserID, change, stored)
		return err
	})
	if err != nil {
		return core.Profile{}, s.outdated(ctx, ev, err)
	}
	return c.Profile(), nil
}
