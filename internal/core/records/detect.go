package records

import (
	"io"

	"clinician/internal/core"
)

// Detect decides what kind of file content is, by its first bytes, as Stage
// does for an upload. CodeInvalid when it is empty, CodeUnsupported when it is
// none of core.AcceptedTypes. It reads no more than it needs.
func Detect(content io.Reader) (string, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(content, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", err
	}
	if n == 0 {
		return "", core.Errorf(core.CodeInvalid, "The file is empty.")
	}
	return sniff(head[:n])
}
