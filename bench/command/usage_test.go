package command

import (
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

func TestImportCountsWhatItDoesNotList(t *testing.T) {
	assert.Regexp(t, `one_stage\.py: \d+ fields mapped, \d+ unmapped, \d+ not about sampling, assignment or losses: --table lists them\n`,
		detsample("import", oneStage).stderr)
}

func TestAMissingBaseIsNamedAsItIsWritten(t *testing.T) {
	config := file(t, "a.py", "_base_ = '../_base_/gone.py'\n")
	assert.Contains(t, detsample("import", config).stderr, "no such file (written '../_base_/gone.py')")
}
