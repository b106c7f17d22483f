package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"clinician/internal/core"
)

//go:embed catalogue/*.json
var catalogue embed.FS

type roleRow struct {
	ID          int64     `json:"id"`
	Name        core.Role `json:"name"`
	DisplayName string    `json:"display_name"`
	Description string    `json:"description"`
}

func (r *roleRow) fields() []any {
	return []any{&r.ID, &r.Name, &r.DisplayName, &r.Description}
}

type languageRow struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	NativeName   string `json:"native_name"`
	IsActive     bool   `json:"-"`
	DisplayOrder int    `json:"display_order"`
}

func (r *languageRow) fields() []any {
	return []any{&r.Code, &r.Name, &r.NativeName, &r.IsActive, &r.DisplayOrder}
}

type cancerTypeRow struct {
	ID          int64  `json:"id"`
	CancerType  string `json:"cancer_type"`
	Description string `json:"description"`
	ParentID    *int64 `json:"parent_id"`
}

func (r *cancerTypeRow) fields() []any {
	return []any{&r.ID, &r.CancerType, &r.Description, &r.ParentID}
}

type recordTypeRow struct {
	ID        int64  `json:"id"`
	TypeName  string `json:"type_name"`
	IsActive  bool   `json:"-"`
	CreatedAt int64  `json:"-"`
	Loinc     string `json:"loinc"` // "" where no code is certain
}

func (r *recordTypeRow) fields() []any {
	return []any{&r.ID, &r.TypeName, &r.IsActive, &r.CreatedAt, &r.Loinc}
}

// The columns of the tables, in the order of their rows' fields.
const (
	roleColumns     = "id, name, display_name, description"
	languageColumns = "code, name, native_name, is_active, display_order"
	cancerColumns   = "id, cancer_type, description, parent_id"
	typeColumns     = "id, type_name, is_active, created_at, loinc"
)

// values gives what a row holds, as parameters.
func (r roleRow) values() []any { return []any{r.ID, r.Name, r.DisplayName, r.Description} }
func (r languageRow) values() []any {
	return []any{r.Code, r.Name, r.NativeName, r.IsActive, r.DisplayOrder}
}
func (r cancerTypeRow) values() []any { return []any{r.ID, r.CancerType, r.Description, r.ParentID} }
func (r recordTypeRow) values() []any {
	return []any{r.ID, r.TypeName, r.IsActive, r.CreatedAt, r.Loinc}
}

// addMissing stores the rows that are not there yet.
func addMissing[T interface{ values() []any }](ctx context.Context, tx *Tx, table, columns string, rows []T) error {
	for _, r := range rows {
		if _, err := tx.Exec(ctx, insert(table, columns)+" ON CONFLICT DO NOTHING", r.values()...); err != nil {
			return err
		}
	}
	return nil
}

// fillCatalogue puts what every installation starts with into the database:
// roles, languages, cancer types and record types. What is there already stays
// as it is, so a new program brings new entries and overwrites nothing.
func (db *DB) fillCatalogue(ctx context.Context) error {
	var (
		roles     []roleRow
		languages []languageRow
		cancers   []cancerTypeRow
		records   []recordTypeRow
	)
	for name, rows := range map[string]any{
		"roles": &roles, "languages": &languages, "cancer_types": &cancers, "record_types": &records,
	} {
		b, err := catalogue.ReadFile("catalogue/" + name + ".json")
		if err == nil {
			err = json.Unmarshal(b, rows)
		}
		if err != nil {
			return fmt.Errorf("read the catalogue of %s: %w", name, err)
		}
	}
	for i := range languages {
		languages[i].IsActive = true
	}
	now := micros(db.now())
	for i := range records {
		records[i].IsActive, records[i].CreatedAt = true, now
	}
	if mirror, err := db.IsMirror(ctx); err != nil {
		return err
	} else if mirror { // its lists are the source's
		return nil
	}
	var have int
	err := ask(ctx, db.read, `SELECT (SELECT COUNT(*) FROM roles) + (SELECT COUNT(*) FROM languages) +
		(SELECT COUNT(*) FROM cancer_types) + (SELECT COUNT(*) FROM medical_record_types) +
		(SELECT COUNT(*) FROM medical_record_types WHERE loinc <> '')`).into(&have)
	if err != nil {
		return fmt.Errorf("look at the catalogue: %w", err)
	}
	coded := 0
	for _, r := range records {
		if r.Loinc != "" {
			coded++
		}
	}
	if have >= len(roles)+len(languages)+len(cancers)+len(records)+coded {
		return nil
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		// In this order: subtypes come after their types.
		if err := errors.Join(addMissing(ctx, tx, "roles", roleColumns, roles), addMissing(ctx, tx, "languages", languageColumns, languages),
			addMissing(ctx, tx, "cancer_types", cancerColumns, cancers), addMissing(ctx, tx, "medical_record_types", typeColumns, records)); err != nil {
			return fmt.Errorf("fill the catalogue: %w", err)
		}
		for _, r := range records { // databases older than the codes
			_, err := tx.Exec(ctx, "UPDATE medical_record_types SET loinc = ? WHERE id = ? AND type_name = ? AND loinc = ''",
				r.Loinc, r.ID, r.TypeName)
			if err != nil {
				return fmt.Errorf("fill the catalogue: %w", err)
			}
		}
		return nil
	})
}

// recordTypeCodes gives the LOINC codes by the names of record types.
func recordTypeCodes() (map[string]string, error) {
	var types []recordTypeRow
	b, err := catalogue.ReadFile("catalogue/record_types.json")
	if err == nil {
		err = json.Unmarshal(b, &types)
	}
	if err != nil {
		return nil, fmt.Errorf("read the catalogue of record types: %w", err)
	}
	codes := make(map[string]string, len(types))
	for _, t := range types {
		codes[t.TypeName] = t.Loinc
	}
	return codes, nil
}

// Roles gives the role catalogue.
func (db *DB) Roles(ctx context.Context) ([]core.RoleDetail, error) {
	rows, err := rowsOf(ctx, db.read, (*roleRow).fields, "SELECT "+roleColumns+" FROM roles ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	list := make([]core.RoleDetail, len(rows))
	for i, r := range rows {
		list[i] = core.RoleDetail{ID: r.ID, Name: r.Name, DisplayName: r.DisplayName, Description: r.Description}
	}
	return list, nil
}

// Specializations gives the top-level cancer types.
func (db *DB) Specializations(ctx context.Context) ([]core.Specialization, error) {
	return db.cancerTypes(ctx, "parent_id IS NULL")
}

// Subtypes gives the subtypes of a top-level cancer type: what patients are
// assigned for. An unknown type has none.
func (db *DB) Subtypes(ctx context.Context, typeID int64) ([]core.Specialization, error) {
	return db.cancerTypes(ctx, "parent_id = ?", typeID)
}

func (db *DB) cancerTypes(ctx context.Context, where string, args ...any) ([]core.Specialization, error) {
	rows, err := rowsOf(ctx, db.read, (*cancerTypeRow).fields, "SELECT "+cancerColumns+" FROM cancer_types WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("list cancer types: %w", err)
	}
	list := make([]core.Specialization, len(rows))
	for i, r := range rows {
		list[i] = core.Specialization{ID: r.ID, CancerType: r.CancerType, Description: r.Description}
	}
	return list, nil
}

// Languages gives the languages a patient may prefer.
func (db *DB) Languages(ctx context.Context) ([]core.Language, error) {
	rows, err := rowsOf(ctx, db.read, (*languageRow).fields, "SELECT "+languageColumns+" FROM languages WHERE is_active ORDER BY display_order")
	if err != nil {
		return nil, fmt.Errorf("list languages: %w", err)
	}
	list := make([]core.Language, len(rows))
	for i, r := range rows {
		list[i] = core.Language{Code: r.Code, Name: r.Name, NativeName: r.NativeName}
	}
	return list, nil
}

// RecordTypes gives the kinds of medical record.
func (db *DB) RecordTypes(ctx context.Context) ([]core.RecordType, error) {
	rows, err := rowsOf(ctx, db.read, (*recordTypeRow).fields, "SELECT "+typeColumns+" FROM medical_record_types ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list record types: %w", err)
	}
	list := make([]core.RecordType, len(rows))
	for i, r := range rows {
		list[i] = core.RecordType{ID: r.ID, TypeName: r.TypeName, IsActive: r.IsActive, CreatedAt: fromMicros(r.CreatedAt), LOINC: r.Loinc}
	}
	return list, nil
}
