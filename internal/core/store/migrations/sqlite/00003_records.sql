-- +goose Up
-- A patient's key, wrapped under the root key root_id names.
CREATE TABLE patient_keys (
    patient_id INTEGER PRIMARY KEY REFERENCES patients (id),
    root_id    TEXT NOT NULL,
    wrapped    BLOB NOT NULL
);

CREATE TABLE records (
    id            TEXT    PRIMARY KEY,
    patient_id    INTEGER NOT NULL REFERENCES patients (id),
    type_id       INTEGER NOT NULL REFERENCES medical_record_types (id),
    title         TEXT    NOT NULL,
    filename      TEXT    NOT NULL,
    mime          TEXT    NOT NULL,
    size          INTEGER NOT NULL,
    sha256        TEXT    NOT NULL,
    document_date TEXT    NOT NULL,
    uploaded_at   INTEGER NOT NULL,
    uploaded_by   INTEGER NOT NULL REFERENCES users (id),
    duplicate_of  TEXT    NOT NULL,
    wrapped_key   BLOB,
    deleted_at    INTEGER,
    deleted_by    INTEGER,
    -- A live record has its key, a deleted one does not.
    CHECK ((deleted_at IS NULL) = (wrapped_key IS NOT NULL))
);
CREATE INDEX records_patient ON records (patient_id, uploaded_at) WHERE deleted_at IS NULL;
CREATE INDEX records_same ON records (patient_id, sha256) WHERE deleted_at IS NULL;
