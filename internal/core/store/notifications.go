package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"clinician/internal/core"
)

type notificationRow struct {
	bun.BaseModel `bun:"table:notifications"`
	ID            int64 `bun:",pk,autoincrement"`
	UserID        int64
	Kind          string
	Level         string
	Text          string
	PatientID     *int64
	RecordID      *string
	JobID         *string
	CreatedAt     int64
	ReadAt        *int64
}

func (r notificationRow) notification() core.Notification {
	return core.Notification{
		ID: r.ID, UserID: r.UserID, Kind: r.Kind, Level: r.Level, Text: r.Text,
		PatientID: r.PatientID, RecordID: r.RecordID, JobID: r.JobID,
		CreatedAt: fromMicros(r.CreatedAt), ReadAt: fromMicrosPtr(r.ReadAt),
	}
}

// Notifications gives a user's newest ones, and how many were not read in all.
// A limit of 0 takes 50.
func (db *DB) Notifications(ctx context.Context, userID int64, limit int) ([]core.Notification, int, error) {
	if limit <= 0 {
		limit = 50
	}
	var rows []notificationRow
	err := db.read.NewSelect().Model(&rows).Where("user_id = ?", userID).OrderExpr("id DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list notifications: %w", err)
	}
	var unread int
	err = db.read.NewRaw("SELECT COUNT(*) FROM notifications WHERE user_id = ? AND read_at IS NULL", userID).Scan(ctx, &unread)
	if err != nil {
		return nil, 0, fmt.Errorf("count notifications: %w", err)
	}
	list := make([]core.Notification, len(rows))
	for i, r := range rows {
		list[i] = r.notification()
	}
	return list, unread, nil
}

// Notify stores n. A zero CreatedAt is now, a Level of "" is info.
func (db *DB) Notify(ctx context.Context, n core.Notification) (core.Notification, error) {
	if n.CreatedAt.IsZero() {
		n.CreatedAt = db.now()
	}
	if n.Level == "" {
		n.Level = "info"
	}
	row := notificationRow{
		UserID: n.UserID, Kind: n.Kind, Level: n.Level, Text: n.Text,
		PatientID: n.PatientID, RecordID: n.RecordID, JobID: n.JobID,
		CreatedAt: micros(n.CreatedAt), ReadAt: microsPtr(n.ReadAt),
	}
	err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		if isForeignKey(err) {
			return core.Errorf(core.CodeNotFound, "User or patient not found")
		}
		if err != nil {
			return fmt.Errorf("store notification: %w", err)
		}
		return nil
	})
	if err != nil {
		return core.Notification{}, err
	}
	return row.notification(), nil
}
