package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"

	"clinician/internal/core"
)

// NewRefresh makes a refresh token: 256 random bits, opaque to its holder. The
// server keeps its hash only.
func NewRefresh() (token string, hash core.TokenHash) {
	token = newSecret()
	return token, HashRefresh(token)
}

// HashRefresh gives what the server knows a refresh token by. A fast hash is
// enough for 256 random bits.
func HashRefresh(token string) core.TokenHash { return sha256.Sum256([]byte(token)) }

// SealSuccessor encrypts a new refresh token under a key that only the holder
// of the presented one can derive: what goes into core.Rotation.Sealed.
func SealSuccessor(presented, successor string) ([]byte, error) {
	gcm, err := successorCipher(presented)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nil, []byte(successor), nil), nil
}

// OpenSuccessor gives back the successor from core.Rotated.Replayed.
func OpenSuccessor(presented string, sealed []byte) (string, error) {
	gcm, err := successorCipher(presented)
	if err != nil {
		return "", err
	}
	clear, err := gcm.Open(nil, nil, sealed, nil)
	if err != nil {
		return "", core.Errorf(core.CodeUnauthenticated, "Invalid refresh token").WithCause(err)
	}
	return string(clear), nil
}

func successorCipher(presented string) (cipher.AEAD, error) {
	if presented == "" {
		return nil, errors.New("auth: no refresh token")
	}
	key, err := hkdf.Key(sha256.New, []byte(presented), nil, "clinician refresh successor v1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
