package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// Place is where the program goes after the sign-in: a patient's chart, or a document.
// The zero Place is the day.
type Place struct {
	Patient int64
	Record  string // goes before Patient
	Page    int    // of the record, from 1; 0 its beginning
}

const slotGoTo ui.Slot = "go to"

// goTo finds out about the place that was asked for, once: the screens come when it is known.
func (r *root) goTo() tea.Cmd {
	to := r.place
	r.place = Place{}
	if to == (Place{}) {
		return nil
	}
	backend := r.Backend
	return ui.Load(r.scope, slotGoTo, func(ctx context.Context) (page.Chart, error) {
		out := page.Chart{Record: to.Record}
		if to.Record != "" {
			rec, err := backend.Record(ctx, to.Record)
			if err != nil {
				return out, err
			}
			to.Patient = rec.PatientID
		}
		if to.Page > 0 {
			out.At = &page.Spot{Page: to.Page}
		}
		chart, err := backend.Patient(ctx, to.Patient)
		if err != nil {
			return out, err
		}
		if chart.Patient.ID != to.Patient {
			return out, page.WrongPatient()
		}
		out.Patient = ui.BannerOf(chart.Patient)
		return out, nil
	})
}

// wentTo opens the chart, which opens the document; or says why not, above the day.
func (r *root) wentTo(m ui.Result[page.Chart]) tea.Cmd {
	if m.Err != nil {
		r.Bad(core.MessageOf(m.Err))
	} else {
		r.Push(m.Value)
	}
	return r.heard(m.Err)
}
