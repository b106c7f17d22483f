-- +goose Up
-- What people wrote about documents, sealed, step by step: notes, addenda, and that one of
-- them was entered in error. Rows are only added. record_id is where a note is shown: the
-- record, or the tombstone that stays in the chart when the record is moved; document is
-- the record it was written on.
CREATE TABLE record_notes (
    id         TEXT    PRIMARY KEY,
    record_id  TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    number     INTEGER NOT NULL,
    act        TEXT    NOT NULL CHECK (act IN ('note', 'addendum', 'entered-in-error')),
    about      TEXT    NOT NULL DEFAULT '',
    author     INTEGER NOT NULL REFERENCES users (id),
    role       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    mac        TEXT    NOT NULL,
    UNIQUE (record_id, number)
);
