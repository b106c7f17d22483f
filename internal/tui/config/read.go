package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// Read takes the text of a file in TOML. What is wrong is said with the line's
// number, and with the value as it is written there. check says whether an
// action may have these keys; nil takes all.
func (s *Settings) Read(text string, check func(action string, keys []string) error) error {
	file := source(strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n"))
	values, meta, err := file.decode()
	if err != nil {
		return err
	}
	for _, key := range meta.Keys() {
		value, table := at(values, key)
		if table != nil && (len(key) > 1 || key[0] == "key") {
			continue // its keys follow
		}
		line, written := file.find(key)
		name := strings.Join(key, ".")
		switch {
		case table != nil:
			return fmt.Errorf("line %d: there are no sections but [key]; write \"option = value\"", line)
		case len(key) == 2 && key[0] == "key":
			err = s.key(key[1], value, check)
		default:
			err = s.option(name, value, written)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", line, name, err)
		}
	}
	return nil
}

// option gives one option what stands in the file.
func (s *Settings) option(name string, value any, written string) error {
	v := written
	switch x := value.(type) {
	case string:
		v = x
	case int64:
		v = strconv.FormatInt(x, 10)
	}
	if err := printable(v); err != nil {
		return err
	}
	if v == "" {
		return errors.New("has no value")
	}
	err := s.Set(name, v)
	if err != nil && strings.HasPrefix(err.Error(), "takes ") {
		return fmt.Errorf("%w, not %s", err, written)
	}
	return err
}

// key takes the keys of an action: "U,ctrl+u", or ["U", "ctrl+u"]. A comma
// itself is "comma".
func (s *Settings) key(action string, value any, check func(string, []string) error) error {
	wrong := errors.New("takes keys with commas between them, like \"U,ctrl+u\"")
	var list []string
	switch x := value.(type) {
	case string:
		list = strings.Split(x, ",")
	case []any:
		for _, v := range x {
			k, ok := v.(string)
			if !ok {
				return wrong
			}
			list = append(list, k)
		}
	default:
		list = []string{fmt.Sprint(x)} // key.open = 1
	}
	var keys []string
	for _, k := range list {
		switch k = strings.TrimSpace(k); k {
		case "":
			return wrong
		case "comma":
			k = ","
		case "space":
			k = " "
		}
		if err := printable(k); err != nil {
			return err
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return wrong
	}
	if check != nil {
		if err := check(action, keys); err != nil {
			return err
		}
	}
	if s.Keys == nil {
		s.Keys = map[string][]string{}
	}
	s.Keys[action] = keys
	return nil
}

func printable(s string) error {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return errors.New("the value holds a control character")
		}
	}
	return nil
}

// at gives what stands under key, or the table that does.
func at(values map[string]any, key toml.Key) (value any, table map[string]any) {
	table = values
	for _, part := range key {
		value = table[part]
		if table, _ = value.(map[string]any); table == nil {
			break
		}
	}
	return value, table
}

// source is the lines of a file.
type source []string

// decode reads TOML. Files written for earlier versions may have values without
// quotes (theme = dark); they are taken when they are TOML with the quotes added.
func (f source) decode() (map[string]any, toml.MetaData, error) {
	for i, line := range f {
		if !utf8.ValidString(line) {
			return nil, toml.MetaData{}, fmt.Errorf("line %d: this is not text in UTF-8", i+1)
		}
	}
	var values map[string]any
	meta, err := toml.Decode(strings.Join(f, "\n"), &values)
	if err == nil {
		return values, meta, nil
	}
	quoted := make(source, len(f))
	for i, line := range f {
		quoted[i] = line
		if m := bareValue.FindStringSubmatch(line); m != nil && m[2] != "true" && m[2] != "false" {
			quoted[i] = m[1] + "'" + m[2] + "'" + m[3]
		}
	}
	values = nil
	if meta, err = toml.Decode(strings.Join(quoted, "\n"), &values); err == nil {
		return values, meta, nil
	}
	return nil, toml.MetaData{}, quoted.explain(err)
}

// bareValue is a line with a value of one word without quotes.
var bareValue = regexp.MustCompile(`^(\s*[A-Za-z0-9_.-]+\s*=\s*)([^\s'"#\[{][^\s'#]*)(\s*(?:#.*)?)$`)

// explain says what is wrong with a file that is no TOML, by its line.
func (f source) explain(err error) error {
	var p toml.ParseError
	if !errors.As(err, &p) || p.Position.Line < 1 || p.Position.Line > len(f) {
		return fmt.Errorf("this is not TOML: %w", err)
	}
	n := p.Position.Line
	line := strings.TrimSpace(f[n-1])
	name, value, assigned := strings.Cut(line, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	what := p.Message
	switch {
	case strings.Contains(p.Message, "already been defined"):
		first, _ := f.find(strings.Split(name, "."))
		return fmt.Errorf("line %d: %s was set in line %d already", n, name, first)
	case !assigned && !strings.HasPrefix(line, "["):
		what = "write \"option = value\""
	case assigned && (value == "" || value[0] == '#'):
		what = name + " has no value"
	case assigned && strings.ContainsRune(`"'`, rune(value[0])) && strings.Count(value, value[:1]) == 1:
		what = "the quote is not closed"
	case assigned && bareWords.MatchString(value):
		what = "something follows the value; put a text with spaces in quotes"
	}
	return fmt.Errorf("line %d: %s", n, what)
}

// bareWords are several words without quotes.
var bareWords = regexp.MustCompile(`^[^\s'"#\[{]+\s+[^\s#]`)

// find gives the line in which a key, or the table that it is in, is set, and
// the value as it is written there.
func (f source) find(key toml.Key) (line int, written string) {
	section := ""
	for ; len(key) > 0; key = key[:len(key)-1] {
		want := strings.Join(key, ".")
		for i, text := range f {
			text = strings.TrimSpace(text)
			if name, ok := strings.CutPrefix(text, "["); ok {
				name, _, _ = strings.Cut(strings.TrimLeft(name, "["), "]")
				if section = bareKey(name); section == want {
					return i + 1, text
				}
				section += "."
				continue
			}
			name, value, ok := strings.Cut(text, "=")
			if ok && section+bareKey(name) == want {
				return i + 1, withoutRemark(value)
			}
		}
		section = ""
	}
	return 1, ""
}

// bareKey writes a key without blanks and quotes.
func bareKey(s string) string {
	return strings.NewReplacer(" ", "", "\t", "", `"`, "", "'", "").Replace(s)
}

// withoutRemark cuts what follows a value in its line.
func withoutRemark(value string) string {
	value = strings.TrimSpace(value)
	if i := strings.IndexByte(value, '#'); i > 0 && !strings.ContainsAny(value[:1], `"'`) {
		value = strings.TrimSpace(value[:i])
	}
	if q := strings.IndexAny(value, `"'`); q == 0 {
		if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
			value = value[:end+2]
		}
	}
	return value
}
