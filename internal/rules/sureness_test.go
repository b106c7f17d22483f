package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Whether a word counts as sure is decided by core.Word alone: a screen, page, command
// or score that compares confidences by itself would soon say something else.
func TestSurenessIsDecidedInOnePlace(t *testing.T) {
	t.Parallel()
	compares := map[token.Token]bool{token.LSS: true, token.LEQ: true, token.GTR: true, token.GEQ: true}
	for _, dir := range []string{
		"cmd", "internal/tui", "internal/eval", "internal/core/web", "internal/core/present", "internal/core/httpapi",
		"internal/core/values", "internal/core/app", "internal/core/analysis/evidence",
	} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				c, ok := n.(*ast.BinaryExpr)
				if ok && compares[c.Op] && (isConfidence(c.X) && !isConfidence(c.Y)) {
					t.Errorf("%s compares a confidence; ask core.Word", files.Position(c.Pos()))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// isConfidence reports whether an expression is what a Confidence points to.
func isConfidence(e ast.Expr) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	field, ok := star.X.(*ast.SelectorExpr)
	return ok && field.Sel.Name == "Confidence"
}
