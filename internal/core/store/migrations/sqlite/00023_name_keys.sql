-- +goose Up
-- Names with letters outside ASCII may have other keys now (text.KeyVersion 1: apostrophes of all
-- kinds, more letters as people type them). They are worked out anew (see fillNameKeys).
UPDATE patient_assignments SET sound_key = NULL
    WHERE patient_id IN (SELECT p.id FROM patients p JOIN users u ON u.id = p.user_id
        WHERE u.last_name GLOB '*[^ -~]*' OR u.first_name GLOB '*[^ -~]*');
