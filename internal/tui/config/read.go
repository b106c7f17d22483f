package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Read takes the lines of a file. What is wrong is said with the line's number.
func (s *Settings) Read(text string, check func(action string, keys []string) error) error {
	seen := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		n := i + 1
		name, value, err := readLine(strings.TrimSuffix(line, "\r"))
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if name == "" {
			continue
		}
		if at, twice := seen[name]; twice {
			return fmt.Errorf("line %d: %s was set in line %d already", n, name, at)
		}
		seen[name] = n
		if action, ok := strings.CutPrefix(name, "key."); ok {
			err = s.key(action, value, check)
		} else {
			err = s.Set(name, value)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", n, name, err)
		}
	}
	return nil
}

// key takes the keys of an action: "U,ctrl+u". A comma itself is "comma".
func (s *Settings) key(action, value string, check func(string, []string) error) error {
	var keys []string
	for _, k := range strings.Split(value, ",") {
		switch k = strings.TrimSpace(k); k {
		case "":
			return errors.New("takes keys with commas between them, like \"U,ctrl+u\"")
		case "comma":
			k = ","
		case "space":
			k = " "
		}
		keys = append(keys, k)
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

// readLine splits "name = value  # remark"; both are "" for an empty line.
func readLine(line string) (name, value string, err error) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return "", "", nil
	}
	if !utf8.ValidString(line) {
		return "", "", errors.New("this is not text in UTF-8")
	}
	if line[0] == '[' {
		return "", "", errors.New("there are no sections; write \"option = value\"")
	}
	name, rest, ok := strings.Cut(line, "=")
	name, rest = strings.TrimSpace(name), strings.TrimSpace(rest)
	if !ok || name == "" || strings.ContainsAny(name, " \t\"'#") {
		return "", "", errors.New("write \"option = value\"")
	}
	value, rest, err = readValue(rest)
	if err != nil {
		return "", "", err
	}
	if rest = strings.TrimSpace(rest); rest != "" && rest[0] != '#' {
		return "", "", errors.New("something follows the value; put a text with spaces in quotes")
	}
	if value == "" {
		return "", "", fmt.Errorf("%s has no value", name)
	}
	for _, r := range value {
		if r < ' ' || r == 0x7f {
			return "", "", errors.New("the value holds a control character")
		}
	}
	return name, value, nil
}

// readValue takes a bare word, a "text" with escapes or a 'text' without.
func readValue(s string) (value, rest string, err error) {
	if s == "" {
		return "", "", nil
	}
	switch s[0] {
	case '\'':
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return "", "", errors.New("the quote is not closed")
		}
		return s[1 : end+1], s[end+2:], nil
	case '"':
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", errors.New("the quote is not closed")
		}
		value, err = strconv.Unquote(q)
		return value, s[len(q):], err
	}
	if i := strings.IndexAny(s, " \t#"); i >= 0 {
		return s[:i], s[i:], nil
	}
	return s, "", nil
}
