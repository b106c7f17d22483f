package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"regexp"
	"strings"
)

// reference draws the description as a page to read, with reference.tmpl. It is drawn
// when the description is made, so that no server holds a template for it.
func reference(doc object) ([]byte, error) {
	text, err := os.ReadFile("reference.tmpl")
	if err != nil {
		return nil, err
	}
	d := drawing{doc}
	t, err := template.New("reference").Funcs(template.FuncMap{
		"prose": prose, "type": d.typeOf, "fields": d.fields, "example": indented, "resolve": d.resolve, "code": codes,
	}).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, d.page()); err != nil {
		return nil, err
	}
	return squeeze.ReplaceAll(b.Bytes(), []byte("\n")), nil
}

var squeeze = regexp.MustCompile(`\n\s*\n`)

type drawing struct{ doc object }

// page is what the template draws.
type page struct {
	Title, Summary, About string
	Tags                  []tag
	Schemas               []schema
	Errors                []answer
}

type tag struct {
	Name, About string
	Operations  []operation
}

type operation struct {
	ID, Method, Path, Summary, About string
	Public                           bool
	Parameters                       []parameter
	Body                             object // schema; nil: none
	BodyAs                           string // media types
	BodyOptional                     bool
	Request                          any // example; nil: none
	Answers                          []answer
}

type parameter struct {
	Name, In, About string
	Required        bool
	Schema          object
}

type answer struct {
	Anchor, Status, About, As string
	Headers                   []string
	Schema                    object
	Example                   any
}

type schema struct {
	Name, About string
	Of          object
}

type field struct {
	Name     string
	Required bool
	Schema   object
	About    string
}

func (d drawing) page() page {
	info := d.doc.sub("info")
	p := page{Title: info.text("title"), Summary: info.text("summary"), About: info.text("description")}
	for _, t := range d.doc.at("tags").([]any) {
		t := t.(object)
		p.Tags = append(p.Tags, tag{t.text("name"), t.text("description"), d.operations(t.text("name"))})
	}
	for _, m := range d.doc.sub("components").sub("schemas") {
		p.Schemas = append(p.Schemas, schema{m.key, m.value.(object).text("description"), m.value.(object)})
	}
	for _, m := range d.doc.sub("components").sub("responses") {
		a := d.answer("", m.value.(object))
		a.Anchor = m.key
		p.Errors = append(p.Errors, a)
	}
	return p
}

func (d drawing) operations(tag string) []operation {
	var list []operation
	for _, p := range d.doc.sub("paths") {
		item := p.value.(object)
		for _, m := range item {
			op, ok := m.value.(object)
			if !ok || fmt.Sprint(op.at("tags")) != "["+tag+"]" {
				continue
			}
			security, named := op.at("security").([]any)
			o := operation{ID: op.text("operationId"), Method: strings.ToUpper(m.key), Path: p.key, Summary: op.text("summary"),
				About: op.text("description"), Public: named && len(security) == 0}
			for _, params := range []any{item.at("parameters"), op.at("parameters")} {
				list, _ := params.([]any)
				for _, one := range list {
					q := d.resolve(one.(object))
					o.Parameters = append(o.Parameters, parameter{q.text("name"), q.text("in"), q.text("description"), q.at("required") == true, q.sub("schema")})
				}
			}
			d.body(&o, op.sub("requestBody"))
			for _, a := range op.sub("responses") {
				o.Answers = append(o.Answers, d.answer(a.key, a.value.(object)))
			}
			list = append(list, o)
		}
	}
	return list
}

func (d drawing) body(o *operation, body object) {
	var kinds []string
	for i, c := range body.sub("content") {
		kinds = append(kinds, c.key)
		media := c.value.(object)
		if i == 0 {
			o.Body, o.Request = media.sub("schema"), media.at("example")
		}
	}
	o.BodyAs, o.BodyOptional = strings.Join(kinds, ", "), body.at("required") != true
}

func (d drawing) answer(status string, o object) answer {
	a := answer{Status: status}
	if r := o.text("$ref"); r != "" {
		a.Anchor = r[strings.LastIndex(r, "/")+1:]
		o = d.resolve(o)
	}
	a.About = o.text("description")
	for _, h := range o.sub("headers") {
		a.Headers = append(a.Headers, h.key)
	}
	for i, c := range o.sub("content") {
		if i == 0 {
			media := c.value.(object)
			a.As, a.Schema, a.Example = c.key, media.sub("schema"), media.at("example")
		}
	}
	return a
}

// resolve follows a reference.
func (d drawing) resolve(o object) object {
	to, ok := strings.CutPrefix(o.text("$ref"), "#/")
	if !ok {
		return o
	}
	at := d.doc
	for name := range strings.SplitSeq(to, "/") {
		at = at.sub(name)
	}
	return at
}

// typeOf says in words what a schema takes, with links to those that have names.
func (d drawing) typeOf(o object) template.HTML {
	if r := o.text("$ref"); r != "" {
		name := template.HTMLEscapeString(r[strings.LastIndex(r, "/")+1:])
		return template.HTML(`<a href="#schema-` + name + `">` + name + `</a>`)
	}
	for _, k := range [][2]string{{"anyOf", " or "}, {"oneOf", " or "}, {"allOf", " with "}} {
		if list, ok := o.at(k[0]).([]any); ok {
			words := make([]string, len(list))
			for i, one := range list {
				words[i] = string(d.typeOf(one.(object)))
			}
			return template.HTML(strings.Join(words, k[1]))
		}
	}
	if list, ok := o.at("enum").([]any); ok {
		return codes(list)
	}
	if c := o.at("const"); c != nil {
		return codes([]any{c})
	}
	kind := strings.Trim(strings.ReplaceAll(fmt.Sprint(o.at("type")), " ", " or "), "[]")
	switch {
	case kind == "<nil>":
		return "anything"
	case kind == "array":
		return "list of " + d.typeOf(o.sub("items"))
	case o.at("additionalProperties") != nil:
		if of, ok := o.at("additionalProperties").(object); ok {
			return "names with " + d.typeOf(of)
		}
	}
	for _, limit := range []string{"format", "minimum", "maximum", "minLength", "maxLength", "default"} {
		if v := o.at(limit); v != nil {
			kind += fmt.Sprintf(", %s %v", strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(limit, "$1 $2")), v)
		}
	}
	return template.HTML(template.HTMLEscapeString(strings.ReplaceAll(kind, ", format ", ", ")))
}

func codes(list []any) template.HTML {
	words := make([]string, len(list))
	for i, one := range list {
		words[i] = "<code>" + template.HTMLEscapeString(fmt.Sprintf("%q", fmt.Sprint(one))) + "</code>"
	}
	return template.HTML(strings.Join(words, " "))
}

// fields are the members of an object, also of one that is made of others.
func (d drawing) fields(o object) []field {
	var list []field
	required, _ := o.at("required").([]any)
	for _, m := range o.sub("properties") {
		f := m.value.(object)
		need := false
		for _, r := range required {
			need = need || r == m.key
		}
		list = append(list, field{m.key, need, f.without("description"), f.text("description")})
	}
	all, _ := o.at("allOf").([]any)
	for _, one := range all {
		list = append(list, d.fields(d.resolve(one.(object)))...)
	}
	return list
}

func indented(v any) (string, error) {
	plain, err := plainJSON(v)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = json.Indent(&b, plain, "", "  ")
	return b.String(), err
}

var ticked = regexp.MustCompile("`([^`]+)`")

// prose draws the little of Markdown that descriptions use: code, lists, paragraphs.
func prose(text string) template.HTML {
	var b strings.Builder
	for block := range strings.SplitSeq(template.HTMLEscapeString(text), "\n\n") {
		block = ticked.ReplaceAllString(block, "<code>$1</code>")
		if rest, ok := strings.CutPrefix(block, "- "); ok {
			b.WriteString("<ul><li>" + strings.ReplaceAll(rest, "\n- ", "</li><li>") + "</li></ul>")
		} else if block != "" {
			b.WriteString("<p>" + block + "</p>")
		}
	}
	return template.HTML(b.String())
}
