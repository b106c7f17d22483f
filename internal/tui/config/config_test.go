package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	s := Defaults()
	err := s.Read(`# my settings
server = "https://clinic.example:8443"
theme = 'high-contrast'   # with a remark
mouse = true
lock_minutes = 5
logoff_minutes = 90s
start_dir = "/home/aria/my scans"

key.upload = "U, ctrl+u,comma,space"
`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Server != "https://clinic.example:8443" || s.Theme != "high-contrast" || !s.Mouse || s.Lock != 5*time.Minute ||
		s.Logoff != 90*time.Second || s.StartDir != "/home/aria/my scans" || strings.Join(s.Keys["upload"], "|") != "U|ctrl+u|,| " {
		t.Errorf("read %+v", s)
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	check := func(action string, keys []string) error { return errors.New("there is no action " + action) }
	for text, want := range map[string]string{
		"theme = dark\ncolour = red": "line 2: colour: there is no option \"colour\"; there are server, ca, theme",
		"theme = pink":               "line 1: theme: takes one of auto, dark",
		"\n\nmouse = maybe":          "line 3: mouse: takes true or false",
		"lock_minutes = 0":           "line 1: lock_minutes: takes minutes, from 1 to 60",
		"lock_minutes = never":       "takes minutes",
		"logoff_minutes = 1441":      "takes minutes, from 1 to 1440",
		"server":                     "line 1: write \"option = value\"",
		"server =":                   "server has no value",
		"server = \"x":               "the quote is not closed",
		"server = a b":               "something follows the value",
		"[tui]":                      "there are no sections",
		"mouse = true\nmouse = true": "line 2: mouse was set in line 1 already",
		"key.fly = \"f\"":            "line 1: key.fly: there is no action fly",
		"key.fly = \"f,\"":           "takes keys with commas",
		"server = \"a\\nb\"":         "control character",
		"server = \xff":              "UTF-8",
	} {
		s := Defaults()
		if err := s.Read(text, check); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, not %q", text, err, want)
		}
	}
}

func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte("theme = light\nmouse = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load([]string{"CLINICIAN_CONFIG=" + file, "CLINICIAN_THEME=dark"}, nil)
	if err != nil || s.Theme != "dark" || !s.Mouse || s.Lock != 2*time.Minute {
		t.Errorf("loaded %+v, %v", s, err)
	}
	for _, bad := range []string{"CLINICIAN_THEME=pink", "CLINICIAN_CONFIG=" + file + "x", "CLINICIAN_LOGOFF_MINUTES=1"} {
		if _, err := Load([]string{bad}, nil); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	home := t.TempDir()
	if s, err := Load([]string{"HOME=" + home}, nil); err != nil || s.Theme != "auto" {
		t.Errorf("without a file: %+v, %v", s, err)
	}
	if err := s.Set("theme", "mono"); err != nil || s.Theme != "mono" {
		t.Errorf("the command line gives %q, %v", s.Theme, err)
	}
}

func TestAtMostTwelveOptions(t *testing.T) {
	if n := len(Options()) + 1; n > 12 {
		t.Errorf("there are %d options; which one can be decided instead?", n)
	}
}

// FuzzRead: any bytes are read or refused, and what is read stays in bounds.
func FuzzRead(f *testing.F) {
	f.Add("theme = dark\nkey.upload = \"U\"")
	f.Add("lock_minutes = 1e9")
	f.Add("start_dir = '\x1b[2J'")
	f.Fuzz(func(t *testing.T, text string) {
		s := Defaults()
		if s.Read(text, nil) != nil {
			return
		}
		if s.Lock < time.Second || s.Lock > time.Hour || s.Logoff > 24*time.Hour || strings.ContainsAny(s.Server+s.StartDir, "\x1b\n\x00") {
			t.Errorf("%q gives %+v", text, s)
		}
		for action, keys := range s.Keys {
			for _, k := range keys {
				if k == "" {
					t.Errorf("%s has an empty key", action)
				}
			}
		}
	})
}

// Files of earlier versions, which took values without quotes, keep working.
func TestReadFilesOfEarlierVersions(t *testing.T) {
	s := Defaults()
	err := s.Read("server = http://127.0.0.1:8003\r\ntheme = dark # at night\nmouse = yes\nread_only = on\nlogoff_minutes = 90s\n"+
		"lock_minutes = 01\nstart_dir = ~/scans\nkey.upload = U,ctrl+u\nkey.open = 1\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Server != "http://127.0.0.1:8003" || s.Theme != "dark" || !s.Mouse || !s.ReadOnly || s.Logoff != 90*time.Second || s.Lock != time.Minute ||
		s.StartDir != "~/scans" || strings.Join(s.Keys["upload"], "|") != "U|ctrl+u" || strings.Join(s.Keys["open"], "|") != "1" {
		t.Errorf("read %+v", s)
	}
}

// What TOML has beyond "option = value" is taken.
func TestReadTOML(t *testing.T) {
	s := Defaults()
	err := s.Read(`"theme" = """
light"""
lock_minutes = 0x10
key . copy-page = ["y", "comma"]
[key] # of the documents
upload = 'U'
`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Theme != "light" || s.Lock != 16*time.Minute || strings.Join(s.Keys["copy-page"], "|") != "y|," || strings.Join(s.Keys["upload"], "|") != "U" {
		t.Errorf("read %+v", s)
	}
}

func TestErrorsQuoteWhatIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"# mine\nmouse = maybe # or not":  "line 2: mouse: takes true or false, not maybe",
		"theme = \"Dark mode\"":           "line 1: theme: takes one of auto, dark, light, high-contrast, mono, not \"Dark mode\"",
		"lock_minutes = 2.50":             "line 1: lock_minutes: takes minutes, from 1 to 60, not 2.50",
		"logoff_minutes = [5, 6]":         "line 1: logoff_minutes: takes minutes, from 1 to 1440, not [5, 6]",
		"mouse = true\n\n[screen]\nx = 1": "line 3: there are no sections but [key]",
		"[key]\nupload = 'U'\nfly = ['']": "line 3: key.fly: takes keys",
		"key.fly = [1]":                   "line 1: key.fly: takes keys",
		"key.fly = []":                    "line 1: key.fly: takes keys",
		"key.fly.high = 'x'":              "line 1: key.fly.high: there is no option",
		"theme = 'dark'\ntheme = 'light'": "line 2: theme was set in line 1 already",
		"mouse = true\nserver = 'a' 'b'":  "line 2: ",
		"mouse = true\nlock_minutes = \n": "line 2: lock_minutes has no value",
		"mouse = true\nserver = \"\"":     "line 2: server: has no value",
	} {
		s := Defaults()
		if err := s.Read(text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, not %q", text, err, want)
		}
	}
}

// The user's own files are where the system keeps such files.
func TestDir(t *testing.T) {
	for _, k := range []struct {
		environ []string
		want    string
	}{
		{[]string{"XDG_CONFIG_HOME=/x", "HOME=/h", "APPDATA=/a"}, filepath.Join("/x", "clinician")},
		{[]string{"XDG_CONFIG_HOME=x", "HOME=/h", "APPDATA=/a"}, filepath.Join("/h", ".config", "clinician")},
		{[]string{"APPDATA=/a"}, filepath.Join("/a", "clinician")},
		{[]string{"APPDATA=a"}, ""},
		{nil, ""},
	} {
		if got := Dir(k.environ); got != k.want {
			t.Errorf("%q gives %q, not %q", k.environ, got, k.want)
		}
	}
}
