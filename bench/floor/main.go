// Command floor is the least a server can do for the works that the API bench
// measures: net/http, SQLite, a token check, the same rows and nothing else. It
// is a yardstick, not a product: what ours costs above it is what permissions,
// auditing, sealing and growth of the code cost.
//
// It listens on loopback only and keeps its data in the directory it is given.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver, under the name "sqlite"
)

type floor struct {
	db                                        *sql.DB
	files                                     string // directory of the stored files
	secret                                    []byte
	first, after, patient, record, row, audit *sql.Stmt
	audited                                   bool
}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on; loopback only")
	dir := flag.String("data", "", "directory of the data; made when it is not there")
	patients := flag.Int("patients", 10_000, "patients of the one clinician, made at the first start")
	audited := flag.Bool("audit", false, "store a row about each answer, as ours does")
	flag.Parse()
	if err := run(*addr, *dir, *patients, *audited); err != nil {
		log.Fatal(err)
	}
}

func run(addr, dir string, patients int, audited bool) error {
	if host, _, err := net.SplitHostPort(addr); err != nil || !net.ParseIP(host).IsLoopback() {
		return errors.New("floor: -addr must be an address of loopback")
	}
	f, err := open(context.Background(), dir, patients)
	if err != nil {
		return err
	}
	defer f.db.Close()
	f.audited = audited
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]string{"token": f.token("1")}) })
	for pattern, h := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /patients": f.list, "GET /patients/{id}": f.onePatient, "GET /records/{id}": f.oneRecord,
		"GET /records/{id}/download": f.download, "GET /records/{id}/sealed": f.downloadSealed, "POST /records": f.upload,
	} {
		mux.HandleFunc(pattern, f.checked(h))
	}
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return srv.ListenAndServe()
}

// token proves the clinician id: what an HMAC over it costs is what it shows.
func (f *floor) token(id string) string {
	mac := hmac.New(sha256.New, f.secret)
	_, _ = mac.Write([]byte(id)) // never fails (hash.Hash)
	return id + "." + hex.EncodeToString(mac.Sum(nil))
}

// checked refuses what has no valid token and stores the audit row before the answer.
func (f *floor) checked(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		id, _, _ := strings.Cut(token, ".")
		if !hmac.Equal([]byte(token), []byte(f.token(id))) {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		if f.audited {
			if _, err := f.audit.ExecContext(r.Context(), time.Now().UnixMicro(), id, r.Pattern); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		if err := h(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the reader left
}

// person is a row of the list with the fields of ours.
type person struct {
	ID         int64  `json:"id"`
	MRN        string `json:"mrn"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	Email      string `json:"email"`
	Title      string `json:"title"`
	Phone      string `json:"phone_number"`
	Address    string `json:"address"`
	Born       string `json:"date_of_birth"`
	Gender     string `json:"gender"`
	Notes      string `json:"notes"`
	AssignedAt int64  `json:"assigned_at"`
}

const columns = `SELECT p.id, p.mrn, p.first_name, p.last_name, p.email, p.title, p.phone, p.address, p.born, p.gender, a.notes, a.assigned_at
	FROM assignments a JOIN patients p ON p.id = a.patient_id WHERE a.clinician_id = ?`

func (p *person) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&p.ID, &p.MRN, &p.FirstName, &p.LastName, &p.Email, &p.Title, &p.Phone, &p.Address, &p.Born, &p.Gender, &p.Notes, &p.AssignedAt)
}

// list answers 50 patients by family name; after is the key of the row before
// the page: "family name,patient id".
func (f *floor) list(w http.ResponseWriter, r *http.Request) error {
	stmt, args := f.first, []any{1}
	if name, id, ok := strings.Cut(r.URL.Query().Get("after"), ","); ok {
		stmt, args = f.after, []any{1, name, id}
	}
	var count int
	if err := f.row.QueryRowContext(r.Context(), 1).Scan(&count); err != nil {
		return err
	}
	rows, err := stmt.QueryContext(r.Context(), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	list := make([]person, 0, 50)
	for rows.Next() {
		var p person
		if err := p.scan(rows); err != nil {
			return err
		}
		list = append(list, p)
	}
	answer(w, map[string]any{"count": count, "patients": list})
	return rows.Err()
}

func (f *floor) onePatient(w http.ResponseWriter, r *http.Request) error {
	var p person
	err := p.scan(f.patient.QueryRowContext(r.Context(), 1, r.PathValue("id")))
	if err == nil {
		answer(w, p)
	}
	return err
}

type record struct {
	ID       int64  `json:"id"`
	Patient  int64  `json:"patient_id"`
	Filename string `json:"filename"`
	MIME     string `json:"mime_type"`
	Size     int64  `json:"size"`
	At       int64  `json:"uploaded_at"`
}

// find gives a record of a patient of the clinician.
func (f *floor) find(r *http.Request) (rec record, err error) {
	err = f.record.QueryRowContext(r.Context(), 1, r.PathValue("id")).Scan(&rec.ID, &rec.Patient, &rec.Filename, &rec.MIME, &rec.Size, &rec.At)
	return rec, err
}

func (f *floor) oneRecord(w http.ResponseWriter, r *http.Request) error {
	rec, err := f.find(r)
	if err == nil {
		answer(w, rec)
	}
	return err
}

func (f *floor) download(w http.ResponseWriter, r *http.Request) error {
	rec, err := f.find(r)
	if err != nil {
		return err
	}
	file, err := os.Open(f.path(rec.ID))
	if err != nil {
		return err
	}
	defer file.Close()
	w.Header().Set("Content-Type", rec.MIME)
	w.Header().Set("Content-Length", strconv.FormatInt(rec.Size, 10))
	buf := make([]byte, 64<<10)
	_, err = io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{file}, buf) // no sendfile: ours cannot use it either
	return err
}

func (f *floor) path(id int64) string { return filepath.Join(f.files, strconv.FormatInt(id, 10)) }

func (f *floor) upload(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	part, err := parts.NextPart()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(f.files, "upload-*")
	if err != nil {
		return err
	}
	defer file.Close()
	n, err := io.CopyBuffer(file, struct{ io.Reader }{part}, make([]byte, 64<<10))
	if err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	res, err := f.db.ExecContext(r.Context(), insertRecord, 2, part.FileName(), "text/plain", n, time.Now().UnixMicro())
	if err != nil {
		return err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), f.path(id)); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	w.WriteHeader(http.StatusCreated)
	answer(w, map[string]int64{"id": id, "size": n})
	return nil
}
