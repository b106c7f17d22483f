-- +goose Up
-- What a person typed over a page's text and has not stored, sealed; one for each
-- page and person, gone when they store or throw it away.
CREATE TABLE text_drafts (
    id         TEXT    PRIMARY KEY,
    record_id  TEXT    NOT NULL REFERENCES records (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    page       INTEGER NOT NULL,
    author     INTEGER NOT NULL REFERENCES users (id),
    steps      INTEGER NOT NULL, -- corrections of the page it was typed over
    at         INTEGER NOT NULL,
    sealed     BLOB    NOT NULL,
    UNIQUE (record_id, page, author)
);
