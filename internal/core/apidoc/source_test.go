package apidoc

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// source is what the comments of core and wire say of types, fields and constants. The
// description repeats it, so that it is written once.
type source struct {
	types  map[string]string // "core.Job" -> comment
	fields map[string]string // "core.Job.Seq" -> comment
	consts map[string][]any  // "core.JobStatus" -> its values
	names  map[string]string // of a constant, "PageRead" -> "read"
}

func readSource(dirs ...string) (*source, error) {
	s := &source{map[string]string{}, map[string]string{}, map[string][]any{}, map[string]string{}}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			for _, d := range f.Decls {
				if d, ok := d.(*ast.GenDecl); ok {
					s.read(f.Name.Name, d)
				}
			}
		}
	}
	return s, nil
}

func (s *source) read(pkg string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			doc := spec.Doc.Text()
			if doc == "" {
				doc = d.Doc.Text()
			}
			name := pkg + "." + spec.Name.Name
			s.types[name] = plain(doc)
			if st, ok := spec.Type.(*ast.StructType); ok {
				s.readFields(name, st)
			}
		case *ast.ValueSpec:
			s.readConst(pkg, spec)
		}
	}
}

func (s *source) readFields(owner string, st *ast.StructType) {
	for _, f := range st.Fields.List {
		doc := f.Doc.Text()
		if doc == "" {
			doc = f.Comment.Text()
		}
		for _, n := range f.Names {
			s.fields[owner+"."+n.Name] = plain(doc)
		}
	}
}

func (s *source) readConst(pkg string, spec *ast.ValueSpec) {
	for i, v := range spec.Values {
		lit, ok := v.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING || i >= len(spec.Names) {
			continue
		}
		word, err := strconv.Unquote(lit.Value)
		if err != nil {
			continue
		}
		s.names[spec.Names[i].Name] = word
		if kind, ok := spec.Type.(*ast.Ident); ok {
			s.consts[pkg+"."+kind.Name] = append(s.consts[pkg+"."+kind.Name], word)
		}
	}
}

func key(t reflect.Type) string {
	path := t.PkgPath()
	name, _, _ := strings.Cut(t.Name(), "[")
	return path[strings.LastIndex(path, "/")+1:] + "." + name
}

func (s *source) about(t reflect.Type) string { return s.inJSON(t, s.types[key(t)]) }
func (s *source) aboutField(t reflect.Type, f string) string {
	return s.inJSON(t, s.fields[key(t)+"."+f])
}
func (s *source) words(t reflect.Type) []any { return s.consts[key(t)] }

var capital = regexp.MustCompile(`(?:^|[^.\w ] ?| )[A-Z]\w+`)

// inJSON writes constants, and fields of t, that a comment names as they are in JSON.
func (s *source) inJSON(t reflect.Type, text string) string {
	return capital.ReplaceAllStringFunc(text, func(m string) string {
		at := strings.IndexFunc(m, unicode.IsUpper)
		name := m[at:]
		if word, ok := s.names[name]; ok {
			return m[:at] + "`" + word + "`"
		}
		if t.Kind() == reflect.Struct && at > 0 && name != "MRN" { // which people say, too
			if f, ok := t.FieldByName(name); ok && f.Tag.Get("json") != "" {
				word, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				return m[:at] + "`" + word + "`"
			}
		}
		return m
	})
}

var (
	null   = regexp.MustCompile(`\bnil\b`)
	clinic = regexp.MustCompile(`;? ?[Ss]ee (Clinic|Job|Counted)\b`)
)

// plain is a comment for those who read JSON and not Go.
func plain(doc string) string {
	doc = strings.Join(strings.Fields(doc), " ")
	return null.ReplaceAllString(clinic.ReplaceAllString(doc, ""), "null")
}
