package auth

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
)

// Vectors made elsewhere: Django's form with a key from Python's hashlib, and
// one from the test suite of the argon2 reference implementation.
const (
	djangoPassword = "Str0ng-Passw0rd!"
	djangoHash1000 = "pbkdf2_sha256$1000$seasalt$yXBXWcO/d/iuZkB9qRqDvRreHb21YHtMAbmOPBiVHmY="
	argonReference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
)

func TestVerifyForeignHashes(t *testing.T) {
	p := NewPasswords(2)
	for name, c := range map[string]struct{ stored, right string }{
		"django":           {djangoHash1000, djangoPassword},
		"argon2 reference": {argonReference, "password"},
	} {
		ok, err := p.Verify(t.Context(), c.stored, c.right)
		if err != nil || !ok {
			t.Errorf("%s: right password: %v, %v", name, ok, err)
		}
		ok, err = p.Verify(t.Context(), c.stored, c.right+"x")
		if err != nil || ok {
			t.Errorf("%s: wrong password: %v, %v", name, ok, err)
		}
		if !NewPasswords(0).NeedsUpgrade(c.stored) {
			t.Errorf("%s: should be upgraded", name)
		}
	}
}

func TestHashAndVerify(t *testing.T) {
	p := NewPasswords(0)
	const long = 1024
	for _, password := range []string{"correct horse", "pässwörd-日本", strings.Repeat("x", long), " leading and trailing "} {
		h, err := p.Hash(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(h, "$argon2id$v=19$m=19456,t=2,p=1$") || NewPasswords(0).NeedsUpgrade(h) {
			t.Errorf("hash is %s", h)
		}
		if ok, err := p.Verify(t.Context(), h, password); !ok || err != nil {
			t.Errorf("%q does not match its own hash: %v", password, err)
		}
		for _, wrong := range []string{"", strings.TrimSpace(password) + "x", password[:len(password)-1], password + "\x00"} {
			if ok, _ := p.Verify(t.Context(), h, wrong); ok {
				t.Errorf("%q matches the hash of %q", wrong, password)
			}
		}
	}
	a, _ := p.Hash(t.Context(), "same")
	b, _ := p.Hash(t.Context(), "same")
	if a == b {
		t.Error("two hashes share a salt")
	}
}

// Each of these must be refused, not computed: some would take the machine down.
var badHashes = []string{
	"", "x", "!", "plain", "bcrypt_sha256$$2b$12$abc", "$2b$12$abcdefghijklmnopqrstuv",
	"pbkdf2_sha256$", "pbkdf2_sha256$1000$$AAAA", "pbkdf2_sha256$0$salt$" + keyB64, "pbkdf2_sha256$-5$salt$" + keyB64,
	"pbkdf2_sha256$999999999$salt$" + keyB64, "pbkdf2_sha256$1000$salt$AAAA", "pbkdf2_sha256$1000$salt$" + keyB64 + "$more",
	"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ", "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$" + keyRaw,
	"$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$" + keyRaw, "$argon2id$v=19$m=19456,t=4294967295,p=1$c29tZXNhbHQ$" + keyRaw,
	"$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$" + keyRaw, "$argon2id$v=19$m=19456,t=2,p=0$c29tZXNhbHQ$" + keyRaw,
	"$argon2id$v=19$m=19456,t=2,p=255$c29tZXNhbHQ$" + keyRaw, "$argon2id$v=19$m=19456,t=2$c29tZXNhbHQ$" + keyRaw,
	"$argon2id$v=19$t=2,m=19456,p=1$c29tZXNhbHQ$" + keyRaw, "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$" + keyRaw,
	"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAA", "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$" + keyRaw,
	"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$" + strings.Repeat("A", 600),
}

const (
	keyB64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	keyRaw = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

func TestUnreadableHashesNeverMatch(t *testing.T) {
	for _, bad := range badHashes {
		if h, err := parseHash(bad); err == nil {
			t.Errorf("parsed %q as %+v", bad, h)
		}
		if NewPasswords(0).NeedsUpgrade(bad) {
			t.Errorf("%q should be upgraded, they say", bad)
		}
	}
	p := NewPasswords(1)
	for _, bad := range badHashes[:3] {
		if ok, err := p.Verify(t.Context(), bad, ""); ok || err != nil {
			t.Errorf("Verify(%q) = %v, %v", bad, ok, err)
		}
	}
}

// A user who does not exist must cost as much as one who does.
func TestUnknownUserCostsAHash(t *testing.T) {
	p := NewPasswords(1)
	if !p.dummy.current() || len(p.dummy.(argonHash).salt) != argonSaltLen {
		t.Errorf("the dummy costs something else: %+v", p.dummy)
	}
	h, err := p.Hash(t.Context(), "right")
	if err != nil {
		t.Fatal(err)
	}
	spent := func(stored string) uint64 { // memory, because time is noisy
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if ok, err := p.Verify(t.Context(), stored, "wrong"); ok || err != nil {
			t.Fatalf("Verify = %v, %v", ok, err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if known, unknown := spent(h), spent(""); unknown < known-known/100 || unknown > known+known/100 {
		t.Errorf("a known user costs %d bytes, an unknown one %d", known, unknown)
	}
}

func TestHashesWaitForASlot(t *testing.T) {
	p := NewPasswords(1)
	p.slots <- struct{}{} // somebody hashes
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash = %v", err)
	}
	if _, err := p.Verify(ctx, argonReference, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify = %v", err)
	}
	<-p.slots
	if _, err := p.Hash(t.Context(), "x"); err != nil {
		t.Errorf("with a free slot: %v", err)
	}
	if len(p.slots) != 0 {
		t.Error("a slot was not given back")
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(argonReference)
	f.Add(djangoHash1000)
	for _, bad := range badHashes {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parseHash(s)
		if err != nil {
			return
		}
		switch h := h.(type) {
		case argonHash:
			if h.memory > maxArgonMemory || h.time > maxArgonTime || h.time == 0 || h.threads == 0 || len(h.key) > maxSaltAndKeyLen {
				t.Errorf("%q asks for too much: %+v", s, h)
			}
		case djangoHash:
			if h.rounds > maxPBKDF2Rounds || h.rounds < 1 || len(h.key) != 32 {
				t.Errorf("%q asks for too much: %+v", s, h)
			}
		}
	})
}

func BenchmarkHash(b *testing.B) {
	p := NewPasswords(1)
	for b.Loop() {
		if _, err := p.Hash(b.Context(), "correct horse battery"); err != nil {
			b.Fatal(err)
		}
	}
}
