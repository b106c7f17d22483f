package boot

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Setting is a variable as it counts.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"` // of a secret only whether it is set
	From  string `json:"from"`  // "environment", "file" or "default"
}

// Settings gives every variable as Load takes it from environ, by name; also when the
// configuration has problems, which are the error.
func Settings(environ []string) ([]Setting, error) {
	c, err := Load(environ)
	vars := env.ToMap(environ)
	var file map[string]string
	if c.EnvFile != "" {
		file, _ = readEnvFile(c.EnvFile) // Load has said what is wrong with it
	}
	var list []Setting
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		s := Setting{Name: f.Tag.Get("env"), Value: inWords(v.Field(i)), From: "default"}
		if file[s.Name] != "" {
			s.From = "file"
		}
		if vars[s.Name] != "" {
			s.From = "environment"
		}
		if raw := cmp.Or(vars[s.Name], file[s.Name]); raw != "" && err != nil {
			s.Value = inWords(reflect.ValueOf(raw)) // some value is wrong: all are shown as they were written
		}
		if f.Tag.Get("secret") != "" && s.Value != "" {
			s.Value = "(set)"
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// inWords writes a value as it could be given; passwords in addresses are left out.
func inWords(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case Lifetime:
		return time.Duration(x).String()
	case OnOff:
		if x {
			return "on"
		}
		return "off"
	case []string:
		return strings.Join(x, ",")
	case string:
		if u, err := url.Parse(x); err == nil && u.User != nil {
			return u.Redacted()
		}
		return x
	default:
		return fmt.Sprint(x)
	}
}

// named says of variables that cannot be read which those are and what is wrong, in the
// words of whoever wrote them.
func named(err error, vars map[string]string) []error {
	list := []error{err}
	var all env.AggregateError
	if errors.As(err, &all) {
		list = slices.Clone(all.Errors)
	}
	for i, err := range list {
		var wrong env.ParseError
		if !errors.As(err, &wrong) {
			continue
		}
		f, ok := reflect.TypeFor[Config]().FieldByName(wrong.Name)
		if !ok {
			continue
		}
		name := f.Tag.Get("env")
		what := wrong.Err.Error()
		switch {
		case f.Type == reflect.TypeFor[time.Duration]():
			what = fmt.Sprintf("%q is not a duration such as 30s or 24h", vars[name])
		case f.Type == reflect.TypeFor[OnOff](): // it has said so itself
		case f.Type.Kind() == reflect.Bool:
			what = fmt.Sprintf("%q is neither true nor false", vars[name])
		case f.Type.Kind() == reflect.Int:
			what = fmt.Sprintf("%q is not a whole number", vars[name])
		}
		list[i] = errors.New(name + ": " + what)
	}
	return list
}
