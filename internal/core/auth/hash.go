package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/pbkdf2"
)

// The cost of new hashes (OWASP: argon2id, 19 MiB, two passes, one lane).
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSaltLen = 16
	argonKeyLen  = 32
)

// Limits on what a stored hash may ask of us, so that a forged row cannot take
// the machine down.
const (
	maxHashLen       = 512
	maxArgonMemory   = 256 * 1024 // KiB
	maxArgonTime     = 16
	maxArgonThreads  = 16
	maxPBKDF2Rounds  = 5_000_000
	minSaltAndKeyLen = 8
	maxSaltAndKeyLen = 128
)

// errHash means that a stored hash is of no form we know.
var errHash = errors.New("stored password hash is not readable")

// storedHash is a parsed password hash.
type storedHash interface {
	matches(password string) bool
	current() bool // made the way new hashes are made
}

// argonHash is a PHC string: $argon2id$v=19$m=19456,t=2,p=1$salt$key.
type argonHash struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

// djangoHash is Django's pbkdf2_sha256$iterations$salt$base64(key).
type djangoHash struct {
	rounds int
	salt   string
	key    []byte
}

func hashPassword(password string) string {
	salt := make([]byte, argonSaltLen)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKeyLen)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// djangoRounds is what Django 5.2 takes for new passwords.
const djangoRounds = 1_000_000

func hashDjango(password string) string {
	salt := newSalt()
	key := pbkdf2.Key([]byte(password), []byte(salt), djangoRounds, sha256.Size, sha256.New)
	return fmt.Sprintf("pbkdf2_sha256$%d$%s$%s", djangoRounds, salt, base64.StdEncoding.EncodeToString(key))
}

// newSalt is 22 letters and digits, as Django's: 128 bits.
func newSalt() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	var b strings.Builder
	for b.Len() < 22 {
		var r [32]byte
		rand.Read(r[:]) // never fails, by its documentation
		for _, c := range r {
			if int(c) < 4*len(letters) && b.Len() < 22 { // else some letters were likelier
				b.WriteByte(letters[int(c)%len(letters)])
			}
		}
	}
	return b.String()
}

func parseHash(s string) (storedHash, error) {
	switch {
	case len(s) > maxHashLen:
		return nil, errHash
	case strings.HasPrefix(s, "$argon2id$"):
		return parseArgon(s)
	case strings.HasPrefix(s, "pbkdf2_sha256$"):
		return parseDjango(s)
	}
	return nil, errHash
}

func parseArgon(s string) (storedHash, error) {
	parts := strings.Split(s, "$") // "", argon2id, v=19, m=..,t=..,p=.., salt, key
	if len(parts) != 6 || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return nil, errHash
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return nil, errHash
	}
	var v [3]uint64
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(costs[i], name)
		if !ok {
			return nil, errHash
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil {
			return nil, errHash
		}
		v[i] = n
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err1 != nil || err2 != nil || !soundLen(salt) || !soundLen(key) ||
		v[0] < 8*v[2] || v[0] > maxArgonMemory || v[1] < 1 || v[1] > maxArgonTime ||
		v[2] < 1 || v[2] > maxArgonThreads {
		return nil, errHash
	}
	return argonHash{uint32(v[0]), uint32(v[1]), uint8(v[2]), salt, key}, nil
}

func parseDjango(s string) (storedHash, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 4 || parts[2] == "" {
		return nil, errHash
	}
	rounds, err := strconv.Atoi(parts[1])
	if err != nil || rounds < 1 || rounds > maxPBKDF2Rounds {
		return nil, errHash
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[3])
	if err != nil || len(key) != sha256.Size {
		return nil, errHash
	}
	return djangoHash{rounds, parts[2], key}, nil
}

func soundLen(b []byte) bool { return len(b) >= minSaltAndKeyLen && len(b) <= maxSaltAndKeyLen }

func (h argonHash) matches(password string) bool {
	key := argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

func (h argonHash) current() bool {
	return h.memory == argonMemory && h.time == argonTime && h.threads == argonThreads && len(h.key) == argonKeyLen
}

func (h djangoHash) matches(password string) bool {
	key := pbkdf2.Key([]byte(password), []byte(h.salt), h.rounds, len(h.key), sha256.New)
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

func (djangoHash) current() bool { return false }
