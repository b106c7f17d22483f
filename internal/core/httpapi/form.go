package httpapi

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"clinician/internal/core"
)

const nonField = "non_field_errors"

// form takes typed fields out of a request and collects what is wrong with
// them, in the words of Django REST framework. Ask it for all fields, then
// for err.
type form struct {
	values   map[string]any
	asked    map[string]bool // the names that were asked for, sent or not
	problems map[string][]string
}

// form reads the request's body as a form.
func (a *API) form(w http.ResponseWriter, r *http.Request) (*form, error) {
	values, err := a.values(w, r, maxBody)
	return newForm(values), err
}

func newForm(values map[string]any) *form {
	return &form{values, map[string]bool{}, map[string][]string{}}
}

// query makes a form of the query string; a repeated name keeps its last value.
func query(r *http.Request) *form {
	f := newForm(map[string]any{})
	for name, list := range r.URL.Query() {
		f.values[name] = list[len(list)-1]
	}
	return f
}

// get gives a field as it was sent.
func (f *form) get(name string) (v any, sent bool) {
	f.asked[name] = true
	v, sent = f.values[name]
	return v, sent
}

// sent reports whether there is a field of this name.
func (f *form) sent(name string) bool {
	_, sent := f.get(name)
	return sent
}

// names are several of one field: whichever is taken, the others are known, too.
func (f *form) names(list []string) []string {
	for _, name := range list {
		f.asked[name] = true
	}
	return list
}

// maxIgnored is how many fields that nobody asked for are named in an answer.
const maxIgnored = 50

// ignored names the fields that were sent and not asked for. The token that forms of
// pages carry says nothing.
func (f *form) ignored() []string {
	var names []string
	for name := range f.values {
		if !f.asked[name] && name != "csrfmiddlewaretoken" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = names[:min(len(names), maxIgnored)]
	for i, name := range names {
		names[i] = cut(name, 100)
	}
	return names
}

// answer writes what came of the form: v, with the names of the fields that were not
// looked at beside its own ("ignored"), so that nobody takes them for stored. A nil form
// had none.
func (f *form) answer(w http.ResponseWriter, status int, v any) error {
	var names []string
	if f != nil {
		names = f.ignored()
	}
	if len(names) == 0 {
		return writeJSON(w, status, v)
	}
	body, err := encode(v)
	if err != nil {
		return err
	}
	list, err := encode(names)
	if err != nil {
		return err
	}
	if whole, object := bytes.CutSuffix(body, []byte("}")); object {
		comma := ","
		if bytes.HasSuffix(whole, []byte("{")) {
			comma = ""
		}
		body = append(append(bytes.Clone(whole), comma+`"ignored":`...), append(list, '}')...)
	}
	return writeJSON(w, status, told{body, v})
}

// told is an answer that is written already, of a thing.
type told struct {
	json.RawMessage
	of any
}

// ETag is that of the thing.
func (t told) ETag() string {
	if v, ok := t.of.(interface{ ETag() string }); ok {
		return v.ETag()
	}
	return ""
}

func (f *form) wrong(name, what string) { f.problems[name] = append(f.problems[name], what) }

func (f *form) err() error {
	if len(f.problems) == 0 {
		return nil
	}
	e := core.Errorf(core.CodeInvalid, "Some fields are not right; see the messages beside them.")
	e.Fields = f.problems
	return e
}

func fieldProblem(name, what string) error {
	f := newForm(nil)
	f.wrong(name, what)
	return f.err()
}

// present gives the value of a field that must be there and not null.
func (f *form) present(name string) (any, bool) {
	v, there := f.get(name)
	switch {
	case !there:
		f.wrong(name, "This field is required.")
	case v == nil:
		f.wrong(name, "This field may not be null.")
	default:
		return v, true
	}
	return nil, false
}

// text gives a required text, trimmed, of 1 to longest characters.
func (f *form) text(name string, longest int) string {
	v, ok := f.present(name)
	if !ok {
		return ""
	}
	s, ok := f.asText(name, v)
	switch {
	case !ok:
	case s == "":
		f.wrong(name, "This field may not be blank.")
	case utf8.RuneCountInString(s) > longest:
		f.wrong(name, "Ensure this field has no more than "+strconv.Itoa(longest)+" characters.")
	}
	return s
}

// secret gives a required text as it is: a password is never trimmed or cut.
func (f *form) secret(name string, longest int) string {
	v, ok := f.present(name)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	switch {
	case !ok:
		f.wrong(name, "Not a valid string.")
	case s == "":
		f.wrong(name, "This field may not be blank.")
	case len(s) > longest:
		f.wrong(name, "Ensure this field has no more than "+strconv.Itoa(longest)+" characters.")
	}
	return s
}

// atLeast adds a lower limit to a text that is there.
func (f *form) atLeast(name, value string, shortest int) {
	if value != "" && utf8.RuneCountInString(value) < shortest {
		f.wrong(name, "Ensure this field has at least "+strconv.Itoa(shortest)+" characters.")
	}
}

// email gives a required e-mail address.
func (f *form) email(name string) string {
	s := f.text(name, 254)
	if s != "" {
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			f.wrong(name, "Enter a valid email address.")
		}
	}
	return s
}

// changedText gives a text that may be missing, but not null or blank.
func (f *form) changedText(name string, longest int) *string {
	if !f.sent(name) {
		return nil
	}
	s := f.text(name, longest)
	return &s
}

// optionalText gives a text that may be missing, null or blank.
func (f *form) optionalText(name string) string {
	v, _ := f.get(name)
	if v == nil {
		return ""
	}
	s, _ := f.asText(name, v)
	return s
}

func (f *form) asText(name string, v any) (string, bool) {
	var s string
	switch v := v.(type) {
	case string:
		s = strings.TrimSpace(v)
	case json.Number:
		s = v.String()
	default:
		f.wrong(name, "Not a valid string.")
		return "", false
	}
	if strings.ContainsRune(s, 0) {
		f.wrong(name, "Null characters are not allowed.")
		return "", false
	}
	return s, true
}

// integer gives a required whole number; "7" and 7.0 are fine, 1.5 is not.
func (f *form) integer(name string) int64 {
	v, ok := f.present(name)
	if !ok {
		return 0
	}
	return f.asInteger(name, v)
}

func (f *form) changedInteger(name string) *int64 {
	if !f.sent(name) {
		return nil
	}
	n := f.integer(name)
	return &n
}

func (f *form) asInteger(name string, v any) int64 {
	var s string
	switch v := v.(type) {
	case string:
		s = strings.TrimSpace(v)
	case json.Number:
		s = v.String()
	}
	if whole, zeros, ok := strings.Cut(s, "."); ok && strings.Trim(zeros, "0") == "" && zeros != "" {
		s = whole
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f.wrong(name, "A valid integer is required.")
		return 0
	}
	return n
}

// count gives an optional whole number of at least least; 0 when it is missing or
// blank. The use case knows what 0 stands for and how many are too many.
func (f *form) count(name string, least int64) int {
	return int(min(f.between(name, 0, least, math.MaxInt64), math.MaxInt32))
}

// between gives an optional whole number; standard when it is missing or blank.
func (f *form) between(name string, standard, least, most int64) int64 {
	v, _ := f.get(name)
	if v == nil || v == "" {
		return standard
	}
	before := len(f.problems[name])
	n := f.asInteger(name, v)
	switch {
	case len(f.problems[name]) > before:
	case n < least:
		f.wrong(name, "Ensure this value is greater than or equal to "+strconv.FormatInt(least, 10)+".")
	case n > most:
		f.wrong(name, "Ensure this value is less than or equal to "+strconv.FormatInt(most, 10)+".")
	}
	return n
}

var (
	yes = []string{"t", "y", "yes", "true", "on", "1", "1.0"}
	no  = []string{"f", "n", "no", "false", "off", "0", "0.0"}
)

// changedBoolean gives a truth value that may be missing, but not null.
func (f *form) changedBoolean(name string) *bool {
	if !f.sent(name) {
		return nil
	}
	v, ok := f.present(name)
	if !ok {
		return nil
	}
	var s string
	switch v := v.(type) {
	case bool:
		return &v
	case string:
		s = strings.ToLower(strings.TrimSpace(v))
	case json.Number:
		s = v.String()
	}
	truth := slices.Contains(yes, s)
	if !truth && !slices.Contains(no, s) {
		f.wrong(name, "Must be a valid boolean.")
	}
	return &truth
}

// refused reports whether a truth value was sent and is false.
func (f *form) refused(name string) bool {
	v := f.changedBoolean(name)
	return v != nil && !*v
}
