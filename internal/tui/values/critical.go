package values

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// criticalScreen lists them for one patient: the rows an appointment counts.
type criticalScreen struct {
	*page.List[page.CriticalValue]
	banner ui.Banner
}

func (s *criticalScreen) Banner() ui.Banner { return s.banner }

func (s *criticalScreen) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(ui.Result[page.ListPage[page.CriticalValue]]); ok && m.Err == nil {
		s.banner = m.Value.Banner
	}
	return s.List.Update(msg)
}

func NewCritical(clinic Clinic, e *page.Env, r page.Critical) page.Screen {
	b := r.Patient
	return &criticalScreen{banner: b, List: page.NewList(e, r, page.ListOf[page.CriticalValue]{
		What:  func() string { return "HH and LL in unread documents, as their reports say" },
		Order: "by document", Empty: "You have reviewed every document of this patient.", Then: "",
		Cols: []ui.Column{{Title: "Name", Width: 14, Flex: true}, {Title: "As printed", Width: 12, Right: true}, {Title: "Unit", Width: 8},
			{Title: "Flag", Width: 8}, {Title: "Dated", Width: 12, Drop: 1}, {Title: "State", Width: 15, Drop: 2}, {Title: "Document", Width: 16, Flex: true, Drop: 3}},
		Load: func(ctx context.Context, _ string) (page.ListPage[page.CriticalValue], error) {
			return criticalValues(ctx, clinic, b.ID)
		},
		Cell: func(c page.CriticalValue, col int) string {
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
		Foot: func(c page.CriticalValue) string {
			return "From a scan, not from the laboratory itself. Enter shows it as printed."
		},
		Open: func(c page.CriticalValue) tea.Cmd {
			e.Push(page.Values{Patient: b, Record: c.Record, Value: c.Value.ID})
			return nil
		},
	})}
}

// criticalValues makes a list of what is critical, and says what was not searched for it.
func criticalValues(ctx context.Context, clinic Clinic, patient int64) (page.ListPage[page.CriticalValue], error) {
	found, err := page.CriticalOf(ctx, clinic, patient)
	if err != nil {
		return page.ListPage[page.CriticalValue]{}, err
	}
	out := page.ListPage[page.CriticalValue]{Items: found.Values, Count: len(found.Values), Banner: ui.BannerOf(found.Patient), Left: present.LeftCritical(found.Coverage)}
	if out.Count == 0 && found.Coverage.Documents > 0 {
		out.Left = present.NoCritical(found.Coverage)
	}
	return out, nil
}
