package app

import "context"

// Health says which parts answer; nil is healthy.
type Health struct {
	Database error
	Bus      error // Redis, when it is used
	Engine   error // OCR; without it everything else works
}

// Health asks every part once.
func (s *Service) Health(ctx context.Context) Health {
	_, engine := s.Recognizer.Engine(ctx)
	return Health{Database: s.People.Ping(ctx), Bus: s.Bus.Ping(ctx), Engine: engine}
}
