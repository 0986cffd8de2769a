package surface

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// uses returns the names of this module's internal packages that other packages use,
// tests and nested modules among them, as "internal/reuse.Grow".
func uses(t *testing.T) map[string]bool {
	root, used := "../..", map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // of testdata
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		imported := map[string]string{}
		for _, i := range parsed.Imports {
			within, ok := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "detsample/")
			if !ok || within == filepath.ToSlash(dir) {
				continue
			}
			name := path.Base(within)
			if i.Name != nil {
				name = i.Name.Name
			}
			imported[name] = within
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && imported[x.Name] != "" {
					used[imported[x.Name]+"."+s.Sel.Name] = true
				}
			}
			return true
		})
		return nil
	}))
	return used
}

// values returns the exported functions, constants and variables of a package.
func values(t *testing.T, dir string) (names []string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			if general, ok := decl.(*ast.GenDecl); ok && general.Tok == token.TYPE {
				continue // what a function returns has its type
			}
			for _, name := range declared(decl) {
				if name.IsExported() {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// No user can import an internal package, so what it exports is for others here.
func TestInternalPackagesExportWhatOthersUse(t *testing.T) {
	used, seen := uses(t), 0
	require.NoError(t, filepath.WalkDir("../../internal", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.SkipDir // a module of its own
		}
		within, err := filepath.Rel("../..", dir)
		if err != nil {
			return err
		}
		for _, name := range values(t, dir) {
			seen++
			assert.True(t, used[filepath.ToSlash(within)+"."+name], "%s.%s is exported, and no other package uses it", filepath.ToSlash(within), name)
		}
		return nil
	}))
	require.Greater(t, seen, 150)
}
