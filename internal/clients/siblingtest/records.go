package siblingtest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/golang-jwt/jwt/v5"
)

// Keep tells the database of what file-service keeps: it has a record of each file.
func (d *Database) Keep(f *Files) {
	d.data.Lock()
	defer d.data.Unlock()
	d.files = f
}

// recordRoutes has no filter for a file, and takes no notice of one it does not know;
// the newest record comes first.
func (d *Database) recordRoutes(handle func(string, http.HandlerFunc)) {
	handle("GET /api/medical-records/", func(w http.ResponseWriter, r *http.Request) {
		all := []object{}
		for _, k := range slices.Backward(d.kept()) {
			if patient := query(r, "patient"); patient < 1 || patient == k.Patient {
				all = append(all, d.recordJSON(k))
			}
		}
		d.page(w, r, all)
	})
	handle("GET /api/medical-records/{id}/", func(w http.ResponseWriter, r *http.Request) {
		for _, k := range d.kept() {
			if k.ID == r.PathValue("id") {
				reply(w, 200, d.recordJSON(k))
				return
			}
		}
		reply(w, 404, object{"detail": "No MedicalRecord matches the given query."})
	})
}

func (d *Database) kept() []*KeptFile {
	if d.files == nil {
		return nil
	}
	d.files.Lock()
	defer d.files.Unlock()
	return slices.Clone(d.files.Kept)
}

func (d *Database) recordJSON(k *KeptFile) object {
	sum := sha256.Sum256(k.Content)
	return object{"file": k.ID, "patient": k.Patient, "medical_record_type": k.Kind, "uploaded_by": k.By, "created_at": stamp(k.At),
		"file_detail": object{"id": k.ID, "filename": k.Name, "file_hash": hex.EncodeToString(sum[:]), "file_size": len(k.Content), "mime_type": "application/pdf",
			"storage_path": "/srv/app/x", "is_encrypted": true, "uploaded_at": stamp(k.At), "last_accessed": nil, "is_deleted": false, "deleted_at": nil, "user": k.By},
		"patient_detail":             object{"id": k.Patient, "name": "Unknown"},
		"medical_record_type_detail": object{"id": k.Kind, "type_name": "Laboratory Results", "is_active": true, "created_at": stamp(d.at)},
		"uploaded_by_detail":         nil}
}

// IsAssigned reports whether a patient is a user's, as the other services ask.
func (d *Database) IsAssigned(userID, patientID int64) bool {
	d.data.Lock()
	defer d.data.Unlock()
	p := d.patients[patientID]
	if p == nil || !p.assigned || p.to == nil {
		return false
	}
	c := d.clinicians[*p.to]
	return c != nil && c.user == userID
}

// TokenHolder says whose an access token is, as file-service and ocr-service check it
// with PyJWT: signature and times, and no token that names an audience.
func TokenHolder(token string) (userID int64, ok bool) {
	claims := jwt.MapClaims{}
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired()).
		ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return []byte(JWTKey), nil })
	id, number := claims["user_id"].(float64)
	return int64(id), err == nil && number && claims["aud"] == nil
}
