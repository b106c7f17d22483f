package tui

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// hostileTexts stand in for what somebody may have put into a record.
var hostileTexts = map[string]string{
	"escapes":   "\x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x9b31mred\x00\x08\x7f",
	"bidi":      "\u202egnp.evil\u2066x\u2069 עברית العربية",
	"invisible": "a\u200bb\u00ad\ufeffc\u2060d\U000e0041\u2800",
	"combining": "Z" + strings.Repeat("\u0301\u0323", 40) + "algo e\u0301",
	"wide":      "患者様の検査結果報告書は長いです" + "한국어이름" + "ＦＵＬＬ",
	"emoji":     "👩‍⚕️🏳️‍🌈👍🏽 ☠️",
	"lines":     "one\r\ntwo\nthree\u2028four\u0085five\tsix\vseven",
	"long":      "Wolfeschlegelsteinhausenbergerdorff" + strings.Repeat(" van der Berg-und-Tal", 4),
	"broken":    "caf\xe9 \xff\xfe",
	"markup":    "~~ > < ! * %s %d {{.}} \\n",
}

// hostile is a clinic in whose every field somebody wrote text.
type hostile struct {
	*fake
	text string
}

// spoil puts the text in front of every string but those that the program
// works with.
func (h hostile) spoil(v any) { h.walk(reflect.ValueOf(v), "") }

// worked are fields that are not for people.
var worked = map[string]bool{"ID": true, "FileID": true, "RecordID": true, "JobID": true, "MIME": true, "Status": true, "Kind": true, "Level": true, "State": true,
	"Email": true, "Interpret": true, "Next": true, "Source": true, "PatientCheck": true, "Check": true, "Verdict": true, "AllergyStatus": true, "Gender": true,
	"OCREngine": true, "OCRLanguages": true, "RoleName": true, "ReceivedBy": true, "MovedTo": true, "DuplicateOf": true, "Priority": true, "SHA256": true,
	"ValueID": true, "At": true, "WebSocketURL": true, "Language": true, "MRN": true, "PatientMRN": true, "AcceptedTypes": true, "OCRTypes": true}

func (h hostile) walk(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			h.walk(v.Elem(), field)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if v.CanSet() {
			c := reflect.MakeSlice(v.Type(), v.Len(), v.Len()) // the fake's own stays as it is
			reflect.Copy(c, v)
			v.Set(c)
		}
		for i := range v.Len() {
			h.walk(v.Index(i), field)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !worked[f.Name] {
				h.walk(v.Field(i), f.Name)
			}
		}
	case reflect.String:
		if v.CanSet() && (field != "NameAlert" || v.String() != "") { // "" is: no alert
			v.SetString(h.text + v.String())
		}
	}
}

func (h hostile) Profile(ctx context.Context) (core.Profile, error) {
	v, err := h.fake.Profile(ctx)
	h.spoil(&v)
	return v, err
}

func (h hostile) Dashboard(ctx context.Context) (core.Dashboard, error) {
	v, err := h.fake.Dashboard(ctx)
	h.spoil(&v)
	return v, err
}

func (h hostile) Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error) {
	v, err := h.fake.Patients(ctx, q)
	h.spoil(&v)
	return v, err
}

func (h hostile) Patient(ctx context.Context, id int64) (core.PatientDetail, error) {
	v, err := h.fake.Patient(ctx, id)
	v.RecentActivity = []core.Activity{{Type: "clinician_view_x", At: fakeNow.Format(time.RFC3339), UserID: 9, RecordID: "r1"}}
	h.spoil(&v)
	return v, err
}

func (h hostile) PatientRecords(ctx context.Context, id int64, all bool) ([]core.Record, error) {
	v, err := h.fake.PatientRecords(ctx, id, all)
	h.spoil(&v)
	return v, err
}

func (h hostile) Appointments(ctx context.Context, q core.AppointmentFilter) (core.AppointmentList, error) {
	v, err := h.fake.Appointments(ctx, q)
	h.spoil(&v)
	return v, err
}

func (h hostile) Notifications(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error) {
	v, err := h.fake.Notifications(ctx, q)
	h.spoil(&v)
	return v, err
}

func (h hostile) SearchText(ctx context.Context, q core.TextQuery) (core.TextHits, error) {
	v, err := h.fake.SearchText(ctx, q)
	h.spoil(&v)
	return v, err
}

func (h hostile) TrendNames(ctx context.Context, id int64) (core.TrendNames, error) {
	v, err := h.fake.TrendNames(ctx, id)
	h.spoil(&v)
	return v, err
}

func (h hostile) PatientOverview(ctx context.Context, id int64) (core.PatientOverview, error) {
	v, err := h.fake.PatientOverview(ctx, id)
	h.spoil(&v)
	return v, err
}

func (h hostile) PatientResults(ctx context.Context, id int64) (core.PatientResults, error) {
	v, err := h.fake.PatientResults(ctx, id)
	h.spoil(&v)
	return v, err
}

func (h hostile) Trend(ctx context.Context, id int64, name string) (core.PatientTrend, error) {
	v, err := h.fake.Trend(ctx, id, name)
	h.spoil(&v)
	return v, err
}

func (h hostile) Jobs(ctx context.Context, q core.JobFilter) ([]core.Job, error) {
	v, err := h.fake.Jobs(ctx, q)
	h.spoil(&v)
	return v, err
}

func (h hostile) JobResult(ctx context.Context, id string) (core.Result, error) {
	v, err := h.fake.JobResult(ctx, id)
	h.spoil(&v)
	return v, err
}

func (h hostile) RecordValues(ctx context.Context, id string, q core.ValueFilter) (core.RecordValues, error) {
	v, err := h.fake.RecordValues(ctx, id, q)
	h.spoil(&v)
	return v, err
}

func (h hostile) PatientCheck(ctx context.Context, id string) (core.DocumentCheck, error) {
	v, err := h.fake.PatientCheck(ctx, id)
	h.spoil(&v)
	return v, err
}

func (h hostile) PageText(ctx context.Context, id string, page int) (core.PageCorrections, error) {
	v, err := h.fake.PageText(ctx, id, page)
	h.spoil(&v)
	return v, err
}

func (h hostile) VerifyRecord(ctx context.Context, id string) (core.Integrity, error) {
	v, err := h.fake.VerifyRecord(ctx, id)
	h.spoil(&v)
	return v, err
}

func (h hostile) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	v, err := h.fake.RecordTypes(ctx)
	h.spoil(&v)
	return v, err
}

func (h hostile) Specializations(ctx context.Context) ([]core.Specialization, error) {
	v, err := h.fake.Specializations(ctx)
	h.spoil(&v)
	return v, err
}

// hostileScenes reach every screen by keys that do not depend on what it shows.
var hostileScenes = []scene{
	{"day", nil, signedIn},
	{"patients", nil, func(d *driver) { d.login(); d.press("p", "j", "j", "j") }},
	{"chart", nil, inChart},
	{"appointments of a patient", nil, func(d *driver) { d.chart(); d.press("tab") }},
	{"who looked", nil, func(d *driver) { d.chart(); d.press("tab", "tab", "tab", "tab") }},
	{"results", nil, func(d *driver) { d.chart(); d.press("t") }},
	{"overview", nil, func(d *driver) { d.chart(); d.press("y") }},
	{"trend", nil, func(d *driver) { d.chart(); d.press("t", "t") }},
	{"document", nil, func(d *driver) { d.chart(); d.press("enter", "d") }},
	{"document not read", nil, func(d *driver) { d.chart(); d.press("j", "j", "enter") }},
	{"values", nil, func(d *driver) { d.chart(); d.press("v", "j", "j", "j") }},
	{"correcting a value", nil, func(d *driver) { d.chart(); d.press("v", "C") }},
	{"correcting text", nil, func(d *driver) { d.chart(); d.press("enter", "C", "enter") }},
	{"details", held, func(d *driver) { d.chart(); d.press("E") }},
	{"delete", nil, func(d *driver) { d.chart(); d.press("D", "enter", "enter") }},
	{"entered in error", nil, func(d *driver) { d.chart(); d.press("X", "enter", "enter", "enter") }},
	{"release", heldByMe, func(d *driver) { d.chart(); d.press("H") }},
	{"check", misfiled, func(d *driver) { d.chart(); d.press("c") }},
	{"split", bundled, func(d *driver) { d.chart(); d.press("S") }},
	{"split, last question", bundled, func(d *driver) { d.chart(); d.press("S", "ctrl+s") }},
	{"readings", queued, func(d *driver) { d.chart(); d.press("J") }},
	{"read again", nil, func(d *driver) { d.chart(); d.press("J", "A") }},
	{"integrity", func(f *fake) { f.damage = "It ends too early." }, func(d *driver) { d.chart(); d.press("I") }},
	{"upload", nil, func(d *driver) { d.chart(); d.press("U", "tab") }},
	{"download", nil, func(d *driver) { d.chart(); d.press("w") }},
	{"reading", nil, func(d *driver) { d.chart(); d.press("A") }},
	{"search", nil, func(d *driver) { d.chart(); d.press("f"); d.write("cisplatin"); d.press("enter") }},
	{"notifications", nil, func(d *driver) { d.login(); d.press("f4") }},
	{"forward", nil, func(d *driver) { d.login(); d.press("f4", ">") }},
	{"critical", critical, func(d *driver) { d.login(); d.press("j", "!", "!") }},
	{"jobs", func(f *fake) { f.jobs["j"] = core.Job{ID: "j", RecordID: "r3", PatientID: 4, Status: core.JobFailed} }, func(d *driver) { d.login(); d.press("f8") }},
	{"open charts", nil, func(d *driver) { d.chart(); d.press("`") }},
	{"allergies", manyAlerts, func(d *driver) { d.chart(); d.press("b") }},
	{"question", nil, func(d *driver) { d.chart(); d.press("enter", "C", "enter"); d.write("x"); d.press("enter", "esc") }},
	{"profile", nil, func(d *driver) { d.login(); d.press("m", "E") }},
}

// TestHostileTextInEveryField draws every screen with text in every field that
// wants to break it: no control byte comes out, no line is wider than the
// terminal, and the banner still says whole who the patient is.
func TestHostileTextInEveryField(t *testing.T) {
	for name, text := range hostileTexts {
		t.Run(name, func(t *testing.T) {
			for _, s := range hostileScenes {
				d := s.draw(t, 60, 16, termenv.Ascii, func(o *Options) { o.Backend = hostile{o.Backend.(*fake), text} })
				for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
					d.resize(size[0], size[1])
					d.fits()
					safe(t, s.name, d.r.View())
					bannerWhole(t, s.name, d)
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// safe reports characters that have no business in a frame.
func safe(t *testing.T, where, view string) {
	t.Helper()
	for i, r := range view {
		if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)) {
			t.Errorf("%s: %U at byte %d of the frame", where, r, i)
			return
		}
	}
}

// bannerWhole checks that a screen about a patient shows the whole identity.
func bannerWhole(t *testing.T, where string, d *driver) {
	t.Helper()
	p, ok := d.r.top().(page.PatientScreen)
	if !ok || p.Banner().Name == "" {
		return
	}
	b := p.Banner()
	squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
	head := squeezed(strings.Join(d.r.head(), "\n"))
	for _, part := range []string{b.Name, b.Born.Display(), core.DisplayMRN(b.MRN)} {
		if !strings.Contains(head, squeezed(part)) {
			t.Errorf("%s, %dx%d: the banner does not say %q:\n%s", where, d.r.w, d.r.h, part, d.r.View())
		}
	}
	if !strings.Contains(squeezed(d.r.View()), head[:min(len(head), 40)]) {
		t.Errorf("%s: something covers the banner:\n%s", where, d.r.View())
	}
}
