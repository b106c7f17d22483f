package archive

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"filippo.io/age"

	"clinician/internal/core"
)

// intro is what a file encrypted with age begins with.
const intro = "age-encryption.org/"

// Encrypt encrypts what is written to it for any of these. Closing it ends the file.
func Encrypt(w io.Writer, to []age.Recipient) (io.WriteCloser, error) { return age.Encrypt(w, to...) }

// Open begins to read a backup, encrypted or not, and says which.
func Open(r io.Reader, with []age.Identity) (a *Reader, encrypted bool, err error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if head, _ := b.Peek(len(intro)); !bytes.Equal(head, []byte(intro)) {
		a, err = NewReader(b)
		return a, false, err
	}
	if len(with) == 0 {
		return nil, true, core.Errorf(core.CodeInvalid, "This backup is encrypted. Give --passphrase-file, or --identity with the file of the private key.")
	}
	clear, err := age.Decrypt(b, with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, true, core.Errorf(core.CodeInvalid, "This backup is encrypted for somebody else, or the passphrase is another one.").WithCause(err)
	}
	if err != nil {
		return nil, true, damaged("it cannot be decrypted")
	}
	a, err = NewReader(decrypted{clear})
	return a, true, err
}

// decrypted says of what does not decrypt that the backup is damaged.
type decrypted struct{ r io.Reader }

func (d decrypted) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged("it does not decrypt to its end")
	}
	return n, err
}
