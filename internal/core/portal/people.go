package portal

import (
	"context"
	"errors"
	"strings"
	"time"

	"clinician/internal/core"
)

// Ping asks mirror and source.
func (p *People) Ping(ctx context.Context) error {
	return errors.Join(p.db.Ping(ctx), p.source.Ping(ctx))
}

// User gives a user, at most MaxAge old.
func (p *People) User(ctx context.Context, id int64) (core.User, error) {
	if _, err := p.ensureUser(ctx, id); err != nil {
		return core.User{}, err
	}
	return p.db.User(ctx, id)
}

func (p *People) ensureUser(ctx context.Context, id int64) (bool, error) {
	if age, _, ok := p.clinicians.age(id); ok && age <= MaxAge { // the profile came with its user
		return false, nil
	}
	return p.users.ensure(ctx, id, MaxAge, func(ctx context.Context) error {
		u, err := p.source.SourceUser(ctx, id)
		if err != nil {
			return err
		}
		return p.db.MirrorUser(ctx, u)
	})
}

// Credential looks an account up by e-mail: as it is spelled first, then in lower
// case. The state of the user is asked for anew, because the source answers this one
// question from a cache.
func (p *People) Credential(ctx context.Context, email string) (core.Credential, error) {
	email = strings.TrimSpace(email)
	cred, err := p.source.SourceCredential(ctx, email)
	if lower := strings.ToLower(email); core.IsNotFound(err) && lower != email {
		cred, err = p.source.SourceCredential(ctx, lower)
	}
	if err != nil {
		return core.Credential{}, err
	}
	u, err := p.source.SourceUser(ctx, cred.User.ID)
	if err != nil {
		return core.Credential{}, err
	}
	if err := p.db.MirrorUser(ctx, u); err != nil {
		return core.Credential{}, err
	}
	if cred.User, err = p.db.User(ctx, u.ID); err != nil {
		return core.Credential{}, err
	}
	cred.User.LastLogin = u.LastLogin
	return cred, nil
}

// ClinicianByUser gives a user's profile, at most MaxAge old.
func (p *People) ClinicianByUser(ctx context.Context, userID int64) (core.Clinician, error) {
	if _, err := p.ensureClinician(ctx, userID); err != nil {
		return core.Clinician{}, err
	}
	return p.db.ClinicianByUser(ctx, userID)
}

func (p *People) ensureClinician(ctx context.Context, userID int64) (bool, error) {
	return p.clinicians.ensure(ctx, userID, MaxAge, func(ctx context.Context) error {
		c, err := p.source.SourceClinician(ctx, userID)
		if err != nil {
			return err
		}
		p.wantCatalogue(ctx)
		return p.db.MirrorClinicians(ctx, c)
	})
}

// ensurePerson sees to it that user and, if there is one, profile are as old as they may
// be. changed reports whether the mirror may be another than before.
func (p *People) ensurePerson(ctx context.Context, userID int64) (changed bool, err error) {
	changed, err = p.ensureClinician(ctx, userID)
	if core.IsNotFound(err) {
		return p.ensureUser(ctx, userID)
	}
	return changed, err
}

// EnsurePanel is core.Panels.
func (p *People) EnsurePanel(ctx context.Context, clinicianID int64) error {
	_, err := p.ensurePanel(ctx, clinicianID)
	return err
}

// ensurePanel sees to it that a clinician's panel is as old as it may be.
func (p *People) ensurePanel(ctx context.Context, clinicianID int64) (bool, error) {
	maxAge := MaxAge
	if _, took, ok := p.panels.age(clinicianID); ok && took > p.slow {
		maxAge = slowPanelAge
	}
	return p.panels.ensure(ctx, clinicianID, maxAge, func(ctx context.Context) error {
		p.wantCatalogue(ctx)
		panel, err := p.source.SourcePanel(ctx, clinicianID, p.marks.get(clinicianID))
		if err != nil {
			return err
		}
		if panel.Same {
			return nil
		}
		n, err := p.db.MirrorPanel(ctx, clinicianID, panel.Patients)
		if err != nil {
			return err
		}
		p.marks.set(clinicianID, panel.Mark)
		p.log.DebugContext(ctx, "panel taken over", "clinician_id", clinicianID, "patients", len(panel.Patients), "changed", n)
		return nil
	})
}

// ownPanel reports whether the panel of the clinician was given at most MaxAge ago: what
// it says of single patients is then an answer of the authority.
func (p *People) ownPanel(clinicianID int64) bool {
	age, _, ok := p.panels.age(clinicianID)
	return ok && age <= MaxAge
}

// Patient gives a patient, at most MaxAge old.
func (p *People) Patient(ctx context.Context, id int64) (core.Patient, error) {
	now, err := p.db.Patient(ctx, id)
	if err == nil && now.Assignment != nil && now.Assignment.AssignedClinician != nil && p.ownPanel(*now.Assignment.AssignedClinician) {
		return now, nil
	}
	if _, err := p.ensurePatient(ctx, id); err != nil {
		return core.Patient{}, err
	}
	return p.db.Patient(ctx, id)
}

func (p *People) ensurePatient(ctx context.Context, id int64) (bool, error) {
	return p.patients.ensure(ctx, id, MaxAge, func(ctx context.Context) error { return p.fetchPatient(ctx, id) })
}

// fetchPatient takes over a patient now.
func (p *People) fetchPatient(ctx context.Context, id int64) error {
	p.wantCatalogue(ctx)
	was, err := p.source.SourcePatient(ctx, id)
	if err != nil {
		return err
	}
	before := p.assignedTo(ctx, id)
	if err := p.db.MirrorPatient(ctx, was); err != nil {
		return err
	}
	if after := p.assignedTo(ctx, id); after != before { // their panels are not what was taken over last
		p.marks.drop(before)
		p.marks.drop(after)
	}
	return nil
}

// assignedTo says whose a patient is in the mirror; 0: nobody's.
func (p *People) assignedTo(ctx context.Context, id int64) int64 {
	now, err := p.db.Patient(ctx, id)
	if err != nil || now.Assignment == nil || now.Assignment.AssignedClinician == nil {
		return 0
	}
	return *now.Assignment.AssignedClinician
}

// Patients lists a clinician's patients from the mirror.
func (p *People) Patients(ctx context.Context, clinicianID int64, q core.PatientQuery) (core.PatientPage, error) {
	if _, err := p.ensurePanel(ctx, clinicianID); err != nil {
		return core.PatientPage{}, err
	}
	return p.db.Patients(ctx, clinicianID, q)
}

// IsAssigned asks the authority, unless it gave the whole panel a moment ago. The
// mirror follows what it says, for the same is asked once more where the act is
// stored (core.Guard).
func (p *People) IsAssigned(ctx context.Context, clinicianID, patientID int64) (bool, error) {
	if p.ownPanel(clinicianID) {
		return p.db.IsAssigned(ctx, clinicianID, patientID)
	}
	userID, err := p.db.UserOfClinician(ctx, clinicianID)
	if core.IsNotFound(err) { // nobody we ever heard of
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = p.asked.ensure(ctx, pair{clinicianID, patientID}, MaxAge, func(ctx context.Context) error {
		yes, err := p.source.SourceAssigned(ctx, patientID, userID)
		if err != nil {
			return err
		}
		if !yes {
			p.marks.drop(clinicianID)
			return p.db.MirrorUnassigned(ctx, clinicianID, patientID)
		}
		if here, err := p.db.IsAssigned(ctx, clinicianID, patientID); err != nil || here {
			return err
		}
		return p.fetchPatient(ctx, patientID)
	})
	if core.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return p.db.IsAssigned(ctx, clinicianID, patientID)
}

// MarkViewed is ours alone.
func (p *People) MarkViewed(ctx context.Context, userID, patientID int64, at time.Time) error {
	return p.db.MarkViewed(ctx, userID, patientID, at)
}

// RecentPatients gives those whom the user looked at lately.
func (p *People) RecentPatients(ctx context.Context, userID, clinicianID int64, limit int) ([]core.PatientSummary, error) {
	if _, err := p.ensurePanel(ctx, clinicianID); err != nil {
		return nil, err
	}
	return p.db.RecentPatients(ctx, userID, clinicianID, limit)
}

// ensureCatalogue: lists that change once a year may be old while the source is away,
// but not missing.
func (p *People) ensureCatalogue(ctx context.Context) error {
	_, err := p.catalogue.ensure(ctx, "", catalogueAge, func(ctx context.Context) error {
		c, err := p.source.SourceCatalogue(ctx)
		if err != nil {
			return err
		}
		return p.db.MirrorCatalogue(ctx, c)
	})
	if _, _, had := p.catalogue.age(""); had && core.IsUnanswered(err) {
		p.log.WarnContext(ctx, "the catalogues are old", "err", err)
		return nil
	}
	return err
}

// wantCatalogue is ensureCatalogue for rows that refer to the lists: they bring what they
// need of them, so that nothing is held up when the lists cannot be had.
func (p *People) wantCatalogue(ctx context.Context) {
	if p.now().UnixNano() < p.catalogueAgain.Load() {
		return
	}
	if err := p.ensureCatalogue(ctx); err != nil {
		p.catalogueAgain.Store(p.now().Add(catalogueRetry).UnixNano())
		p.log.WarnContext(ctx, "the catalogues cannot be had", "err", err)
	}
}

func (p *People) Roles(ctx context.Context) ([]core.RoleDetail, error) { return p.db.Roles(ctx) }

func (p *People) Specializations(ctx context.Context) ([]core.Specialization, error) {
	if err := p.ensureCatalogue(ctx); err != nil {
		return nil, err
	}
	return p.db.Specializations(ctx)
}

func (p *People) Languages(ctx context.Context) ([]core.Language, error) {
	if err := p.ensureCatalogue(ctx); err != nil {
		return nil, err
	}
	return p.db.Languages(ctx)
}

func (p *People) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	if err := p.ensureCatalogue(ctx); err != nil {
		return nil, err
	}
	return p.db.RecordTypes(ctx)
}
