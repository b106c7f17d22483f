package web

import (
	"net/http"
	"net/url"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// viewPage shows a document in the browser through a temporary view, which is removed
// when the page is closed or left, or its time is over.
type viewPage struct {
	recordRow
	Source  string // of the frame
	Back    string
	Close   string // where to post that it is closed
	Minutes int
}

// openView makes a temporary view and goes to the page that shows it.
func (s *Site) openView(v *visit) error {
	id := v.r.PathValue("record")
	e, err := v.ViewTemp(v.r.Context(), id)
	if err != nil {
		return err
	}
	v.redirect(recordPath(id) + "view/" + url.PathEscape(e.ID) + "/")
	return nil
}

func (s *Site) viewing(v *visit) error {
	ctx, id, temp := v.r.Context(), v.r.PathValue("record"), v.r.PathValue("temp")
	rec, err := v.Record(ctx, id)
	if err != nil {
		return err
	}
	patient, err := v.Banner(ctx, rec.PatientID)
	if err != nil {
		return err
	}
	limits, err := v.Limits(ctx)
	if err != nil {
		return err
	}
	return v.show("view", page{Title: "Document", Section: "patients", Banner: s.bannerOf(patient), Body: viewPage{recordRow: s.recordRow(rec),
		Source: wire.PathTempView + url.PathEscape(temp), Back: recordPath(rec.ID), Close: closePath(rec.ID, temp), Minutes: max(1, limits.TempSeconds/60)}})
}

func closePath(record, temp string) string {
	return recordPath(record) + "view/" + url.PathEscape(temp) + "/close/"
}

// closeView removes a temporary view. A page that is being left wants no answer.
func (s *Site) closeView(v *visit) error {
	if _, err := v.CleanupTemp(v.r.Context(), v.r.PathValue("temp")); err != nil && !core.IsNotFound(err) {
		return err
	}
	if v.form.Get("leaving") != "" {
		v.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	v.redirect(recordPath(v.r.PathValue("record")))
	return nil
}
