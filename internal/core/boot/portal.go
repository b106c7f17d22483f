package boot

import (
	"context"
	"errors"
	"io"

	"clinician/internal/clients/authservice"
	"clinician/internal/clients/databaseservice"
	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/auth"
	"clinician/internal/core/portal"
)

// people, part by part since some of them have more capabilities than their port
// (core.Transactional), is who keeps users, clinicians, patients and sessions: our own database, or
// database-service, whose mirror it then is.
type people struct {
	People        core.People
	Registration  core.Registration
	Assignments   core.Assignments
	Assigner      core.Assigner
	RecentCharts  core.RecentCharts
	Catalogues    core.Catalogues
	PatientImport core.PatientImport
	Sessions      core.Sessions
	Authenticator core.Authenticator // nil: our own tokens and sessions

	source    core.PeopleSource // nil: nobody else keeps people
	passwords *auth.Passwords
	siblings  []app.Sibling
	where     string
	run       []func(context.Context) // in the background, until the context ends
	closers   []io.Closer
}

// openPeople chooses by c, which was checked. tokens is nil where nobody signs in.
func (d *data) openPeople(ctx context.Context, c Config, tokens *auth.Access) (*people, error) {
	mirror, err := d.Store.IsMirror(ctx)
	if err != nil {
		return nil, err
	}
	if c.DatabaseServiceURL == "" {
		if mirror {
			return nil, errors.New("this data directory belongs to a portal: its people are kept by database-service. Set DATABASE_SERVICE_URL and DATABASE_SERVICE_TOKEN, or use another CLINICIAN_DATA_DIR")
		}
		return &people{People: d.Store, Registration: d.Store, Assignments: d.Store, Assigner: d.Store, RecentCharts: d.Store,
			Catalogues: d.Store, PatientImport: d.Store, Sessions: d.Store, passwords: auth.NewPasswords(0), where: "sqlite"}, nil
	}
	if err := d.Store.BecomeMirror(ctx); core.CodeOf(err) == core.CodeConflict {
		return nil, errors.New("DATABASE_SERVICE_URL is set, but this data directory has people of its own, whose numbers mean somebody else there. Use a new CLINICIAN_DATA_DIR for the portal, or unset the variable")
	} else if err != nil {
		return nil, err
	}
	return d.openPortal(c, tokens)
}

// openPortal makes the mirror's ports. Nothing is asked yet: the other services may come
// up later than this one.
func (d *data) openPortal(c Config, tokens *auth.Access) (*people, error) {
	source, err := databaseservice.New(databaseservice.Options{URL: c.DatabaseServiceURL, Token: c.databaseServiceToken(), HTTP: d.via(databaseservice.Name)})
	if err != nil {
		return nil, err
	}
	o := portal.Options{Store: d.Store, Source: source, Clock: d.clock, Log: d.log}
	ports := portal.New(o)
	sessions, err := portal.NewSessions(ports, d.service[labelAuditLog])
	if err != nil {
		return nil, err
	}
	p := &people{People: ports, Registration: ports, Assignments: ports, Assigner: ports, RecentCharts: ports, Catalogues: ports,
		PatientImport: noImport{}, Sessions: sessions, source: source, passwords: auth.NewDjangoPasswords(0), where: databaseservice.Name,
		siblings: []app.Sibling{{Name: databaseservice.Name, Ping: source.Ping}}, closers: []io.Closer{source},
		run: []func(context.Context){ports.Run, portal.NewOutbox(o).Run}}
	if c.AuthServiceURL == "" {
		return p, nil
	}
	verifier, err := authservice.New(authservice.Options{URL: c.AuthServiceURL, HTTP: d.via(authservice.Name)})
	if err != nil {
		return nil, err
	}
	p.siblings = append(p.siblings, app.Sibling{Name: authservice.Name, Ping: verifier.Ping})
	p.closers = append(p.closers, verifier)
	p.where += " and " + authservice.Name
	if tokens != nil {
		p.Authenticator = portal.NewAuthenticator(sessions, tokens, verifier, d.clock)
	}
	return p, nil
}

// noImport refuses patients by the thousand: they would bypass who keeps them.
type noImport struct{}

func (noImport) ImportPatients(context.Context, int64, []core.ImportPatient, core.AuditEvent) ([]int64, error) {
	return nil, core.Errorf(core.CodeInvalid, "Patients are kept by database-service; import them there.")
}

// errDemoInPortal: made-up people do not go among those of a portal.
var errDemoInPortal = core.Errorf(core.CodeInvalid, "Demo data cannot be loaded: DATABASE_SERVICE_URL is set, so people are kept by database-service.")

// knownServiceToken is what database-service takes when nobody gave it another.
const knownServiceToken = "db-service-secret-token"

// databaseServiceToken is what this server proves itself with; see checkPortal.
func (c Config) databaseServiceToken() string {
	if c.DatabaseServiceAuth == "" && c.Debug {
		return knownServiceToken
	}
	return c.DatabaseServiceAuth
}
