-- +goose Up
-- How many events of the same kind and patient an open notification stands for.
ALTER TABLE notifications ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
