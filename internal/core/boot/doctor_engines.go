package boot

import (
	"context"
	"fmt"
	"strings"

	"clinician/internal/clients/office"
	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
)

func (d *doctor) engine() {
	const name = "engine"
	ctx, cancel := context.WithTimeout(d.ctx, doctorPatience)
	defer cancel()
	reader, err := d.c.reader(nil, nil, false)
	if err != nil {
		d.failed(name, "", err)
		return
	}
	engine := reader.Engine
	if d.c.OCRServiceURL != "" {
		engine = tesseract.New(tesseract.Options{Program: d.c.Tesseract})
	}
	info, err := engine.Info(ctx)
	if err != nil {
		status := FoundWarning // everything else works
		d.note(status, name, "", "%s Until then documents are kept and not read.", core.MessageOf(err))
		return
	}
	text := strings.TrimSpace(info.Name + " " + info.Version + " " + info.Model)
	if len(info.Languages) > 0 {
		text += ", reads " + strings.Join(info.Languages, " ")
	}
	d.note(FoundOK, name, "", "%s.", text)
}

// word looks for what converts Word 97 documents.
func (d *doctor) word() {
	const name = "Word 97"
	converter, err := office.New(office.Options{Program: d.c.Soffice})
	var by string
	if err == nil {
		by, err = converter.Info()
	}
	if err != nil {
		d.note(FoundNothing, name, "", "Not read: LibreOffice is not installed. apt-get install libreoffice-writer-nogui, or name it in CLINICIAN_SOFFICE.")
		return
	}
	d.note(FoundOK, name, "", "Converted by %s.", by)
}

// numberReader loads the model of the second reader of numbers.
func (d *doctor) numberReader() {
	const name = "number reader"
	ctx, cancel := context.WithTimeout(d.ctx, doctorPatience)
	defer cancel()
	reader, err := d.c.numberReader(false)
	if err == nil && reader == nil {
		d.note(FoundNothing, name, "", "Not used: CLINICIAN_NUMBER_READER is not set; numbers are read by one engine.")
		return
	}
	var info core.EngineInfo
	if err == nil {
		defer reader.Close()
		info, err = reader.Info(ctx)
	}
	if err != nil {
		d.note(FoundWarning, name, "Run scripts/setup number-reader with the directory of CLINICIAN_NUMBER_READER.",
			"%s Until then numbers are read by one engine.", core.MessageOf(err))
		return
	}
	d.note(FoundOK, name, "", "%s", strings.TrimSpace(fmt.Sprintf("%s %s with %s, on %s. %s", info.Name, info.Version, info.Model, info.Device, info.Note)))
}
