package web

import (
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// profilePage is what a clinician can see and change of themselves.
type profilePage struct {
	core.Profile
	Joined          string
	SpecialtyID     int64
	Specializations []core.Specialization
}

func (s *Site) profile(v *visit) error {
	p, err := v.Profile(v.r.Context())
	if err != nil {
		return err
	}
	return s.showProfile(v, p, nil)
}

func (s *Site) showProfile(v *visit, p core.Profile, wrong error) error {
	list, err := v.Specializations(v.r.Context())
	if err != nil {
		return err
	}
	body := profilePage{Profile: p, Joined: s.moment(p.User.DateJoined), Specializations: list}
	if p.Specialization != nil {
		body.SpecialtyID = *p.Specialization
	}
	view := page{Title: "Profile", Section: "profile", Body: body}
	if wrong == nil {
		return v.show("profile", view)
	}
	view.Problem, view.Fields = core.MessageOf(wrong), fieldsOf(wrong)
	return v.render(v, wire.Status(core.CodeOf(wrong)), "profile", view)
}

func (s *Site) updateProfile(v *visit) error {
	f := v.form
	before, err := v.Profile(v.r.Context())
	if err != nil {
		return err
	}
	typed := before
	typed.User.FirstName, typed.User.LastName, typed.PhoneNumber = f.Get("first_name"), f.Get("last_name"), f.Get("phone_number")
	typed.IsAvailable = f.Get("is_available") != ""
	change := core.ProfileChange{Version: f.Get("version"), FirstName: &typed.User.FirstName, LastName: &typed.User.LastName, PhoneNumber: &typed.PhoneNumber, IsAvailable: &typed.IsAvailable}
	if id, err := strconv.ParseInt(f.Get("specialization_id"), 10, 64); err == nil {
		typed.Specialization, change.SpecializationID = &id, &id
	}
	if _, err := v.UpdateProfile(v.r.Context(), change); err != nil {
		if core.CodeOf(err) == core.CodeInvalid {
			return s.showProfile(v, typed, err)
		}
		if now, ok := core.Current[core.Profile](err); ok { // what was typed stays, to be saved over that
			typed.Version = now.Version
			return s.showProfile(v, typed, standing(err, ""))
		}
		return err
	}
	v.redirect(pathProfile + "?done=profile")
	return nil
}
