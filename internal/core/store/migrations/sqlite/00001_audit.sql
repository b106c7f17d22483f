-- +goose Up
CREATE TABLE audit_events (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    user_id    INTEGER NOT NULL,
    patient_id INTEGER NOT NULL,
    record_id  TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    hash       TEXT    NOT NULL
);
CREATE INDEX audit_events_patient ON audit_events (patient_id, seq) WHERE patient_id <> 0;
CREATE INDEX audit_events_user ON audit_events (user_id, seq);
CREATE INDEX audit_events_record ON audit_events (record_id, seq) WHERE record_id <> '';
-- An audit log is only ever appended to.
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- +goose StatementEnd
CREATE INDEX audit_events_type ON audit_events (type, seq);
-- The newest event, signed: an attacker who cuts off the end of the log cannot
-- make a head that fits.
CREATE TABLE audit_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash TEXT    NOT NULL,
    mac  TEXT    NOT NULL
);
