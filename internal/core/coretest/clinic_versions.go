package coretest

import (
	"context"
	"strings"

	"clinician/internal/core"
)

// clinicVersions: a change by somebody who saw another version than there is does nothing,
// and says what stands; one by somebody who saw it as it is is made.
func clinicVersions(f clinic) {
	ctx := f.t.Context()
	r := f.note("The quick brown fox")
	f.read(r.ID)
	text := got(f.Ann.PageText(ctx, r.ID, 1))(f)
	stale := r.Version
	title, why := "Another title", core.Confirmation{Version: stale, Reason: "scanned twice", Identifiers: annsPatient}
	r = got(f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{Version: stale, Title: &title}))(f)
	if r.Version == stale || r.Version == "" {
		f.t.Errorf("versions %q and %q", stale, r.Version)
	}
	for name, change := range map[string]func(context.Context) error{
		"EditRecord": func(ctx context.Context) error {
			_, err := f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{Version: stale, Title: &stale})
			return err
		},
		"EnterInError":  func(ctx context.Context) error { _, err := f.Ann.EnterInError(ctx, r.ID, why); return err },
		"RestoreRecord": func(ctx context.Context) error { _, err := f.Ann.RestoreRecord(ctx, r.ID, why); return err },
		"HoldRecord":    func(ctx context.Context) error { _, err := f.Ann.HoldRecord(ctx, r.ID, why); return err },
		"ReleaseRecord": func(ctx context.Context) error { _, err := f.Ann.ReleaseRecord(ctx, r.ID, why); return err },
		"ReviewRecord":  func(ctx context.Context) error { _, err := f.Ann.ReviewRecord(ctx, r.ID, stale, true); return err },
		"ResolveCheck": func(ctx context.Context) error {
			_, err := f.Ann.ResolveCheck(ctx, r.ID, stale, "I know them")
			return err
		},
		"DeleteRecord": func(ctx context.Context) error { return f.Ann.DeleteRecord(ctx, r.ID, stale, annsPatient) },
	} {
		err := change(ctx)
		f.refused(name+" of what was seen before", err, core.CodeConflict)
		if now, ok := core.Current[core.Record](err); !ok || now.Version != r.Version || now.Title != title || !strings.HasPrefix(core.MessageOf(err), "Ann Abbott changed what is said") {
			f.t.Errorf("%s: %v, it stands as %+v", name, err, now)
		}
	}
	corrected := got(f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Version: text.Version, Text: ptr("The slow brown fox"), Reason: "Misread"}))(f)
	_, again := f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Version: text.Version, Text: ptr("The red fox")})
	_, back := f.Ann.UndoCorrection(ctx, r.ID, 1, text.Version)
	for name, err := range map[string]error{"CorrectText": again, "UndoCorrection": back} {
		f.refused(name+" of what was seen before", err, core.CodeConflict)
		if now, ok := core.Current[core.PageCorrections](err); !ok || now.Version != corrected.Version || *now.CorrectedText != "The slow brown fox" || now.Correction.Reason != "Misread" {
			f.t.Errorf("%s: %v, it stands as %+v", name, err, now)
		}
	}
	got(f.Ann.UndoCorrection(ctx, r.ID, 1, corrected.Version))(f)

	p := got(f.Ann.Profile(ctx))(f)
	got(f.Ann.UpdateProfile(ctx, core.ProfileChange{Version: p.Version, PhoneNumber: ptr("555-0177")}))(f)
	_, err := f.Ann.UpdateProfile(ctx, core.ProfileChange{Version: p.Version, PhoneNumber: ptr("555-0178")})
	f.refused("UpdateProfile of what was seen before", err, core.CodeConflict)
	if now, ok := core.Current[core.Profile](err); !ok || now.PhoneNumber != "555-0177" {
		f.t.Errorf("profile: %v, it stands as %+v", err, now)
	}
}
