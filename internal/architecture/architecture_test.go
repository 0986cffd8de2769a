// Package architecture holds the documentation to what there is: docs/architecture.md
// to the packages, and links to files and headings.
package architecture

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// imports returns what each package of the module imports of it, tests aside, by paths
// within it.
func imports(t *testing.T) map[string][]string {
	all := map[string][]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "testdata") {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && name != "." {
			return filepath.SkipDir // a module of its own
		}
		p, _ := build.ImportDir(path, 0) // one of tests alone is an error, too
		if p == nil || len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles) == 0 {
			return nil
		}
		of := []string{}
		for _, i := range p.Imports {
			if within, ok := strings.CutPrefix(i, "detsample/"); ok {
				of = append(of, within)
			}
		}
		all[filepath.ToSlash(name)] = of
		return nil
	}))
	return all
}

var line = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\|")

func TestEveryPackageHasALine(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	require.NoError(t, err)
	var lines []string
	for _, m := range line.FindAllStringSubmatch(string(text), -1) {
		for _, name := range strings.Split(m[1], ", ") {
			lines = append(lines, strings.Trim(name, "`"))
		}
	}
	packages := imports(t)
	require.Greater(t, len(packages), 50)
	for name := range packages {
		assert.Contains(t, lines, name, "docs/architecture.md has no line of it")
	}
	for i, name := range lines {
		assert.NotContains(t, lines[:i], name, "docs/architecture.md has two lines of it")
		assert.DirExists(t, filepath.Join(root, filepath.FromSlash(name)))
	}
}

func TestValuesFlowOneWay(t *testing.T) {
	packages := imports(t)
	never := func(from string, to ...string) {
		for _, name := range to {
			require.Contains(t, packages, name)
			assert.NotContains(t, packages[from], name, "%s imports it", from)
		}
	}
	for name, of := range packages {
		if core := slices.Contains([]string{"anchors", "sampling", "losses", "rpn", "roi"}, name); core || strings.HasPrefix(name, "internal/") {
			for _, i := range of {
				assert.False(t, i == "bench" || strings.HasPrefix(i, "bench/"), "%s imports %s", name, i)
			}
		}
	}
	never("anchors", "sampling", "losses", "rpn", "roi")
	never("sampling", "losses", "rpn", "roi")
	never("losses", "sampling", "rpn", "roi")
	never("rpn", "roi")
	never("roi", "rpn")
	never("bench/trainer", "bench/small", "bench/small/detector", "bench/small/nn")

	// All steps speak of runs and their figures, which the trainer's interface defines.
	steps := []string{"bench/config", "bench/plan", "bench/trainer", "bench/store", "bench/summary", "bench/report"}
	for i, step := range steps {
		for _, later := range steps[i+1:] {
			if later != "bench/trainer" {
				never(step, later, "bench", "bench/command")
			}
		}
	}
	never("bench/study", "bench/study/evidence", "bench/study/claims", "bench/study/page", "bench/command")
	never("bench/study/boosting", "bench/study", "bench/study/evidence", "bench/study/claims", "bench/study/page")
	never("bench/study/chart", "bench/study", "bench/study/evidence", "bench/study/claims", "bench/study/page")

	// Evidence has figures, claims judge it, and the page alone writes and draws.
	never("bench/study/evidence", "bench/study/claims", "bench/study/page", "bench/command")
	never("bench/study/claims", "bench/study/page", "bench/command")
	for _, silent := range []string{"bench/study/evidence", "bench/study/claims"} {
		never(silent, "bench/study/chart", "bench/figure", "internal/markdown", "internal/prose")
	}
	never("bench/study/page", "bench/command")
	never("bench", "bench/study", "bench/command")
}
