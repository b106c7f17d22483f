package databaseservice

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

var _ core.RecordSource = (*Client)(nil)

// medicalRecord is a record as the service gives it. Its key is the file's id.
type medicalRecord struct {
	File       string    `json:"file"`
	Patient    int64     `json:"patient"`
	Type       int64     `json:"medical_record_type"`
	UploadedBy *int64    `json:"uploaded_by"`
	CreatedAt  time.Time `json:"created_at"`
	Detail     *struct {
		Filename   string    `json:"filename"`
		Hash       string    `json:"file_hash"`
		Size       int64     `json:"file_size"`
		MIME       string    `json:"mime_type"`
		UploadedAt time.Time `json:"uploaded_at"`
		IsDeleted  bool      `json:"is_deleted"`
	} `json:"file_detail"`
}

func (m medicalRecord) deleted() bool { return m.Detail != nil && m.Detail.IsDeleted }

func (m medicalRecord) record() core.SourceRecord {
	r := core.SourceRecord{ID: m.File, PatientID: m.Patient, TypeID: m.Type, UploadedAt: m.CreatedAt, Filename: "document", MIME: "application/octet-stream"}
	if m.UploadedBy != nil {
		r.UploadedBy = *m.UploadedBy
	}
	if d := m.Detail; d != nil {
		r.Filename, r.Size, r.SHA256 = d.Filename, d.Size, strings.ToLower(d.Hash)
		if d.MIME != "" {
			r.MIME = d.MIME // by its name there, not by content
		}
		if !d.UploadedAt.IsZero() {
			r.UploadedAt = d.UploadedAt
		}
	}
	return r
}

const noRecord = "Medical record not found"

// SourceRecords lists a patient's records.
func (c *Client) SourceRecords(ctx context.Context, patientID int64) ([]core.SourceRecord, error) {
	all, err := pages[medicalRecord](ctx, c, "/api/medical-records/", url.Values{"patient": {number(patientID)}})
	if err != nil {
		return nil, err
	}
	list := make([]core.SourceRecord, 0, len(all))
	for _, m := range all {
		if m.File == "" || m.Patient != patientID {
			return nil, c.confused("medical-records of patient", patientID, m.Patient)
		}
		if !m.deleted() {
			list = append(list, m.record())
		}
	}
	return list, nil
}

// SourceRecord gives one record. What is no id of the service is not asked for.
func (c *Client) SourceRecord(ctx context.Context, id string) (core.SourceRecord, error) {
	if !isUUID(id) {
		return core.SourceRecord{}, core.Errorf(core.CodeNotFound, noRecord)
	}
	m, err := get[medicalRecord](ctx, c, sibling.Path("/api/medical-records/%v/", id), nil, noRecord)
	switch {
	case err != nil:
		return core.SourceRecord{}, err
	case m.deleted():
		return core.SourceRecord{}, core.Errorf(core.CodeNotFound, noRecord)
	case m.File != id || m.Patient == 0:
		return core.SourceRecord{}, c.confused("medical-records", 0, m.Patient)
	}
	return m.record(), nil
}

// NewestRecords gives the first page of all records there are.
func (c *Client) NewestRecords(ctx context.Context) ([]core.SourceRecord, error) {
	first, err := c.firstRecords(ctx, nil)
	if err != nil {
		return nil, err
	}
	list := make([]core.SourceRecord, 0, len(first))
	for _, m := range first {
		if m.File != "" && !m.deleted() {
			list = append(list, m.record())
		}
	}
	return list, nil
}

// JudgedRecord asks as file-service does.
func (c *Client) JudgedRecord(ctx context.Context, id string) (core.SourceRecord, error) {
	first, err := c.firstRecords(ctx, url.Values{"file": {id}})
	if err != nil {
		return core.SourceRecord{}, err
	}
	if len(first) == 0 {
		return core.SourceRecord{}, core.Errorf(core.CodeNotFound, noRecord)
	}
	return first[0].record(), nil
}

func (c *Client) firstRecords(ctx context.Context, query url.Values) ([]medicalRecord, error) {
	a, err := c.call(ctx, sibling.Request{Path: "/api/medical-records/", Query: query, MaxBytes: panelBytes}, "", http.StatusOK)
	if err != nil {
		return nil, err
	}
	var v struct {
		Results *[]medicalRecord `json:"results"`
	}
	if err := a.JSON(&v); err != nil {
		return nil, err
	}
	if v.Results == nil {
		return nil, a.Unexpected()
	}
	return *v.Results, nil
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			return false
		}
	}
	return true
}
