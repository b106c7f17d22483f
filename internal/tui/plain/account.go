package plain

import (
	"context"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
)

// profileOf reads the profile out, or changes one thing in it.
func (s *plainShell) profileOf(ctx context.Context, rest string) error {
	p, err := s.Backend.Profile(ctx)
	if err != nil {
		return err
	}
	s.profile = &p
	if rest == "" {
		s.sayProfile(p)
		return nil
	}
	if s.ReadOnly {
		return errPlainReadOnly()
	}
	c, err := s.profileChange(ctx, rest)
	if err != nil {
		return err
	}
	c.Version = p.Version
	now, err := s.Backend.UpdateProfile(ctx, c)
	if is, says, ok := page.Outdated[core.Profile](err); ok {
		s.profile = &is
		s.say("Nothing was stored. %s", present.Aloud(says))
		s.sayProfile(is)
		return nil
	}
	if err != nil {
		return err
	}
	s.profile = &now
	s.say("Stored.")
	s.sayProfile(now)
	return nil
}

// profileChange reads what is to be changed in the profile: "phone 555-0100".
func (s *plainShell) profileChange(ctx context.Context, rest string) (c core.ProfileChange, err error) {
	value := ""
	has := func(field string) bool {
		if len(rest) < len(field) || !strings.EqualFold(rest[:len(field)], field) {
			return false
		}
		value = strings.TrimSpace(rest[len(field):])
		return true
	}
	switch {
	case has("first name"):
		c.FirstName = &value
	case has("last name"):
		c.LastName = &value
	case has("phone"):
		c.PhoneNumber = &value
	case has("available"):
		on := strings.EqualFold(value, "yes")
		if !on && !strings.EqualFold(value, "no") {
			return c, core.Errorf(core.CodeInvalid, "Type profile available yes, or profile available no.")
		}
		c.IsAvailable = &on
	case has("specialization"):
		c.SpecializationID, err = s.specialization(ctx, value)
	default:
		return c, core.Errorf(core.CodeInvalid, "Type profile, then first name, last name, phone, specialization or available, then what it is to be.")
	}
	return c, err
}

func (s *plainShell) sayProfile(p core.Profile) {
	in := "Not recorded"
	if p.SpecializationDetail != nil {
		in = p.SpecializationDetail.CancerType
	}
	available := "no"
	if p.IsAvailable {
		available = "yes"
	}
	s.say("%s. First name: %s. Last name: %s. Phone: %s. Specialization: %s. Available: %s.", page.Who(&p),
		present.Or(p.User.FirstName), present.Or(p.User.LastName), present.Or(p.PhoneNumber), in, available)
}

func (s *plainShell) specialization(ctx context.Context, typed string) (*int64, error) {
	list, err := s.Backend.Specializations(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(list))
	for i, x := range list {
		names[i] = x.CancerType
	}
	i, _ := text.Chosen(typed, names)
	if i < 0 {
		return nil, core.Errorf(core.CodeInvalid, "Which specialization? There are: %s.", strings.Join(names, ", "))
	}
	return &list[i].ID, nil
}
