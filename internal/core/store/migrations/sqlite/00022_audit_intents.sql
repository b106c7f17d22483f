-- +goose Up
-- Which events are intents without an end yet. It only saves looking through the
-- whole log at start: the log itself says the same.
CREATE TABLE audit_intents (seq INTEGER PRIMARY KEY REFERENCES audit_events (seq)) WITHOUT ROWID;
