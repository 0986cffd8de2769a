package command

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMessagesSayWhatIsWanted(t *testing.T) {
	empty := file(t, "empty.yaml", "")
	got := detsample("check", empty)
	assert.Equal(t, statusFailure, got.status)
	assert.Regexp(t, `^detsample: .*empty\.yaml: the file is empty: expected one of .*strategies`, got.stderr)

	assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: unexpected argument a.json: expected --gt PATH --dt FILE; see detsample eval --help\n"},
		detsample("eval", "a.json"))

	assert.Contains(t, detsample("compare", "--data", "x", "--size", "640", "--crop", "128").stderr,
		"--size is 640 beside --crop 128: crops are of the original pixels: leave --size out")
	assert.Contains(t, detsample("compare", "--data", "x", "--crop", "5").stderr, "--crop is 5: expected a number of pixels from 64 to 2048")
}

func TestAWordThatIsNoCommandSaysWhichIsMeant(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for line, says := range map[string]string{
		"explain focal":       "there is no command explain: did you mean detsample list focal?",
		"focal":               "there is no command focal: did you mean detsample list focal?",
		"run dense-long":      "there is no command run: did you mean detsample study dense-long?",
		"help compare":        "there is no command help: did you mean detsample compare --help?",
		"help":                "there is no command help: did you mean detsample --help?",
		"explain":             "there is no command explain: expected one of compare, merge, plan, list, ",
		"explain nothing -x":  "there is no command explain: detsample list NAME says what a strategy, loss or sampler is; expected one of compare, ",
		"lst focal":           `unexpected argument lst, did you mean "list"?`,
		"list focal sampler":  "unexpected argument sampler; see detsample list --help",
		"--explain list":      "unknown flag --explain",
		"compare --data=x -y": "unknown flag -y",
	} {
		got := detsample(strings.Fields(line)...)
		assert.Equal(t, statusUsage, got.status, line)
		assert.Regexp(t, "^detsample: "+regexp.QuoteMeta(says), got.stderr, line)
	}
}

func TestImportCountsWhatItDoesNotList(t *testing.T) {
	assert.Regexp(t, `one_stage\.py: \d+ fields mapped, \d+ unmapped, \d+ not about sampling, assignment or losses: --table lists them\n`,
		detsample("import", oneStage).stderr)
}

func TestAMissingBaseIsNamedAsItIsWritten(t *testing.T) {
	config := file(t, "a.py", "_base_ = '../_base_/gone.py'\n")
	assert.Contains(t, detsample("import", config).stderr, "no such file (written '../_base_/gone.py')")
}

func TestHowManyImagesOfAFolderAreUsedIsAFlag(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	folder := formatVOC().write(t)
	compared, got := compareOf(t, folder, "--max-train", "2", "--max-test", "1")
	assert.Zero(t, got.status, got.stderr)
	assert.Equal(t, 3, compared.images)
	assert.Contains(t, got.stderr, "2 of 4 training images used, chosen by a hash of their names")
	assert.Contains(t, got.stderr, "1 of 2 test images used, chosen by a hash of their names")

	limited := file(t, "limited.yaml", tiny+"folder: {max_train: 1, max_test: 1}\n")
	compared, got = compareOf(t, folder, "--config", limited, "--max-train", "0", "--max-test", "0")
	assert.Equal(t, 6, compared.images, got.stderr)

	for args, says := range map[string]string{
		"--data x --max-test -1":     "--max-test is -1: expected a number of images, or 0 for all",
		"--max-train 5":              "--max-train is of the images of --data; generated scenes have their number in the configuration (scenes.train, scenes.test)",
		"--max-test 0 --max-train 0": "--max-train is of the images of --data",
	} {
		got := detsample(append([]string{"compare"}, strings.Fields(args)...)...)
		assert.Equal(t, statusUsage, got.status, args)
		assert.Contains(t, got.stderr, says)
	}
}

// A word where a command takes flags alone is a file that belongs to one.
func TestAFileWithoutItsFlagSaysWhichIsMeant(t *testing.T) {
	folder := t.TempDir()
	for want, args := range map[string][]string{
		"unexpected argument my.yaml: did you mean --config my.yaml?; see detsample compare --help":             {"compare", "my.yaml"},
		"unexpected argument a/data.yaml; see detsample compare --help":                                         {"compare", "a/data.yaml"},
		"unexpected argument none; see detsample compare --help":                                                {"compare", "none"},
		"unexpected argument " + folder + ": did you mean --data " + folder + "?; see detsample compare --help": {"compare", folder},
		"unexpected argument " + folder + ": expected --out DIR; see detsample scenes --help":                   {"scenes", folder, "--out", "x"},
		"unexpected argument sampler; see detsample list --help":                                                {"list", "focal", "sampler"},
	} {
		assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: " + want + "\n"}, detsample(args...))
	}
}
