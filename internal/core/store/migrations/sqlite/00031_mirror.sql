-- +goose Up
-- Of a database whose people are a mirror of another service's; see mirror.go.
CREATE TABLE mirror (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    started_at  INTEGER NOT NULL,
    events_sent INTEGER NOT NULL -- audit events up to this one were told to that service
);
-- How a patient was last sent, to see what has not changed.
CREATE TABLE mirror_patients (
    patient_id INTEGER PRIMARY KEY REFERENCES patients (id),
    mark       BLOB    NOT NULL
);
-- The refresh token of a session as the other service knows it, sealed.
CREATE TABLE mirror_tokens (
    session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    sealed     BLOB NOT NULL
);
