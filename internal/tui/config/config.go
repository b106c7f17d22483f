// Package config reads the workstation's settings.
//
// Each setting is taken from the first of these that has it: the command line,
// the environment (CLINICIAN_ and the option's name in capitals), the file, the
// default. The file is ~/.config/clinician/config.toml, or what CLINICIAN_CONFIG
// names, in TOML. There are twelve options and
// there will not be more.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are the options with their values.
type Settings struct {
	Server   string        // address; "" is the program's own default
	CA       string        // PEM file of who may sign the server's certificate; "" those of the system
	Theme    string        // one of the themes
	Mouse    bool          // the wheel scrolls and a click chooses a row
	ReadOnly bool          // refuse every change
	Lock     time.Duration // without a key until the screen is locked
	Logoff   time.Duration // without a key until the session is ended
	Plain    bool          // line by line, for screen readers
	StartDir string        // where uploads are looked for and downloads go
	Copy     bool          // patients' data may be put on the clipboard
	Images   string        // auto, kitty, half or off
	Keys     map[string][]string
}

// Defaults are the settings when nobody says anything.
func Defaults() Settings {
	return Settings{Theme: "auto", Lock: 2 * time.Minute, Logoff: 30 * time.Minute, Copy: true, Images: "auto", Keys: map[string][]string{}}
}

// Option is one line of the file, as docs and help describe it.
type Option struct {
	Name, Values, Help string
	set                func(*Settings, string) error
}

var images = []string{"auto", "kitty", "iterm2", "sixel", "half", "off"}

var themes = []string{"auto", "dark", "light", "high-contrast", "mono"}

// Options lists every option but "key".
func Options() []Option {
	return []Option{
		{"server", "an address", "the server; 127.0.0.1:8003 when nobody says", func(s *Settings, v string) error { s.Server = v; return nil }},
		{"ca", "a file", "PEM file of who may sign the server's certificate, instead of the system's", func(s *Settings, v string) error { s.CA = v; return nil }},
		{"theme", strings.Join(themes, ", "), "colours; auto is dark or light as COLORFGBG says",
			func(s *Settings, v string) error { return oneOf(&s.Theme, v, themes) }},
		{"mouse", "true, false", "wheel and click; off leaves selecting text to the terminal", func(s *Settings, v string) error { return flag(&s.Mouse, v) }},
		{"read_only", "true, false", "refuse everything that would change something", func(s *Settings, v string) error { return flag(&s.ReadOnly, v) }},
		{"lock_minutes", "1 to 60", "without a key until the screen is locked (2)", func(s *Settings, v string) error { return minutes(&s.Lock, v, time.Hour) }},
		{"logoff_minutes", "1 to 1440", "without a key until the session is ended (30)", func(s *Settings, v string) error { return minutes(&s.Logoff, v, 24*time.Hour) }},
		{"plain", "true, false", "line by line, for screen readers", func(s *Settings, v string) error { return flag(&s.Plain, v) }},
		{"start_dir", "a directory", "where uploads are looked for and downloads go", func(s *Settings, v string) error { s.StartDir = v; return nil }},
		{"copy", "true, false", "whether patients' data may be put on the clipboard (true)", func(s *Settings, v string) error { return flag(&s.Copy, v) }},
		{"images", strings.Join(images, ", "), "how pages are drawn", func(s *Settings, v string) error { return oneOf(&s.Images, v, images) }},
	}
}

func oneOf(to *string, v string, list []string) error {
	if !slices.Contains(list, v) {
		return fmt.Errorf("takes one of %s", strings.Join(list, ", "))
	}
	*to = v
	return nil
}

func flag(to *bool, v string) error {
	switch v {
	case "true", "1", "yes", "on":
		*to = true
	case "false", "0", "no", "off":
		*to = false
	default:
		return errors.New("takes true or false")
	}
	return nil
}

// minutes takes whole minutes, or a duration with its unit.
func minutes(to *time.Duration, v string, most time.Duration) error {
	d, err := time.ParseDuration(v)
	if n, e := strconv.Atoi(v); e == nil && n >= 0 && n <= 1e6 {
		d, err = time.Duration(n)*time.Minute, nil
	}
	if err != nil || d < time.Second || d > most {
		return fmt.Errorf("takes minutes, from 1 to %d", int(most.Minutes()))
	}
	*to = d
	return nil
}

// maxFile is far more than anybody writes.
const maxFile = 64 << 10

// Load reads environment and file. check says whether an action may have these
// keys; its error is put beside the line's number.
func Load(environ []string, check func(action string, keys []string) error) (Settings, error) {
	s := Defaults()
	path, named := Path(environ)
	if path != "" {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !named:
		case err != nil:
			return s, fmt.Errorf("%s: the file cannot be read", path)
		case info.Size() > maxFile:
			return s, fmt.Errorf("%s: the file is larger than %d kB", path, maxFile>>10)
		default:
			text, err := os.ReadFile(path)
			if err != nil {
				return s, fmt.Errorf("%s: the file cannot be read", path)
			}
			if err := s.Read(string(text), check); err != nil {
				return s, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	for _, o := range Options() {
		name := "CLINICIAN_" + strings.ToUpper(o.Name)
		if v := lookup(environ, name); v != "" {
			if err := o.set(&s, v); err != nil {
				return s, fmt.Errorf("%s=%s: %w", name, v, err)
			}
		}
	}
	if s.Logoff < s.Lock {
		return s, fmt.Errorf("logoff_minutes is shorter than lock_minutes: the session would end before the screen is locked")
	}
	return s, nil
}

// Path is where the file is looked for; named, when the environment says so.
func Path(environ []string) (path string, named bool) {
	if p := lookup(environ, "CLINICIAN_CONFIG"); p != "" {
		return p, true
	}
	if dir := Dir(environ); dir != "" {
		return filepath.Join(dir, "config.toml"), false
	}
	return "", false
}

// Dir is the directory of the user's own files of this program; "" when there is none.
func Dir(environ []string) string {
	if dir := lookup(environ, "XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "clinician")
	}
	if home := lookup(environ, "HOME"); home != "" {
		return filepath.Join(home, ".config", "clinician")
	}
	if dir := lookup(environ, "APPDATA"); filepath.IsAbs(dir) { // Windows has no HOME
		return filepath.Join(dir, "clinician")
	}
	return ""
}

func lookup(environ []string, name string) string {
	for _, kv := range slices.Backward(environ) {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			return v
		}
	}
	return ""
}

// Set gives one option a value, as the command line does.
func (s *Settings) Set(name, value string) error {
	for _, o := range Options() {
		if o.Name == name {
			return o.set(s, value)
		}
	}
	return fmt.Errorf("there is no option %q; there are %s, and key.ACTION", name, strings.Join(names(), ", "))
}

func names() []string {
	var list []string
	for _, o := range Options() {
		list = append(list, o.Name)
	}
	return list
}
