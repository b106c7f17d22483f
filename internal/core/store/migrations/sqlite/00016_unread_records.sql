-- +goose Up
-- What the assigned clinician of each patient has not reviewed, newest last, so
-- that a page of the list costs as much as the page. It follows from records
-- and reviews, whose triggers keep it, and from assignments: those have no trigger,
-- which would make importing patients cost the square of their number.
CREATE TABLE unread_records (
    clinician_id INTEGER NOT NULL REFERENCES clinicians (id),
    uploaded_at  INTEGER NOT NULL,
    record_id    TEXT    NOT NULL REFERENCES records (id),
    PRIMARY KEY (clinician_id, uploaded_at, record_id)
) WITHOUT ROWID;
CREATE INDEX unread_records_record ON unread_records (record_id);

-- CROSS JOIN: from a record to its assignment, never from a clinician to all of theirs.
CREATE VIEW unread_records_now AS
    SELECT a.assigned_clinician_id AS clinician_id, r.uploaded_at, r.id AS record_id, r.patient_id
    FROM records r CROSS JOIN patient_assignments a ON a.patient_id = r.patient_id
    WHERE r.deleted_at IS NULL AND r.status = 'current' AND a.assigned_clinician_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM record_reviews v WHERE v.record_id = r.id
        AND v.user_id = (SELECT c.user_id FROM clinicians c WHERE c.id = a.assigned_clinician_id));

INSERT INTO unread_records SELECT clinician_id, uploaded_at, record_id FROM unread_records_now;

-- +goose StatementBegin
CREATE TRIGGER unread_record_added AFTER INSERT ON records BEGIN
    INSERT INTO unread_records SELECT clinician_id, uploaded_at, record_id FROM unread_records_now WHERE record_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_record_changed AFTER UPDATE OF patient_id, status, deleted_at, uploaded_at ON records BEGIN
    DELETE FROM unread_records WHERE record_id = OLD.id;
    INSERT INTO unread_records SELECT clinician_id, uploaded_at, record_id FROM unread_records_now WHERE record_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_record_reviewed AFTER INSERT ON record_reviews BEGIN
    DELETE FROM unread_records WHERE record_id = NEW.record_id AND clinician_id = (SELECT id FROM clinicians WHERE user_id = NEW.user_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_record_review_undone AFTER DELETE ON record_reviews BEGIN
    INSERT OR IGNORE INTO unread_records SELECT clinician_id, uploaded_at, record_id FROM unread_records_now WHERE record_id = OLD.record_id;
END;
-- +goose StatementEnd
