package siblingtest

import "net/http"

func (d *Database) patientRoutes(handle func(string, http.HandlerFunc)) {
	handle("GET /api/patients/{id}/", func(w http.ResponseWriter, r *http.Request) {
		if p := d.patients[id(r, "id")]; p != nil {
			reply(w, 200, d.patientJSON(p))
		} else {
			detail(w, "Patient")
		}
	})
	handle("GET /api/patients/by_clinician/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("clinician_id") == "" {
			reply(w, 400, object{"error": "clinician_id parameter required"})
			return
		}
		reply(w, 200, d.panel(query(r, "clinician_id")))
	})
	handle("POST /api/patients/", func(w http.ResponseWriter, r *http.Request) {
		b := body(r)
		userID, ok := whole(b["user_id"])
		if !ok || words(b["date_of_birth"]) == "" {
			reply(w, 400, object{"date_of_birth": []string{"This field may not be null."}})
			return
		}
		p := d.addPatient(userID, words(b["date_of_birth"]), words(b["gender"]))
		for _, k := range []string{"phone_number", "address", "emergency_contact_name", "emergency_contact_phone"} {
			p.fields[k] = words(b[k])
		}
		reply(w, 201, d.patientJSON(p))
	})
}

// panel is the patients of a clinician, each with its user.
func (d *Database) panel(clinicianID int64) []object {
	list := []object{}
	for _, id := range sorted(d.patients) {
		if p := d.patients[id]; p.assigned && p.to != nil && *p.to == clinicianID {
			v := d.patientJSON(p)
			v["user"] = nil
			if u := d.users[p.user]; u != nil {
				v["user"] = u.json()
			}
			list = append(list, v)
		}
	}
	return list
}

func (d *Database) assignmentRoutes(handle func(string, http.HandlerFunc)) {
	handle("GET /api/patient-assignments/check_assignment/", func(w http.ResponseWriter, r *http.Request) {
		var c *clinician
		for _, one := range d.clinicians {
			if one.user == query(r, "clinician_user_id") {
				c = one
			}
		}
		if c == nil {
			reply(w, 200, object{"is_assigned": false, "error": "Clinician not found"})
			return
		}
		p := d.patients[query(r, "patient_id")]
		reply(w, 200, object{"is_assigned": p != nil && p.assigned && p.to != nil && *p.to == c.id, "patient_id": r.URL.Query().Get("patient_id"),
			"clinician_id": c.id, "clinician_user_id": r.URL.Query().Get("clinician_user_id")})
	})
	handle("POST /api/patient-assignments/", func(w http.ResponseWriter, r *http.Request) {
		b := body(r)
		id, _ := whole(b["patient"])
		to, _ := whole(b["assigned_clinician"])
		subtype, ok := whole(b["cancer_subtype"])
		if p := d.patients[id]; p != nil && ok && d.clinicians[to] != nil {
			d.assign(p, to, subtype, words(b["notes"]))
			reply(w, 201, object{"id": p.assignment, "patient": id, "assigned_clinician": to, "cancer_subtype": subtype, "notes": p.notes})
			return
		}
		reply(w, 400, object{"patient": []string{"Invalid pk - object does not exist."}})
	})
}
