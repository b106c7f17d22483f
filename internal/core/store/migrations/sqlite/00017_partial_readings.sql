-- +goose Up
-- A document of which pages are missing has a kind of its own, so that the
-- notification can end by itself.
UPDATE notifications SET kind = 'ocr_partial' WHERE kind = 'ocr_done' AND level = 'action';
