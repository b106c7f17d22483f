package ocr

import (
	"context"
	"slices"
	"strings"

	"clinician/internal/core"
)

const defaultLanguage = "eng"

// checkLanguage accepts installed languages and their combinations. Names are
// letters, digits and underscores: they end up in a command line. An engine
// that lists no languages takes any; one that is missing is no reason to
// refuse, for a text layer needs none.
func checkLanguage(ctx context.Context, e core.Engine, language string) error {
	asked := strings.Split(language, "+")
	for _, l := range asked {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || len(l) > 32 {
			return core.Errorf(core.CodeInvalid, "The language of a document is named like \"eng\" or \"eng+deu\".")
		}
	}
	info, err := e.Info(ctx)
	if err != nil {
		return ctx.Err()
	}
	for _, l := range asked {
		if len(info.Languages) > 0 && !slices.Contains(info.Languages, l) {
			return core.Errorf(core.CodeInvalid, "The language %q is not installed for OCR. Installed: %s.", l, strings.Join(info.Languages, ", "))
		}
	}
	return nil
}
