package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// uploadOptions is what the flags of records upload say.
type uploadOptions struct {
	kind, title, date string
	source, received  string
	tags              []string
	analyze, wait     bool
	unread            bool
}

func newUpload(a *app) *cobra.Command {
	var o uploadOptions
	cmd := &cobra.Command{
		Use: "upload PATIENT FILE...", Short: "Add files to a patient's records",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("%s takes a patient's id and one file or more", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.upload(cmd.Context(), args[0], args[1:], o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.kind, "type", "", "kind of record, by name, beginning of a name, or id")
	f.StringVar(&o.title, "title", "", "title (the file's name)")
	f.StringVar(&o.date, "date", "", "date of the document, YYYY-MM-DD")
	f.StringVar(&o.source, "source", "", "organisation it came from")
	f.StringVar(&o.received, "received-by", "", strings.Join(core.ReceivedBy(), ", "))
	f.StringArrayVar(&o.tags, "tag", nil, "a tag; may be given again")
	f.BoolVar(&o.analyze, "analyze", false, "have the text read")
	f.BoolVar(&o.unread, "leave-unread", false, "do not have it read on arrival")
	f.BoolVar(&o.wait, "wait", false, "with --analyze: wait until it has been read")
	return cmd
}

func (a *app) upload(ctx context.Context, patient string, files []string, o uploadOptions) error {
	id, err := patientID(patient)
	if err != nil {
		return err
	}
	date := core.Date{}
	if o.date != "" {
		if date, err = core.ParseDate(o.date); err != nil {
			return usagef("--date %q is not a day; write YYYY-MM-DD", o.date)
		}
	}
	if o.title != "" && len(files) > 1 {
		return usagef("--title is for one file at a time")
	}
	if o.unread && o.analyze {
		return usagef("--analyze and --leave-unread exclude each other")
	}
	if o.wait && !o.analyze {
		return usagef("--wait needs --analyze")
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		kind, err := a.recordTypeOf(ctx, c, o.kind)
		if err != nil {
			return err
		}
		d := core.NewDocument{PatientID: id, TypeID: kind, Title: o.title, DocumentDate: date,
			Source: o.source, ReceivedBy: o.received, Tags: o.tags, LeaveUnread: o.unread}
		return a.uploadAll(ctx, c, files, d, o)
	})
}

// uploadAll stores files one after the other. One that cannot be stored does not keep the
// others from being; what is nothing of the file's ends it.
func (a *app) uploadAll(ctx context.Context, c *clinicianapi.Client, files []string, d core.NewDocument, o uploadOptions) error {
	failed := 0
	var first error
	for i, file := range files {
		d.Filename = filepath.Base(file)
		err := a.uploadOne(ctx, c, file, d, o)
		switch {
		case err == nil:
		case !ofTheFile(err) || len(files) == 1:
			if left := len(files) - i - 1; left > 0 {
				a.say("%s.", core.Plural(left, "file after it was not sent", "files after it were not sent"))
			}
			return told{file, err}
		default:
			a.say("Not stored: %s: %s", ui.Clean(file), core.MessageOf(err))
			failed, first = failed+1, cmp.Or(first, err)
		}
	}
	if first == nil {
		return nil
	}
	return core.Errorf(core.CodeOf(first), "Stored %d of %d files. Send the others again by themselves.", len(files)-failed, len(files))
}

// ofTheFile reports whether what went wrong is the file's own, so that those after it may
// still go well.
func ofTheFile(err error) bool {
	switch core.CodeOf(err) {
	case core.CodeInvalid, core.CodeTooLarge, core.CodeUnsupported:
		var e *core.Error
		return errors.As(err, &e) && e.Fields["patient_id"] == nil && e.Fields["medical_record_type_id"] == nil
	}
	return false
}

// errNoFile is said of what can be opened like a file and is none. It is asked for before
// it is opened: opening a FIFO waits for somebody to write to it.
var errNoFile = core.Errorf(core.CodeInvalid, "This is no regular file: directories, FIFOs, sockets and devices cannot be stored. Give the path of a document.")

func (a *app) uploadOne(ctx context.Context, c *clinicianapi.Client, file string, u core.NewDocument, o uploadOptions) error {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return errNoFile
	}
	f, err := os.Open(file)
	if err != nil {
		return core.Errorf(core.CodeInvalid, "The file cannot be opened. Check its name and that you may read it.").WithCause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return errNoFile
	case info.Size() == 0:
		return core.Errorf(core.CodeInvalid, "The file is empty.")
	case info.Size() > core.MaxFileBytes:
		return core.Errorf(core.CodeTooLarge, "The file is larger than %s, which is the most a record may have.", present.Size(core.MaxFileBytes))
	}
	u.Size, u.Content = info.Size(), f
	meter := a.meter("sending "+u.Filename, u.Size)
	u.Resumed = func(have int64) {
		meter.end()
		a.say("Going on where an earlier try stopped: %s of %s are there.", present.Size(have), present.Size(u.Size))
	}
	u.Lost = func(attempt int) {
		if meter.end(); attempt == 1 {
			a.say("The connection was lost. Trying again; what was sent is kept.")
		}
	}
	r, err := c.Upload(ctx, u, meter.set)
	meter.end()
	if err != nil {
		return err
	}
	err = a.answer(wire.NewUploaded(r), func() error {
		if r.DuplicateOf != "" {
			a.say("The patient has the same file already, as record %s.", ui.Clean(r.DuplicateOf))
		}
		return a.line("Stored %s as record %s.", u.Filename, r.ID)
	})
	if err != nil || !o.analyze {
		return err
	}
	return a.analyze(ctx, c, r.ID, core.AnalyzeOptions{}, o.wait)
}

func newUploads(a *app) *cobra.Command {
	var cancel string
	cmd := &cobra.Command{
		Use: "uploads", Short: "List files that were begun and are not all there, or cancel one", Args: noArgs,
		Long: "List files that were begun and are not all there. Sending the same file to the same patient again\n" +
			"goes on where it stopped; what is left alone is removed after a day.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				if cancel != "" {
					if err := c.AbandonUpload(cmd.Context(), cancel); err != nil {
						return err
					}
					return a.answer(wire.Done{Success: true, Message: "The upload was cancelled."}, func() error { return a.line("The upload was cancelled.") })
				}
				return a.listUploads(cmd.Context(), c)
			})
		},
	}
	cmd.Flags().StringVar(&cancel, "cancel", "", "remove what is there of this one, by its id")
	return cmd
}

func (a *app) listUploads(ctx context.Context, c *clinicianapi.Client) error {
	list, err := c.UnfinishedUploads(ctx)
	if err != nil {
		return err
	}
	return a.answer(wire.List[core.Upload]{Count: len(list), Results: list}, func() error {
		if len(list) == 0 {
			return a.line("No unfinished uploads.")
		}
		rows := make([][]string, len(list))
		for i, u := range list {
			rows[i] = []string{u.ID, strconv.FormatInt(u.PatientID, 10), u.Filename, present.Size(u.Offset), present.Size(u.Size), a.moment(u.ExpiresAt)}
		}
		return a.table([]string{"ID", "PATIENT", "FILE", "THERE", "OF", "KEPT UNTIL"}, rows)
	})
}

// meter shows how far a transfer is on a line that is overwritten; only
// on a terminal, and never beside JSON.
type meter struct {
	a     *app
	what  string
	total int64
	show  bool

	mu   sync.Mutex
	last int
}

func (a *app) meter(what string, total int64) *meter {
	return &meter{a: a, what: ui.Clean(what), total: total, show: total > 0 && !a.json && isTerminal(a.io.err), last: -1}
}

func (m *meter) set(done int64) {
	if !m.show {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := int(done * 100 / m.total); p != m.last {
		m.last = p
		fmt.Fprintf(m.a.io.err, "\r%s %3d %%", m.what, p)
	}
}

func (m *meter) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.show && m.last >= 0 {
		fmt.Fprint(m.a.io.err, "\r\x1b[K")
	}
}
