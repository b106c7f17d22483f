//go:build !unix

package format

import "errors"

// lockFile has no such lock here: what is compiled twice is compiled twice.
func lockFile(string) (unlock func(), err error) { return nil, errors.ErrUnsupported }
