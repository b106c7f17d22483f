package main

import (
	"context"
	"crypto/x509"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/core"
	"clinician/internal/tui/disk"
)

// clientOptions is what the client of the chosen server is made of: with --ca the
// authorities of that file count, else the key that was trusted, else the system's.
func (a *app) clientOptions(vault core.TokenVault) (clinicianapi.Options, error) {
	o := clinicianapi.Options{Address: a.server, AllowPlainHTTP: a.plainHTTP, ReadOnly: a.readOnly, Vault: vault, Tokens: a.givenTokens()}
	address, err := clinicianapi.Address(a.server, a.plainHTTP)
	if err != nil {
		return o, usageError{plain(err)}
	}
	if a.ca != "" {
		o.Roots, err = authorities(a.ca)
	} else {
		o.Key, err = a.knownServers().of(address)
	}
	return o, err
}

// authorities reads a file of certificates in PEM.
func authorities(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(disk.New("").Resolve(file))
	if err != nil {
		return nil, usagef("--ca: the file %s cannot be read", file)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, usagef("--ca: the file %s holds no certificate in PEM", file)
	}
	return pool, nil
}

// newClient makes a client; what is wrong with the options is wrong usage.
func newClient(o clinicianapi.Options) (*clinicianapi.Client, error) {
	c, err := clinicianapi.New(o)
	if err != nil {
		return nil, usageError{plain(err)}
	}
	return c, nil
}

// meet makes a client. A server that nobody known vouches for is shown to somebody at
// a terminal, who may trust its key; nothing else ever does.
func (a *app) meet(ctx context.Context, o clinicianapi.Options) (*clinicianapi.Client, error) {
	c, err := newClient(o)
	if err != nil || a.ca != "" || o.Key != (clinicianapi.Key{}) || !strings.HasPrefix(c.Address(), "https://") || !a.interactive() {
		return c, err
	}
	shown, err := c.Certificate(ctx)
	if err != nil || !shown.Unsigned { // what else is wrong is said by what needs the server
		return c, nil
	}
	c.Close()
	a.describeKey(c.Address(), shown)
	if err := a.askToTrust(ctx, c.Address(), shown.Key); err != nil {
		return nil, err
	}
	o.Key = shown.Key
	return newClient(o)
}

// describeKey says what a server shows of itself, for people to compare.
func (a *app) describeKey(address string, s clinicianapi.Shown) {
	if s.Unsigned {
		a.say("Nobody this computer trusts has signed the certificate of the server at\n%s.", address)
	}
	digits := s.Key.String()
	half := len(digits) / 2
	a.say("It is for %s, from %s to %s.\nThe fingerprint (SHA-256) of its key is", s.Names, day(s.From), day(s.Until))
	a.say("\n    %s\n    %s\n", digits[:half], digits[half+1:])
}

func day(t time.Time) string { return core.DateOf(t.UTC()).Display() }

// askToTrust asks whether a key is to be trusted from now on, and keeps it.
func (a *app) askToTrust(ctx context.Context, address string, key clinicianapi.Key) error {
	a.say("Compare all of it with what your administrator gives you by telephone or on\n" +
		"paper. If it is another one, somebody may be between you and the server.")
	answer, err := a.ask(ctx, "Is it the same? Type yes to trust this key from now on:")
	if err != nil && ctx.Err() != nil {
		return err
	}
	if strings.ToLower(answer) != "yes" {
		return core.Errorf(core.CodeUnavailable, "The server at %s was not trusted, and nothing was sent to it. Ask your administrator for the fingerprint, then try again.", address)
	}
	return a.trustKey(address, key)
}

func (a *app) trustKey(address string, key clinicianapi.Key) error {
	if err := a.knownServers().put(address, key); err != nil {
		return err
	}
	a.say("Trusted, and kept in %s.", a.knownServers().path)
	return nil
}

func newTrust(a *app) *cobra.Command {
	var fingerprint string
	var forget bool
	cmd := &cobra.Command{
		Use: "trust", Short: "Show and trust the key of the server", Args: noArgs,
		Long: "trust shows the fingerprint of the server's key, and whether it is trusted. At a terminal it asks whether\n" +
			"to trust it from now on; scripts give the fingerprint that it must have. A renewed certificate of the\n" +
			"same key stays trusted. Servers whose certificates this computer can check need none of this.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if forget {
				return a.forgetKey()
			}
			return a.trust(cmd.Context(), fingerprint)
		},
	}
	cmd.Flags().StringVar(&fingerprint, "fingerprint", "", "trust the key if it has this SHA-256, without asking")
	cmd.Flags().BoolVar(&forget, "forget", false, "trust no key of the server any more")
	return cmd
}

// serverKey is the answer of trust.
type serverKey struct {
	Server    string    `json:"server"`
	SHA256    string    `json:"key_sha256"`
	Names     string    `json:"names"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	Trusted   bool      `json:"trusted"`
	Problem   string    `json:"problem,omitempty"`
}

func (a *app) trust(ctx context.Context, fingerprint string) error {
	address, before, s, err := a.lookAtKey(ctx)
	if err != nil {
		return err
	}
	switch {
	case fingerprint != "":
		if err := a.trustFingerprint(address, fingerprint, s.Key); err != nil {
			return err
		}
	case (s.Unsigned || s.Changed) && a.ca == "" && a.interactive():
		if s.Changed {
			a.say("The server at %s shows another key than until now, which was\n\n    %s\n", address, before)
		}
		a.describeKey(address, s)
		if err := a.askToTrust(ctx, address, s.Key); err != nil {
			return err
		}
	default:
		return a.answerKey(address, s)
	}
	if _, _, s, err = a.lookAtKey(ctx); err != nil { // what else is wrong counts all the same
		return err
	}
	return a.answerKey(address, s)
}

// lookAtKey gives what the server shows, and the key that was trusted for it.
func (a *app) lookAtKey(ctx context.Context) (address string, trusted clinicianapi.Key, s clinicianapi.Shown, err error) {
	o, err := a.clientOptions(keyring.Memory("nobody signs in"))
	if err != nil {
		return "", trusted, s, err
	}
	c, err := newClient(o)
	if err != nil {
		return "", trusted, s, err
	}
	defer c.Close()
	s, err = c.Certificate(ctx)
	return c.Address(), o.Key, s, err
}

// trustFingerprint trusts the key that the server shows when it is the one that was given.
func (a *app) trustFingerprint(address, fingerprint string, shown clinicianapi.Key) error {
	want, err := clinicianapi.ParseKey(fingerprint)
	switch {
	case err != nil:
		return usagef("--fingerprint: %s", core.MessageOf(err))
	case a.ca != "":
		return usagef("--fingerprint and --ca are two ways to trust a server; give one of them")
	case want != shown:
		return core.Errorf(core.CodeConflict, "The key of the server at %s is another one, with the fingerprint %s. Nothing was trusted; ask your administrator.", address, shown)
	}
	return a.trustKey(address, shown)
}

func (a *app) answerKey(address string, s clinicianapi.Shown) error {
	k := serverKey{Server: address, SHA256: s.Key.Hex(), Names: s.Names, NotBefore: s.From.UTC(), NotAfter: s.Until.UTC(), Trusted: s.Err == nil}
	state := "trusted"
	if s.Err != nil {
		k.Problem = core.MessageOf(s.Err)
		state = "not trusted. " + k.Problem
	}
	return a.answer(k, func() error {
		return a.facts([2]string{"Server", k.Server}, [2]string{"Key (SHA-256)", s.Key.String()}, [2]string{"Certificate for", k.Names},
			[2]string{"Counts", "from " + day(s.From) + " to " + day(s.Until)}, [2]string{"State", state})
	})
}

// forgetKey drops the key that was trusted for the server.
func (a *app) forgetKey() error {
	address, err := clinicianapi.Address(a.server, a.plainHTTP)
	if err != nil {
		return usageError{plain(err)}
	}
	had, err := a.knownServers().of(address)
	if err != nil {
		return err
	}
	if had == (clinicianapi.Key{}) {
		return core.Errorf(core.CodeNotFound, "No key of the server at %s was trusted.", address)
	}
	if err := a.knownServers().put(address, clinicianapi.Key{}); err != nil {
		return err
	}
	return a.answer(map[string]string{"server": address, "forgotten": had.Hex()}, func() error {
		return a.line("The key of the server at %s is trusted no more.", address)
	})
}
