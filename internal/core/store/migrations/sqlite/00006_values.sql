-- +goose Up
-- 0 is urgent, 1 normal, 2 low: what is smaller is read first.
ALTER TABLE ocr_jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
ALTER TABLE ocr_jobs ADD COLUMN retry_of TEXT NOT NULL DEFAULT '';
ALTER TABLE ocr_jobs ADD COLUMN analysis TEXT NOT NULL DEFAULT '';
DROP INDEX ocr_jobs_queue;
CREATE INDEX ocr_jobs_queue ON ocr_jobs (priority, created_at, id) WHERE status = 'pending';

-- What was found in the pages of a completed job, sealed under the patient's key.
CREATE TABLE ocr_findings (
    job_id TEXT PRIMARY KEY REFERENCES ocr_jobs (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL
) WITHOUT ROWID;

-- What clinicians said of values. The sealed part holds the words: the value as
-- it was, the corrected text, the reason. A word that was replaced or taken
-- back stays, ended.
CREATE TABLE value_reviews (
    id          TEXT    PRIMARY KEY,
    record_id   TEXT    NOT NULL REFERENCES records (id),
    patient_id  INTEGER NOT NULL REFERENCES patients (id),
    value_id    TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('verified', 'corrected', 'rejected')),
    reviewed_by INTEGER NOT NULL REFERENCES users (id),
    reviewed_at INTEGER NOT NULL,
    sealed      BLOB    NOT NULL,
    ended_by    INTEGER REFERENCES users (id),
    ended_at    INTEGER
);
CREATE UNIQUE INDEX value_reviews_standing ON value_reviews (record_id, value_id) WHERE ended_at IS NULL;

-- Text that people put over what the engine read: a history for each page that
-- is only appended to; taking a correction back is a step as well. Each step's
-- mac covers its content and the mac before it.
CREATE TABLE text_corrections (
    id         TEXT    PRIMARY KEY,
    record_id  TEXT    NOT NULL REFERENCES records (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    page       INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    undoes     INTEGER NOT NULL,
    author     INTEGER NOT NULL REFERENCES users (id),
    at         INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    mac        TEXT    NOT NULL,
    UNIQUE (record_id, page, number)
);

-- A person's decision that a document belongs to its patient; the newest counts.
CREATE TABLE check_resolutions (
    id         TEXT    PRIMARY KEY,
    record_id  TEXT    NOT NULL REFERENCES records (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    decided_by INTEGER NOT NULL REFERENCES users (id),
    decided_at INTEGER NOT NULL,
    sealed     BLOB    NOT NULL
);
CREATE INDEX check_resolutions_record ON check_resolutions (record_id, decided_at);
