package siblingtest

import (
	"strconv"
	"time"
)

func (u *user) json() object {
	v := object{"id": u.id, "email": u.email, "first_name": u.first, "last_name": u.last, "role": u.role, "role_detail": roles[u.role-1],
		"role_name": roles[u.role-1]["name"], "is_active": u.active, "date_joined": stamp(u.joined), "last_login": nil}
	if u.login != nil {
		v["last_login"] = stamp(*u.login)
	}
	return v
}

func (d *Database) clinicianJSON(c *clinician) object {
	v := object{"id": c.id, "user": d.users[c.user].json(), "specialization_detail": nil, "phone_number": c.phone, "is_available": c.available,
		"created_at": stamp(c.created), "updated_at": stamp(c.updated), "specialization": c.specialization}
	for _, t := range d.cancerTypes {
		if c.specialization != nil && t["id"] == *c.specialization {
			v["specialization_detail"] = object{"id": t["id"], "cancer_type": t["cancer_type"], "description": t["description"]}
		}
	}
	return v
}

func (d *Database) patientJSON(p *patient) object {
	v := object{"id": p.id, "preferred_language_id": nil, "phone_number": "", "address": "", "emergency_contact_name": "", "emergency_contact_phone": "",
		"assignment": nil, "user_id": p.user, "date_of_birth": p.born, "gender": p.gender, "created_at": stamp(p.created), "updated_at": stamp(p.updated)}
	for k, f := range p.fields {
		v[k] = f
	}
	if p.assigned {
		name, of := d.subtype(p.subtype)
		v["assignment"] = object{"id": p.assignment, "cancer_subtype": p.subtype, "cancer_subtype_name": name, "cancer_type_name": of,
			"assigned_clinician": p.to, "notes": p.notes, "created_at": offset(p.since), "updated_at": offset(p.since)}
	}
	return v
}

func (d *Database) addUser(email, password, first, last string, role int64) *user {
	d.nextUser++
	u := &user{id: d.nextUser, email: email, password: password, first: first, last: last, role: role, active: true, joined: d.at}
	d.users[u.id] = u
	return u
}

func (d *Database) addClinician(userID int64, special *int64, phone string) *clinician {
	c := &clinician{id: int64(len(d.clinicians) + 1), user: userID, specialization: special, phone: phone, available: true, created: d.at, updated: d.at}
	d.clinicians[c.id] = c
	return c
}

func (d *Database) addPatient(userID int64, born, gender string) *patient {
	p := &patient{id: int64(len(d.patients) + 1), user: userID, born: born, gender: gender, fields: object{}, created: d.at, updated: d.at}
	d.patients[p.id] = p
	if d.Numbered {
		p.fields["mrn"] = strconv.FormatInt(4128870000+p.id, 10)
	}
	return p
}

func (d *Database) assign(p *patient, to, subtype int64, notes string) {
	if !p.assigned {
		d.nextOther++
		p.assignment = d.nextOther
	}
	p.assigned, p.to, p.subtype, p.notes, p.since = true, &to, subtype, notes, d.at
}

// Password is that of everybody AddUser and AddClinician make; PasswordHash is how
// Django keeps it, with fewer rounds so that tests are quick.
const (
	Password     = "Str0ng-Passw0rd!"
	PasswordHash = "pbkdf2_sha256$1000$H1lf6NN8Xye1Yl1sPoziIY$JX2xSr7pHfyq1hDwDqut3REc0TcriZhAuCakLNRDzI4="
)

// AddUser makes a user of a role ("ADMIN") and gives the id.
func (d *Database) AddUser(email, first, last, role string) int64 {
	d.data.Lock()
	defer d.data.Unlock()
	for i, r := range roles {
		if r["name"] == role {
			return d.addUser(email, PasswordHash, first, last, int64(i+1)).id
		}
	}
	panic("no role " + role)
}

// AddClinician makes a user with a profile and gives both ids.
func (d *Database) AddClinician(email, first, last string) (userID, clinicianID int64) {
	userID = d.AddUser(email, first, last, "CLINICIAN")
	d.data.Lock()
	defer d.data.Unlock()
	special := int64(5)
	return userID, d.addClinician(userID, &special, "555-0100").id
}

// AddPatient makes a patient of a clinician (0: of nobody) and gives the id.
func (d *Database) AddPatient(clinicianID int64, first, last, born string) int64 {
	d.data.Lock()
	defer d.data.Unlock()
	u := d.addUser("patient"+strconv.FormatInt(d.nextUser+1, 10)+"@example.com", PasswordHash, first, last, 1)
	p := d.addPatient(u.id, born, "FEMALE")
	if clinicianID != 0 {
		d.assign(p, clinicianID, 27, "Seeded patient")
	}
	return p.id
}

// Fill gives fields of a patient's row these values, by their names there.
func (d *Database) Fill(patientID int64, fields map[string]any) {
	d.data.Lock()
	defer d.data.Unlock()
	for name, v := range fields {
		d.patients[patientID].fields[name] = v
	}
}

// Assign gives a patient to another clinician; 0 takes them from everybody.
func (d *Database) Assign(patientID, clinicianID int64) {
	d.data.Lock()
	defer d.data.Unlock()
	p := d.patients[patientID]
	d.at = d.at.Add(time.Second)
	if clinicianID == 0 {
		p.to = nil
		return
	}
	d.assign(p, clinicianID, 27, p.notes)
}

// SetActive lets a user in or locks one out.
func (d *Database) SetActive(userID int64, active bool) {
	d.data.Lock()
	defer d.data.Unlock()
	d.users[userID].active = active
}

// Rename changes a user's names.
func (d *Database) Rename(userID int64, first, last string) {
	d.data.Lock()
	defer d.data.Unlock()
	d.users[userID].first, d.users[userID].last = first, last
}

// Name gives a user's names; "" for one who is not there.
func (d *Database) Name(userID int64) string {
	d.data.Lock()
	defer d.data.Unlock()
	if u := d.users[userID]; u != nil {
		return u.first + " " + u.last
	}
	return ""
}

// PasswordOf gives the stored hash.
func (d *Database) PasswordOf(email string) string {
	d.data.Lock()
	defer d.data.Unlock()
	for _, u := range d.users {
		if u.email == email {
			return u.password
		}
	}
	return ""
}

// AddToken makes a refresh token, as auth-service does at its login.
func (d *Database) AddToken(userID int64, value string, expires time.Time) {
	d.data.Lock()
	defer d.data.Unlock()
	d.nextOther++
	d.tokens[value] = &token{d.nextOther, userID, expires.UTC().Format(time.RFC3339), true}
}

// TokenActive reports whether a refresh token is valid there.
func (d *Database) TokenActive(value string) bool {
	d.data.Lock()
	defer d.data.Unlock()
	t := d.tokens[value]
	return t != nil && t.active
}

// Events gives the event log: types with their data.
func (d *Database) Events() (list []object) {
	d.data.Lock()
	defer d.data.Unlock()
	return append(list, d.events...)
}
