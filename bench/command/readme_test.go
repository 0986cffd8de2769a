package command

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// fenced returns the README's code block in a language.
func fenced(t *testing.T, language string) string {
	m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(readme)
	require.NotNil(t, m, "the README has a block of %s", language)
	return m[1]
}

// readme is the README, read before any test changes the folder.
var readme = func() string {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		panic(err)
	}
	return string(text)
}()

func TestREADMEsProgramRunsWhenPasted(t *testing.T) {
	got := module(t, pasted(t, fenced(t, "go")))()
	assert.Zero(t, got.status, got.stderr)
	assert.Equal(t, "step 0: loss 5.55 + 0.37, 2 positives with 6 of 476 negatives\nstep 1: loss 5.55 + 0.37, 2 positives with 6 of 476 negatives\n", got.stdout)
}

// pasted returns the files of a program of the README: its main.go beside a
// go.mod that requires what this module does, so that nothing is fetched.
func pasted(t *testing.T, program string) map[string]string {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	text := func(name string) string {
		data, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		return string(data)
	}
	return map[string]string{
		"main.go": program,
		"go.sum":  text("go.sum"),
		"go.mod": regexp.MustCompile(`(?m)^module .*`).ReplaceAllString(text("go.mod"), "module pasted") +
			"\nrequire detsample v0.0.0\n\nreplace detsample => " + root + "\n",
	}
}

func TestREADMEsSamplerRunsWhenPasted(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme, -1)
	require.Len(t, blocks, 2)
	run := module(t, pasted(t, blocks[1][1]))
	got := run("list", "sampler")
	assert.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "near_miss")
	config := file(t, "my.yaml", "strategies: [{name: mine, dense: {sampler: {type: near_miss, overlap: 0.2}, cls: ce}}]\n")
	assert.Equal(t, outcome{stdout: config + ": ok, 1 strategy: mine\n"}, run("check", config))

	// Only calls have the program's own name: detsample is also the name of anchors.
	help := run("inspect", "--help").stdout
	assert.Contains(t, help, "external inspect photos/")
	assert.Regexp(t, `retinanet,\s+rpn-fpn,\s+detsample or a YAML`, help)
}

func TestREADMEsSamplerIsTheExample(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme, -1)
	require.Len(t, blocks, 2)
	sampler := regexp.MustCompile("(?s)// NearMiss .*\n\n").FindString(blocks[1][1])
	require.NotEmpty(t, sampler)
	example, err := os.ReadFile("../../sampling/example_custom_test.go")
	require.NoError(t, err)
	assert.Contains(t, string(example), sampler)
}

func TestREADMEsStrategiesAreAccepted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my.yaml")
	require.NoError(t, os.WriteFile(file, []byte(fenced(t, "yaml")), 0o666))
	var out, errs bytes.Buffer
	assert.Zero(t, Main([]string{"check", file}, nil, &out, &errs), errs.String())
}

func TestREADMEsMistakeIsRefusedAsItSays(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("my.yaml", []byte("strategies:\n  - name: x\n    dense: {cls: {type: focal, gama: 2}}\n"), 0o666))
	var out, errs bytes.Buffer
	assert.Equal(t, 1, Main([]string{"check", "my.yaml"}, nil, &out, &errs))
	said := regexp.MustCompile(`(?m)^    (my\.yaml:.*)$`).FindStringSubmatch(readme)
	require.NotNil(t, said)
	assert.Contains(t, errs.String(), strings.TrimSpace(said[1]))
}

func TestREADMENamesEverythingRegistered(t *testing.T) {
	text := readme
	names := append(registry.Of[anchors.Assigner]().Names(), registry.Of[sampling.Sampler]().Names()...)
	names = append(names, registry.Of[losses.Cls]().Names()...)
	names = append(names, registry.Of[losses.Box]().Names()...)
	for _, name := range names {
		assert.Contains(t, text, "`"+name+"`")
	}
}

func TestTheArchitectureHasALineOnEveryPackage(t *testing.T) {
	text, err := os.ReadFile("../../docs/architecture.md")
	require.NoError(t, err)
	root := os.DirFS("../..")
	packages := map[string]bool{}
	require.NoError(t, fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		folder := path.Dir(name)
		if e.IsDir() && name != "." {
			_, err := fs.Stat(root, path.Join(name, "go.mod"))
			if err == nil || e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") || folder == "bench/peers" {
				return fs.SkipDir // a module of its own, or parts of the peers
			}
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			packages[folder] = true
		}
		return nil
	}))
	assert.True(t, packages["bench/plan"])
	for name := range packages {
		assert.True(t, strings.Contains(string(text), "`"+name+"`"), name)
	}
}

func TestEveryTestThatReliabilityNamesIsThere(t *testing.T) {
	text, err := os.ReadFile("../../docs/reliability.md")
	require.NoError(t, err)
	var tests strings.Builder
	root := os.DirFS("../..")
	require.NoError(t, fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := fs.ReadFile(root, name)
		tests.Write(data)
		return err
	}))
	names := regexp.MustCompile(`\b(Test|Fuzz)[A-Z]\w+`).FindAllString(string(text), -1)
	assert.Greater(t, len(names), 30)
	for _, name := range names {
		assert.True(t, strings.Contains(tests.String(), "func "+name+"(t"), "there is no %s", name)
	}
	for _, status := range []int{0, statusFailure, statusUsage, statusPartial, statusInterrupted} {
		assert.Contains(t, string(text), fmt.Sprintf("\n| %d | ", status))
	}
}
