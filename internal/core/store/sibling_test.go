package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

// fakeSibling is a client of a small service that knows people and assignments. Both
// are fakes: the shapes are our own, and the service reads from a database of ours.
// What they show is that the ports need neither our database nor its transactions.
type fakeSibling struct{ base string }

var (
	_ core.People      = fakeSibling{}
	_ core.Assignments = fakeSibling{}
)

// reply is an answer of the service, or its error.
type reply struct {
	Value  json.RawMessage     `json:"value,omitempty"`
	Code   core.Code           `json:"code,omitempty"`
	Error  string              `json:"error,omitempty"`
	Fields map[string][]string `json:"fields,omitempty"`
}

// secret carries a credential's hash, which a Credential keeps out of JSON.
type secret struct {
	User core.User `json:"user"`
	Hash string    `json:"hash"`
}

func startSibling(t *testing.T, db coretest.Directory) fakeSibling {
	mux := http.NewServeMux()
	serve := func(path string, answer func(ctx context.Context, q url.Values) (any, error)) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			var out reply
			v, err := answer(r.Context(), r.URL.Query())
			var e *core.Error
			if errors.As(err, &e) {
				out.Code, out.Error, out.Fields = e.Code, e.Message, e.Fields
			} else if err != nil {
				out.Code, out.Error = core.CodeInternal, err.Error()
			} else if out.Value, err = json.Marshal(v); err != nil {
				t.Error(err)
			}
			_ = json.NewEncoder(w).Encode(out)
		})
	}
	id := func(q url.Values, name string) int64 {
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil {
			t.Error(err)
		}
		return n
	}
	serve("/user", func(ctx context.Context, q url.Values) (any, error) { return db.User(ctx, id(q, "id")) })
	serve("/credential", func(ctx context.Context, q url.Values) (any, error) {
		c, err := db.Credential(ctx, q.Get("email"))
		return secret{c.User, c.PasswordHash}, err
	})
	serve("/clinician", func(ctx context.Context, q url.Values) (any, error) { return db.ClinicianByUser(ctx, id(q, "user")) })
	serve("/patient", func(ctx context.Context, q url.Values) (any, error) { return db.Patient(ctx, id(q, "id")) })
	serve("/ping", func(ctx context.Context, _ url.Values) (any, error) { return true, db.Ping(ctx) })
	serve("/assigned", func(ctx context.Context, q url.Values) (any, error) {
		return db.IsAssigned(ctx, id(q, "clinician"), id(q, "patient"))
	})
	serve("/patients", func(ctx context.Context, q url.Values) (any, error) {
		return db.Patients(ctx, id(q, "clinician"), core.PatientQuery{Text: q.Get("text"), Limit: int(id(q, "limit")),
			Cursor: q.Get("cursor"), FromEnd: q.Get("from_end") == "true"})
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return fakeSibling{srv.URL}
}

// get asks the service; values are pairs.
func get[T any](ctx context.Context, s fakeSibling, path string, values ...string) (T, error) {
	var v T
	q := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		q.Set(values[i], values[i+1])
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path+"?"+q.Encode(), nil)
	if err != nil {
		return v, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return v, ctx.Err()
		}
		return v, core.Errorf(core.CodeUnavailable, "The service that knows the people does not answer.").WithCause(err)
	}
	defer resp.Body.Close()
	var r reply
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		return v, core.Errorf(core.CodeUnavailable, "The service that knows the people gave no usable answer.").WithCause(err)
	}
	if r.Code != "" {
		e := core.Errorf(r.Code, "%s", r.Error)
		e.Fields = r.Fields
		return v, e
	}
	return v, json.Unmarshal(r.Value, &v)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func (s fakeSibling) User(ctx context.Context, id int64) (core.User, error) {
	return get[core.User](ctx, s, "/user", "id", number(id))
}

func (s fakeSibling) Credential(ctx context.Context, email string) (core.Credential, error) {
	c, err := get[secret](ctx, s, "/credential", "email", email)
	return core.Credential{User: c.User, PasswordHash: c.Hash}, err
}

func (s fakeSibling) ClinicianByUser(ctx context.Context, userID int64) (core.Clinician, error) {
	return get[core.Clinician](ctx, s, "/clinician", "user", number(userID))
}

func (s fakeSibling) Patient(ctx context.Context, id int64) (core.Patient, error) {
	return get[core.Patient](ctx, s, "/patient", "id", number(id))
}

func (s fakeSibling) Ping(ctx context.Context) error {
	_, err := get[bool](ctx, s, "/ping")
	return err
}

func (s fakeSibling) IsAssigned(ctx context.Context, clinicianID, patientID int64) (bool, error) {
	return get[bool](ctx, s, "/assigned", "clinician", number(clinicianID), "patient", number(patientID))
}

func (s fakeSibling) Patients(ctx context.Context, clinicianID int64, q core.PatientQuery) (core.PatientPage, error) {
	return get[core.PatientPage](ctx, s, "/patients", "clinician", number(clinicianID), "text", q.Text, "limit", strconv.Itoa(q.Limit),
		"cursor", q.Cursor, "from_end", strconv.FormatBool(q.FromEnd))
}
