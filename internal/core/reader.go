package core

import (
	"context"
	"io"
	"slices"
	"strings"
)

// Document is a document to be read.
type Document struct {
	RecordID string // of the record it is, for a reader that fetches content by itself; "" for a file that is no record
	MIME     string
	// Open gives the content from the start, as often as it is asked; who asks closes
	// what it gives.
	Open func(context.Context) (io.ReadCloser, error)
	// By gives the person on whose behalf it is read, for a reader that belongs to
	// another service. It is asked before each act, since what proves it does not
	// last (see Delegation); an error of it ends the reading as it is. Nil: nobody.
	By func(context.Context) (Acting, error)
}

// ReadingRequest says how a document is read.
type ReadingRequest struct {
	Language string // "eng", "eng+deu"; "" takes DefaultLanguage
	ForceOCR bool   // pages that have text of their own are read by the engine as well
}

// DocumentReader reads whole documents for the queue of jobs, which keeps what it
// gives: on this machine with an opener and an engine (core/ocr/read), or by a
// service elsewhere. It keeps nothing itself that a later reading needs: jobs,
// attempts, progress, priorities and finished pages are the queue's.
type DocumentReader interface {
	// Info says what reads. CodeEngineMissing, with what to install or to start, when
	// nothing can; documents with text of their own may be readable all the same.
	Info(ctx context.Context) (EngineInfo, error)

	// ReadDocument opens d, tells to how many pages it has, reads those that to names
	// and gives it each as it finishes, in any order. When it returns it has called to
	// for the last time, and what it had running has ended.
	//
	// A page that cannot be read is given as PageFailed with a sentence for people,
	// and the others are read all the same. An error means that the document cannot be
	// read further: CodeInvalid with a sentence for people when it is damaged or
	// encrypted, CodeEngineMissing, CodeUnavailable; the first error of to, as it is;
	// or the cause of ctx's end, at once.
	ReadDocument(ctx context.Context, d Document, r ReadingRequest, to PageSink) error
}

// PageSink is told of a reading by a DocumentReader.
type PageSink interface {
	// Opened is called once, before the others, when the number of pages is known. It
	// gives the pages to read, numbered from 1, in rising order: all, or those that an
	// earlier attempt left; none ends the reading.
	Opened(ctx context.Context, count int) (todo []int, err error)
	// More is asked before each page is begun. Once it is false no further page is
	// begun; those under way are finished and given, and ReadDocument returns nil.
	More(ctx context.Context) bool
	// Page takes a finished page with its Number, Status and Source. why is the cause
	// when it failed, for the log. It is called from several goroutines at once where
	// pages are read side by side.
	Page(ctx context.Context, p Page, why error) error
}

// DefaultLanguage is the language of documents of which nothing is said.
const DefaultLanguage = "eng"

// CheckLanguage accepts languages that an engine or reader has installed, and
// their combinations; else CodeInvalid with those that are. Names are letters,
// digits and underscores: they end up in a command line. One that lists no languages
// takes any; one that is missing is no reason to refuse, for a document with text of
// its own needs none.
func CheckLanguage(ctx context.Context, reads interface {
	Info(context.Context) (EngineInfo, error)
}, language string) error {
	asked := strings.Split(language, "+")
	for _, l := range asked {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || len(l) > 32 {
			return Errorf(CodeInvalid, "The language of a document is named like \"eng\" or \"eng+deu\".")
		}
	}
	info, err := reads.Info(ctx)
	if err != nil {
		return ctx.Err()
	}
	for _, l := range asked {
		if len(info.Languages) > 0 && !slices.Contains(info.Languages, l) {
			return Errorf(CodeInvalid, "The language %q is not installed for OCR. Installed: %s.", l, strings.Join(info.Languages, ", "))
		}
	}
	return nil
}
