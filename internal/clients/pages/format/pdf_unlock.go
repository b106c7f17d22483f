package format

import (
	"bytes"
	"errors"

	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core"
)

// What can be wrong with a password, for people.
var (
	errWrongPassword = passwordFault("This is not the password of the document. Mind capitals; ask who sent it.")
	errNotProtected  = passwordFault("This document opens without a password.")
)

func passwordFault(message string) *core.Error {
	e := core.Errorf(core.CodeInvalid, "%s", message)
	e.Fields = map[string][]string{"password": {message}}
	return e
}

// PrepareUnlock does what must happen before a worker gives its rights up, and gives the
// function that makes a copy of a PDF that opens without a password: everything else of
// it is as it was, but a signature does not hold for a copy. CodeInvalid with
// Fields["password"] when password is not that of the document, or it has none.
func PrepareUnlock(o Options) func(content []byte, password string) ([]byte, error) {
	e, err := readyPDFium(o.CacheDir)
	return func(content []byte, password string) ([]byte, error) {
		if err != nil {
			return nil, errPDFium.WithCause(err)
		}
		return e.unlock(content, password)
	}
}

func (e engine) unlock(content []byte, password string) ([]byte, error) {
	lib, err := e.instance()
	if err != nil {
		return nil, err
	}
	defer lib.Close()
	if _, err := openDocument(lib, content, nil); err == nil {
		return nil, errNotProtected
	}
	d, err := openDocument(lib, content, &password)
	switch {
	case errors.Is(err, pdferrors.ErrPassword):
		return nil, errWrongPassword.WithCause(err)
	case errors.Is(err, pdferrors.ErrSecurity):
		return nil, core.Errorf(core.CodeInvalid, "This PDF is protected in a way that cannot be opened here. Print it to a new PDF in the program that shows it and upload that.").WithCause(err)
	case err != nil:
		return nil, errDamagedPDF.WithCause(err)
	}
	var out bytes.Buffer
	_, err = lib.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: d, Flags: requests.SaveFlagRemoveSecurity, FileWriter: &out})
	if err != nil {
		return nil, core.Errorf(core.CodeInvalid, "No copy of this PDF could be made. Print it to a new PDF in a viewer and upload that.").WithCause(err)
	}
	return out.Bytes(), nil
}
