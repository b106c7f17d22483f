package boot

import (
	"time"

	"clinician/internal/clients/fileservice"
	"clinician/internal/clients/ocrservice"
	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/app"
	"clinician/internal/core/auth"
	"clinician/internal/core/demo/readings"
	"clinician/internal/core/ocr/read"
	"clinician/internal/core/records"
)

// content is who keeps the content of records: our vault, or file-service.
type content struct {
	lifecycle  core.RecordLifecycle
	delegation core.Delegation // nil: nobody else looks at who acts
	where      string
}

// openContent chooses by c, which was checked. People are there already.
func (s *Server) openContent(c Config, tokens *auth.Access) (content, error) {
	kept := content{lifecycle: s.Store, where: "sealed on disk"}
	if c.FileServiceURL != "" || c.OCRServiceURL != "" {
		kept.delegation = auth.Delegation{Tokens: tokens, People: s.people.People, Assignments: s.people.Assignments}
	}
	if c.FileServiceURL == "" {
		return kept, nil
	}
	files, err := fileservice.New(fileservice.Options{URL: c.FileServiceURL, HTTP: s.via(fileservice.Name)})
	if err != nil {
		return kept, err
	}
	s.closers = append(s.closers, files)
	s.people.siblings = append(s.people.siblings, app.Sibling{Name: fileservice.Name, Ping: files.Ping})
	o := records.Options{Vault: s.vault, Index: s.Store, Logger: s.log, Clock: s.clock, Files: files, People: s.people.People}
	o.Source, _ = s.people.source.(core.RecordSource) // nobody, where people are ours
	s.Records = records.New(o)
	if o.Source != nil {
		kept.lifecycle = records.Followed{RecordLifecycle: s.Store, Store: s.Records}
	}
	kept.where = fileservice.Name
	return kept, nil
}

// pageTime is how long a page may take that ocr-service reads: it has a minute of its
// own for each, and reads those of others between.
const pageTime = 30 * time.Minute

// chooseReaders gives what reads documents: what o names, or openReaders; for the demo
// with what was read when it was made.
func (s *Server) chooseReaders(c Config, o Options) (reads, background core.DocumentReader, err error) {
	reads = o.Reader
	if reads == nil {
		if reads, background, err = s.openReaders(c); err != nil {
			return nil, nil, err
		}
	}
	if !o.DemoReadings {
		return reads, background, nil
	}
	set, err := readings.Load()
	if err != nil {
		return nil, nil, err
	}
	reads = readings.Reader{DocumentReader: reads, Set: set}
	if background != nil {
		background = readings.Reader{DocumentReader: background, Set: set}
	}
	return reads, background, nil
}

// openReaders gives what reads documents: ocr-service, whose numbers tesseract checks
// where it is installed, or what Config.reader chooses; and what reads those that nobody
// asked for, nil where that is the same.
func (s *Server) openReaders(c Config) (reads, background core.DocumentReader, err error) {
	if c.OCRServiceURL == "" {
		return s.openOurReaders(c)
	}
	reads, err = s.openOCRService(c)
	return reads, nil, err
}

func (s *Server) openOurReaders(c Config) (reads, background read.Reader, err error) {
	if reads, err = c.reader(s.pages, s.clock, false); err != nil {
		return reads, background, err
	}
	s.closers = append(s.closers, reads)
	s.numbers = reads.Numbers
	if background, err = c.reader(s.pages, s.clock, true); err == nil {
		s.closers = append(s.closers, background)
	}
	return reads, background, err
}

func (s *Server) openOCRService(c Config) (core.DocumentReader, error) {
	service, err := ocrservice.New(ocrservice.Options{URL: c.OCRServiceURL, Clock: s.clock, HTTP: s.via(ocrservice.Name)})
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, service)
	s.people.siblings = append(s.people.siblings, app.Sibling{Name: ocrservice.Name, Ping: service.Ping, Spare: true})
	local := tesseract.New(tesseract.Options{Program: c.Tesseract, Clock: s.clock})
	return ocrservice.Reader{Service: service, Pages: func(e core.Engine) core.DocumentReader {
		return read.Reader{Pages: s.pages.Readings(false), Engine: e, CrossCheck: local, Suspects: analysis.Suspects, Clock: s.clock,
			Parallel: 1, PageTimeout: pageTime} // one at a time: the service reads one, and the newest first
	}}, nil
}
