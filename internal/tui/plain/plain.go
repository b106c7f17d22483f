package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
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
	// Making gives the next word on how the demo's data come into being, an error when all
	// are there; nil: this is no demo.
	Making func(ctx context.Context) (wire.DemoMaking, error)
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
	choices []choice // the last list; "open N" does its row N
	heard   int      // the number it was read out to
	held    []heldRow
	untold  bool // rows are held back, and that was not said
	warned  int  // choice whose name alert was read
	alerts  map[int]string
	chart   *core.PatientDetail
	record  *core.Record
	result  core.Result // of record
	page    int         // index of result.Pages
	making  making
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
	if o.Making != nil {
		following, stop := context.WithCancel(ctx)
		defer stop()
		go s.making.follow(following, o.Making)
	}
	s.say("Clinician, line by line. Server %s. Type help for what there is.", o.Backend.Address())
	if err := s.begin(ctx); err != nil {
		return s.ended(err)
	}
	for {
		line, err := s.ask(ctx, s.prompt())
		if err != nil {
			return s.ended(err)
		}
		s.sayMaking()
		err = s.do(ctx, line)
		if err == nil && s.untold {
			s.sayHeld()
		}
		if err != nil {
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
			s.problem(err)
		}
	}
}

// problem says what went wrong. Where somebody else changed the document that is open, it
// says what stands, and goes on with that.
func (s *plainShell) problem(err error) {
	now, says, ok := page.Outdated[core.Record](err)
	if !ok {
		s.say("Problem: %s", core.MessageOf(err))
		return
	}
	if s.record != nil && s.record.ID == now.ID && s.record.PatientID == now.PatientID {
		now.Reviewed, s.record = s.record.Reviewed, &now
	}
	s.say("Problem: %s", present.Aloud(says))
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
		s.say("Problem: %s", present.NotSignedIn(err))
	}
}

func (s *plainShell) welcome(ctx context.Context, p core.Profile) error {
	s.last = s.Clock()
	if s.profile != nil && s.profile.User.ID != p.User.ID { // nothing of the one before stays
		s.chart, s.record = nil, nil
		s.list()
	}
	s.profile = &p
	s.say("Signed in as %s.", page.Who(&p))
	if l, err := s.Backend.Limits(ctx); err == nil {
		s.limits = l
		if l.Development != "" {
			s.say("%s", l.Development)
		}
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
