package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
)

// onRecord makes a handler of an act on the record of the path; it goes back to the
// document, which says that it was done.
func onRecord(done string, act func(ctx context.Context, v *visit, id string, f url.Values) error) func(v *visit) error {
	return func(v *visit) error {
		id := v.r.PathValue("record")
		if err := act(v.r.Context(), v, id, v.form); err != nil {
			return standing(err, reasoned(v.form))
		}
		v.redirect(recordPath(id) + "?done=" + done + pageOf(v.form.Get("page")))
		return nil
	}
}

// standing says of a change that was refused because somebody else was first what stands,
// and gives back what was typed.
func standing(err error, typed string) error {
	if now := present.Now(err); now != "" {
		return core.Errorf(core.CodeConflict, "%s It stands as: %s.%s Go back and open the page again.", core.MessageOf(err), now, typed).WithCause(err)
	}
	return err
}

// reasoned gives back a reason that was not stored.
func reasoned(f url.Values) string {
	if reason := f.Get("reason"); reason != "" {
		return " You had typed: " + reason + "."
	}
	return ""
}

// unlockRecord makes a copy of a protected PDF that opens, and shows it. The password is
// not given back when it is wrong: it would stand on a page.
func (s *Site) unlockRecord(v *visit) error {
	done, err := v.UnlockRecord(v.r.Context(), v.r.PathValue("record"), core.UnlockRecord{Version: v.form.Get("version"), Password: v.form.Get("password")})
	if err != nil {
		return standing(err, "")
	}
	v.redirect(recordPath(done.Record.ID) + "?done=unlocked")
	return nil
}

func analyze(ctx context.Context, v *visit, id string, _ url.Values) error {
	_, err := v.Analyze(ctx, id, core.AnalyzeOptions{})
	return err
}

func markReviewed(ctx context.Context, v *visit, id string, f url.Values) error {
	_, err := v.ReviewRecord(ctx, id, f.Get("version"), f.Get("reviewed") != "no")
	return err
}

func resolveCheck(ctx context.Context, v *visit, id string, f url.Values) error {
	_, err := v.ResolveCheck(ctx, id, f.Get("version"), f.Get("reason"))
	return err
}

func enterInError(ctx context.Context, v *visit, id string, f url.Values) error {
	typed, err := identifiers(f)
	if err != nil {
		return err
	}
	_, err = v.EnterInError(ctx, id, core.Confirmation{Version: f.Get("version"), Reason: f.Get("reason"), Identifiers: typed})
	return err
}

func restore(ctx context.Context, v *visit, id string, f url.Values) error {
	_, err := v.RestoreRecord(ctx, id, core.Confirmation{Version: f.Get("version"), Reason: f.Get("reason")})
	return err
}

func editRecord(ctx context.Context, v *visit, id string, f url.Values) error {
	date, err := typedDate(f.Get("document_date"))
	if err != nil {
		return err
	}
	typeID, err := strconv.ParseInt(f.Get("type"), 10, 64)
	if err != nil {
		return core.Errorf(core.CodeInvalid, "Invalid record type")
	}
	title, source, tags := f.Get("title"), f.Get("source"), strings.Split(f.Get("tags"), ",")
	_, err = v.EditRecord(ctx, id, core.RecordEdit{Version: f.Get("version"), TypeID: &typeID, Title: &title, DocumentDate: &date, Source: &source, Tags: &tags})
	return err
}

// typedDate reads the field of a date; empty is not known.
func typedDate(text string) (core.Date, error) {
	if text == "" {
		return core.Date{}, nil
	}
	d, err := core.ParseDate(text)
	if err != nil {
		return d, core.Errorf(core.CodeInvalid, "Write the date as year, month and day: 2026-11-24.").WithCause(err)
	}
	return d, nil
}

// identifiers are what was typed of a patient's name and birth, to be compared by the server.
func identifiers(f url.Values) (core.Identifiers, error) {
	out := core.Identifiers{FamilyName: strings.TrimSpace(f.Get("family_name")), MRNEnding: strings.TrimSpace(f.Get("mrn_ending"))}
	year := strings.TrimSpace(f.Get("birth_year"))
	if out.FamilyName == "" || year == "" && out.MRNEnding == "" {
		return out, core.Errorf(core.CodeInvalid, "Type the patient's family name and year of birth as they stand on top of the page. Nothing was done.")
	}
	if year != "" {
		n, err := strconv.Atoi(year)
		if err != nil {
			return out, core.Errorf(core.CodeInvalid, "The year of birth is four digits. Nothing was done.").WithCause(err)
		}
		out.BirthYear = n
	}
	return out, nil
}

// deleteRecord removes a document for good and goes back to the chart.
func (s *Site) deleteRecord(v *visit) error {
	ctx, id := v.r.Context(), v.r.PathValue("record")
	typed, err := identifiers(v.form)
	if err != nil {
		return err
	}
	rec, err := v.Record(ctx, id)
	if err != nil {
		return err
	}
	if err := v.DeleteRecord(ctx, id, v.form.Get("version"), typed); err != nil {
		return standing(err, "")
	}
	v.redirect(chartPath(rec.PatientID) + "?done=deleted")
	return nil
}

// cancelReading ends a reading that has not ended.
func (s *Site) cancelReading(v *visit) error {
	j, err := v.Job(v.r.Context(), v.r.PathValue("job"))
	if err != nil {
		return err
	}
	if err := v.CancelJob(v.r.Context(), j.ID); err != nil {
		return err
	}
	v.redirect(recordPath(j.RecordID) + "?done=cancelled")
	return nil
}

// file goes on to the record's content, with cookies that are good for it.
func (s *Site) file(v *visit) error {
	v.redirect(wire.PathRecordAct(url.PathEscape(v.r.PathValue("record")), "download"))
	return nil
}

// editForm is what can be changed of what is said about a document.
type editForm struct {
	Types            []core.RecordType
	TypeID           int64
	Title, Day, From string
	Tags             string
	Suggested        string // what the text says that it is, where that differs
}

func editFormOf(r core.Record, types []core.RecordType, found core.RecordValues) editForm {
	f := editForm{Types: types, TypeID: r.Type.ID, Title: r.Title, From: r.Source, Tags: strings.Join(r.Tags, ", ")}
	if !r.DocumentDate.IsZero() {
		f.Day = r.DocumentDate.String()
	}
	var parts []string
	if t := found.TypeName; t != "" && t != r.Type.TypeName {
		parts = append(parts, "“"+t+"”")
	}
	if d := found.DocumentDate; !d.IsZero() && d != r.DocumentDate {
		parts = append(parts, d.Display())
	}
	f.Suggested = strings.Join(parts, ", ")
	return f
}
