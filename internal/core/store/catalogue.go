package store

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"clinician/internal/core"
)

//go:embed catalogue/*.json
var catalogue embed.FS

type roleRow struct {
	bun.BaseModel `bun:"table:roles"`
	ID            int64     `bun:",pk" json:"id"`
	Name          core.Role `json:"name"`
	DisplayName   string    `json:"display_name"`
	Description   string    `json:"description"`
}

type languageRow struct {
	bun.BaseModel `bun:"table:languages"`
	Code          string `bun:",pk" json:"code"`
	Name          string `json:"name"`
	NativeName    string `json:"native_name"`
	IsActive      bool   `json:"-"`
	DisplayOrder  int    `json:"display_order"`
}

type cancerTypeRow struct {
	bun.BaseModel `bun:"table:cancer_types"`
	ID            int64  `bun:",pk" json:"id"`
	CancerType    string `json:"cancer_type"`
	Description   string `json:"description"`
	ParentID      *int64 `json:"parent_id"`
}

type recordTypeRow struct {
	bun.BaseModel `bun:"table:medical_record_types"`
	ID            int64  `bun:",pk" json:"id"`
	TypeName      string `json:"type_name"`
	IsActive      bool   `json:"-"`
	CreatedAt     int64  `json:"-"`
	Loinc         string `json:"loinc"` // "" where no code is certain
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
	var have int
	err := db.read.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM roles) + (SELECT COUNT(*) FROM languages) +
		(SELECT COUNT(*) FROM cancer_types) + (SELECT COUNT(*) FROM medical_record_types) +
		(SELECT COUNT(*) FROM medical_record_types WHERE loinc <> '')`).Scan(&have)
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
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		// In this order: subtypes come after their types.
		for _, rows := range []any{&roles, &languages, &cancers, &records} {
			if _, err := tx.NewInsert().Model(rows).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
				return fmt.Errorf("fill the catalogue: %w", err)
			}
		}
		for _, r := range records { // databases older than the codes
			_, err := tx.NewRaw("UPDATE medical_record_types SET loinc = ? WHERE id = ? AND type_name = ? AND loinc = ''",
				r.Loinc, r.ID, r.TypeName).Exec(ctx)
			if err != nil {
				return fmt.Errorf("fill the catalogue: %w", err)
			}
		}
		return nil
	})
}

// Roles gives the role catalogue.
func (db *DB) Roles(ctx context.Context) ([]core.RoleDetail, error) {
	var rows []roleRow
	if err := db.read.NewSelect().Model(&rows).Order("id").Scan(ctx); err != nil {
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
	var rows []cancerTypeRow
	if err := db.read.NewSelect().Model(&rows).Where(where, args...).Order("id").Scan(ctx); err != nil {
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
	var rows []languageRow
	if err := db.read.NewSelect().Model(&rows).Where("is_active").Order("display_order").Scan(ctx); err != nil {
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
	var rows []recordTypeRow
	if err := db.read.NewSelect().Model(&rows).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list record types: %w", err)
	}
	list := make([]core.RecordType, len(rows))
	for i, r := range rows {
		list[i] = core.RecordType{ID: r.ID, TypeName: r.TypeName, IsActive: r.IsActive, CreatedAt: fromMicros(r.CreatedAt), LOINC: r.Loinc}
	}
	return list, nil
}
