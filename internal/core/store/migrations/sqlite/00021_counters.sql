-- +goose Up
-- What lists and the day would have to count, kept by the writer in the transaction
-- that changes it. Triggers keep what follows from records, reviews and jobs; the
-- statements that change assignments keep the rest.

-- For each sound that several patients of a clinician share, the two with the
-- lowest ids: enough to say of every one of them who the other is.
CREATE TABLE name_alikes (
    clinician_id INTEGER NOT NULL REFERENCES clinicians (id),
    sound_key    TEXT    NOT NULL,
    first_id     INTEGER NOT NULL REFERENCES patients (id),
    second_id    INTEGER NOT NULL REFERENCES patients (id),
    more         BOOLEAN NOT NULL, -- there are three or more
    PRIMARY KEY (clinician_id, sound_key)
) WITHOUT ROWID;

CREATE VIEW name_alikes_now AS
    SELECT g.clinician_id, g.sound_key, g.first_id, (SELECT MIN(b.patient_id) FROM patient_assignments b
        WHERE b.assigned_clinician_id = g.clinician_id AND b.sound_key = g.sound_key AND b.patient_id > g.first_id) AS second_id,
        g.n > 2 AS more
    FROM (SELECT assigned_clinician_id AS clinician_id, sound_key, MIN(patient_id) AS first_id, COUNT(*) AS n
        FROM patient_assignments WHERE assigned_clinician_id IS NOT NULL AND sound_key IS NOT NULL
        GROUP BY assigned_clinician_id, sound_key HAVING COUNT(*) > 1) g;

INSERT INTO name_alikes SELECT clinician_id, sound_key, first_id, second_id, more FROM name_alikes_now;

-- Unread records, by patient and by clinician.
ALTER TABLE patient_assignments ADD COLUMN unread_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clinicians ADD COLUMN unread_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE unread_records ADD COLUMN patient_id INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER unread_record_added;
DROP TRIGGER unread_record_changed;
DROP TRIGGER unread_record_reviewed;
DROP TRIGGER unread_record_review_undone;

UPDATE unread_records SET patient_id = (SELECT r.patient_id FROM records r WHERE r.id = record_id);
UPDATE patient_assignments SET unread_count = (SELECT COUNT(*) FROM unread_records_now u WHERE u.patient_id = patient_assignments.patient_id)
    WHERE patient_id IN (SELECT patient_id FROM unread_records);
UPDATE clinicians SET unread_count = (SELECT COUNT(*) FROM unread_records u WHERE u.clinician_id = clinicians.id);

-- +goose StatementBegin
CREATE TRIGGER unread_record_added AFTER INSERT ON records BEGIN
    INSERT INTO unread_records (clinician_id, uploaded_at, record_id, patient_id)
        SELECT clinician_id, uploaded_at, record_id, patient_id FROM unread_records_now WHERE record_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_record_changed AFTER UPDATE OF patient_id, status, deleted_at, uploaded_at ON records BEGIN
    DELETE FROM unread_records WHERE record_id = OLD.id;
    INSERT INTO unread_records (clinician_id, uploaded_at, record_id, patient_id)
        SELECT clinician_id, uploaded_at, record_id, patient_id FROM unread_records_now WHERE record_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_record_reviewed AFTER INSERT ON record_reviews BEGIN
    DELETE FROM unread_records WHERE record_id = NEW.record_id AND clinician_id = (SELECT id FROM clinicians WHERE user_id = NEW.user_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_record_review_undone AFTER DELETE ON record_reviews BEGIN
    INSERT OR IGNORE INTO unread_records (clinician_id, uploaded_at, record_id, patient_id)
        SELECT clinician_id, uploaded_at, record_id, patient_id FROM unread_records_now WHERE record_id = OLD.record_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_records_counted AFTER INSERT ON unread_records BEGIN
    UPDATE clinicians SET unread_count = unread_count + 1 WHERE id = NEW.clinician_id;
    UPDATE patient_assignments SET unread_count = unread_count + 1 WHERE patient_id = NEW.patient_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unread_records_discounted AFTER DELETE ON unread_records BEGIN
    UPDATE clinicians SET unread_count = unread_count - 1 WHERE id = OLD.clinician_id;
    UPDATE patient_assignments SET unread_count = unread_count - 1 WHERE patient_id = OLD.patient_id;
END;
-- +goose StatementEnd

-- Jobs that wait or run, and those that failed and are the newest of a current
-- record, of the assigned clinician of each patient.
ALTER TABLE clinicians ADD COLUMN running_jobs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clinicians ADD COLUMN failed_jobs INTEGER NOT NULL DEFAULT 0;
CREATE TABLE open_jobs (
    clinician_id INTEGER NOT NULL REFERENCES clinicians (id),
    failed       INTEGER NOT NULL CHECK (failed IN (0, 1)), -- 0: it waits or runs
    created_at   INTEGER NOT NULL,
    job_id       TEXT    NOT NULL,
    record_id    TEXT    NOT NULL,
    patient_id   INTEGER NOT NULL,
    PRIMARY KEY (clinician_id, failed, created_at, job_id)
) WITHOUT ROWID;
CREATE INDEX open_jobs_record ON open_jobs (record_id);

CREATE VIEW open_jobs_now AS
    SELECT a.assigned_clinician_id AS clinician_id, j.status = 'failed' AS failed, j.created_at, j.id AS job_id, j.record_id, j.patient_id
    FROM ocr_jobs j CROSS JOIN patient_assignments a ON a.patient_id = j.patient_id
    WHERE a.assigned_clinician_id IS NOT NULL AND (j.status IN ('pending', 'processing') OR j.status = 'failed'
        AND EXISTS (SELECT 1 FROM records r WHERE r.id = j.record_id AND r.deleted_at IS NULL AND r.status = 'current')
        AND NOT EXISTS (SELECT 1 FROM ocr_jobs k WHERE k.record_id = j.record_id AND (k.created_at, k.id) > (j.created_at, j.id)));

INSERT INTO open_jobs SELECT clinician_id, failed, created_at, job_id, record_id, patient_id FROM open_jobs_now;
UPDATE clinicians SET
    running_jobs = (SELECT COUNT(*) FROM open_jobs o WHERE o.clinician_id = clinicians.id AND o.failed = 0),
    failed_jobs = (SELECT COUNT(*) FROM open_jobs o WHERE o.clinician_id = clinicians.id AND o.failed = 1);

-- +goose StatementBegin
CREATE TRIGGER open_job_added AFTER INSERT ON ocr_jobs BEGIN
    DELETE FROM open_jobs WHERE record_id = NEW.record_id;
    INSERT INTO open_jobs SELECT clinician_id, failed, created_at, job_id, record_id, patient_id FROM open_jobs_now WHERE record_id = NEW.record_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER open_job_changed AFTER UPDATE OF status, patient_id ON ocr_jobs
WHEN OLD.status <> NEW.status OR OLD.patient_id <> NEW.patient_id BEGIN
    DELETE FROM open_jobs WHERE record_id = NEW.record_id;
    INSERT INTO open_jobs SELECT clinician_id, failed, created_at, job_id, record_id, patient_id FROM open_jobs_now WHERE record_id = NEW.record_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER open_job_removed AFTER DELETE ON ocr_jobs BEGIN
    DELETE FROM open_jobs WHERE record_id = OLD.record_id;
    INSERT INTO open_jobs SELECT clinician_id, failed, created_at, job_id, record_id, patient_id FROM open_jobs_now WHERE record_id = OLD.record_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER open_jobs_of_record AFTER UPDATE OF status, deleted_at ON records BEGIN
    DELETE FROM open_jobs WHERE record_id = NEW.id;
    INSERT INTO open_jobs SELECT clinician_id, failed, created_at, job_id, record_id, patient_id FROM open_jobs_now WHERE record_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER open_jobs_counted AFTER INSERT ON open_jobs BEGIN
    UPDATE clinicians SET running_jobs = running_jobs + 1 - NEW.failed, failed_jobs = failed_jobs + NEW.failed WHERE id = NEW.clinician_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER open_jobs_discounted AFTER DELETE ON open_jobs BEGIN
    UPDATE clinicians SET running_jobs = running_jobs - 1 + OLD.failed, failed_jobs = failed_jobs - OLD.failed WHERE id = OLD.clinician_id;
END;
-- +goose StatementEnd
