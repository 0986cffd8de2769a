package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// In a program with parts of its own that panic, a panic costs a run of compare
// alone, and ends another command with an error that names the part and the line,
// the stack beneath.
func TestAPanicInAPartOfOnesOwnIsAnError(t *testing.T) {
	program, err := os.ReadFile("testdata/panicking/main.go")
	require.NoError(t, err)
	run := module(t, pasted(t, string(program)))
	of := func(strategies string) string {
		first, _, _ := strings.Cut(tiny, "strategies:")
		return file(t, "mine.yaml", first+"strategies:\n"+strategies)
	}
	const good = "  - {name: good, dense: {}}\n"
	beyond := of(good + "  - {name: mine, dense: {sampler: {type: beyond, after: 9}}}\n")

	out := filepath.Join(t.TempDir(), "out")
	for _, more := range [][]string{nil, {"--resume"}} {
		got := run(append([]string{"compare", "--config", beyond, "--seeds", "2", "--jobs", "2", "--out", out}, more...)...)
		assert.Equal(t, statusPartial, got.status, got.stderr)
		assert.Contains(t, got.stdout, "good")
		assert.Regexp(t, `(?m)^external: 2 of 4 runs stopped early, the first: mine #1: at step \d+: sampler beyond panicked: runtime error: index out of range \[\d+\] with length \d+; its Needs declares IoU, and the fields of Candidates that it does not declare are nil \([^ ]+/main\.go:\d+\)$`, got.stderr)
		assert.NotContains(t, got.stderr, "goroutine ")
		for _, name := range []string{"mine-1.txt", "mine-2.txt"} {
			stack, err := os.ReadFile(filepath.Join(out, "panics", name))
			require.NoError(t, err)
			assert.Contains(t, string(stack), "main.Beyond.Sample(")
		}
	}
	assert.Equal(t, statusFailure, run("compare", "--config", beyond, "--seeds", "1", "--only", "mine", "--out", t.TempDir()).status, "all runs failed")

	always := of(good + "  - {name: mine, dense: {sampler: beyond}}\n")
	nowhere, nobody := of("  - {name: mine, dense: {cls: nowhere}}\n"), of("  - {name: mine, dense: {assigner: nobody}}\n")
	for _, c := range []struct {
		args, part, value, call string
	}{
		{"replay STATE --config " + always, "sampler beyond", "runtime error: index out of range [43] with length 40", "main.Beyond.Sample("},
		{"replay STATE --config " + nowhere, "classification loss nowhere", "no such margin", "main.Nowhere.Row("},
		{"inspect CELLS --config " + always, "sampler beyond", "runtime error: index out of range", "main.Beyond.Sample("},
		{"inspect CELLS --config " + nobody, "assigner nobody", "no object", "main.Nobody.Assign("},
		{"curves nowhere", "classification loss nowhere", "no such margin", "main.Nowhere.Row("},
		{"check FILE", "sampler wary", "assignment to entry in nil map", "main.Wary.Warnings("},
	} {
		var args []string
		prefix := "external: "
		for _, arg := range strings.Fields(c.args) {
			switch arg {
			case "STATE":
				arg = overlapping(t)
			case "CELLS":
				arg = writeCells(t)
			case "FILE":
				arg = of(good + "  - {name: mine, dense: {sampler: wary}}\n")
				prefix += arg + ": "
			}
			args = append(args, arg)
		}
		got := run(args...)
		assert.Equal(t, statusFailure, got.status, c.args)
		assert.Empty(t, got.stdout, c.args)
		if !assert.Contains(t, got.stderr, "\n", c.args) {
			continue
		}
		lines := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
		assert.True(t, strings.HasPrefix(lines[0], prefix+c.part+" panicked: "+c.value), lines[0])
		assert.Regexp(t, `\([^ ]+/main\.go:\d+\)$`, lines[0])
		assert.Equal(t, "  goroutine ", lines[1][:12], c.args)
		assert.Contains(t, strings.Join(lines[1:], "\n"), "  "+c.call, c.args)
		for _, line := range lines[1:] {
			assert.True(t, strings.HasPrefix(line, "  ") || line == "", line)
		}
	}
}
