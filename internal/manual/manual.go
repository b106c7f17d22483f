// Package manual writes manual pages from cobra commands. Cobra's own needs two
// more modules for what takes a page here.
package manual

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Command is "man --dir DIR", which writes the pages of the program it is added to.
func Command() *cobra.Command {
	dir := "."
	cmd := &cobra.Command{
		Use: "man", Short: "Write the manual pages", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return Write(cmd.Root(), dir) },
	}
	cmd.Flags().StringVar(&dir, "dir", dir, "directory the pages go to")
	return cmd
}

// Write puts a page for root and each command below it into dir.
func Write(root *cobra.Command, dir string) error {
	if root.Hidden {
		return nil
	}
	name := strings.ReplaceAll(root.CommandPath(), " ", "-")
	if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(Page(root)), 0o644); err != nil {
		return fmt.Errorf("the manual pages cannot be written to %s", dir)
	}
	for _, c := range root.Commands() {
		if err := Write(c, dir); err != nil {
			return err
		}
	}
	return nil
}

// Page is the manual page of one command.
func Page(c *cobra.Command) string {
	var b strings.Builder
	path := strings.ReplaceAll(c.CommandPath(), " ", "-")
	fmt.Fprintf(&b, ".TH %q 1 \"\" \"\" \"Clinician\"\n.SH NAME\n%s \\- %s\n", strings.ToUpper(path), escape(path), escape(c.Short))
	if c.Runnable() || c.HasSubCommands() {
		fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", escape(c.UseLine()))
	}
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	fmt.Fprintf(&b, ".SH DESCRIPTION\n.nf\n%s\n.fi\n", escape(long))
	for _, part := range [][2]string{{"OPTIONS", c.NonInheritedFlags().FlagUsages()}, {"OPTIONS OF EVERY COMMAND", c.InheritedFlags().FlagUsages()}} {
		if part[1] != "" {
			fmt.Fprintf(&b, ".SH %s\n.nf\n%s.fi\n", part[0], escape(part[1]))
		}
	}
	var below []string
	for _, s := range c.Commands() {
		if !s.Hidden {
			below = append(below, fmt.Sprintf(".TP\n.B %s\n%s\n", escape(s.CommandPath()), escape(s.Short)))
		}
	}
	if len(below) > 0 {
		b.WriteString(".SH COMMANDS\n" + strings.Join(below, ""))
	}
	return b.String()
}

// escape keeps text from being taken for requests of roff.
func escape(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
