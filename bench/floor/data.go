package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// fileBytes is the size of the one stored document.
const fileBytes = 5 << 20

// chunk is how much is sealed at a time.
const chunk = 64 << 10

const schema = `
CREATE TABLE IF NOT EXISTS clinicians (id INTEGER PRIMARY KEY, patients INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS patients (id INTEGER PRIMARY KEY, mrn TEXT, first_name TEXT, last_name TEXT, email TEXT, title TEXT, phone TEXT, address TEXT, born TEXT, gender TEXT);
CREATE TABLE IF NOT EXISTS assignments (patient_id INTEGER PRIMARY KEY, clinician_id INTEGER NOT NULL, family_key TEXT NOT NULL, notes TEXT, assigned_at INTEGER);
CREATE INDEX IF NOT EXISTS panel ON assignments (clinician_id, family_key, patient_id);
CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL, filename TEXT, mime TEXT, size INTEGER, uploaded_at INTEGER);
CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, at INTEGER, clinician_id TEXT, act TEXT);`

const insertRecord = `INSERT INTO records (patient_id, filename, mime, size, uploaded_at) VALUES (?, ?, ?, ?, ?)`

// open opens the data in dir, with the rows and the file made when they are not there.
func open(ctx context.Context, dir string, patients int) (*floor, error) {
	f := &floor{files: filepath.Join(dir, "files"), secret: []byte(rand.Text())}
	if err := os.MkdirAll(f.files, 0o700); err != nil {
		return nil, err
	}
	var err error
	f.db, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "floor.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	if _, err := f.db.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	var n int
	if err := f.db.QueryRowContext(ctx, `SELECT count(*) FROM patients`).Scan(&n); err != nil {
		return nil, err
	}
	if n == 0 {
		if err := f.seed(ctx, patients); err != nil {
			return nil, fmt.Errorf("make the rows: %w", err)
		}
	}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&f.first, columns + ` ORDER BY a.family_key, a.patient_id LIMIT 50`},
		{&f.after, columns + ` AND (a.family_key, a.patient_id) > (?, ?) ORDER BY a.family_key, a.patient_id LIMIT 50`},
		{&f.patient, columns + ` AND p.id = ?`},
		{&f.record, `SELECT r.id, r.patient_id, r.filename, r.mime, r.size, r.uploaded_at FROM records r
			JOIN assignments a ON a.patient_id = r.patient_id WHERE a.clinician_id = ? AND r.id = ?`},
		{&f.row, `SELECT patients FROM clinicians WHERE id = ?`},
		{&f.audit, `INSERT INTO audit (at, clinician_id, act) VALUES (?, ?, ?)`},
	} {
		if *s.stmt, err = f.db.PrepareContext(ctx, s.text); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *floor) seed(ctx context.Context, patients int) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	person, err := tx.PrepareContext(ctx, `INSERT INTO patients VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	assignment, err := tx.PrepareContext(ctx, `INSERT INTO assignments VALUES (?, 1, ?, ?, ?)`)
	if err != nil {
		return err
	}
	at := time.Now().UnixMicro()
	for i := 1; i <= patients; i++ {
		// Multiplying by a prime that is no divisor of the count spreads the names.
		family := fmt.Sprintf("Family%06d", i*7919%patients)
		if _, err := person.ExecContext(ctx, i, fmt.Sprintf("%010d", i), "Given"+strconv.Itoa(i), family, fmt.Sprintf("p%d@patients.invalid", i),
			"Ms", "07700 900123", strconv.Itoa(i%180)+" Larkspur Way, Wexmoor ZZ12 3AA", fmt.Sprintf("19%02d-03-14", i%100), "FEMALE"); err != nil {
			return err
		}
		if _, err := assignment.ExecContext(ctx, i, family, "", at); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO clinicians VALUES (1, ?)`, patients); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertRecord, 1, "report.txt", "text/plain", fileBytes, at); err != nil {
		return err
	}
	if err := f.writeFiles(); err != nil {
		return err
	}
	return tx.Commit()
}

// aead is AES-256-GCM under a key that the file begins with: enough to measure
// what opening costs, and no protection.
func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func nonce(n uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 4), n) }

// writeFiles writes the document plain and sealed.
func (f *floor) writeFiles() error {
	clear, key := make([]byte, fileBytes), make([]byte, 32)
	_, _ = rand.Read(clear) // never fails (crypto/rand)
	_, _ = rand.Read(key)
	a, err := aead(key)
	if err != nil {
		return err
	}
	sealed := key[:len(key):len(key)]
	for i := 0; i < fileBytes; i += chunk {
		sealed = a.Seal(sealed, nonce(uint64(i)), clear[i:i+chunk], nil)
	}
	if err := os.WriteFile(f.path(1), clear, 0o600); err != nil {
		return err
	}
	return os.WriteFile(f.path(1)+".sealed", sealed, 0o600)
}

func (f *floor) downloadSealed(w http.ResponseWriter, r *http.Request) error {
	rec, err := f.find(r)
	if err != nil {
		return err
	}
	file, err := os.Open(f.path(rec.ID) + ".sealed")
	if err != nil {
		return err
	}
	defer file.Close()
	buf := make([]byte, chunk+16)
	if _, err := io.ReadFull(file, buf[:32]); err != nil {
		return err
	}
	a, err := aead(buf[:32])
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", rec.MIME)
	w.Header().Set("Content-Length", strconv.FormatInt(rec.Size, 10))
	for i := int64(0); i < rec.Size; i += chunk {
		if _, err := io.ReadFull(file, buf); err != nil {
			return err
		}
		clear, err := a.Open(buf[:0], nonce(uint64(i)), buf, nil)
		if err != nil {
			return err
		}
		if _, err := w.Write(clear); err != nil {
			return err
		}
	}
	return nil
}
