package core

import (
	"context"
	"fmt"
	"time"
)

// MaxOpenOfKind is how many open notifications of a kind that is counted a user
// has at most, each for another patient. What comes after that is counted in one
// more, which is about no patient.
const MaxOpenOfKind = 10

// Counted gives the text for n events when notifications of the kind and level
// are counted instead of piling up: one open for each patient. "" when each
// stands for itself, as everything does that asks for something.
func Counted(kind, level string, n int) string {
	switch {
	case kind != "ocr_done" || level != "info":
		return ""
	case n == 1:
		return "A document was read."
	}
	return fmt.Sprintf("%d documents were read.", n)
}

// NotificationState says where a notification is in its life.
type NotificationState string

const (
	NotificationOpen     NotificationState = "open"
	NotificationDeferred NotificationState = "deferred" // until DeferredUntil, then open again by itself
	NotificationDone     NotificationState = "done"     // viewed, acknowledged or forwarded
)

// NotificationQuery asks for one page of a user's notifications, newest first.
type NotificationQuery struct {
	UserID int64
	State  NotificationState // "" all
	Level  string            // "" both
	Limit  int               // 1..200; 0: 50
	Cursor string            // NotificationPage.Next of the page before
}

// NotificationPage is one page of notifications.
type NotificationPage struct {
	Count         int            `json:"count"`  // all that the query asks for, on all pages
	Unread        int            `json:"unread"` // open ones that were not viewed
	Notifications []Notification `json:"results"`
	Next          string         `json:"next,omitempty"`
	AsAt          time.Time      `json:"as_at"`
}

// NotificationAct is what a person does with a notification.
type NotificationAct string

const (
	NotificationView        NotificationAct = "view"        // one of level "info" is then done
	NotificationAcknowledge NotificationAct = "acknowledge" // done
	NotificationReopen      NotificationAct = "reopen"      // undoes acknowledge, view and defer
	NotificationDefer       NotificationAct = "defer"
)

// NotificationChange is one act on one notification of a user.
type NotificationChange struct {
	ID     int64
	UserID int64
	Act    NotificationAct
	Until  time.Time // NotificationDefer
}

// Inbox keeps what users should know about. The general rules for ports apply.
type Inbox interface {
	// Notifications gives the newest first; unread counts all that were not read.
	Notifications(ctx context.Context, userID int64, limit int) (list []Notification, unread int, err error)
	// Notify stores n, or counts it in the open one that stands for its kind and
	// patient; see Counted.
	Notify(ctx context.Context, n Notification) (Notification, error)
	NotificationPage(ctx context.Context, q NotificationQuery) (NotificationPage, error)
	// Notification is CodeNotFound for an unknown id and for another user's.
	Notification(ctx context.Context, userID, id int64) (Notification, error)
	// ChangeNotification gives the notification as it is afterwards. Doing again
	// what was done changes nothing.
	ChangeNotification(ctx context.Context, c NotificationChange, ev AuditEvent) (Notification, error)
	// ForwardNotification copies a notification of userID to the user toUser, with
	// a note, and ends the original. CodeConflict when it was forwarded before.
	ForwardNotification(ctx context.Context, userID, id, toUser int64, note string, ev AuditEvent) (Notification, error)
	// NotifyWith stores a notification with the event that says who made it.
	NotifyWith(ctx context.Context, n Notification, ev AuditEvent) (Notification, error)
}
