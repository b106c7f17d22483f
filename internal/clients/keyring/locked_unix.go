//go:build !darwin && !windows

package keyring

import (
	"context"
	"errors"

	ss "github.com/zalando/go-keyring/secret_service"
)

var errLocked = errors.New("the keyring is locked")

// locked reports whether the Secret Service has a login collection that is locked: one that
// nobody unlocked when it asked for that, or where nobody could be asked.
func locked(ctx context.Context) bool {
	_, err := within(ctx, probeTimeout, func() (string, error) {
		svc, err := ss.NewSecretService()
		if err != nil {
			return "", err
		}
		is, err := svc.GetLoginCollection().GetProperty("org.freedesktop.Secret.Collection.Locked")
		if err == nil && is.Value() == true {
			err = errLocked
		}
		return "", err
	})
	return errors.Is(err, errLocked)
}
