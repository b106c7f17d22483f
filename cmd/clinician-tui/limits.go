package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

func newLimits(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "limits", Short: "Show what the server takes and can read", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.client(cmd.Context(), a.vault(cmd.Context()))
			if err != nil {
				return err
			}
			defer c.Close()
			l, err := c.Limits(cmd.Context())
			if err != nil {
				return err
			}
			return a.answer(l, func() error { return a.limitFacts(l) })
		},
	}
}

func (a *app) limitFacts(l core.Limits) error {
	engine := l.OCREngine
	if engine == "" {
		engine = "None. " + l.OCRMessage
	}
	return a.facts(
		[2]string{"Largest file", present.Size(l.MaxFileBytes)},
		[2]string{"Taken", strings.Join(l.AcceptedTypes, ", ")},
		[2]string{"Readable", strings.Join(l.OCRTypes, ", ")},
		[2]string{"Most pages", strconv.Itoa(l.MaxPages)},
		[2]string{"Languages", strings.Join(l.OCRLanguages, ", ")},
		[2]string{"Reader", engine},
		[2]string{"Views end after", present.Lasting(time.Duration(l.TempSeconds) * time.Second)},
	)
}
