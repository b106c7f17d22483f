-- +goose Up
-- OCR jobs are their own queue: what waits, what runs and on which node, and
-- how it ended are one row, so they cannot disagree.
CREATE TABLE ocr_jobs (
    id           TEXT    PRIMARY KEY,
    record_id    TEXT    NOT NULL REFERENCES records (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    user_id      INTEGER NOT NULL REFERENCES users (id),
    file_name    TEXT    NOT NULL,
    file_type    TEXT    NOT NULL,
    file_size    INTEGER NOT NULL,
    language     TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    message      TEXT    NOT NULL,
    progress     INTEGER NOT NULL,
    page         INTEGER NOT NULL,
    pages        INTEGER NOT NULL,
    failed_pages INTEGER NOT NULL,
    eta_seconds  INTEGER,
    error        TEXT    NOT NULL,
    model        TEXT    NOT NULL,
    seq          INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    completed_at INTEGER,
    attempts     INTEGER NOT NULL, -- how often a node took it; also the fence against a node that lost it
    node         TEXT    NOT NULL, -- who runs it, '' when nobody does
    lease_until  INTEGER NOT NULL  -- a node silent for longer has lost it
);
CREATE INDEX ocr_jobs_queue ON ocr_jobs (created_at, id) WHERE status = 'pending';
CREATE INDEX ocr_jobs_running ON ocr_jobs (lease_until) WHERE status = 'processing';
CREATE INDEX ocr_jobs_record ON ocr_jobs (record_id, created_at);
CREATE INDEX ocr_jobs_patient ON ocr_jobs (patient_id, created_at);

-- Finished pages, sealed under the patient's key.
CREATE TABLE ocr_pages (
    job_id TEXT    NOT NULL REFERENCES ocr_jobs (id) ON DELETE CASCADE,
    page   INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    sealed BLOB    NOT NULL,
    PRIMARY KEY (job_id, page)
) WITHOUT ROWID;
