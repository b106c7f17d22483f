package document

import (
	"testing"
	"time"

	"clinician/internal/core"
)

// The next unread document is the one behind this, also when this one has just been
// reviewed; behind the last one the list begins again.
func TestTheNextUnreadDocument(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	rec := func(id string, hours int) core.Record {
		return core.Record{ID: id, UploadedAt: at.Add(-time.Duration(hours) * time.Hour)}
	}
	list := []core.UnreadRecord{{Record: rec("a", 1)}, {Record: rec("c", 3)}, {Record: rec("d", 4)}}
	for _, c := range []struct {
		after        core.Record
		list         []core.UnreadRecord
		want         string
		around, done bool
	}{
		{rec("a", 1), list, "c", false, true}, {rec("b", 2), list, "c", false, true}, {rec("d", 4), list, "a", true, false},
		{rec("e", 5), list, "a", true, false}, {rec("a", 1), list[:1], "", false, false}, {rec("z", 0), list, "a", false, true}, {rec("a", 1), nil, "", false, false},
	} {
		n, done := following(c.list, c.after)
		if n.Record.ID != c.want || n.Around != c.around || done != c.done || n.Has != (c.want != "") {
			t.Errorf("after %s of %d: %q around %t done %t", c.after.ID, len(c.list), n.Record.ID, n.Around, done)
		}
	}
}
