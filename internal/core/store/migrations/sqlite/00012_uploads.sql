-- +goose Up
-- Files that come in piece by piece. A complete upload stays until it expires,
-- so that who did not get the answer can ask again; it says nothing any more.
CREATE TABLE uploads (
    id         TEXT    PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    size       INTEGER NOT NULL,
    sha256     TEXT    NOT NULL, -- as announced; '': not
    record     TEXT    NOT NULL, -- JSON: what the record will say
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    record_id  TEXT    NOT NULL DEFAULT '' -- once complete
);
CREATE INDEX uploads_user ON uploads (user_id, created_at, id);
CREATE INDEX uploads_expiry ON uploads (expires_at);

-- Each piece is a sealed blob of its own, under a key of its own.
CREATE TABLE upload_pieces (
    upload_id   TEXT    NOT NULL REFERENCES uploads (id),
    start       INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    blob        TEXT    NOT NULL UNIQUE,
    wrapped_key BLOB    NOT NULL,
    PRIMARY KEY (upload_id, start)
) WITHOUT ROWID;
