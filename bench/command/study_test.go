package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
)

func TestAStudysPlanNamesWhatWouldBeRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	got := detsample("study", "--only", "plan", "--jobs", "2", "--out", out)
	require.Zero(t, got.status, got.stderr)
	all, err := study.Experiments()
	require.NoError(t, err)
	for _, e := range all {
		assert.Regexp(t, `(?m)^`+e.Name+` `, got.stdout)
	}
	assert.Regexp(t, `In all about .* of one core, .* of 2 cores\.`, got.stdout)
	assert.NoDirExists(t, out, "a plan writes nothing")

	got = detsample("study", "roi", "rpn-long", "--seeds", "5", "--only", "plan")
	require.Zero(t, got.status, got.stderr)
	for name, there := range map[string]bool{"roi": true, "roi-small": true, "roi-ohem": true, "rpn-long": true, "rpn": false, "dense": false} {
		if there {
			assert.Regexp(t, `(?m)^`+name+` +\d+ +5 `, got.stdout, "with as many seeds as are asked for")
		} else {
			assert.NotRegexp(t, `(?m)^`+name+` `, got.stdout)
		}
	}

	got = detsample("study", "roi/roi", "alpha", "--only", "plan")
	require.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `(?m)^roi `, got.stdout)
	assert.Regexp(t, `(?m)^alpha `, got.stdout)
	assert.NotRegexp(t, `(?m)^roi-small `, got.stdout, "one experiment, not the study of the same name")

	photos := []string{"study", "roi/roi", "--only", "plan", "--data", t.TempDir()}
	got = detsample(photos...)
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "4 times as long at 192", "how large the images are is not known yet")
	sized := detsample(append(photos, "--size", "192")...)
	require.Zero(t, sized.status, sized.stderr)
	assert.NotContains(t, sized.stdout, "times as long at")
	assert.NotEqual(t, got.stdout[:strings.Index(got.stdout, "In all")], sized.stdout[:strings.Index(sized.stdout, "In all")])

	got = detsample("study", "roi", "--shard", "2/4", "--only", "plan", "-q")
	assert.Equal(t, outcome{}, got, "quiet")
}

func TestAStudysPageIsWrittenFromWhatIsThere(t *testing.T) {
	stored := filepath.Join("..", "..", "docs", "study")
	out := filepath.Join(t.TempDir(), "study")
	require.NoError(t, os.CopyFS(out, os.DirFS(stored)))
	page := filepath.Join(out, study.PageFile)
	want, err := os.ReadFile(page)
	require.NoError(t, err)
	require.NoError(t, os.Remove(page))
	got := detsample("study", "--only", "page", "--out", out)
	require.Zero(t, got.status, got.stderr)
	assert.Equal(t, page+"\n", got.stdout)
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.True(t, string(want) == string(text))

	results := filepath.Join(out, "default", "results.jsonl")
	require.NoError(t, os.WriteFile(results, []byte("{\n"), 0o644))
	got = detsample("study", "--only", "page", "--out", out)
	assert.Equal(t, outcome{statusFailure, "", "detsample: " + results + ":1: not a result: unexpected end of JSON input\n"}, got)
	text, err = os.ReadFile(page)
	require.NoError(t, err)
	assert.True(t, string(want) == string(text), "the page before it stays")
}

func TestWrongUsageOfStudy(t *testing.T) {
	for args, message := range map[string]string{
		"densee":                            `unknown study or experiment "densee": did you mean dense?`,
		"roi/alpha":                         `unknown study or experiment "roi/alpha"`,
		"--seeds -1":                        "--seeds is -1: expected at least 1",
		"--jobs -1":                         "--jobs is -1: expected at least 1",
		"--size 100":                        "--size is of the images of --data",
		"--data=":                           "--data is empty",
		"roi --data photos --size much":     `--size is "much": `,
		"roi --shard 5/4":                   "--shard is shard 5 of 4: expected 1 to 4",
		"boosting --data photos --out nope": "no experiment is left",
	} {
		got := detsample(append([]string{"study"}, strings.Fields(args)...)...)
		assert.Equal(t, statusUsage, got.status, "%s: %s", args, got.stderr)
		assert.Contains(t, got.stderr, message)
		assert.Equal(t, 1, strings.Count(strings.TrimSpace(strings.TrimSuffix(got.stderr, "\nsee detsample study --help\n")), "\n")+1, got.stderr)
		assert.NotContains(t, got.stderr, "panic")
	}
	assert.NoDirExists(t, "nope")
}

func TestAMergeOfNoShardsSaysWhatIsMissing(t *testing.T) {
	out := t.TempDir()
	got := detsample("study", "rpn-long", "--only", "merge", "--out", out, "-q")
	assert.NotZero(t, got.status)
	assert.Contains(t, got.stderr, "rpn-long")
}
