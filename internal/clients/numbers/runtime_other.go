//go:build !linux || !(amd64 || arm64) || static

package numbers

import "errors"

func load(string) (model, error) {
	return nil, errors.New("the number reader is not available in this program: it is made for Linux on x86-64 and ARM64")
}
