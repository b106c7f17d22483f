package values

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// criticalValue is a value that its own report marks HH or LL, in a document
// the user has not reviewed.
type criticalValue struct {
	Record core.Record
	Value  core.Value
}

// criticalScreen lists them for one patient: the rows an appointment counts.
type criticalScreen struct {
	*page.List[criticalValue]
	banner ui.Banner
}

func (s *criticalScreen) Banner() ui.Banner { return s.banner }

func (s *criticalScreen) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(ui.Result[page.ListPage[criticalValue]]); ok && m.Err == nil {
		s.banner = m.Value.Banner
	}
	return s.List.Update(msg)
}

func NewCritical(clinic Clinic, e *page.Env, r page.Critical) page.Screen {
	b := r.Patient
	return &criticalScreen{banner: b, List: page.NewList(e, r, page.ListOf[criticalValue]{
		What:  func() string { return "HH and LL in unread documents, as their reports say" },
		Order: "by document", Empty: "You have reviewed every document of this patient.", Then: "",
		Cols: []ui.Column{{Title: "Name", Width: 14, Flex: true}, {Title: "As printed", Width: 12, Right: true}, {Title: "Unit", Width: 8},
			{Title: "Flag", Width: 8}, {Title: "Dated", Width: 12, Drop: 1}, {Title: "State", Width: 15, Drop: 2}, {Title: "Document", Width: 16, Flex: true, Drop: 3}},
		Load: func(ctx context.Context, _ string) (page.ListPage[criticalValue], error) {
			return criticalValues(ctx, clinic, b.ID)
		},
		Cell: func(c criticalValue, col int) string {
			switch col {
			case 0:
				return present.ValueOf(c.Value).Name()
			case 1:
				return present.ValueOf(c.Value).Figure
			case 2:
				return present.ValueOf(c.Value).Manner()
			case 3:
				return flagText(e.Theme, c.Value)
			case 4:
				return present.DayKnown(c.Value.Date)
			case 5:
				return page.ValueState(c.Value.Review)
			}
			return page.TitleOf(c.Record)
		},
		Foot: func(c criticalValue) string {
			return "From a scan, not from the laboratory itself. Enter shows it as printed."
		},
		Open: func(c criticalValue) tea.Cmd {
			e.Push(page.Values{Patient: b, Record: c.Record, Value: c.Value.ID})
			return nil
		},
	})}
}

// criticalValues finds what the server counted: in documents that are unread and
// this patient's beyond doubt, unless somebody rejected or corrected the value.
func criticalValues(ctx context.Context, clinic Clinic, patient int64) (page.ListPage[criticalValue], error) {
	var out page.ListPage[criticalValue]
	chart, err := clinic.Patient(ctx, patient)
	if err != nil {
		return out, err
	}
	out.Banner = ui.BannerOf(chart.Patient)
	if chart.MedicalRecords == nil {
		if chart.MedicalRecords, err = clinic.PatientRecords(ctx, patient, false); err != nil {
			return out, err
		}
	}
	var of core.Coverage
	for _, r := range chart.MedicalRecords {
		if r.PatientID != patient || chart.Patient.ID != patient {
			return page.ListPage[criticalValue]{}, page.WrongPatient()
		}
		if !page.IsUnread(r) {
			continue
		}
		found, err := criticalOf(ctx, clinic, r, &of)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, found...)
	}
	out.Count = len(out.Items)
	if out.Count == 0 && of.Documents > 0 {
		out.Left = present.NoCritical(of)
	} else {
		out.Left = present.LeftCritical(of)
	}
	return out, nil
}

// criticalOf gives those of one unread document, and counts it.
func criticalOf(ctx context.Context, clinic Clinic, r core.Record, of *core.Coverage) (list []criticalValue, err error) {
	of.Documents++
	switch {
	case r.LastJob == nil:
		of.NotRead++
		return nil, nil
	case r.PatientCheck == core.CheckPatient:
		of.InDoubt++
		return nil, nil
	}
	found, err := clinic.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory})
	if err != nil {
		return nil, err
	}
	if !found.Analyzed {
		of.NotRead++
	}
	for _, v := range found.Results {
		if v.Critical() {
			list = append(list, criticalValue{r, v})
		}
	}
	return list, nil
}
