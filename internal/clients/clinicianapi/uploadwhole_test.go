package clinicianapi_test

import (
	"bytes"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// A small file is sent from its beginning again after a lost connection, and the
// chart is looked at before: nothing is stored twice.
func TestSmallUploadsAreTriedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		losses, uploads int
		stores          bool
		code            core.Code
	}{
		"the link comes back":         {losses: 3, uploads: 1},
		"only the answer was lost":    {losses: 1, uploads: 1, stores: true},
		"the link does not come back": {losses: 100, code: core.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s := apitest.Start(t)
			c := loggedIn(t, s, func(o *clinicianapi.Options) {
				o.Clock = func() time.Time { return time.Date(2026, time.March, 3, 9, 30, 0, 0, time.UTC) } // when the fake stores
			})
			s.LoseUploads, s.StoreLost = tt.losses, tt.stores
			content := bytes.Repeat([]byte("%PDF-1.7 small "), 2000)
			told := 0
			r, err := c.Upload(t.Context(), core.NewDocument{PatientID: 7, TypeID: 2, Filename: "referral.pdf", Size: int64(len(content)),
				Content: bytes.NewReader(content), Lost: func(int) { told++ }}, nil)
			if core.CodeOf(err) != tt.code || err == nil && (r.PatientID != 7 || r.Size != int64(len(content))) {
				t.Errorf("gave %+v, %v", r, err)
			}
			if len(s.Uploads) != tt.uploads || tt.uploads > 0 && !bytes.Equal(s.Uploads[0].Content, content) {
				t.Errorf("stored %d times", len(s.Uploads))
			}
			sent := s.Count("POST " + wire.PathPatientRecords(7))
			if tt.code == "" && sent != tt.losses+1-b(tt.stores) || tt.code != "" && (sent < 3 || sent > 8) || told == 0 {
				t.Errorf("sent %d times, told %d times", sent, told)
			}
		})
	}
}

func b(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
