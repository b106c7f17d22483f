package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// TestScenarios are the acceptance scenarios of a clinician's day. Each drives
// the real workstation in a terminal, on a hospital of demo data of its own, and
// asserts what the screen says, how many keys it took and what the audit log holds.
// Each can be run by itself:
//
//	go test ./internal/e2e -run 'TestScenarios/S2'
//
// How long things take is for benchmarks to say.
func TestScenarios(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	needs(t, "tmux", "tmux")
	for _, s := range []struct {
		name  string
		story func(*testing.T, *clinic)
	}{
		{"S1 the morning review", morningReview},
		{"S2 find a patient", findAPatient},
		{"S3 read and acknowledge", readAndAcknowledge},
		{"S4 the name alert", nameAlert},
		{"S5 upload and verify", uploadAndVerify},
		{"S6 the misfiled letter", misfiledLetter},
		{"S7 has she ever had", hasSheEverHad},
		{"S8 the trend", followTheTrend},
		{"S10 the crash call", crashCall},
		{"S15 without a screen", withoutAScreen},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c := newClinic(t)
			s.story(t, c)
			c.admin("", "audit", "verify")
		})
	}
}

// clinic is the hospital of the demo data at the beginning of the day.
type clinic struct {
	*server
	panel *demo.Panel
	aria  *person // who looks from outside
	ids   []int64 // of the panel's patients; 0: not Dr Blake's
}

// newClinic starts a server on the morning of a day with the demo data.
func newClinic(t *testing.T) *clinic {
	t.Helper()
	return openClinic(t, prepared(t, "clinic", func() *server { return overnight(t) }))
}

// overnight fills a server with the demo data and has it read what the morning
// needs: a referral and a critical potassium. One file of the demo data is damaged
// and could not be read.
func overnight(t *testing.T) *server {
	t.Helper()
	c := openClinic(t, demoData(t))
	for _, d := range c.panel.Documents {
		if slices.Contains([]string{"Vašková", "Penhaligon"}, c.panel.Patients[d.Patient].LastName) && d.UploadedAt.After(c.panel.Today) {
			c.aria.analyze(c.record(d))
		}
	}
	c.aria.allRead()
	c.stop(syscall.SIGTERM)
	return c.server
}

// openClinic starts a server on a copy of a data directory, and signs aria in.
func openClinic(t *testing.T, data string) *clinic {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	c := &clinic{server: unstarted(t), panel: demo.Generate(1, time.Now().In(zone))}
	copyDir(t, data, c.data)
	c.start()
	t.Cleanup(func() { c.stop(syscall.SIGTERM) })
	c.aria = c.login(demo.Clinician, demo.Password)
	for _, p := range c.panel.Patients {
		id := int64(0)
		if hits := c.aria.mustGet("/api/clinician/patients/?q=" + p.MRN).list("results"); len(hits) == 1 {
			id = hits[0].id()
		}
		c.ids = append(c.ids, id)
	}
	return c
}

// named gives the index of a patient in the panel, by name.
func (c *clinic) named(family, given string) int {
	c.t.Helper()
	i := slices.IndexFunc(c.panel.Patients, func(p demo.Patient) bool { return p.LastName == family && p.FirstName == given })
	if i < 0 {
		c.t.Fatalf("nobody is called %s, %s", family, given)
	}
	return i
}

// idOf gives the id of a patient, by name.
func (c *clinic) idOf(family, given string) string {
	c.t.Helper()
	return fmt.Sprint(c.ids[c.named(family, given)])
}

// shown is how screens write a patient's name.
func shown(p demo.Patient) string { return core.DisplayName(p.LastName, p.FirstName, p.Title) }

// record finds a document of the panel among the records of its chart.
func (c *clinic) record(d demo.Document) string {
	c.t.Helper()
	for _, r := range c.aria.records(c.ids[d.Patient], "") {
		if r.str("filename") == d.Filename {
			return r.str("file_id")
		}
	}
	c.t.Fatalf("%s is not in its chart", d.Filename)
	return ""
}

// newest is the panel's latest document of a patient and kind.
func (c *clinic) newest(patient int, kind string) demo.Document {
	c.t.Helper()
	for _, d := range slices.Backward(c.panel.Documents) {
		if d.Patient == patient && d.Kind == kind {
			return d
		}
	}
	c.t.Fatalf("patient %d has no %s", patient, kind)
	return demo.Document{}
}

// login begins a session over the API.
func (s *server) login(email, password string) *person {
	s.t.Helper()
	status, o := s.call("POST", "/api/clinician/auth/login/", "", object{"email": email, "password": password})
	if status != 200 {
		s.t.Fatalf("login: %d %v", status, o)
	}
	return &person{s, email, o.sub("tokens").str("access"), o.sub("tokens").str("refresh"), o.sub("user").id()}
}

// sitDown opens the workstation in a terminal and signs Dr Blake in. Keys are
// counted from the day on.
func (c *clinic) sitDown(t *testing.T, width, height int, env ...string) *terminal {
	t.Helper()
	env = append([]string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TZ=Europe/London", "CLINICIAN_LOCK_MINUTES=25"}, env...)
	term := newTerminal(t, width, height, env, tuiBin, "--server", "http://"+c.addr)
	term.see("E-mail", "Password")
	term.write(demo.Clinician)
	term.press("Tab")
	term.write(demo.Password)
	term.press("Enter")
	term.see("as at", "Appointments today")
	term.keys = 0
	return term
}

// took asserts how many keys were pressed since the day, typed text apart.
func (e *terminal) took(most int, what string) {
	e.t.Helper()
	if e.keys > most {
		e.t.Errorf("%s took %d keys, at most %d are allowed", what, e.keys, most)
	}
	e.t.Logf("%s: %d keys", what, e.keys)
}

// lacks asserts that a text is not on the screen.
func (e *terminal) lacks(text string) {
	e.t.Helper()
	if screen := e.screen(); strings.Contains(screen, text) {
		e.t.Errorf("%q is on the screen:\n%s", text, screen)
	}
}

// mark is a place in the audit log, to see what was written after it.
func (s *server) mark() float64 {
	s.t.Helper()
	seq, _ := s.audit("--limit", "1")[0]["seq"].(float64)
	return seq
}

// written lists what was written since the mark.
func (s *server) written(since float64, args ...string) []object {
	s.t.Helper()
	return slices.DeleteFunc(s.audit(append([]string{"--limit", "1000"}, args...)...), func(o object) bool { return o["seq"].(float64) <= since })
}

// audited asserts that events of these types succeeded, in this order, since
// the mark; others may lie between them.
func (s *server) audited(since float64, args []string, types ...string) {
	s.t.Helper()
	events := s.written(since, args...)
	at := 0
	for _, e := range events {
		if at < len(types) && e.str("event_type") == types[at] && e.str("outcome") == string(core.OutcomeSuccess) {
			at++
		}
	}
	if at < len(types) {
		var have []string
		for _, e := range events {
			have = append(have, fmt.Sprint(e.str("event_type"), " ", e.str("outcome")))
		}
		s.t.Errorf("the audit log lacks %s (of %v); it has %v", types[at], types, have)
	}
}

// rowsBelow counts the rows of a list: the lines between its heading, which has
// the given text, and the first empty one.
func rowsBelow(t *testing.T, screen, heading string) int {
	t.Helper()
	_, rest, found := strings.Cut(screen, heading)
	if !found {
		t.Fatalf("%q is not on the screen:\n%s", heading, screen)
	}
	_, rest, _ = strings.Cut(rest, "\n")
	n := 0
	for _, line := range strings.Split(rest, "\n") {
		if strings.TrimSpace(line) == "" {
			break
		}
		n++
	}
	return n
}
