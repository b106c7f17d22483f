-- +goose Up
-- Completed jobs whose pages nobody has looked for values in: read before there
-- was an analysis, or void because the record moved.
CREATE INDEX ocr_jobs_unanalyzed ON ocr_jobs (created_at, id) WHERE status = 'completed' AND analysis = '';
