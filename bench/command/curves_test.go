package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCurvesWritesTheFileThatItSays(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for name, start := range map[string]string{"a.svg": "<?xml", "b.PNG": "\x89PNG"} {
		path := filepath.Join(t.TempDir(), name)
		got := detsample("curves", "--loss", "focal,alpha=-1,gamma=2", "--loss", "ce", "--weighting", "adaboost", "--out", path)
		assert.Equal(t, outcome{stdout: path + ": 3 curves\n"}, got)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(data), start), name)
	}
}

func TestCurvesDrawsTheFieldsOwnWithoutALoss(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curves.svg")
	got := detsample("curves", "--side", "positive", "--out", path)
	assert.Equal(t, outcome{stdout: path + ": 10 curves\n"}, got)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, name := range []string{"ce", "alpha_ce alpha=0.75", "focal alpha=0.25 gamma=2", "adaboost", "logitboost"} {
		assert.Contains(t, string(data), ">"+name+"<")
	}
	assert.Contains(t, string(data), "a positive")
}

func TestCurvesWithoutAFilePrintsWeightsAndWritesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	got := detsample("curves", "--loss", "ce", "--loss", "focal,alpha=-1,gamma=2", "--weighting", "adaboost")
	assert.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `(?m)^m +-4 +-2 +-1 +0 +1 +2 +4$`, got.stdout)
	assert.Regexp(t, `(?m)^ce( +1){7}$`, got.stdout)
	// At m = 0 p is 1/2: (1-p)^2 + 2 (1-p) p (-log p) of focal loss, twice e^0 of AdaBoost.
	assert.Regexp(t, `(?m)^focal alpha=-1 gamma=2( +[0-9.]+){3} +0\.597( +[0-9.]+){3}$`, got.stdout)
	assert.Regexp(t, `(?m)^adaboost( +[0-9.]+){3} +2( +[0-9.]+){3}$`, got.stdout)
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// A name needs no flag, be it a loss's or a weighting's.
func TestCurvesAreNamedWithoutFlags(t *testing.T) {
	got := detsample("curves", "focal,gamma=1", "ssd,below=0", "ce")
	assert.Equal(t, detsample("curves", "--loss", "focal,gamma=1", "--weighting", "ssd,below=0", "ce").status, got.status)
	assert.Regexp(t, `(?s)\nfocal gamma=1 .*\nssd below=0 .*\nce `, got.stdout, "in the order in which they are named")
	assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: focal,gama=2: unknown key \"gama\" in classification loss focal: expected one of alpha, gamma; did you mean gamma?\n"},
		detsample("curves", "focal,gama=2"))
	for name, meant := range map[string]string{"adabost": "adaboost", "focl": "focal", "ohm": "ohem"} {
		assert.Contains(t, detsample("curves", name).stderr, "did you mean "+meant+"?", name)
	}
	assert.Contains(t, detsample("curves", "ghm_c").stderr, "depends on the batch there, so that it has no curve")
}

func TestWrongCurvesAreOneLineStatusTwoAndNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curves.svg")
	for _, c := range []struct{ args, message string }{
		{"--loss focal,gama=2", `--loss focal,gama=2: unknown key "gama" in classification loss focal: expected one of alpha, gamma; did you mean gamma?`},
		{"--loss focal,gamma=-1", `--loss focal,gamma=-1: gamma is -1: expected at least 0`},
		{"--loss ce --weighting adabost", `--weighting adabost: unknown weighting "adabost": expected one of adaboost, logitboost, ohem, ssd; did you mean adaboost?`},
		{"--side both", `--side must be one of "negative","positive" but got "both"; see detsample curves --help`},
	} {
		got := detsample(append([]string{"curves", "--out", path}, strings.Fields(c.args)...)...)
		assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: " + c.message + "\n"}, got, c.args)
	}
	got := detsample("curves", "--out", "curves.pdf")
	assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: --out curves.pdf: expected a file that ends in .svg or .png\n"}, got)
	assert.NoFileExists(t, path)
}

func TestCurvesIntoAFolderThatIsNotThereFails(t *testing.T) {
	got := detsample("curves", "--out", filepath.Join(t.TempDir(), "none", "curves.svg"))
	assert.Equal(t, statusFailure, got.status)
	assert.Equal(t, 1, strings.Count(got.stderr, "\n"))
}
