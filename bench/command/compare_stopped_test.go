package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// At a rate of 1e30 the second step has no finite loss.
func TestRunsThatDivergeHaveAStatusOfTheirOwn(t *testing.T) {
	diverging := "  - {name: wild, lr: 1e30, dense: {}}\n"
	some := file(t, "some.yaml", strings.Replace(tiny, "warmup: 1", "warmup: 0, clip: 0", 1)+diverging)
	got := detsample("compare", "--seeds", "1", "--config", some, "--out", t.TempDir())
	assert.Equal(t, statusPartial, got.status)
	assert.Contains(t, got.stdout, "wild", "the others' results are printed")
	assert.Regexp(t, `\ndetsample: 1 of 3 runs stopped early, the first: wild #1: diverged at step 1: the classification loss of stage dense is .*\n$`, got.stderr)

	all := detsample("compare", "--config", some, "--only", "wild", "--seeds", "2", "--out", t.TempDir(), "-q")
	assert.Equal(t, statusFailure, all.status)
	assert.Regexp(t, `^detsample: 2 of 2 runs stopped early, .*\n$`, all.stderr)
}
