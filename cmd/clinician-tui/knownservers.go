package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/tui/config"
)

// knownServers is the file of the servers whose keys the user has trusted: lines of
// an address and a fingerprint. What is not understood there stops the program: a key
// that is overlooked would be a server that is asked about anew.
type knownServers struct{ path string }

func (a *app) knownServers() knownServers {
	dir := config.Dir(a.environ)
	if dir == "" {
		return knownServers{}
	}
	return knownServers{filepath.Join(dir, "known_servers")}
}

// lines gives the lines of the file; none when it is not there.
func (k knownServers) lines() ([]string, error) {
	if k.path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, usagef("%s, which holds the keys of the servers you trust, cannot be read", k.path)
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n"), nil
}

// of gives the key that was trusted for a server; the zero Key for none.
func (k knownServers) of(server string) (clinicianapi.Key, error) {
	list, err := k.lines()
	if err != nil {
		return clinicianapi.Key{}, err
	}
	for i, line := range list {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		address, digits, _ := strings.Cut(line, " ")
		key, err := clinicianapi.ParseKey(digits)
		if err != nil {
			return clinicianapi.Key{}, usagef("%s: line %d is not an address and a fingerprint", k.path, i+1)
		}
		if address == server {
			return key, nil
		}
	}
	return clinicianapi.Key{}, nil
}

// put trusts a key for a server, in place of another; with the zero Key none is
// trusted any more.
func (k knownServers) put(server string, key clinicianapi.Key) error {
	if k.path == "" {
		return errors.New("there is no place to keep the key in: set HOME, XDG_CONFIG_HOME or, on Windows, APPDATA")
	}
	list, err := k.lines()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(line string) bool { return strings.HasPrefix(line, server+" ") || line == "" })
	if key != (clinicianapi.Key{}) {
		list = append(list, server+" "+key.Hex())
	}
	if err := k.write(strings.Join(append(list, ""), "\n")); err != nil {
		return fmt.Errorf("the key cannot be kept in %s: %w", k.path, err)
	}
	return nil
}

// write replaces the file in one step, so that no reader finds half of it.
func (k knownServers) write(text string) error {
	dir := filepath.Dir(k.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "known_servers-*") // readable by the user only
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), k.path)
}
