// Package surface counts what a user of the core packages has to know, their exported
// names and the lines of four programs, and holds internal packages to exporting what
// others use.
package surface

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exported returns the exported constants, variables, types and functions of a
// package, methods and fields aside.
func exported(t *testing.T, dir string) (names []string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			for _, name := range declared(decl) {
				if name.IsExported() {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

func declared(decl ast.Decl) (names []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name)
			case *ast.ValueSpec:
				names = append(names, s.Names...)
			}
		}
	}
	return names
}

// lines counts the lines of some top-level declarations of a file that hold
// code: neither blank nor a comment alone.
func lines(t *testing.T, file string, of ...string) int {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, text, 0)
	require.NoError(t, err)
	code := map[int]bool{}
	var s scanner.Scanner
	in := set.AddFile("", -1, len(text))
	s.Init(in, text, nil, 0)
	for pos, tok, _ := s.Scan(); tok != token.EOF; pos, tok, _ = s.Scan() {
		code[in.Line(pos)] = true
	}
	n := 0
	for _, decl := range parsed.Decls {
		if !named(decl, of) {
			continue
		}
		for line := set.Position(decl.Pos()).Line; line <= set.Position(decl.End()).Line; line++ {
			if code[line] {
				n++
			}
		}
	}
	return n
}

// named reports whether a declaration is one of the names, or a method of one.
func named(decl ast.Decl, names []string) bool {
	found := declared(decl)
	if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil {
		found = append(found, f.Recv.List[0].Type.(*ast.Ident))
	}
	for _, id := range found {
		for _, name := range names {
			if id.Name == name {
				return true
			}
		}
	}
	return false
}

func TestTheCoreExportsFewNames(t *testing.T) {
	total := 0
	for pkg, most := range map[string]int{"anchors": 88, "sampling": 57, "losses": 96, "rpn": 11, "roi": 13, "bench/conform": 5} {
		names := exported(t, filepath.Join("../..", pkg))
		t.Logf("%s: %d", pkg, len(names))
		assert.LessOrEqual(t, len(names), most, "%s: %v", pkg, names)
		total += len(names)
	}
	t.Logf("together: %d", total) // 303 before they were counted
}

// The same programs took 36, 62 and 31 lines when they were first counted.
func TestUsersProgramsAreShort(t *testing.T) {
	for _, program := range []struct {
		what, file string
		of         []string
		most       int
	}{
		{"a one-stage step", "rpn/example_test.go", []string{"ExampleConfig_Step"}, 22},
		{"a two-stage step with OHEM", "roi/example_ohem_test.go", []string{"ExampleConfig_Step"}, 30},
		{"a loss of one's own", "losses/example_test.go", []string{"cubed", "cube"}, 11},
		{"a sampler of one's own", "sampling/example_custom_test.go", []string{"NearMiss", "init"}, 14},
	} {
		n := lines(t, filepath.Join("../..", program.file), program.of...)
		t.Logf("%s: %d lines", program.what, n)
		assert.LessOrEqual(t, n, program.most, program.what)
		assert.NotZero(t, n)
	}
}
