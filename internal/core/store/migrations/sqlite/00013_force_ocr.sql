-- +goose Up
-- Whether the engine reads pages that have text of their own, too.
ALTER TABLE ocr_jobs ADD COLUMN force_ocr INTEGER NOT NULL DEFAULT 0 CHECK (force_ocr IN (0, 1));
