package siblingtest

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// ServiceToken is what Database takes.
const ServiceToken = "db-service-secret-token"

// Database answers as database-service. Its people are changed through its fields by
// nobody but its methods.
type Database struct {
	server
	data sync.Mutex

	users       map[int64]*user
	clinicians  map[int64]*clinician
	patients    map[int64]*patient
	tokens      map[string]*token
	events      []object
	nextUser    int64
	nextOther   int64
	at          time.Time
	cancerTypes []object
	files       *Files // nil: there are no records
	// Numbered gives patients record numbers, which the real service has no field for.
	Numbered bool
}

type user struct {
	id                           int64
	email, password, first, last string
	role                         int64
	active                       bool
	joined                       time.Time
	login                        *time.Time
}

type clinician struct {
	id, user       int64
	specialization *int64
	phone          string
	available      bool
	created        time.Time
	updated        time.Time
}

type patient struct {
	id, user   int64
	born       string
	gender     string
	fields     object
	assigned   bool
	assignment int64
	to         *int64
	subtype    int64
	notes      string
	since      time.Time
	created    time.Time
	updated    time.Time
}

type token struct {
	id, user int64
	expires  string
	active   bool
}

var roles = []object{
	{"id": 1, "name": "PATIENT", "display_name": "Patient", "description": "Patient users who can view their medical records and book appointments"},
	{"id": 2, "name": "CLINICIAN", "display_name": "Clinician", "description": "Healthcare providers who can manage patient records and appointments"},
	{"id": 3, "name": "ADMIN", "display_name": "Administrator", "description": "System administrators"},
}

// StartDatabase starts one with catalogues and no people.
func StartDatabase(t testing.TB) *Database {
	at := time.Date(2026, 11, 23, 9, 43, 57, 487366000, time.UTC)
	d := &Database{users: map[int64]*user{}, clinicians: map[int64]*clinician{}, patients: map[int64]*patient{}, tokens: map[string]*token{}, at: at}
	kind := func(id int64, name string, parent any, subtypes ...object) object {
		if subtypes == nil {
			subtypes = []object{}
		}
		return object{"id": id, "cancer_type": name, "description": "About " + name + ".", "parent": parent, "parent_details": nil,
			"subtypes": subtypes, "created_at": stamp(at), "updated_at": stamp(at)}
	}
	d.cancerTypes = []object{
		kind(5, "Breast Cancer", nil, kind(22, "Invasive ductal carcinoma", 5)),
		kind(9, "Uterine Cancer", nil, kind(27, "Serous carcinoma", 9), kind(28, "Clear cell carcinoma", 9)),
	}
	d.start(t, d.routes(), "Invalid service token")
	return d
}

func (d *Database) routes() http.Handler {
	mux := http.NewServeMux()
	health := object{"status": "healthy", "service": "database-service", "database": "connected", "cache": "connected"}
	mux.HandleFunc("GET /health/", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, health) })
	handle := func(pattern string, h http.HandlerFunc) {
		mux.HandleFunc(pattern+"{$}", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Service-Token") != ServiceToken {
				reply(w, http.StatusForbidden, object{"detail": "Invalid service token"})
				return
			}
			d.data.Lock()
			defer d.data.Unlock()
			h(w, r)
		})
	}
	handle("GET /api/health/", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, health) })
	handle("GET /api/roles/", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, roles) })
	handle("GET /api/languages/", func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, []object{{"code": "en", "name": "English", "native_name": "English", "is_active": true, "display_order": 1},
			{"code": "es", "name": "Spanish", "native_name": "Español", "is_active": true, "display_order": 2}})
	})
	handle("GET /api/medical-record-types/", func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, []object{{"id": 3, "type_name": "Allergy Documentation", "is_active": true, "created_at": stamp(d.at)},
			{"id": 11, "type_name": "Laboratory Results", "is_active": true, "created_at": stamp(d.at)}})
	})
	handle("GET /api/cancer-types/top_level/", func(w http.ResponseWriter, r *http.Request) { reply(w, 200, d.cancerTypes) })
	handle("POST /api/events/", d.postEvent)
	d.userRoutes(handle)
	d.clinicianRoutes(handle)
	d.patientRoutes(handle)
	d.assignmentRoutes(handle)
	d.tokenRoutes(handle)
	d.recordRoutes(handle)
	return mux
}

func (d *Database) userRoutes(handle func(string, http.HandlerFunc)) {
	handle("GET /api/users/{id}/", func(w http.ResponseWriter, r *http.Request) {
		if u := d.users[id(r, "id")]; u != nil {
			reply(w, 200, u.json())
		} else {
			detail(w, "User")
		}
	})
	handle("GET /api/users/by_email/", func(w http.ResponseWriter, r *http.Request) {
		email := r.URL.Query().Get("email")
		if email == "" {
			reply(w, 400, object{"error": "Email parameter required"})
			return
		}
		for _, u := range d.users {
			if u.email == email {
				v := u.json()
				v["password"], v["role"] = u.password, v["role_detail"]
				delete(v, "role_detail")
				delete(v, "role_name")
				reply(w, 200, v)
				return
			}
		}
		reply(w, 404, object{"error": "User not found"})
	})
	handle("POST /api/users/", func(w http.ResponseWriter, r *http.Request) {
		b := body(r)
		role, ok := whole(b["role"])
		if !ok {
			reply(w, 400, object{"role": []string{"Incorrect type. Expected pk value, received str."}})
			return
		}
		for _, u := range d.users {
			if u.email == words(b["email"]) {
				reply(w, 400, object{"email": []string{"user with this email already exists."}})
				return
			}
		}
		reply(w, 201, d.addUser(words(b["email"]), words(b["password"]), words(b["first_name"]), words(b["last_name"]), role).json())
	})
	handle("PATCH /api/users/{id}/", func(w http.ResponseWriter, r *http.Request) {
		u := d.users[id(r, "id")]
		if u == nil {
			detail(w, "User")
			return
		}
		b := body(r)
		for key, field := range map[string]*string{"first_name": &u.first, "last_name": &u.last, "email": &u.email, "password": &u.password} {
			if v, ok := b[key].(string); ok {
				*field = v
			}
		}
		if v, ok := b["is_active"].(bool); ok {
			u.active = v
		}
		if at, err := time.Parse(time.RFC3339, words(b["last_login"])); err == nil {
			u.login = &at
		}
		reply(w, 200, u.json())
	})
	handle("DELETE /api/users/{id}/", func(w http.ResponseWriter, r *http.Request) {
		delete(d.users, id(r, "id"))
		w.WriteHeader(http.StatusNoContent)
	})
}

func (d *Database) clinicianRoutes(handle func(string, http.HandlerFunc)) {
	handle("GET /api/clinicians/by_user/", func(w http.ResponseWriter, r *http.Request) {
		for _, c := range d.clinicians {
			if c.user == query(r, "user_id") {
				reply(w, 200, d.clinicianJSON(c))
				return
			}
		}
		reply(w, 404, object{"error": "Clinician not found"})
	})
	handle("GET /api/clinicians/", func(w http.ResponseWriter, r *http.Request) {
		var all []object
		for _, id := range sorted(d.clinicians) {
			all = append(all, d.clinicianJSON(d.clinicians[id]))
		}
		d.page(w, r, all)
	})
	handle("POST /api/clinicians/", func(w http.ResponseWriter, r *http.Request) {
		b := body(r)
		userID, ok := whole(b["user_id"])
		if !ok {
			reply(w, 400, object{"error": "user_id is required"})
			return
		}
		if d.users[userID] == nil {
			reply(w, 404, object{"error": "User not found"})
			return
		}
		var special *int64
		if s, ok := whole(b["specialization_id"]); ok {
			if !d.topLevel(s) {
				reply(w, 404, object{"error": "Invalid specialization"})
				return
			}
			special = &s
		}
		reply(w, 201, d.clinicianJSON(d.addClinician(userID, special, words(b["phone_number"]))))
	})
	handle("PATCH /api/clinicians/{id}/", func(w http.ResponseWriter, r *http.Request) {
		c := d.clinicians[id(r, "id")]
		if c == nil {
			detail(w, "Clinician")
			return
		}
		b := body(r)
		if s, ok := whole(b["specialization"]); ok {
			if !d.topLevel(s) {
				reply(w, 400, object{"specialization": []string{"Invalid pk \"" + strconv.FormatInt(s, 10) + "\" - object does not exist."}})
				return
			}
			c.specialization = &s
		}
		if v, ok := b["phone_number"].(string); ok {
			c.phone = v
		}
		if v, ok := b["is_available"].(bool); ok {
			c.available = v
		}
		c.updated = c.updated.Add(time.Second)
		reply(w, 200, d.clinicianJSON(c))
	})
}

func (d *Database) tokenRoutes(handle func(string, http.HandlerFunc)) {
	const tokens = "/api/refresh-tokens/"
	handle("POST "+tokens+"create_token/", func(w http.ResponseWriter, r *http.Request) {
		b := body(r)
		userID, _ := whole(b["user_id"])
		if d.users[userID] == nil || words(b["token"]) == "" || len(words(b["token"])) > 255 {
			reply(w, 400, object{"error": "user_id, token and expires_at are required"})
			return
		}
		expires, err := time.Parse(time.RFC3339, words(b["expires_at"]))
		if err != nil {
			reply(w, 400, object{"error": "expires_at"})
			return
		}
		d.nextOther++
		t := &token{d.nextOther, userID, expires.UTC().Format(time.RFC3339), true}
		d.tokens[words(b["token"])] = t
		reply(w, 201, object{"id": t.id, "user_id": userID, "token": b["token"], "created_at": stamp(d.at), "expires_at": t.expires, "is_active": true})
	})
	handle("GET "+tokens+"validate_token/", func(w http.ResponseWriter, r *http.Request) {
		t := d.tokens[r.URL.Query().Get("token")]
		if t == nil || !t.active {
			reply(w, 404, object{"is_valid": false})
			return
		}
		reply(w, 200, object{"id": t.id, "user_id": t.user, "user_email": d.users[t.user].email, "expires_at": t.expires, "is_valid": true})
	})
	handle("POST "+tokens+"invalidate_token/", func(w http.ResponseWriter, r *http.Request) {
		t := d.tokens[words(body(r)["token"])]
		if t == nil {
			reply(w, 404, object{"error": "Token not found"})
			return
		}
		t.active = false
		reply(w, 200, object{"message": "Token invalidated"})
	})
	handle("POST "+tokens+"invalidate_user_tokens/", func(w http.ResponseWriter, r *http.Request) {
		userID, _ := whole(body(r)["user_id"])
		n := 0
		for _, t := range d.tokens {
			if t.user == userID && t.active {
				t.active = false
				n++
			}
		}
		reply(w, 200, object{"message": "Tokens invalidated", "count": n})
	})
}

func (d *Database) postEvent(w http.ResponseWriter, r *http.Request) {
	b, bad := body(r), object{}
	for _, k := range []string{"event_type", "service", "data"} {
		if b[k] == nil {
			bad[k] = []string{"This field is required."}
		}
	}
	if len(bad) > 0 {
		reply(w, 400, bad)
		return
	}
	d.events = append(d.events, b)
	reply(w, 201, object{"id": len(d.events), "event_type": b["event_type"], "service": b["service"], "data": b["data"], "created_at": stamp(d.at)})
}

// page gives one of several pages of a list, as the service counts them.
func (d *Database) page(w http.ResponseWriter, r *http.Request, all []object) {
	const size = 100
	n := max(1, query(r, "page"))
	from, to := min(int64(len(all)), (n-1)*size), min(int64(len(all)), n*size)
	v := object{"count": len(all), "next": nil, "previous": nil, "results": append([]object{}, all[from:to]...)}
	if to < int64(len(all)) {
		v["next"] = "http://database-service:8004" + r.URL.Path + "?page=" + strconv.FormatInt(n+1, 10)
	}
	reply(w, 200, v)
}

func (d *Database) topLevel(id int64) bool {
	return slices.ContainsFunc(d.cancerTypes, func(t object) bool { return t["id"] == id })
}

func (d *Database) subtype(id int64) (name, of string) {
	for _, t := range d.cancerTypes {
		for _, s := range t["subtypes"].([]object) {
			if s["id"] == id {
				return words(s["cancer_type"]), words(t["cancer_type"])
			}
		}
	}
	return "", ""
}

func sorted[T any](m map[int64]T) []int64 {
	ids := make([]int64, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
