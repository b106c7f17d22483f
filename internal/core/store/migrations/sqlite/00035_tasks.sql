-- +goose Up
-- What somebody is asked to do about a document or a value in it; the words are FHIR
-- Task's. What is to be done, and the answer, are sealed.
CREATE TABLE tasks (
    id          TEXT    PRIMARY KEY,
    status      TEXT    NOT NULL CHECK (status IN ('requested', 'accepted', 'completed', 'cancelled', 'failed')),
    reason      TEXT    NOT NULL DEFAULT '', -- of a failed one, in words without PHI
    patient_id  INTEGER NOT NULL REFERENCES patients (id),
    record_id   TEXT    NOT NULL,
    value_id    TEXT    NOT NULL DEFAULT '',
    due         TEXT    NOT NULL, -- a day of the clinic
    requester   INTEGER NOT NULL REFERENCES users (id),
    owner       INTEGER NOT NULL REFERENCES users (id),
    authored_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    note        BLOB    NOT NULL,
    answer      BLOB
);
CREATE INDEX tasks_owner ON tasks (owner, due) WHERE status IN ('requested', 'accepted');
CREATE INDEX tasks_requester ON tasks (requester, authored_at);
CREATE INDEX tasks_patient ON tasks (patient_id) WHERE status IN ('requested', 'accepted');
