package httpapi

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"clinician/internal/core/wire"
)

// What an update does not know changes nothing and is named. boot.TestEveryOperation
// asks every operation that takes fields.
func TestUnknownFieldsAreNamed(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	got := func(body any, headers ...string) string {
		t.Helper()
		var p struct {
			Phone   string   `json:"phone_number"`
			Ignored []string `json:"ignored"`
		}
		w.call("PUT", wire.PathProfile, ann, body, headers...).want(200).into(&p)
		return p.Phone + " " + strings.Join(p.Ignored, ",")
	}
	for _, k := range []struct{ body, want string }{
		{`{"phone_number":"555-1"}`, "555-1 "},
		{`{"phone_number":"555-2","nickname":"A","licence":{"no":1}}`, "555-2 licence,nickname"},
		{`{"phone":"555-3"}`, "555-2 phone"},
		{`{"csrfmiddlewaretoken":"x"}`, "555-2 "},
		{`{"\u001b[31m":1}`, "555-2 \x1b[31m"},
	} {
		if s := got(strings.NewReader(k.body), "Content-Type", "application/json"); s != k.want {
			t.Errorf("%s answers %q, not %q", k.body, s, k.want)
		}
	}
	if s := got(strings.NewReader("phone_number=555-4&middle_name=B"), "Content-Type", "application/x-www-form-urlencoded"); s != "555-4 middle_name" {
		t.Errorf("a form answers %q", s)
	}
}

func TestIgnoredIsBounded(t *testing.T) {
	t.Parallel()
	values := map[string]any{strings.Repeat("x", 500): 1}
	for i := range 200 {
		values["a"+strconv.Itoa(i)] = i
	}
	f := newForm(values)
	names := f.ignored()
	if len(names) != maxIgnored || names[0] != "a0" {
		t.Errorf("%d names, from %q", len(names), names[0])
	}
	rec := httptest.NewRecorder()
	f = newForm(map[string]any{strings.Repeat("x", 500): 1, "<b>": 2})
	if err := f.answer(rec, 200, struct{}{}); err != nil || rec.Body.String() != `{"ignored":["<b>","`+strings.Repeat("x", 100)+`"]}` {
		t.Errorf("%v: %s", err, rec.Body.String())
	}
}
