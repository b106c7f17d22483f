package written

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"clinician/internal/core"
)

// node is an element of a clinical document.
type node struct {
	name  string
	attrs []xml.Attr
	text  string // of a node without a name
	kids  []*node
}

// maxNodes and maxNodeDepth bound how large and how deep a clinical document may be.
const (
	maxNodes     = 1 << 20
	maxNodeDepth = 400
)

const cdaSpace = "urn:hl7-org:v3"

// parseCDA reads a clinical document; errXML for other XML.
func parseCDA(b []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // UTF-8 already
	stack := []*node{{}}
	damaged := core.Errorf(core.CodeInvalid, "This clinical document is damaged and cannot be opened. Export it again, or print it to PDF and upload that.")
	for count := 0; ; count++ {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && len(stack[0].kids) > 0:
			return stack[0].kids[0], nil
		case err != nil && len(stack[0].kids) == 0:
			return nil, errXML.WithCause(err)
		case err != nil, count > maxNodes, len(stack) > maxNodeDepth:
			return nil, damaged.WithCause(err)
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) == 1 && (t.Name.Local != "ClinicalDocument" || t.Name.Space != cdaSpace) {
				return nil, errXML
			}
			n := &node{name: t.Name.Local, attrs: t.Copy().Attr}
			top.kids, stack = append(top.kids, n), append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 1 {
				top.kids = append(top.kids, &node{text: string(t)})
			}
		}
	}
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all gives the elements at the end of a path of names.
func (n *node) all(path ...string) []*node {
	if n == nil {
		return nil
	}
	if len(path) == 0 {
		return []*node{n}
	}
	var out []*node
	for _, k := range n.kids {
		if k.name == path[0] {
			out = append(out, k.all(path[1:]...)...)
		}
	}
	return out
}

func (n *node) one(path ...string) *node {
	if found := n.all(path...); len(found) > 0 {
		return found[0]
	}
	return nil
}

// within gives all elements of a name below a node, in order.
func (n *node) within(name string) []*node {
	if n == nil {
		return nil
	}
	var out []*node
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
		out = append(out, k.within(name)...)
	}
	return out
}

// words gives the text of a node in one line.
func (n *node) words() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	var walk func(*node)
	walk = func(k *node) {
		b.WriteString(k.text)
		for _, c := range k.kids {
			walk(c)
		}
		if k.name != "" {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// cda writes a clinical document: whom it is about, and its sections as they are
// meant to be read. Results that only its codes hold follow their section.
type cda struct {
	w    *writer
	form form
}

func writeCDA(b []byte, guess string) (*writer, error) {
	doc, err := parseCDA(b)
	if err != nil {
		return nil, err
	}
	c := cda{w: &writer{guess: guess}}
	if title := doc.one("title").words(); title != "" {
		c.w.says(title)
	}
	for _, role := range doc.all("recordTarget", "patientRole") {
		c.patient(role)
	}
	if at := doc.one("effectiveTime").attr("value"); at != "" {
		c.w.says("Written: " + writtenDay(at))
	}
	if org := doc.one("custodian", "assignedCustodian", "representedCustodianOrganization", "name").words(); org != "" {
		c.w.says("From: " + org)
	}
	for _, s := range doc.all("component", "structuredBody", "component", "section") {
		c.section(s, 0)
	}
	if body := doc.one("component", "nonXMLBody", "text"); body != nil {
		if body.attr("representation") == "B64" || body.one("reference") != nil {
			c.w.leave(core.UnreadFile(""))
		} else {
			c.narrative(body)
		}
	}
	c.w.close()
	return c.w, nil
}

func (c *cda) patient(role *node) {
	p := role.one("patient")
	var given []string
	name := p.one("name")
	for _, g := range name.all("given") {
		given = append(given, g.words())
	}
	family := name.one("family").words()
	if family == "" && len(given) == 0 {
		family = name.words()
	}
	var numbers []string
	for _, id := range role.all("id") {
		const social = "2.16.840.1.113883.4.1"
		if n := id.attr("extension"); n != "" && id.attr("root") != social {
			numbers = append(numbers, n)
		}
	}
	c.w.patientLine(family, strings.Join(given, " "), p.one("birthTime").attr("value"), p.one("administrativeGenderCode").attr("code"), numbers)
}

func (c *cda) section(s *node, depth int) {
	if depth > 20 {
		return
	}
	title := s.one("title").words()
	if title == "" {
		title = s.one("code").attr("displayName")
	}
	c.w.close()
	c.w.newline()
	c.w.says(title)
	text := s.one("text")
	if text != nil {
		c.narrative(text)
	}
	c.w.close()
	c.coded(s, text.words())
	if text.words() == "" && len(s.all("entry")) > 0 {
		c.w.leave(core.Unread{Kind: core.UnreadText, Message: "A section of this document holds codes without text; only results are read of it. Ask who sent it for one with text, or print it to PDF."})
	}
	for _, sub := range s.all("component", "section") {
		c.section(sub, depth+1)
	}
}

// coded writes the results that are in the codes of a section and not in its text.
func (c *cda) coded(s *node, text string) {
	said := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;()", r) })
	names := []string{"Test", "Result", "Flag", "Units", "Reference range"}
	var rows [][]string
	for _, entry := range s.all("entry") {
		for _, o := range entry.within("observation") {
			v := o.one("value")
			number := v.attr("value")
			if number == "" || contains(said, number, number+v.attr("unit")) {
				continue
			}
			row := []string{codeName(o.one("code")), number, o.one("interpretationCode").attr("code"), v.attr("unit"), limitsOf(o)}
			if day := o.one("effectiveTime").attr("value"); day != "" {
				names = append(names[:5], "Date")
				row = append(row, onlyDay(day))
			}
			rows = append(rows, row)
		}
	}
	for _, row := range rows {
		c.w.columns(names...)
		c.w.rowOf(form{doubt: "it stands only in the codes of the document, not in its text"}, row...)
	}
	c.w.close()
}

// codeName is what a code is called.
func codeName(code *node) string {
	if name := code.attr("displayName"); name != "" {
		return name
	}
	return code.one("originalText").words()
}

// limitsOf gives the reference range of a result.
func limitsOf(o *node) string {
	limits := o.one("referenceRange", "observationRange")
	if text := limits.one("text").words(); text != "" {
		return text
	}
	low, high := limits.one("value", "low").attr("value"), limits.one("value", "high").attr("value")
	if low == "" || high == "" {
		return ""
	}
	return low + "-" + high
}

func contains(words []string, any ...string) bool {
	for _, w := range words {
		for _, a := range any {
			if w == a {
				return true
			}
		}
	}
	return false
}
