package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"

	"clinician/internal/core"
)

const (
	rememberFor = time.Hour
	endingFor   = 10 * time.Minute
	// lookAgain is how often a quiet watch looks for an ending it may have missed.
	lookAgain = 5 * time.Second
	maxPause  = 2 * time.Second
)

func channel(jobID string) string   { return "ocr_job_" + jobID }
func endingKey(jobID string) string { return "ocr_job_ending:" + jobID }

// Publish sends ev to all replicas. A final event is also kept for some
// minutes, first, so that whoever subscribes or reconnects meanwhile finds it.
func (c *Client) Publish(ctx context.Context, jobID string, ev core.JobEvent) error {
	data, err := json.Marshal(ev)
	if err != nil {
		return err
	}
	if ev.Final() {
		if err := c.db.SetNX(ctx, endingKey(jobID), data, endingFor).Err(); err != nil {
			return unavailable(ctx, err)
		}
	}
	return unavailable(ctx, c.db.Publish(ctx, channel(jobID), data).Err())
}

// Subscribe gives the events from now on, and the ending at once when the job
// ended within the last minutes. Redis going away interrupts progress and
// delays the ending. The caller closes the watch.
func (c *Client) Subscribe(ctx context.Context, jobID string) (core.JobWatch, error) {
	sub := c.db.Subscribe(ctx, channel(jobID))
	if _, err := sub.Receive(ctx); err != nil { // the confirmation: nothing is missed from here on
		sub.Close()
		return nil, unavailable(ctx, err)
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	w := &watch{db: c.db, jobID: jobID, sub: sub}
	w.EventMailbox = core.NewEventMailbox(func() {
		stop()
		sub.Close()
		<-done
	})
	ended, err := w.lookForEnding(ctx)
	if err != nil {
		close(done)
		w.Close()
		return nil, unavailable(ctx, err)
	}
	if ended {
		close(done)
		return w, nil
	}
	go func() {
		defer close(done)
		w.receive(run)
	}()
	return w, nil
}

// watch moves events from a subscription into a mailbox. Its goroutine ends
// with the job or with Close.
type watch struct {
	*core.EventMailbox
	db    *redis.Client
	jobID string
	sub   *redis.PubSub
}

func (w *watch) receive(ctx context.Context) {
	pause := 100 * time.Millisecond
	for ctx.Err() == nil {
		got, err := w.sub.ReceiveTimeout(ctx, lookAgain)
		if msg, ok := got.(*redis.Message); ok {
			pause = 100 * time.Millisecond
			if w.deliver([]byte(msg.Payload)) {
				return
			}
			continue
		}
		// Silence, a lost connection, or a connection made anew: the ending may
		// have passed by.
		if ended, lookErr := w.lookForEnding(ctx); ended {
			return
		} else if lookErr == nil && isTimeout(err) || err == nil {
			continue
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, maxPause)
		case <-ctx.Done():
		}
	}
}

func (w *watch) deliver(data []byte) (final bool) {
	var ev core.JobEvent
	if json.Unmarshal(data, &ev) != nil || ev.Job.ID != w.jobID {
		return false // not from us
	}
	w.Put(ev)
	return ev.Final()
}

func (w *watch) lookForEnding(ctx context.Context) (bool, error) {
	data, err := w.db.Get(ctx, endingKey(w.jobID)).Bytes()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return w.deliver(data), nil
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// submitted is what the replaced service noted of a job.
type submitted struct {
	JobID     string `json:"job_id"`
	FileID    string `json:"file_id"`
	Filename  string `json:"filename"`
	Status    string `json:"status"`
	CreatedAt string `json:"created_at"`
	WebSocket string `json:"websocket_url"`
}

// Remember notes a submitted job for an hour.
func (c *Client) Remember(ctx context.Context, j core.Job) error {
	data, err := json.Marshal(submitted{
		JobID: j.ID, FileID: j.RecordID, Filename: j.FileName, Status: "submitted",
		CreatedAt: j.CreatedAt.UTC().Format("2006-01-02T15:04:05.000000"),
		WebSocket: fmt.Sprintf("/ws/ocr/progress/%s/", j.ID),
	})
	if err != nil {
		return err
	}
	return unavailable(ctx, c.db.Set(ctx, "ocr_job:"+j.ID, data, rememberFor).Err())
}
