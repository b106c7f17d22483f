package values

import (
	"context"
	"slices"
	"strings"

	"clinician/internal/core"
)

// maxSuggested bounds how many patients of a panel a page is compared with.
const maxSuggested = 12

// Analyze finds values in the pages of a job that ends, and compares who they
// speak of with the chart. What a person has decided about the same identities
// before stays decided.
func (s *Store) Analyze(ctx context.Context, j core.Job, pages []core.Page) (core.Analysis, error) {
	k := kept{Findings: s.o.Extract(pages)}
	doubtUnconfirmed(&k.Findings, pages)
	chart, err := s.o.People.Patient(ctx, j.PatientID)
	if err != nil {
		return core.Analysis{}, err
	}
	var check core.PatientCheck
	k.Pages, check = s.o.Check(k.Identities, chart, func(id core.PageIdentity) []core.Patient { return s.others(ctx, chart, id) })
	doubtStrangers(&k.Findings, k.Pages)
	if check == core.CheckPatient {
		if decided, err := s.decided(ctx, j.RecordID, k.Pages); err != nil {
			return core.Analysis{}, err
		} else if decided {
			check = core.CheckResolved
		}
	}
	sealed, err := s.seal(ctx, j.PatientID, core.FindingsSubject(j.ID), k)
	return core.Analysis{Sealed: sealed, Check: check}, err
}

// others finds who a page might be about: patients of the same clinician, and of the
// whole register those whose number stands on it, of whom nothing but that number is
// given. It is a suggestion: what cannot be looked up is left out.
func (s *Store) others(ctx context.Context, chart core.Patient, id core.PageIdentity) []core.Patient {
	found := s.panel(ctx, chart, id)
	for _, n := range id.Identifiers {
		if s.o.Register == nil || len(n) < registerDigits {
			continue
		}
		other, err := s.o.Register.PatientByMRN(ctx, n)
		if err == nil && other != chart.ID && !slices.ContainsFunc(found, func(p core.Patient) bool { return p.ID == other }) {
			found = append(found, core.Patient{ID: other, Demographics: core.Demographics{MRN: n}})
		}
	}
	return found
}

// registerDigits is how long a number must be to be taken for somebody's of the whole
// register: in a large one, a short number of anything is some patient's by chance.
const registerDigits = 8

// panel finds patients of the same clinician.
func (s *Store) panel(ctx context.Context, chart core.Patient, id core.PageIdentity) []core.Patient {
	if chart.Assignment == nil || chart.Assignment.AssignedClinician == nil {
		return nil
	}
	var asked []string
	asked = append(asked, id.Identifiers...)
	if !id.DateOfBirth.IsZero() {
		asked = append(asked, id.DateOfBirth.String())
	}
	for w := range strings.FieldsFuncSeq(id.Name, func(r rune) bool { return r == ' ' || r == ',' }) {
		if len([]rune(w)) > 2 {
			asked = append(asked, w)
		}
	}
	var found []core.Patient
	for _, q := range asked {
		page, err := s.o.People.Patients(ctx, *chart.Assignment.AssignedClinician, core.PatientQuery{Text: q, Limit: maxSuggested})
		if err != nil {
			continue
		}
		for _, hit := range page.Patients {
			if len(found) == maxSuggested || hit.ID == chart.ID || slices.ContainsFunc(found, func(p core.Patient) bool { return p.ID == hit.ID }) {
				continue
			}
			if p, err := s.o.People.Patient(ctx, hit.ID); err == nil {
				found = append(found, p)
			}
		}
	}
	return found
}

// resolved is what is sealed of a decision: why, and about which identities.
type resolved struct {
	Reason string              `json:"reason"`
	About  []core.PageIdentity `json:"about"`
}

// decided reports whether a person has already decided on all identities that
// are in doubt now.
func (s *Store) decided(ctx context.Context, recordID string, pages []core.CheckedPage) (bool, error) {
	row, err := s.o.Index.NewestResolution(ctx, recordID)
	if core.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var r resolved
	if err := s.open(ctx, row.PatientID, resolutionSubject(row.ID), row.Sealed, &r); err != nil {
		return false, err
	}
	for _, id := range doubted(pages) {
		if !slices.ContainsFunc(r.About, func(old core.PageIdentity) bool { return sameIdentity(old, id) }) {
			return false, nil
		}
	}
	return true, nil
}

func doubted(pages []core.CheckedPage) []core.PageIdentity {
	var ids []core.PageIdentity
	for _, p := range pages {
		if p.Verdict == core.CheckPatient {
			ids = append(ids, p.PageIdentity)
		}
	}
	return ids
}

func sameIdentity(a, b core.PageIdentity) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a.Name), " "), strings.Join(strings.Fields(b.Name), " ")) &&
		a.DateOfBirth == b.DateOfBirth && slices.Equal(a.Identifiers, b.Identifiers) && slices.EqualFunc(a.Others, b.Others, sameIdentity)
}

// Check gives the verdicts on the pages of the newest reading.
func (s *Store) Check(ctx context.Context, recordID string) (core.DocumentCheck, error) {
	row, err := s.o.Index.NewestFindings(ctx, recordID)
	if err != nil {
		return core.DocumentCheck{}, err
	}
	d := core.DocumentCheck{RecordID: row.RecordID, JobID: row.JobID, PatientID: row.PatientID, Check: row.Check, Pages: []core.CheckedPage{}}
	k, err := s.kept(ctx, row)
	if err != nil {
		return core.DocumentCheck{}, err
	}
	if k != nil && k.Pages != nil {
		d.Pages = k.Pages
	}
	last, err := s.o.Index.NewestResolution(ctx, recordID)
	if core.IsNotFound(err) {
		return d, nil
	}
	if err != nil {
		return core.DocumentCheck{}, err
	}
	var r resolved
	if err := s.open(ctx, last.PatientID, resolutionSubject(last.ID), last.Sealed, &r); err != nil {
		return core.DocumentCheck{}, err
	}
	d.Resolution = &core.Resolution{Reason: r.Reason, By: last.By, ByName: last.ByName, At: last.At}
	return d, nil
}

// ResolveCheck stores that a person found the document to belong here.
func (s *Store) ResolveCheck(ctx context.Context, recordID string, by int64, reason string, ev core.AuditEvent) (core.DocumentCheck, error) {
	d, err := s.Check(ctx, recordID)
	if err != nil {
		return core.DocumentCheck{}, err
	}
	id := s.o.NewID()
	sealed, err := s.seal(ctx, d.PatientID, resolutionSubject(id), resolved{reason, doubted(d.Pages)})
	if err != nil {
		return core.DocumentCheck{}, err
	}
	row := ResolutionRow{ID: id, RecordID: recordID, PatientID: d.PatientID, By: by, At: s.o.Clock(), Sealed: sealed}
	if err := s.o.Index.AddResolution(ctx, row, ev); err != nil {
		return core.DocumentCheck{}, err
	}
	return s.Check(ctx, recordID)
}
