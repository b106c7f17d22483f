package manual

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func tree() *cobra.Command {
	root := &cobra.Command{Use: "prog", Short: "Do things", Long: ".TH is no request here\nback\\slash"}
	root.PersistentFlags().String("server", "", "address of the `SERVER`")
	sub := &cobra.Command{Use: "list PATIENT", Short: "List things", Run: func(*cobra.Command, []string) {}}
	sub.Flags().Bool("all", false, "everything")
	root.AddCommand(sub, &cobra.Command{Use: "secret", Hidden: true, Run: func(*cobra.Command, []string) {}})
	return root
}

func TestPages(t *testing.T) {
	dir := t.TempDir()
	if err := Write(tree(), dir); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 2 {
		t.Fatalf("written: %v", files)
	}
	root, _ := os.ReadFile(filepath.Join(dir, "prog.1"))
	sub, _ := os.ReadFile(filepath.Join(dir, "prog-list.1"))
	for page, want := range map[string][]string{
		string(root): {`\&.TH is no request`, `back\eslash`, ".SH COMMANDS", `prog list`},
		string(sub):  {`prog list PATIENT`, `\-\-all`, `\-\-server SERVER `, "OF EVERY COMMAND"},
	} {
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%q is not in:\n%s", w, page)
			}
		}
	}
}

func TestManUnderstandsThem(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("groff is not installed")
	}
	cmd := exec.Command(groff, "-man", "-ww", "-z")
	cmd.Stdin = strings.NewReader(Page(tree()))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v %s", err, out)
	}
}
