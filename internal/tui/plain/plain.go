package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// Options say how the line-by-line program runs.
type Options struct {
	Backend  page.Backend
	In       io.Reader
	Out      io.Writer
	Clock    func() time.Time
	Location *time.Location
	Local    page.Local // needed, like Backend
	ReadOnly bool
	Lock     time.Duration // without a line until the password is asked for
	Logoff   time.Duration // without a line until the session is ended
	// Password asks for a password without showing it.
	Password func(ctx context.Context) (string, error)
	// Clear empties terminal and scrollback; nil when out is no terminal.
	Clear func()
}

// plainShell does the tasks of the screens line by line, for screen readers and
// braille displays: no cursor moves, nothing is drawn over, choices are
// numbered, dates are long, the newest document is first.
type plainShell struct {
	Options
	profile *core.Profile
	limits  core.Limits
	choices []func() error // what "open N" does
	warned  int            // choice whose name alert was read
	alerts  map[int]string
	chart   *core.PatientDetail
	record  *core.Record
	result  core.Result // of record
	page    int         // index of result.Pages
	lines   chan typed
	asked   bool // a line is being read
	last    time.Time
}

type typed struct {
	text string
	err  error
}

var (
	errLeave  = errors.New("leave")
	errClosed = errors.New("input ended")
)

// Run reads commands until "quit" or the end of its input.
func Run(ctx context.Context, o Options) error {
	s := &plainShell{Options: o, lines: make(chan typed, 1), last: o.Clock()}
	if s.Clear == nil {
		s.Clear = func() {}
	}
	defer s.Clear()
	s.say("Clinician, line by line. Server %s. Type help for what there is.", o.Backend.Address())
	if err := s.begin(ctx); err != nil {
		return s.ended(err)
	}
	for {
		line, err := s.ask(ctx, s.prompt())
		if err != nil {
			return s.ended(err)
		}
		if err := s.do(ctx, line); err != nil {
			if errors.Is(err, errLeave) || errors.Is(err, errClosed) || ctx.Err() != nil {
				return s.ended(err)
			}
			if core.CodeOf(err) == core.CodeUnauthenticated {
				s.say("Your session has ended.")
				if err := s.login(ctx); err != nil {
					return s.ended(err)
				}
				continue
			}
			s.say("Problem: %s", core.MessageOf(err))
		}
	}
}

// ended tells the ways to leave from faults.
func (s *plainShell) ended(err error) error {
	if errors.Is(err, errLeave) || errors.Is(err, errClosed) {
		s.say("Goodbye.")
		return nil
	}
	return err
}

func (s *plainShell) say(format string, args ...any) {
	fmt.Fprintln(s.Out, ascii(ui.Clean(fmt.Sprintf(format, args...))))
}

// ascii replaces the signs that screen readers spell out.
func ascii(s string) string {
	return strings.NewReplacer("“", "\"", "”", "\"", "…", "...", "▲ ", "", "–", "-", "’", "'").Replace(s)
}

func (s *plainShell) prompt() string {
	if s.chart == nil {
		return "Clinician:"
	}
	return s.name() + ":"
}

// begin takes up a session or asks for one.
func (s *plainShell) begin(ctx context.Context) error {
	p, err := s.Backend.Resume(ctx)
	switch core.CodeOf(err) {
	case core.CodeUnavailable:
		return err
	}
	if err == nil {
		return s.welcome(ctx, p)
	}
	return s.login(ctx)
}

func (s *plainShell) login(ctx context.Context) error {
	for {
		email, err := s.ask(ctx, "E-mail:")
		if err != nil {
			return err
		}
		password, err := s.secret(ctx)
		if err != nil {
			return err
		}
		in, err := s.Backend.Login(ctx, strings.TrimSpace(email), password)
		if err == nil {
			return s.welcome(ctx, *page.ProfileOf(in))
		}
		if ctx.Err() != nil {
			return err
		}
		s.say("Problem: %s", core.MessageOf(err))
	}
}

func (s *plainShell) welcome(ctx context.Context, p core.Profile) error {
	s.last = s.Clock()
	if s.profile != nil && s.profile.User.ID != p.User.ID { // nothing of the one before stays
		s.chart, s.record, s.choices = nil, nil, nil
	}
	s.profile = &p
	s.say("Signed in as %s.", page.Who(&p))
	if l, err := s.Backend.Limits(ctx); err == nil {
		s.limits = l
	}
	return nil
}

func (s *plainShell) secret(ctx context.Context) (string, error) {
	p, err := s.Password(ctx)
	if errors.Is(err, io.EOF) {
		return "", errClosed
	}
	return p, err
}

// ask writes a question and gives the line typed. It locks when nobody types.
func (s *plainShell) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(s.Out, ascii(ui.Clean(question))+" ")
	for {
		if !s.asked {
			s.asked = true
			go func() {
				text, err := plainLine(s.In)
				s.lines <- typed{text, err}
			}()
		}
		wait := time.NewTimer(s.untilLock())
		select {
		case l := <-s.lines:
			wait.Stop()
			s.asked = false
			if l.err != nil {
				return "", errClosed
			}
			if s.profile != nil && s.Lock > 0 && page.Since(s.Clock(), s.last) >= s.Lock { // typed too late
				if err := s.unlock(ctx, false); err != nil {
					return "", err
				}
				fmt.Fprint(s.Out, ascii(ui.Clean(question))+" ")
				continue
			}
			s.last = s.Clock()
			return l.text, nil
		case <-wait.C:
			if err := s.unlock(ctx, true); err != nil {
				return "", err
			}
			fmt.Fprint(s.Out, ascii(ui.Clean(question))+" ")
		case <-ctx.Done():
			wait.Stop()
			return "", ctx.Err()
		}
	}
}

func (s *plainShell) untilLock() time.Duration {
	if s.profile == nil || s.Lock <= 0 {
		return 24 * time.Hour
	}
	return max(10*time.Millisecond, s.Lock-page.Since(s.Clock(), s.last))
}

// unlock clears the terminal and asks for the password. With pending, a line is
// being read that may not be taken for it.
func (s *plainShell) unlock(ctx context.Context, pending bool) error {
	s.Clear()
	s.say("")
	s.say("Locked.")
	if pending {
		fmt.Fprint(s.Out, "Press Enter to unlock. ")
		end := time.NewTimer(max(time.Second, s.Logoff-s.Lock))
		defer end.Stop()
		select {
		case l := <-s.lines:
			s.asked = false
			if l.err != nil {
				return errClosed
			}
		case <-end.C:
			return s.logoff(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.Logoff > 0 && page.Since(s.Clock(), s.last) >= s.Logoff {
		return s.logoff(ctx)
	}
	for {
		password, err := s.secret(ctx)
		if err != nil {
			return err
		}
		in, err := s.Backend.Unlock(ctx, s.profile.User.Email, password)
		if err == nil && in.User.ID == s.profile.User.ID {
			s.last = s.Clock()
			s.say("Unlocked.")
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.say("Still locked: %s", core.MessageOf(err))
	}
}

func (s *plainShell) logoff(ctx context.Context) error {
	s.Clear()
	_ = s.Backend.Logout(ctx, false) // it ends by itself if the server cannot be told
	s.say("You were signed out because nothing was typed for %s.", present.Lasting(s.Logoff))
	return errLeave
}

// plainLine reads one line and not a byte more: a password may follow that
// somebody else reads.
func plainLine(r io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < 4096 {
		n, err := r.Read(one)
		if n == 1 {
			if one[0] == '\n' {
				return strings.TrimSuffix(string(line), "\r"), nil
			}
			line = append(line, one[0])
		}
		if err != nil {
			if len(line) > 0 && errors.Is(err, io.EOF) {
				return string(line), nil
			}
			return "", err
		}
	}
	return string(line), nil
}

// plainCommands is what can be typed; help reads it out.
var plainCommands = [][2]string{
	{"today", "the day: appointments, what asks for action"},
	{"find TEXT", "patients by name, initials, date of birth or end of MRN"},
	{"patients", "all your patients"},
	{"open N", "open number N of the last list; the number alone does it too"},
	{"chart", "the open patient again: details and documents"},
	{"read", "the open document, page by page: next, back, page N"},
	{"reviewed", "note that you have read the open document"},
	{"values", "what was found in the open document"},
	{"verify N", "say that value N of the last list is right"},
	{"search TEXT", "in all documents of the open patient; without one, of all patients"},
	{"search all TEXT", "in the documents of all your patients"},
	{"upload FILE", "put a file into the open patient's chart"},
	{"analyse", "have the open document read by the machine"},
	{"download FILE", "save the open document"},
	{"delete", "remove the open document; asks for two identifiers"},
	{"close", "close the open document, then the patient"},
	{"who", "who is signed in, where"},
	{"lock", "ask for the password before anything else"},
	{"logout", "end the session and leave"},
	{"quit", "leave; the session stays in the keyring"},
}

// do carries out one line.
func (s *plainShell) do(ctx context.Context, line string) error {
	verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	rest = strings.TrimSpace(rest)
	if n, err := strconv.Atoi(verb); err == nil {
		return s.open(n)
	}
	switch strings.ToLower(verb) {
	case "":
		return nil
	case "help", "?":
		for _, c := range plainCommands {
			s.say("%s: %s.", c[0], c[1])
		}
		return nil
	case "quit", "exit", "q":
		return errLeave
	case "logout":
		s.chart, s.record = nil, nil
		return errors.Join(s.Backend.Logout(ctx, false), errLeave)
	case "lock":
		return s.unlock(ctx, false)
	case "who", "whoami":
		place, _ := s.Backend.Keyring()
		s.say("%s at %s. The session is kept in: %s.", page.Who(s.profile), s.Backend.Address(), place)
		return nil
	case "open":
		n, err := strconv.Atoi(rest)
		if err != nil {
			return core.Errorf(core.CodeInvalid, "Open which number of the last list?")
		}
		return s.open(n)
	}
	return s.doChart(ctx, strings.ToLower(verb), rest)
}

// doChart carries out the commands about patients and documents.
func (s *plainShell) doChart(ctx context.Context, verb, rest string) error {
	switch verb {
	case "today":
		return s.today(ctx)
	case "find", "/":
		return s.find(ctx, rest)
	case "patients", "list":
		return s.find(ctx, "")
	case "search":
		return s.search(ctx, rest)
	case "close":
		if s.record != nil {
			s.record = nil
		} else {
			s.chart = nil
		}
		return nil
	}
	byVerb := map[string]func(context.Context, string) error{"chart": s.showChart, "records": s.showChart, "upload": s.upload}
	ofRecord := map[string]func(context.Context, string) error{
		"read": s.read, "next": s.next, "back": s.back, "page": s.goPage, "reviewed": s.reviewed, "values": s.values, "verify": s.verify,
		"analyse": s.analyse, "analyze": s.analyse, "download": s.download, "delete": s.delete,
	}
	if f, ok := byVerb[verb]; ok {
		if s.chart == nil {
			return core.Errorf(core.CodeInvalid, "Open a patient first: find, then its number.")
		}
		return f(ctx, rest)
	}
	if f, ok := ofRecord[verb]; ok {
		if s.record == nil {
			return core.Errorf(core.CodeInvalid, "Open a document first: open a patient, then the document's number.")
		}
		return f(ctx, rest)
	}
	return core.Errorf(core.CodeInvalid, "There is no command %q. Type help for what there is.", verb)
}

// open does what number n of the last list stands for.
func (s *plainShell) open(n int) error {
	if n < 1 || n > len(s.choices) {
		return core.Errorf(core.CodeInvalid, "The last list has no number %d.", n)
	}
	if alert := s.alerts[n]; alert != "" && s.warned != n {
		s.warned = n
		s.say("Name alert: also %s. Compare birth date and MRN, then type %d again.", alert, n)
		return nil
	}
	return s.choices[n-1]()
}

// list begins a new list of numbered choices.
func (s *plainShell) list() { s.choices, s.alerts, s.warned = nil, map[int]string{}, 0 }

func (s *plainShell) choice(do func() error, format string, args ...any) {
	s.choices = append(s.choices, do)
	s.say("%d. "+format, append([]any{len(s.choices)}, args...)...)
}
