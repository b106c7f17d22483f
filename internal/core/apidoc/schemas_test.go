package apidoc

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// named are the types that may stand in a description under a name of their own, beside
// those that they are made of. Generic ones and those whose name another has take theirs
// from here.
var named = map[string]any{
	"SpecializationList": wire.List[core.Specialization]{},
	"RecordTypeList":     wire.List[core.RecordType]{},
	"LanguageList":       wire.List[core.Language]{},
	"RecordList":         wire.List[core.Record]{},
	"UploadList":         wire.List[core.Upload]{},
	"JobStatusAnswer":    wire.JobStatus{},
	"JobWithID":          wire.Job{},
	"SplitDone":          wire.SplitDone{},
}

// roots are the types that requests and answers are made of.
var roots = []any{
	core.Signup{}, core.SignedIn{}, core.Tokens{}, core.ActiveSession{}, core.Profile{}, core.ProfileChange{}, core.Limits{},
	wire.Login{}, wire.Refresh{}, wire.Logout{}, wire.Message{},
	core.Dashboard{}, core.AppointmentList{}, core.NotificationPage{}, core.Notification{}, wire.Defer{}, wire.Forward{}, core.TextHits{},
	core.PatientPage{}, core.PatientDetail{}, core.PatientDashboard{}, core.AccessPage{}, core.TrendNames{}, core.PatientTrend{}, core.PatientResults{}, core.PatientOverview{},
	core.UnreadPage{}, core.Record{}, core.RecordEdit{}, core.Confirmation{}, wire.Reason{}, core.MoveRecord{}, wire.Moved{},
	core.SplitRecord{}, core.UnlockRecord{}, core.Unlocked{}, core.Integrity{}, core.RecordValues{}, core.ValueReview{}, core.Value{}, core.PageCorrections{}, core.TextCorrection{},
	core.DraftText{}, wire.Done{}, core.RecordNotes{}, core.NewNote{}, core.Note{}, core.TaskList{}, core.NewTask{}, core.Task{}, wire.TaskOutput{}, core.DocumentCheck{}, wire.ResolveCheck{}, wire.TempView{}, core.Identifiers{}, core.AnalyzeOptions{},
	wire.Submitted{}, wire.Uploaded{}, wire.TempCleanup{}, wire.BeginUpload{}, core.Upload{}, wire.Jobs{}, core.Result{}, wire.PageAnswer{},
	wire.Frame{}, core.Code(""),
}

// schemas makes schemas of Go types, with what their source says of them.
type schemas struct {
	source *source
	made   object
	names  map[reflect.Type]string
	err    error
}

func newSchemas(src *source) *schemas {
	s := &schemas{source: src, names: map[reflect.Type]string{}}
	for name, v := range named {
		s.names[reflect.TypeOf(v)] = name
	}
	for _, v := range named {
		s.of(reflect.TypeOf(v))
	}
	for _, v := range roots {
		s.of(reflect.TypeOf(v))
	}
	slices.SortFunc(s.made, func(a, b member) int { return strings.Compare(a.key, b.key) })
	return s
}

var (
	timeType = reflect.TypeFor[time.Time]()
	dateType = reflect.TypeFor[core.Date]()
)

// of gives the schema of a type: a reference to what has a name.
func (s *schemas) of(t reflect.Type) object {
	switch {
	case t == timeType:
		return object{{"type", "string"}, {"format", "date-time"}}
	case t == dateType:
		return object{{"type", []any{"string", "null"}}, {"format", "date"}}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{{"type", "boolean"}}
	case reflect.Int, reflect.Int32:
		return object{{"type", "integer"}}
	case reflect.Int64:
		return object{{"type", "integer"}, {"format", "int64"}}
	case reflect.Float64:
		return object{{"type", "number"}}
	case reflect.Interface:
		return object{}
	case reflect.Pointer:
		return orNull(s.of(t.Elem()))
	case reflect.Slice:
		return object{{"type", "array"}, {"items", s.of(t.Elem())}}
	case reflect.Map:
		return object{{"type", "object"}, {"additionalProperties", s.of(t.Elem())}}
	case reflect.String:
		if t.PkgPath() == "" {
			return object{{"type", "string"}}
		}
		return s.define(t, func() object {
			o := object{{"type", "string"}}
			if words := s.source.words(t); len(words) > 0 {
				o = append(o, member{"enum", words})
			}
			return o
		})
	case reflect.Struct:
		if t.Name() == "" {
			return object{{"type", "object"}}
		}
		return s.define(t, func() object { return s.structure(t) })
	}
	s.err = fmt.Errorf("%s has no form in JSON that is known here", t)
	return nil
}

// define makes the schema of a named type once and gives a reference to it.
func (s *schemas) define(t reflect.Type, make func() object) object {
	name, known := s.names[t]
	if !known {
		name = t.Name()
		s.names[t] = name
	}
	ref := object{{"$ref", "#/components/schemas/" + name}}
	if s.made.at(name) != nil {
		for other, n := range s.names {
			if n == name && other != t {
				s.err = fmt.Errorf("%s and %s want the name %s; name one of them in named", t, other, name)
			}
		}
		return ref
	}
	s.made = append(s.made, member{name, object{}}) // for types that hold themselves
	o := make()
	if about := s.source.about(t); about != "" {
		o = append(object{{"description", about}}, o...)
	}
	s.made = s.made.with(name, o)
	return ref
}

func (s *schemas) structure(t reflect.Type) object {
	var properties object
	var required []any
	s.fields(t, &properties, &required)
	o := object{{"type", "object"}}
	if len(required) > 0 {
		o = append(o, member{"required", required})
	}
	return append(o, member{"properties", properties})
}

// fields adds what encoding/json writes of a struct: an outer name hides an inner one.
func (s *schemas) fields(t reflect.Type, properties *object, required *[]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-" || !f.IsExported():
		case f.Anonymous && !tagged:
			s.fields(f.Type, properties, required)
		case !tagged:
			s.err = fmt.Errorf("%s.%s has no name for JSON", t, f.Name)
		default:
			optional := strings.Contains(options, "omit")
			of := f.Type
			if optional && of.Kind() == reflect.Pointer {
				of = of.Elem() // left out rather than null
			}
			schema := s.of(of)
			if about := s.source.aboutField(t, f.Name); about != "" {
				schema = append(object{{"description", about}}, schema...)
			}
			*properties = properties.with(name, schema)
			if !optional && !slices.Contains(*required, any(name)) {
				*required = append(*required, name)
			}
		}
	}
}

func orNull(o object) object {
	if kind, ok := o.at("type").(string); ok {
		return o.with("type", []any{kind, "null"})
	}
	if o.at("type") != nil {
		return o
	}
	return object{{"anyOf", []any{o, object{{"type", "null"}}}}}
}
