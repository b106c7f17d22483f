package demo

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"clinician/internal/core"
)

// Documents renders and stores the documents, those of today's patients first
// and scans before the rest. It takes ten to twenty seconds and may run while
// people already work. Ending the context stops it soon; calling it again
// goes on where it stopped.
func (l *Loader) Documents(ctx context.Context) error {
	have, err := l.stored(ctx)
	if err != nil {
		return fmt.Errorf("load demo data: %w", err)
	}
	order := l.panel.loadOrder()
	var mu sync.Mutex
	done := 0
	err = spread(ctx, l.options.Workers, len(order), func(ctx context.Context, i int) error {
		at := order[i]
		if d := l.panel.Documents[at]; !have[l.key(d)] {
			if err := l.storeDocument(ctx, at, d); err != nil {
				return fmt.Errorf("document %s: %w", d.Ref, err)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if done++; l.options.Progress != nil {
			l.options.Progress(done, len(order))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load demo data: %w", err)
	}
	return nil
}

// docKey tells a stored document from others of the same patient.
type docKey struct {
	patient  int64
	filename string
	date     core.Date
}

func (l *Loader) key(d Document) docKey { return docKey{l.patients[d.Patient], d.Filename, d.Date} }

// stored finds what an earlier load left. A patient who has as many documents
// as the panel holds is complete, also when that load was on another day.
func (l *Loader) stored(ctx context.Context) (map[docKey]bool, error) {
	planned := map[int][]Document{}
	for _, d := range l.panel.Documents {
		planned[d.Patient] = append(planned[d.Patient], d)
	}
	have := map[docKey]bool{}
	for i, id := range l.patients {
		records, err := l.target.ByPatient(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			have[docKey{id, r.Filename, r.DocumentDate}] = true
		}
		if len(records) >= len(planned[i]) {
			for _, d := range planned[i] {
				have[l.key(d)] = true
			}
		}
	}
	return have, nil
}

func (l *Loader) storeDocument(ctx context.Context, at int, d Document) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	typeID, ok := l.types[d.Type]
	if !ok {
		return fmt.Errorf("no record type %q", d.Type)
	}
	content, err := d.Content()
	if err != nil {
		return err
	}
	ev := event(core.EventRecordUploaded)
	ev.PatientID = l.patients[d.Patient]
	record, err := l.target.StoreRecord(ctx, core.NewRecord{
		PatientID: l.patients[d.Patient], TypeID: typeID, Title: d.Title, Filename: d.Filename, DocumentDate: d.Date, UploadedBy: l.users[d.UploadedBy],
	}, content, d.UploadedAt.UTC(), ev)
	if err != nil {
		return err
	}
	if err := l.haveRead(ctx, d, record, content); err != nil {
		return err
	}
	for _, n := range l.panel.Notifications {
		if n.Document == at {
			if err := l.notify(ctx, n, record.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// told is how many days a document may have been lying there for its reading to be news.
const told = 7

// haveRead queues the reading of a document that is to be read. What was read when the
// demo was made goes before what came in this morning: it takes no time.
func (l *Loader) haveRead(ctx context.Context, d Document, record core.Record, content []byte) error {
	by := l.panel.Patients[d.Patient].Clinician
	if by == nobody {
		return nil
	}
	req := core.JobRequest{Record: record, UserID: l.users[by]}
	switch known := l.options.Known; {
	case d.Read:
	case known != nil && known(content):
		// Of what has been lying in the chart nobody is told that it was read in part.
		if req.Arrival = d.Purpose != "" || d.UploadedAt.After(l.panel.Today.AddDate(0, 0, -told)); !req.Arrival {
			req.Priority = core.PriorityBacklog
		}
	case known != nil && d.fresh:
		req.Priority = core.PriorityBacklog
	default:
		return nil
	}
	ev := event(core.EventJobSubmitted)
	ev.UserID = l.users[by]
	return l.target.ReadRecord(ctx, req, ev)
}

// loadOrder gives indices into Documents, most wanted first.
func (p *Panel) loadOrder() []int {
	today := map[int]bool{}
	for _, i := range todaysPatients() {
		today[i] = true
	}
	rank := func(d Document) int {
		switch {
		case d.Purpose == "bundle":
			return 9 // sixty pages to render
		case today[d.Patient] && d.UploadedAt.After(p.Today):
			return 0
		case today[d.Patient] && d.Scanned:
			return 1
		case today[d.Patient] && d.Patient != 0:
			return 2
		case d.Scanned && p.Patients[d.Patient].Clinician == blake:
			return 3
		case p.Patients[d.Patient].Clinician == blake:
			return 4
		}
		return 5
	}
	order := make([]int, len(p.Documents))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank(p.Documents[a]) - rank(p.Documents[b]) })
	return order
}
