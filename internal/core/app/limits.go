package app

import (
	"context"

	"clinician/internal/core"
)

// Limits says what the service takes and what it can read at the moment.
func (s *Service) Limits(ctx context.Context) (core.Limits, error) {
	l := core.Limits{
		MaxFileBytes: core.MaxFileBytes, AcceptedTypes: core.AcceptedTypes(), OCRTypes: core.OCRTypes(),
		MaxPages: core.MaxPages, MaxPixels: core.MaxPixels, OCRLanguages: []string{},
		TempSeconds: int(s.tempTTL.Seconds()),
	}
	switch e, err := s.Recognizer.Engine(ctx); {
	case core.CodeOf(err) == core.CodeEngineMissing:
		l.OCRMessage = core.MessageOf(err)
	case err != nil:
		return core.Limits{}, err
	default:
		l.OCREngine, l.OCRLanguages = e.Name+" "+e.Version, orEmpty(e.Languages)
	}
	return l, nil
}

// RecordTypes, Specializations and Languages are the catalogues.
func (s *Service) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	return s.Catalogues.RecordTypes(ctx)
}

// Specializations lists what a clinician can specialise in; needed to sign up.
func (s *Service) Specializations(ctx context.Context) ([]core.Specialization, error) {
	return s.Catalogues.Specializations(ctx)
}

// Languages lists the languages a patient can prefer.
func (s *Service) Languages(ctx context.Context) ([]core.Language, error) {
	return s.Catalogues.Languages(ctx)
}
