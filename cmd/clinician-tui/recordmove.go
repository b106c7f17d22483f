package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func newMove(a *app) *cobra.Command {
	var m core.MoveRecord
	var typed typedIdentifiers
	cmd := &cobra.Command{
		Use: "move RECORD --patient ID --reason WHY", Short: "Give a misfiled record to the patient it belongs to", Args: takes("a record's id"),
		Long: "move gives a record, with what was read from it, to another patient. Family name and year of birth of that\n" +
			"patient are needed, read from their chart: typed when asked, as two lines on standard input with\n" +
			"--identifiers-stdin, or by flags (which stay in the shell's history). A note about the record stays behind.\n" +
			"When the patient is not yours, the record is out of your sight afterwards.",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if m.PatientID <= 0 || strings.TrimSpace(m.Reason) == "" {
				return usagef("move needs --patient and --reason")
			}
			var err error
			if m.Identifiers, err = a.identifiers(ctx, typed, false); err != nil {
				return err
			}
			return a.withSession(ctx, func(c *clinicianapi.Client) error {
				stone, err := c.MoveRecord(ctx, args[0], m)
				if err != nil {
					return err
				}
				return a.answer(wire.NewMoved(args[0], stone), func() error {
					return a.line("Record %s is in the chart of patient %d now. Record %s stays as a note about it.", args[0], m.PatientID, stone.ID)
				})
			})
		},
	}
	f := cmd.Flags()
	f.Int64Var(&m.PatientID, "patient", 0, "id of the patient it belongs to")
	f.StringVar(&m.Reason, "reason", "", "why; kept with the record")
	typed.flags(cmd, "that patient")
	return seenFlag(cmd, &m.Version)
}

func newSplit(a *app) *cobra.Command {
	var reason, seen string
	var specs []string
	var stdin bool
	cmd := &cobra.Command{
		Use: "split RECORD --reason WHY --part PAGES:PATIENT...", Short: "Take a PDF or TIFF apart that holds papers of several patients", Args: takes("a record's id"),
		Long: "split makes a record of each part, in its patient's chart; every page goes to exactly one part. The original is\n" +
			"kept, entered in error. A part is PAGES:PATIENT for the patient whose chart the bundle is in, and\n" +
			"PAGES:PATIENT:FAMILYNAME:BIRTHYEAR for others, with :TITLE after it if wanted:\n\n" +
			"  --part 1-2:12 --part 3,5:7:Mertz:1940 --part 4:9:Moscisk:1951:'Discharge summary'\n\n" +
			"With --parts-stdin the parts are read from standard input, as the API's JSON array, so that no name stays in the\n" +
			"shell's history.",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			split := core.SplitRecord{Reason: reason, Version: seen}
			var err error
			if stdin {
				split.Parts, err = interruptible(ctx, func() ([]core.SplitPart, error) { return readParts(a.io.in) })
			} else {
				split.Parts, err = parseParts(specs)
			}
			switch {
			case err != nil:
				return err
			case strings.TrimSpace(reason) == "" || len(split.Parts) == 0:
				return usagef("split needs --reason, and --part or --parts-stdin")
			}
			return a.withSession(ctx, func(c *clinicianapi.Client) error {
				done, err := c.SplitRecord(ctx, args[0], split)
				if err != nil {
					return err
				}
				return a.answer(wire.NewSplitDone(done), func() error {
					rows := make([][]string, len(done.Parts))
					for i, p := range done.Parts {
						rows[i] = []string{p.FileID, fmt.Sprint(p.PatientID), writePages(p.Pages)}
					}
					return a.table([]string{"RECORD", "PATIENT", "PAGES"}, rows)
				})
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; kept with the original")
	cmd.Flags().StringArrayVar(&specs, "part", nil, "a part; give it again for each")
	cmd.Flags().BoolVar(&stdin, "parts-stdin", false, "read the parts as JSON from standard input")
	return seenFlag(cmd, &seen)
}

const maxParts = 1 << 20 // bytes of JSON

func readParts(r io.Reader) ([]core.SplitPart, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxParts))
	if err != nil {
		return nil, err
	}
	var parts []core.SplitPart
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&parts); err != nil {
		return nil, usagef("standard input is not a JSON array of parts: %v", err)
	}
	return parts, nil
}

// parseParts reads parts as the flags write them.
func parseParts(specs []string) ([]core.SplitPart, error) {
	parts := make([]core.SplitPart, len(specs))
	for i, spec := range specs {
		var ok bool
		if parts[i], ok = parsePart(spec); !ok {
			return nil, usagef("--part %d is not PAGES:PATIENT or PAGES:PATIENT:FAMILYNAME:BIRTHYEAR[:TITLE]", i+1)
		}
	}
	return parts, nil
}

func parsePart(spec string) (p core.SplitPart, ok bool) {
	f := strings.SplitN(spec, ":", 5)
	if len(f) != 2 && len(f) < 4 {
		return p, false
	}
	if p.Pages, ok = parsePages(f[0]); !ok {
		return p, false
	}
	var err error
	if p.PatientID, err = strconv.ParseInt(f[1], 10, 64); err != nil || p.PatientID <= 0 {
		return p, false
	}
	if len(f) == 2 {
		return p, true
	}
	p.FamilyName = f[2]
	if p.BirthYear, err = strconv.Atoi(f[3]); err != nil && f[2]+f[3] != "" {
		return p, false
	}
	if len(f) == 5 {
		p.Title = f[4]
	}
	return p, true
}

// parsePages reads "1-3,5".
func parsePages(s string) (pages []int, ok bool) {
	for span := range strings.SplitSeq(s, ",") {
		from, to, ranged := strings.Cut(span, "-")
		if !ranged {
			to = from
		}
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || a < 1 || b < a || b > core.MaxPages || len(pages)+b-a >= core.MaxPages {
			return nil, false
		}
		for n := a; n <= b; n++ {
			pages = append(pages, n)
		}
	}
	return pages, true
}

// writePages is how parsePages reads them: 1-3,7.
func writePages(pages []int) string {
	var spans []string
	for i := 0; i < len(pages); {
		last := i
		for last+1 < len(pages) && pages[last+1] == pages[last]+1 {
			last++
		}
		span := strconv.Itoa(pages[i])
		if last > i {
			span += "-" + strconv.Itoa(pages[last])
		}
		spans = append(spans, span)
		i = last + 1
	}
	return strings.Join(spans, ",")
}
