-- +goose Up
-- How far the journal beside the database (journal.go) has been taken over into
-- audit_events: of which run of it, and up to which byte.
CREATE TABLE audit_journal (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    run INTEGER NOT NULL,
    pos INTEGER NOT NULL
);
INSERT INTO audit_journal (id, run, pos) VALUES (1, 1, 0);
