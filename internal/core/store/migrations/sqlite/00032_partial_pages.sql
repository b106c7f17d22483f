-- +goose Up
-- How many pages of a job were read in part: something on them, or inside the
-- document, was left out. Of jobs from before nothing is known of that.
ALTER TABLE ocr_jobs ADD COLUMN partial_pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ocr_pages ADD COLUMN partial BOOLEAN NOT NULL DEFAULT FALSE;
