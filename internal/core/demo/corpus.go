package demo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// WriteCorpus writes documents and what is in them to dir, which it makes when
// needed: <ref>.<ext> with the content, <ref>.truth.json with the Truth, and
// manifest.tsv with a line for each. Files of the same name are replaced.
func WriteCorpus(dir string, documents []Document) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write corpus: %w", err)
	}
	var manifest strings.Builder
	manifest.WriteString("ref\tkind\tmime\tprofile\tpurpose\tpages\tvalues\tfile\n")
	for _, d := range documents {
		content, truth, err := d.Render()
		if err != nil {
			return fmt.Errorf("write corpus: %w", err)
		}
		name := d.Ref + filepath.Ext(d.Filename)
		facts, err := json.MarshalIndent(truth, "", " ")
		if err != nil {
			return fmt.Errorf("write corpus: %w", err)
		}
		for file, data := range map[string][]byte{name: content, d.Ref + ".truth.json": facts} {
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
				return fmt.Errorf("write corpus: %w", err)
			}
		}
		fmt.Fprintf(&manifest, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", d.Ref, d.Kind, d.MIME, d.Profile, d.Purpose, len(truth.Pages), len(truth.Values), name)
	}
	if err := os.WriteFile(filepath.Join(dir, "manifest.tsv"), []byte(manifest.String()), 0o600); err != nil {
		return fmt.Errorf("write corpus: %w", err)
	}
	return nil
}
