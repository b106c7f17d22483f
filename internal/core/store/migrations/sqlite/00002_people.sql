-- +goose Up
CREATE TABLE roles (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    display_name TEXT    NOT NULL,
    description  TEXT    NOT NULL
);

CREATE TABLE languages (
    code          TEXT    PRIMARY KEY,
    name          TEXT    NOT NULL,
    native_name   TEXT    NOT NULL,
    is_active     BOOLEAN NOT NULL DEFAULT TRUE,
    display_order INTEGER NOT NULL
);

-- Types have no parent and are what clinicians specialise in; subtypes have one
-- and are what patients are assigned for.
CREATE TABLE cancer_types (
    id          INTEGER PRIMARY KEY,
    cancer_type TEXT    NOT NULL,
    description TEXT    NOT NULL,
    parent_id   INTEGER REFERENCES cancer_types (id)
);
CREATE INDEX cancer_types_parent ON cancer_types (parent_id);

CREATE TABLE medical_record_types (
    id         INTEGER PRIMARY KEY,
    type_name  TEXT    NOT NULL UNIQUE,
    is_active  BOOLEAN NOT NULL DEFAULT TRUE,
    created_at INTEGER NOT NULL
);

-- email_key is the address in lower case: what is unique and what is looked up.
CREATE TABLE users (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    email       TEXT    NOT NULL,
    email_key   TEXT    NOT NULL UNIQUE,
    password    TEXT    NOT NULL DEFAULT '',
    first_name  TEXT    NOT NULL,
    last_name   TEXT    NOT NULL,
    role_id     INTEGER NOT NULL REFERENCES roles (id),
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    date_joined INTEGER NOT NULL,
    last_login  INTEGER
);
-- Lists of staff must not wade through the patients.
CREATE INDEX users_staff ON users (role_id) WHERE role_id <> 1;

-- patient_count is kept by the statements that change assignments.
CREATE TABLE clinicians (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id           INTEGER NOT NULL UNIQUE REFERENCES users (id),
    specialization_id INTEGER REFERENCES cancer_types (id),
    phone_number      TEXT    NOT NULL DEFAULT '',
    is_available      BOOLEAN NOT NULL DEFAULT TRUE,
    patient_count     INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
);

CREATE TABLE patients (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id                 INTEGER NOT NULL UNIQUE REFERENCES users (id),
    mrn                     TEXT    NOT NULL UNIQUE,
    title                   TEXT    NOT NULL DEFAULT '',
    preferred_name          TEXT    NOT NULL DEFAULT '',
    date_of_birth           TEXT    NOT NULL DEFAULT '',
    gender                  TEXT    NOT NULL,
    deceased_date           TEXT    NOT NULL DEFAULT '',
    preferred_language_id   TEXT    REFERENCES languages (code),
    phone_number            TEXT    NOT NULL DEFAULT '',
    address                 TEXT    NOT NULL DEFAULT '',
    emergency_contact_name  TEXT    NOT NULL DEFAULT '',
    emergency_contact_phone TEXT    NOT NULL DEFAULT '',
    allergy_status          TEXT    NOT NULL,
    allergies               TEXT    NOT NULL DEFAULT '[]',
    alerts                  TEXT    NOT NULL DEFAULT '[]',
    sensitive               BOOLEAN NOT NULL DEFAULT FALSE,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL
);

-- One clinician per patient. The columns after updated_at repeat what a list is
-- sorted and searched by, folded (see fold), so that every search is a walk
-- along one index that starts at the clinician.
CREATE TABLE patient_assignments (
    id                    INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id            INTEGER NOT NULL UNIQUE REFERENCES patients (id),
    cancer_subtype_id     INTEGER REFERENCES cancer_types (id),
    assigned_clinician_id INTEGER REFERENCES clinicians (id),
    notes                 TEXT    NOT NULL DEFAULT '',
    updated_by_id         INTEGER REFERENCES users (id),
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL,
    family_key            TEXT    NOT NULL,
    given_key             TEXT    NOT NULL,
    initials              TEXT    NOT NULL, -- first letters of family and given name
    mrn_tail              TEXT    NOT NULL, -- the MRN backwards
    born                  TEXT    NOT NULL
);
CREATE INDEX patient_assignments_family ON patient_assignments (assigned_clinician_id, family_key, given_key, patient_id);
CREATE INDEX patient_assignments_given ON patient_assignments (assigned_clinician_id, given_key, family_key, patient_id);
CREATE INDEX patient_assignments_initials ON patient_assignments (assigned_clinician_id, initials, family_key, given_key, patient_id);
CREATE INDEX patient_assignments_mrn ON patient_assignments (assigned_clinician_id, mrn_tail, family_key, given_key, patient_id);
CREATE INDEX patient_assignments_born ON patient_assignments (assigned_clinician_id, born, family_key, given_key, patient_id);

CREATE TABLE patient_views (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    viewed_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, patient_id)
);
CREATE INDEX patient_views_latest ON patient_views (user_id, viewed_at);

CREATE TABLE appointments (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    clinician_id INTEGER NOT NULL REFERENCES clinicians (id),
    start_at     INTEGER NOT NULL,
    end_at       INTEGER NOT NULL,
    type         TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    location     TEXT    NOT NULL,
    status       TEXT    NOT NULL
);
CREATE INDEX appointments_clinician ON appointments (clinician_id, start_at);
CREATE INDEX appointments_patient ON appointments (patient_id, start_at);

CREATE TABLE notifications (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    kind       TEXT    NOT NULL,
    level      TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    patient_id INTEGER REFERENCES patients (id),
    record_id  TEXT,
    job_id     TEXT,
    created_at INTEGER NOT NULL,
    read_at    INTEGER
);
CREATE INDEX notifications_user ON notifications (user_id, id);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;

CREATE TABLE sessions (
    id           TEXT    PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

-- Every refresh token of a family, as its SHA-256. Spent ones stay as long as
-- the family, to know a stolen one when it comes; sealed is their successor.
CREATE TABLE session_tokens (
    hash       BLOB    PRIMARY KEY,
    session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    issued_at  INTEGER NOT NULL,
    spent_at   INTEGER,
    sealed     BLOB
);
CREATE INDEX session_tokens_session ON session_tokens (session_id);
