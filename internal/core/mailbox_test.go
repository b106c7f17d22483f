package core_test

import (
	"io"
	"testing"

	"clinician/internal/core"
)

func mail(seq int64, status core.JobStatus) core.JobEvent {
	return core.JobEvent{Job: core.Job{ID: "j", Seq: seq, Status: status}}
}

func TestMailboxKeepsTheNewestAndTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		put  []core.JobEvent
		want []int64
	}{
		"progress is replaced":          {[]core.JobEvent{mail(1, core.JobProcessing), mail(2, core.JobProcessing), mail(3, core.JobCompleted)}, []int64{2, 3}},
		"older progress is not":         {[]core.JobEvent{mail(2, core.JobProcessing), mail(1, core.JobProcessing), mail(3, core.JobFailed)}, []int64{2, 3}},
		"nothing follows the end":       {[]core.JobEvent{mail(3, core.JobCancelled), mail(4, core.JobProcessing), mail(5, core.JobCompleted)}, []int64{3}},
		"the same progress once again":  {[]core.JobEvent{mail(0, core.JobPending), mail(0, core.JobProcessing), mail(0, core.JobCompleted)}, []int64{0, 0}},
		"an end that comes out of turn": {[]core.JobEvent{mail(9, core.JobProcessing), mail(3, core.JobFailed)}, []int64{9, 3}},
	} {
		m := core.NewEventMailbox(nil)
		for _, ev := range c.put {
			m.Put(ev)
		}
		for _, want := range c.want {
			if ev, err := m.Next(t.Context()); err != nil || ev.Job.Seq != want {
				t.Errorf("%s: got %d, %v; want %d", name, ev.Job.Seq, err, want)
			}
		}
		m.Put(mail(10, core.JobCompleted))
		if ev, err := m.Next(t.Context()); err != io.EOF {
			t.Errorf("%s: after the end %+v, %v", name, ev, err)
		}
	}
}

func TestMailboxCallsOnCloseOnce(t *testing.T) {
	calls := 0
	m := core.NewEventMailbox(func() { calls++ })
	m.Put(mail(1, core.JobCompleted))
	m.Close()
	m.Close()
	if _, err := m.Next(t.Context()); calls != 1 || core.CodeOf(err) != core.CodeCanceled {
		t.Errorf("%d calls, %v", calls, err)
	}
	select {
	case <-m.Done():
	default:
		t.Error("Done is open")
	}
}
