-- +goose Up
-- The words of a patient's names, and all of each name written as one word: a search finds a patient
-- by each of them. They follow from the keys of the assignment, whoever writes those.
CREATE TABLE name_parts (
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    part         TEXT    NOT NULL,
    clinician_id INTEGER NOT NULL REFERENCES clinicians (id),
    PRIMARY KEY (patient_id, part)
) WITHOUT ROWID;
CREATE INDEX name_parts_clinician ON name_parts (clinician_id, part, patient_id);

CREATE VIEW name_parts_now AS
    SELECT a.patient_id, w.value AS part, a.assigned_clinician_id AS clinician_id
    FROM patient_assignments a,
        json_each('[' || replace(json_quote(a.family_key || ' ' || a.given_key), ' ', '","') || ',' ||
            json_quote(replace(a.family_key, ' ', '')) || ',' || json_quote(replace(a.given_key, ' ', '')) || ']') w
    WHERE a.assigned_clinician_id IS NOT NULL AND w.value <> ''
    GROUP BY a.patient_id, w.value;

INSERT INTO name_parts (patient_id, part, clinician_id) SELECT patient_id, part, clinician_id FROM name_parts_now;

-- +goose StatementBegin
CREATE TRIGGER name_parts_added AFTER INSERT ON patient_assignments
BEGIN
    DELETE FROM name_parts WHERE patient_id = NEW.patient_id;
    INSERT INTO name_parts (patient_id, part, clinician_id)
        SELECT patient_id, part, clinician_id FROM name_parts_now WHERE patient_id = NEW.patient_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER name_parts_changed AFTER UPDATE OF assigned_clinician_id, family_key, given_key ON patient_assignments
    WHEN NEW.assigned_clinician_id IS NOT OLD.assigned_clinician_id OR NEW.family_key <> OLD.family_key OR NEW.given_key <> OLD.given_key
BEGIN
    DELETE FROM name_parts WHERE patient_id = NEW.patient_id;
    INSERT INTO name_parts (patient_id, part, clinician_id)
        SELECT patient_id, part, clinician_id FROM name_parts_now WHERE patient_id = NEW.patient_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER name_parts_removed AFTER DELETE ON patient_assignments
BEGIN
    DELETE FROM name_parts WHERE patient_id = OLD.patient_id;
END;
-- +goose StatementEnd
