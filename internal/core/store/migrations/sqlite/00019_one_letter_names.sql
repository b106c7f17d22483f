-- +goose Up
-- One-letter names sound like themselves only; what they were taken to sound like
-- is worked out anew (see fillSounds).
UPDATE patient_assignments SET sound_key = NULL
    WHERE length(replace(family_key, ' ', '')) <= 2 OR instr(given_key || '   ', ' ') <= 3;
