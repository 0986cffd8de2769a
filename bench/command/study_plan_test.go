package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/page"
)

func TestAStudysPlanNamesWhatWouldBeRun(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
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

	assert.NotContains(t, got.stdout, "stored", "there is nothing")

	got = detsample("study", "roi/roi", "rpn-long", "--seeds", "13", "--only", "plan", "--out", filepath.Join("..", "..", "docs", "study"))
	require.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `(?m)^rpn-long +3 +13 +76800 .* 36 of 39 +\d+:\d\d min +4$`, got.stdout, "what is there, and what is left")
	assert.Regexp(t, `Left are about .* of one core: `, got.stdout)
	damaged := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(damaged, "alpha"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(damaged, "alpha", "results.jsonl"), []byte("{\n"), 0o644))
	got = detsample("study", "alpha", "--only", "plan", "--out", damaged)
	assert.Equal(t, 1, got.status)
	assert.Contains(t, got.stderr, "results.jsonl:1: not a result")

	got = detsample("study", "roi/roi", "alpha", "--only", "plan")
	require.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `(?m)^roi `, got.stdout)
	assert.Regexp(t, `(?m)^alpha `, got.stdout)
	assert.NotRegexp(t, `(?m)^roi-small `, got.stdout, "one experiment, not the study of the same name")

	t.Setenv(slurmID, "3")
	got = detsample("study", "roi", "--only", "plan", "-q")
	assert.Equal(t, outcome{}, got, "quiet")
}

// One core trains a run.
func TestAPlanTakesNoLessThanItsLongestRun(t *testing.T) {
	of := func(jobs string, names ...string) string {
		got := detsample(append([]string{"study", "--only", "plan", "--jobs", jobs}, names...)...)
		require.Zero(t, got.status, got.stderr)
		text := strings.Join(strings.Fields(got.stdout), " ")
		return text[strings.Index(text, "In all"):]
	}
	many := of("99999", "rpn-long", "--seeds", "1")
	assert.Regexp(t, `^In all about .* of one core, \d+:\d\d min of 3 cores\. That is as many runs as there are at a time: further cores have nothing to do\.$`, many)
	assert.Equal(t, many[:strings.Index(many, " That")], of("3", "rpn-long", "--seeds", "1"))
	few := of("2", "rpn-long", "--seeds", "2")
	assert.NotContains(t, few, "further cores")
	assert.Contains(t, few, " of 2 cores.")
}

func TestAPlanOfAWholeFolderSaysThatNothingIsLeft(t *testing.T) {
	assert.True(t, strings.HasPrefix(leftText(0, "out", nil), "Nothing is left: out has results of all; "))
	assert.True(t, strings.HasPrefix(leftText(61, "out", nil), "Left are about 1:01 min of one core: out has the rest; "))
	got := detsample("study", "--only", "plan", "--out", filepath.Join("..", "..", "docs", "study"), "rpn-sizes")
	assert.Contains(t, strings.Join(strings.Fields(got.stdout), " "), "Nothing is left: ")
	assert.NotContains(t, got.stdout, "negatives", "those of a dense head are not known")
}

// Published runs have no journal, by which a study would take them over: the plan says
// of them, and of what others wrote, what the study says.
func TestAPlanSaysWhatAStudyRefuses(t *testing.T) {
	out := t.TempDir()
	for _, name := range []string{"imbalance-10", "roi-link-norm"} {
		dir := filepath.Join(out, name)
		require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "docs", "study", name))))
		why := dir + " holds results.jsonl without its journal, by which runs are taken over: --only page reads it as it is; to train, name another --out, where --first-seed asks for further seeds"
		got := detsample("study", name, "--out", out, "-q")
		assert.Equal(t, outcome{statusFailure, "", "detsample: " + why + "\n"}, got)
		got = detsample("study", name, "--only", "plan", "--out", out)
		require.Zero(t, got.status, got.stderr)
		text := strings.Join(strings.Fields(got.stdout), " ")
		assert.Contains(t, text, "Nothing is left: "+out+" has results of all. As "+out+" is, detsample study trains nothing in it: "+why+".")
		assert.NotContains(t, text, "trained again")
	}

	for _, path := range []string{filepath.Join("alpha", "config.yaml"), page.File} {
		out := t.TempDir()
		file := filepath.Join(out, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte("# Mine\n"), 0o666))
		refused := detsample("study", "alpha", "--out", out, "-q")
		assert.Equal(t, statusFailure, refused.status)
		why := strings.TrimSuffix(strings.TrimPrefix(refused.stderr, "detsample: "), "\n")
		got := detsample("study", "alpha", "--only", "plan", "--out", out)
		require.Zero(t, got.status, got.stderr)
		assert.Contains(t, strings.Join(strings.Fields(got.stdout), " "), "trains nothing in it: "+why+".", path)
	}
}

// Some experiments are called by an imbalance that they do not have.
func TestAPlanSaysTheImbalanceThatWasMeasured(t *testing.T) {
	got := detsample("study", "--only", "plan", "--out", filepath.Join("..", "..", "docs", "study"), "imbalance-10", "rpn-sizes")
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "positives:")
	assert.Regexp(t, `imbalance-10 .* 1:18  1 3\n`, got.stdout)
	assert.Regexp(t, `rpn-sizes .* –  `, got.stdout)
}
