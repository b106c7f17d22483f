package core

import "io"

// Sink is where somebody wants content to go. It counts what went through, and
// remembers that it was the writing that failed, not the reading before it. One
// goroutine writes.
type Sink struct {
	W    io.Writer
	N    int64
	Told func(n int64) // called with N after each piece; may be nil
	err  error
}

func (s *Sink) Write(p []byte) (int, error) {
	n, err := s.W.Write(p)
	s.N += int64(n)
	if err != nil {
		s.err = err
	} else if s.Told != nil {
		s.Told(s.N)
	}
	return n, err
}

// Failed gives what was wrong with the place, for the person who chose it; nil
// when nothing was.
func (s *Sink) Failed() error {
	if s.err == nil {
		return nil
	}
	return Errorf(CodeInternal, "The file could not be written here. Check that there is room, then try again.").WithCause(s.err)
}
