-- +goose Up
ALTER TABLE medical_record_types ADD COLUMN loinc TEXT NOT NULL DEFAULT ''; -- '' where no code is certain

ALTER TABLE records ADD COLUMN status TEXT NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'entered-in-error'));
ALTER TABLE records ADD COLUMN status_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN status_by INTEGER; -- NULL: nobody changed it yet
ALTER TABLE records ADD COLUMN status_at INTEGER;
ALTER TABLE records ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN received_by TEXT NOT NULL DEFAULT 'upload';
ALTER TABLE records ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE records ADD COLUMN patient_check TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN hold_by INTEGER NOT NULL DEFAULT 0; -- 0: an administrator in the shell
ALTER TABLE records ADD COLUMN hold_at INTEGER; -- NULL: no hold
ALTER TABLE records ADD COLUMN part_of TEXT NOT NULL DEFAULT ''; -- the record it was split from
CREATE INDEX records_current ON records (patient_id, id) WHERE deleted_at IS NULL AND status = 'current';
CREATE INDEX records_parts ON records (part_of) WHERE part_of <> '';

-- What stays in a chart of a record that was moved out of it: no name, no hash,
-- no key. The record itself keeps its id and goes with its patient.
CREATE TABLE record_tombstones (
    id          TEXT    PRIMARY KEY,
    patient_id  INTEGER NOT NULL REFERENCES patients (id),
    type_id     INTEGER NOT NULL REFERENCES medical_record_types (id),
    moved_to    TEXT    NOT NULL, -- record id
    reason      TEXT    NOT NULL,
    moved_by    INTEGER NOT NULL REFERENCES users (id),
    moved_at    INTEGER NOT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by INTEGER NOT NULL REFERENCES users (id)
);
CREATE INDEX record_tombstones_patient ON record_tombstones (patient_id);

-- Every reason anybody gave for a change of a record, also when the change was
-- taken back.
CREATE TABLE record_reasons (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id TEXT    NOT NULL REFERENCES records (id),
    at        INTEGER NOT NULL,
    user_id   INTEGER NOT NULL, -- 0: an administrator in the shell
    act       TEXT    NOT NULL, -- the audit event's type
    reason    TEXT    NOT NULL
);
CREATE INDEX record_reasons_record ON record_reasons (record_id);

-- Who has read what. No row: unread.
CREATE TABLE record_reviews (
    user_id     INTEGER NOT NULL REFERENCES users (id),
    record_id   TEXT    NOT NULL REFERENCES records (id),
    reviewed_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, record_id)
) WITHOUT ROWID;
CREATE INDEX record_reviews_record ON record_reviews (record_id);
