// Package keyring keeps refresh tokens: in the operating system's keyring
// where there is one that answers, else in memory. Which of the two is decided
// once, at start, by Open; nothing switches silently later.
package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"

	"clinician/internal/core"
)

const (
	service = "clinician"

	// probeTimeout is short because a program that starts must not hang on a
	// keyring nobody unlocks; callTimeout leaves time to do so.
	probeTimeout = 3 * time.Second
	callTimeout  = 10 * time.Second
)

// Open tries the operating system's keyring by storing, reading and deleting
// one item, and gives it when that worked; else a vault in memory whose reason
// says why.
func Open(ctx context.Context) core.TokenVault {
	if !reachable() {
		return Memory("there is no keyring service on this machine: tokens are kept in memory only and are gone when you quit")
	}
	v := system{}
	err := v.probe(ctx)
	switch {
	case err == nil:
		return v
	case errors.Is(err, errNoAnswer), locked(ctx):
		return Memory(noAnswer)
	default:
		return Memory("there is no keyring that works on this machine: tokens are kept in memory only and are gone when you quit")
	}
}

const noAnswer = "the keyring does not answer (is it locked?): tokens are kept in memory only and are gone when you quit"

// NoAnswer reports whether the reason of a vault's place is that a keyring is there and
// did not answer: what it keeps is not known.
func NoAnswer(reason string) bool { return reason == noAnswer }

// reachable reports whether asking for a keyring can succeed. Without a
// session bus the D-Bus library would start one that outlives this program.
func reachable() bool {
	switch runtime.GOOS {
	case "darwin", "windows":
		return true
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	info, err := os.Stat(filepath.Join(dir, "bus"))
	return err == nil && info.Mode()&os.ModeSocket != 0
}

// system is the operating system's keyring: one item for each server and user
// (account "server|user"), and one with the last user (account "server|").
type system struct{}

func (system) Place() (place, reason string) {
	return "keyring", "tokens are kept in this machine's keyring"
}

func (system) probe(ctx context.Context) error {
	account, secret := "probe|"+rand.Text(), rand.Text()
	_, err := within(ctx, probeTimeout, func() (string, error) {
		if err := keyring.Set(service, account, secret); err != nil {
			return "", err
		}
		got, err := keyring.Get(service, account)
		if derr := keyring.Delete(service, account); err == nil {
			err = derr
		}
		if err == nil && got != secret {
			err = errors.New("the keyring gave back something else than was stored")
		}
		return "", err
	})
	return err
}

func (system) Load(ctx context.Context, server, user string) (string, error) {
	return get(ctx, account(server, user))
}

func (system) LastUser(ctx context.Context, server string) (string, error) {
	return get(ctx, account(server, ""))
}

func (system) Store(ctx context.Context, server, user, token string) error {
	_, err := within(ctx, callTimeout, func() (string, error) {
		if err := keyring.Set(service, account(server, user), token); err != nil {
			return "", err
		}
		if last, err := keyring.Get(service, account(server, "")); err == nil && last == user {
			return "", nil // spare the keyring a write on every renewal
		}
		return "", keyring.Set(service, account(server, ""), user)
	})
	return outward(err)
}

func (system) Delete(ctx context.Context, server, user string) error {
	_, err := within(ctx, callTimeout, func() (string, error) {
		last, err := keyring.Get(service, account(server, ""))
		if err == nil && last == user {
			if err := keyring.Delete(service, account(server, "")); err != nil && !errors.Is(err, keyring.ErrNotFound) {
				return "", err
			}
		}
		return "", keyring.Delete(service, account(server, user))
	})
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return outward(err)
}

func get(ctx context.Context, account string) (string, error) {
	s, err := within(ctx, callTimeout, func() (string, error) { return keyring.Get(service, account) })
	return s, outward(err)
}

func account(server, user string) string { return server + "|" + user }

func outward(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return core.Errorf(core.CodeNotFound, "The keyring holds no session for this server.").WithCause(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return core.Errorf(core.CodeUnavailable, "The keyring of this machine does not answer. Unlock it and try again.").WithCause(err)
}

var errNoAnswer = errors.New("the keyring did not answer in time")

// within bounds a call that knows no context. A call that is given up goes on
// in its goroutine until the keyring answers or the program ends.
func within(ctx context.Context, d time.Duration, f func() (string, error)) (string, error) {
	type outcome struct {
		s   string
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		s, err := f()
		done <- outcome{s, err}
	}()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case o := <-done:
		return o.s, o.err
	case <-t.C:
		return "", errNoAnswer
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
