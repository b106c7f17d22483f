-- +goose Up
-- done_at is when a notification left the open ones for good.
ALTER TABLE notifications ADD COLUMN done_at INTEGER;
ALTER TABLE notifications ADD COLUMN deferred_until INTEGER;
ALTER TABLE notifications ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN from_user_id INTEGER REFERENCES users (id);
ALTER TABLE notifications ADD COLUMN forwarded_to_id INTEGER REFERENCES users (id);
UPDATE notifications SET done_at = read_at WHERE level <> 'action';
CREATE INDEX notifications_open ON notifications (user_id, id) WHERE done_at IS NULL;

-- What names sound like, for the alert that another patient has a similar one;
-- NULL until the program has worked it out (see fillSounds).
ALTER TABLE patient_assignments ADD COLUMN sound_key TEXT;
CREATE INDEX patient_assignments_sound ON patient_assignments (assigned_clinician_id, sound_key, patient_id);
CREATE INDEX patient_assignments_no_sound ON patient_assignments (patient_id) WHERE sound_key IS NULL;
