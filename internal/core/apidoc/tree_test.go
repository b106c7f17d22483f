package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pb33f/go-yaml"
)

// object is a mapping that keeps its order; the values are objects, []any and scalars.
type object []member

type member struct {
	key   string
	value any
}

func (o object) at(key string) any {
	for _, m := range o {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func (o object) sub(key string) object {
	sub, _ := o.at(key).(object)
	return sub
}

func (o object) text(key string) string {
	s, _ := o.at(key).(string)
	return s
}

// with gives o with key set, in its old place or at the end.
func (o object) with(key string, value any) object {
	for i, m := range o {
		if m.key == key {
			o[i].value = value
			return o
		}
	}
	return append(o, member{key, value})
}

func (o object) without(key string) object {
	var rest object
	for _, m := range o {
		if m.key != key {
			rest = append(rest, m)
		}
	}
	return rest
}

// merge lays over on top of base: objects member by member, all else as a whole.
func merge(base, over any) any {
	b, ok1 := base.(object)
	o, ok2 := over.(object)
	if !ok1 || !ok2 {
		return over
	}
	for _, m := range o {
		b = b.with(m.key, merge(b.at(m.key), m.value))
	}
	return b
}

func readYAML(text []byte) (object, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	v, err := fromNode(doc.Content[0])
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("it is no mapping")
	}
	return o, nil
}

func fromNode(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		o := object{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := fromNode(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			if o.at(n.Content[i].Value) != nil {
				return nil, fmt.Errorf("line %d: %q stands here twice", n.Content[i].Line, n.Content[i].Value)
			}
			o = append(o, member{n.Content[i].Value, v})
		}
		return o, nil
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			v, err := fromNode(c)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	var v any
	err := n.Decode(&v)
	return v, err
}

// readJSON reads JSON in its order; numbers stay as they are written.
func readJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return nextJSON(d)
}

func nextJSON(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		o := object{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := nextJSON(d)
			if err != nil {
				return nil, err
			}
			o = append(o, member{key.(string), v})
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := nextJSON(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return t, nil
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := plainJSON(m.key)
		if err != nil {
			return nil, err
		}
		value, err := plainJSON(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON writes v with < and & as they are.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

func writeYAML(o object) ([]byte, error) {
	n, err := toNode(o)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

func toNode(v any) (*yaml.Node, error) {
	n := &yaml.Node{}
	switch v := v.(type) {
	case object:
		n.Kind = yaml.MappingNode
		for _, m := range v {
			key, err := toNode(m.key)
			if err != nil {
				return nil, err
			}
			value, err := toNode(m.value)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, key, value)
		}
		if short(n) {
			n.Style = yaml.FlowStyle
		}
		return n, nil
	case []any:
		n.Kind = yaml.SequenceNode
		for _, item := range v {
			c, err := toNode(item)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		if short(n) {
			n.Style = yaml.FlowStyle
		}
		return n, nil
	case json.Number:
		n.Kind, n.Value = yaml.ScalarNode, v.String()
		n.Tag = "!!int"
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
		return n, nil
	}
	err := n.Encode(v)
	if strings.Contains(n.Value, "\n") {
		n.Style = yaml.LiteralStyle
	}
	return n, err
}

// short reports whether a collection of scalars fits on a line.
func short(n *yaml.Node) bool {
	width := 0
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode || c.Style == yaml.LiteralStyle {
			return false
		}
		width += len(c.Value) + 2
	}
	return width <= 80
}
