package store_test

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

func TestDirectory(t *testing.T) {
	coretest.Directory(t, func(t *testing.T) core.Directory { return open(t, "") })
}

func TestSessions(t *testing.T) {
	coretest.Sessions(t, func(t *testing.T) coretest.People {
		db := open(t, "")
		return coretest.People{Sessions: db, Directory: db, Audit: db}
	})
}

func TestAuditLog(t *testing.T) {
	coretest.AuditLog(t, func(t *testing.T) core.AuditLog { return open(t, "") })
}
