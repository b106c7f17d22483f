package httpapi

import (
	"context"
	"net/http"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// healthTimeout is below the five seconds after which the portal gives up.
const healthTimeout = 3 * time.Second

// vitals says which parts answer, and never why one does not: callers are
// not known here.
type vitals struct {
	Status   string `json:"status"`
	Service  string `json:"service"`
	Database string `json:"database_connection"`
	Vault    string `json:"vault"`
	Audit    string `json:"audit_head"`
	Bus      string `json:"bus_connection"`
	Engine   string `json:"ocr_engine"`

	Siblings map[string]string `json:"siblings,omitempty"` // other services of the portal, by name

	Development string `json:"development_mode,omitempty"` // why this is no real server
}

func (a *API) vitals(r *http.Request) (vitals, app.Health) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTimeout)
	defer cancel()
	h := a.App.Health(ctx)
	engine := word(h.Engine, "unhealthy")
	if core.CodeOf(h.Engine) == core.CodeEngineMissing {
		engine = "missing"
	}
	v := vitals{Status: "healthy", Service: "clinician-service", Database: word(h.Database, "unhealthy"),
		Vault: word(h.Vault, "unhealthy"), Audit: word(h.Audit, "unhealthy"), Bus: word(h.Bus, "unhealthy"), Engine: engine, Development: a.Development, Siblings: make(map[string]string, len(h.Siblings))}
	for name, err := range h.Siblings {
		v.Siblings[name] = word(err, "unhealthy")
	}
	return v, h
}

func word(err error, bad string) string {
	if err != nil {
		return bad
	}
	return "healthy"
}

// health is always 200: the portal's monitor looks at nothing else.
func (a *API) health(w http.ResponseWriter, r *http.Request) error {
	v, _ := a.vitals(r)
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, http.StatusOK, v)
}

// live says that the process answers at all.
func (a *API) live(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
}

// ready is 503 when requests would fail: a load balancer should look elsewhere.
// A missing OCR engine is no reason; everything else works without it.
func (a *API) ready(w http.ResponseWriter, r *http.Request) error {
	v, h := a.vitals(r)
	status := http.StatusOK
	v.Status = "ready"
	parts := map[string]error{"database": h.Database, "vault": h.Vault, "audit head": h.Audit, "bus": h.Bus}
	for name, err := range h.Siblings {
		if !h.Spare[name] {
			parts[name] = err
		}
	}
	if a.closing.Err() != nil {
		status, v.Status = http.StatusServiceUnavailable, "not ready"
	}
	for part, err := range parts {
		if err != nil {
			status, v.Status = http.StatusServiceUnavailable, "not ready"
			a.Log.WarnContext(r.Context(), "not ready", "part", part, "err", err)
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, status, v)
}

// root is the API root of the original, which lists nothing.
func (a *API) root(w http.ResponseWriter, r *http.Request, _ *app.Session) error {
	return writeJSON(w, http.StatusOK, struct{}{})
}
