package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A plan of a folder's images is of what would be trained on.
func TestAPlanReadsTheFolderThatItIsOf(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	photos := filepath.Join(t.TempDir(), "photos")
	require.Zero(t, detsample("scenes", "--out", photos, "--train", "6", "--test", "3", "--size", "192").status)
	plan := func(args ...string) outcome {
		o := detsample(append([]string{"study", "roi", "dense/dense", "boosting", "--only", "plan", "--data", photos}, args...)...)
		o.stdout = strings.ReplaceAll(o.stdout, "\n", " ") // sentences are wrapped
		return o
	}
	auto := plan()
	require.Zero(t, auto.status, auto.stderr)
	assert.Contains(t, auto.stdout, photos+": 6 images to train on and 3 to test on, of 192x192 pixels.", "folder.size is auto")
	assert.Contains(t, auto.stderr, "data: images are trained at their original size: at 128 px ", "as a training says")
	assert.Equal(t, 1, strings.Count(auto.stdout, photos), "said once")
	assert.Contains(t, auto.stdout, "Left out, as their scenes, networks or lengths are made for generated images: roi-long, roi-norm, roi-rate, roi-tiny, roi-tiny-long, roi-faint, roi-settled, roi-faint-settled, roi-focus, roi-gamma, roi-link, roi-link-norm, roi-weight, roi-small, boosting.")
	assert.Contains(t, auto.stdout, " roi-ohem ")
	assert.Contains(t, auto.stdout, "Passes of a run over the images to train on: roi 4000, roi-ohem 1600, dense 6400.")

	sized := plan("--size", "64")
	require.Zero(t, sized.status, sized.stderr)
	assert.Contains(t, sized.stdout, ", of 64x64 pixels.")
	whole := func(o outcome) string {
		return o.stdout[strings.Index(o.stdout, "In all"):strings.Index(o.stdout, " of one core")]
	}
	assert.NotEqual(t, whole(auto), whole(sized), "a smaller image takes less time")
	assert.Equal(t, whole(auto), whole(plan("--size", "192")), "what auto comes to")
	quick := plan("--quick")
	assert.Contains(t, quick.stdout, "Left out, as their scenes, networks or lengths are made for generated images: roi-small, boosting.", "--quick has not roi-long")
	assert.NotContains(t, detsample("study", "roi", "--only", "plan").stdout, "Left out")
}

func TestAFolderThatCannotBeReadLeavesNothingBehind(t *testing.T) {
	empty, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	for data, message := range map[string]string{filepath.Join(empty, "none"): "none: no such file", empty: empty} {
		for _, more := range [][]string{{"--only", "plan"}, {}, {"--shard", "1/2"}} {
			got := detsample(append([]string{"study", "roi/roi", "--data", data, "--out", out}, more...)...)
			assert.NotZero(t, got.status)
			assert.Contains(t, got.stderr, message)
			assert.NoDirExists(t, out)
		}
	}
}

func TestTheFolderOfAStudyIsOne(t *testing.T) {
	dir := t.TempDir()
	file, none := filepath.Join(dir, "afile"), filepath.Join(dir, "none")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o666))
	for _, only := range []string{"all", "plan", "merge", "page"} {
		for _, out := range []string{file, filepath.Join(file, "within")} {
			got := detsample("study", "rpn", "--only", only, "--out", out)
			assert.Equal(t, statusFailure, got.status)
			assert.Contains(t, got.stderr, "detsample: --out is "+out)
			assert.Regexp(t, `: name another( folder|, or move it away)\n$`, got.stderr)
		}
	}
	for _, only := range []string{"merge", "page"} {
		got := detsample("study", "rpn", "--only", only, "--out", none)
		assert.Equal(t, outcome{status: statusFailure, stderr: "detsample: --out is " + none + ", and there is no such folder: --only " + only +
			" takes what a study has left in one: name that\n"}, got)
		assert.NoDirExists(t, none)
	}
	got := detsample("study", "--only", "page", "--out", dir)
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, dir+" has no folder of an experiment, so that there is nothing to write a page of: name the folder")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "a folder of something else stays what it is")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
}

func TestANumberThatIsGivenIsMeant(t *testing.T) {
	for args, message := range map[string]string{
		"compare --jobs 0":            "--jobs is 0: expected at least 1",
		"compare --seeds 0":           "--seeds is 0: expected at least 1",
		"compare --seeds 99999999999": "--seeds is 99999999999: expected 1 to 1000000",
		"inspect --jobs 0 .":          "--jobs is 0: expected at least 1",
	} {
		got := detsample(strings.Fields(args)...)
		assert.Equal(t, statusUsage, got.status, args)
		assert.Contains(t, got.stderr, message)
	}
}
