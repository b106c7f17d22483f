package apidoc

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the description anew: go generate ./internal/core/apidoc")

// parts are the hand-written descriptions of paths, in the order they are shown in.
var parts = []string{"account", "day", "patients", "records", "files", "reading", "description"}

// TestDescription makes the description of parts, Go types and recorded examples, and
// wants it to be what is embedded.
func TestDescription(t *testing.T) {
	doc, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	text, err := writeYAML(doc)
	if err != nil {
		t.Fatal(err)
	}
	text = append([]byte("# Made by go generate ./internal/core/apidoc of parts/, the Go types and examples.json: change those.\n"), text...)
	packed, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	page, err := reference(doc)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{"openapi.yaml": text, "openapi.json.gz": packed, "reference.html.gz": page} {
		have, err := unpacked(name)
		if err == nil && bytes.Equal(have, want) {
			continue
		}
		if !*update {
			t.Errorf("%s is not what parts, Go types and examples make now: run go generate ./internal/core/apidoc", name)
			continue
		}
		if err := write(name, want); err != nil {
			t.Fatal(err)
		}
	}
}

func unpacked(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return b, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func write(name string, b []byte) error {
	if strings.HasSuffix(name, ".gz") {
		var packed bytes.Buffer
		z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return err
		}
		_, _ = z.Write(b)
		if err := z.Close(); err != nil {
			return err
		}
		b = packed.Bytes()
	}
	return os.WriteFile(name, b, 0o644)
}

// example is what was sent and answered once; by operation, then by status.
type example struct {
	Request json.RawMessage            `json:"request,omitempty"`
	Answers map[string]json.RawMessage `json:"answers,omitempty"`
}

// generator puts the description together.
type generator struct {
	examples map[string]example // by operationId; "clinical", "files" and "ocr" have the errors
	errors   object             // the shared error answers
	schemas  object
	ids      map[string]bool
}

func generate() (object, error) {
	read := func(name string) (object, error) {
		text, err := os.ReadFile(filepath.Join("parts", name+".yaml"))
		if err != nil {
			return nil, err
		}
		o, err := readYAML(text)
		if err != nil {
			return nil, fmt.Errorf("parts/%s.yaml: %w", name, err)
		}
		return o, nil
	}
	doc, err := read("head")
	if err != nil {
		return nil, err
	}
	g := &generator{examples: map[string]example{}, ids: map[string]bool{}}
	if text, err := os.ReadFile("examples.json"); err == nil {
		if err := json.Unmarshal(text, &g.examples); err != nil {
			return nil, fmt.Errorf("examples.json: %w", err)
		}
	}
	src, err := readSource("..", "../wire")
	if err != nil {
		return nil, err
	}
	made := newSchemas(src)
	more, err := read("schemas")
	if err != nil || made.err != nil {
		return nil, fmt.Errorf("schemas: %w", cmpErr(err, made.err))
	}
	all := merge(made.made, more).(object)
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.key, b.key) })
	g.schemas = all
	var paths object
	for _, name := range parts {
		part, err := read(name)
		if err != nil {
			return nil, err
		}
		paths = append(paths, part...)
	}
	if paths, err = g.paths(paths); err != nil {
		return nil, err
	}
	slices.SortFunc(g.errors, func(a, b member) int { return strings.Compare(a.key, b.key) })
	components := doc.sub("components").with("responses", g.errors).with("schemas", all)
	doc = doc.without("components").with("paths", paths).with("components", components)
	return doc, nil
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// paths writes out what the parts say in short.
func (g *generator) paths(short object) (object, error) {
	var full object
	for _, p := range short {
		item, ok := p.value.(object)
		if of := item.text("aliasOf"); of != "" {
			item, ok = short.sub(of), true
			item = aliased(item, p.key, of)
		}
		if !ok || full.at(p.key) != nil {
			return nil, fmt.Errorf("%s is described twice, or by nothing", p.key)
		}
		out := object{}
		if params := pathParameters(p.key); len(params) > 0 {
			out = append(out, member{"parameters", params})
		}
		for _, m := range item {
			op, err := g.operation(p.key, m.value.(object))
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", m.key, p.key, err)
			}
			out = append(out, member{m.key, op})
		}
		full = append(full, member{p.key, out})
	}
	return full, nil
}

// aliased is a path item under another path that means the same.
func aliased(item object, path, of string) object {
	var out object
	for _, m := range item {
		op := append(object{}, m.value.(object)...)
		id := op.text("operationId")
		out = append(out, member{m.key, op.with("operationId", aliasID(id, path)).with("exampleOf", id).
			with("description", "The same as `"+of+"`.")})
	}
	return out
}

// aliasID tells the operation under an alias from the first one.
func aliasID(id, path string) string {
	switch {
	case strings.HasPrefix(path, "/api/ocr/"):
		return id + "AsOCRService"
	case strings.HasSuffix(path, "/status/"):
		return id + "Status"
	case strings.Contains(path, "_if_"):
		return id + "Underscored"
	case strings.HasSuffix(path, "/"):
		return id + "Slashed"
	}
	return id + "Unslashed"
}

var variable = regexp.MustCompile(`\{(\w+)\}`)

// pathParameters describes the variable segments of a path.
func pathParameters(path string) []any {
	var list []any
	for _, m := range variable.FindAllStringSubmatch(path, -1) {
		about, schema := "The record's id.", object{{"type", "string"}}
		number := object{{"type", "integer"}, {"format", "int64"}, {"minimum", 0}}
		switch {
		case m[1] == "patient":
			about, schema = "The patient's number.", number
		case m[1] == "page":
			about, schema = "The page, from 1.", object{{"type", "integer"}, {"minimum", 1}}
		case m[1] == "value":
			about = "The value's id."
		case m[1] == "asset":
			about = "A file of Swagger UI."
		case strings.Contains(path, "/notifications/"):
			about, schema = "The notification's number.", number
		case strings.Contains(path, "/ocr/"):
			about = "The job's id."
		case strings.Contains(path, "/uploads/"):
			about = "The upload's id."
		case strings.Contains(path, "/media/"):
			about = "The view's id."
		}
		list = append(list, object{{"name", m[1]}, {"in", "path"}, {"required", true}, {"description", about}, {"schema", schema}})
	}
	return list
}

// family is how a path words its errors.
func family(path string) string {
	switch {
	case strings.HasPrefix(path, "/api/files/"), strings.HasPrefix(path, "/media/"):
		return "files"
	case strings.Contains(path, "/ocr/"):
		return "ocr"
	}
	return "clinical"
}

func (g *generator) operation(path string, in object) (object, error) {
	id := in.text("operationId")
	if id == "" || g.ids[id] || in.text("summary") == "" {
		return nil, fmt.Errorf("operationId %q is missing or used twice, or there is no summary", id)
	}
	g.ids[id] = true
	from := id
	if of := in.text("exampleOf"); of != "" {
		from = of
	}
	var out object
	for _, m := range in {
		switch m.key {
		case "parameters":
			out = append(out, member{m.key, parameters(m.value.([]any))})
		case "body", "optionalBody":
			out = append(out, member{"requestBody", g.body(m.value.(string), m.key == "body", from)})
		case "uploadBody":
			out = append(out, member{"requestBody", uploadBody(m.value.(object))})
		case "answers":
			answers, err := g.answers(path, in, from)
			if err != nil {
				return nil, err
			}
			out = append(out, member{"responses", answers})
		case "errors", "exampleOf":
		default:
			out = append(out, m)
		}
	}
	return out, nil
}

// parameters resolves the names of shared ones.
func parameters(short []any) []any {
	list := make([]any, len(short))
	for i, p := range short {
		list[i] = p
		if name, ok := p.(string); ok {
			list[i] = object{{"$ref", "#/components/parameters/" + name}}
		}
	}
	return list
}

func ref(schema string) object { return object{{"$ref", "#/components/schemas/" + schema}} }

var notations = []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}

func (g *generator) body(schema string, required bool, id string) object {
	var content object
	for _, kind := range notations {
		media := object{{"schema", ref(schema)}}
		if e := g.examples[id].Request; e != nil && kind == notations[0] {
			media = append(media, member{"example", mustTree(e)})
		}
		content = append(content, member{kind, media})
	}
	return object{{"required", required}, {"content", content}}
}

// uploadBody is a file with fields, as a form and for small ones as JSON.
func uploadBody(o object) object {
	fields := func(more object, required ...any) object {
		if o.at("patient") == true {
			more = append(object{{"patient_id", object{{"type", []any{"integer", "string"}}}}}, more...)
			required = append(required, "patient_id")
		}
		return object{{"allOf", []any{ref("UploadFields"), object{{"type", "object"}, {"required", required}, {"properties", more}}}}}
	}
	binary := object{{"type", "string"}, {"contentMediaType", "application/octet-stream"}}
	return object{{"required", true}, {"content", object{
		{"multipart/form-data", object{{"schema", fields(object{
			{"file", binary}, {"tags", object{{"type", "string"}, {"description", "With commas between them."}}}}, "file")}}},
		{"application/json", object{{"schema", fields(object{
			{"filename", object{{"type", "string"}}},
			{"content_base64", object{{"type", "string"}, {"contentEncoding", "base64"}, {"description", "At most 9 MB as bytes."}}},
			{"tags", object{{"type", "array"}, {"items", object{{"type", "string"}}}}}}, "filename", "content_base64")}}},
	}}}
}

// answers writes out the answers of an operation with its errors.
func (g *generator) answers(path string, in object, id string) (object, error) {
	var out object
	for _, m := range in.sub("answers") {
		a, err := g.answer(m.key, m.value, id, takesFields(in) && strings.HasPrefix(m.key, "2"))
		if err != nil {
			return nil, err
		}
		out = append(out, member{m.key, a})
	}
	fam := family(path)
	errors, _ := in.at("errors").([]any)
	if security, named := in.at("security").([]any); !named || len(security) > 0 && !slices.ContainsFunc(security, func(s any) bool { return len(s.(object)) == 0 }) {
		errors = append([]any{401}, errors...)
	}
	slices.SortFunc(errors, func(a, b any) int { return a.(int) - b.(int) })
	for _, e := range slices.Compact(errors) {
		out = append(out, member{strconv.Itoa(e.(int)), g.shared(fam, e.(int))})
	}
	return append(out, member{"default", g.shared(fam, 0)}), nil
}

// takesFields reports whether an operation has a body of fields, whose unknown ones its
// answer names.
func takesFields(in object) bool {
	return in.at("body") != nil || in.at("optionalBody") != nil || in.at("uploadBody") != nil
}

func (g *generator) answer(status string, v any, id string, ignores bool) (object, error) {
	o, ok := v.(object)
	if name, isName := v.(string); isName {
		o, ok = object{{"schema", name}}, true
	}
	if !ok {
		return nil, fmt.Errorf("answer %s is neither a schema nor a description of one", status)
	}
	about := o.text("description")
	if name, ok := o.at("schema").(string); ok && about == "" { // its first sentence
		about, _, _ = strings.Cut(g.schemas.sub(name).text("description"), ". ")
		if about != "" && !strings.HasSuffix(about, "?") {
			about = strings.TrimSuffix(about, ".") + "."
		}
	}
	if about == "" {
		about = "Done."
	}
	out := object{{"description", about}}
	switch o.text("headers") {
	case "content":
		out = append(out, member{"headers", headers("ETag", "X-Content-SHA256", "X-Record-Status", "Content-Disposition")})
	case "upload":
		out = append(out, member{"headers", headers("Location", "Upload-Offset", "Upload-Length", "Upload-Complete", "Upload-Limit")})
	}
	schema := o.at("schema")
	if name, ok := schema.(string); ok {
		schema = ref(name)
	}
	if ignores && schema != nil {
		schema = object{{"allOf", []any{schema, ref("Ignored")}}}
	}
	kind := o.text("type")
	switch {
	case schema != nil:
		media := object{{"schema", schema}}
		if e := g.examples[id].Answers[status]; e != nil {
			media = append(media, member{"example", mustTree(e)})
		}
		if kind == "" {
			kind = "application/json"
		}
		out = append(out, member{"content", object{{kind, media}}})
	case kind != "":
		out = append(out, member{"content", object{{kind, object{{"schema", object{}}}}}})
	}
	if kinds, ok := o.at("types").([]any); ok {
		var content object
		for _, kind := range kinds {
			content = append(content, member{kind.(string), object{{"schema", object{}}}})
		}
		out = append(out, member{"content", content})
	}
	return out, nil
}

func headers(names ...string) object {
	var o object
	for _, n := range names {
		o = append(o, member{n, object{{"$ref", "#/components/headers/" + n}}})
	}
	return o
}

var whenAnswered = map[int]string{
	0: "The request could not be answered; see the beginning of this description.", 400: "Something about the request is wrong.",
	401: "There is no valid token.", 403: "It is not the caller's to do.", 404: "There is no such thing, or it is not the caller's to know about.",
	409: "The state of things does not allow it.", 413: "It is larger than what is taken.", 415: "It is of a kind that is not taken.",
	416: "The range lies outside the content.", 426: "A WebSocket handshake was expected.", 429: "There were too many tries; wait.",
	503: "A part that is needed does not answer.",
}

// shared gives a reference to an error answer, and makes it the first time.
func (g *generator) shared(fam string, status int) object {
	name := strings.ToUpper(fam[:1]) + fam[1:]
	if status == 0 {
		name += "Default"
	} else {
		name += strconv.Itoa(status)
	}
	to := object{{"$ref", "#/components/responses/" + name}}
	if g.errors.at(name) != nil {
		return to
	}
	forms := map[string][]any{"clinical": {ref("Error")}, "files": {ref("FileError"), ref("Error")}, "ocr": {ref("OCRError"), ref("Error")}}[fam]
	forms = append(slices.Clone(forms), ref("Fault"))
	if fam == "clinical" && (status == 400 || status == 413 || status == 415) {
		forms = append(forms, ref("FieldErrors"))
	}
	about := whenAnswered[status]
	out := object{{"description", about}}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		out = append(out, member{"headers", headers("Retry-After")})
	case http.StatusUnauthorized:
		out = append(out, member{"headers", headers("WWW-Authenticate")})
	}
	media := object{{"schema", object{{"anyOf", forms}}}}
	if e := g.examples[fam].Answers[strconv.Itoa(status)]; e != nil {
		media = append(media, member{"example", mustTree(e)})
	}
	content := object{{"application/json", media}}
	if status == 416 || status == 426 || status == 400 && fam == "ocr" {
		content = append(content, member{"text/plain", object{{"schema", object{{"type", "string"}}}}})
	}
	g.errors = append(g.errors, member{name, append(out, member{"content", content})})
	return to
}

func mustTree(raw json.RawMessage) any {
	v, err := readJSON(raw)
	if err != nil {
		panic(err) // it was read as JSON before
	}
	return v
}

// TestEveryAnswerHasAnExample keeps the examples complete.
func TestEveryAnswerHasAnExample(t *testing.T) {
	doc, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, p := range doc.sub("paths") {
		for _, m := range p.value.(object) {
			op, ok := m.value.(object)
			if !ok {
				continue
			}
			for _, a := range op.sub("responses") {
				media := a.value.(object).sub("content").sub("application/json")
				if media.at("schema") != nil && len(media.sub("schema")) > 0 && media.at("example") == nil {
					missing[op.text("operationId")+" "+a.key] = true
				}
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("no example of the answers %v: see boot.TestDescription", slices.Sorted(maps.Keys(missing)))
	}
}
