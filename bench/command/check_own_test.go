package command

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// halfway is a loss whose gradient is half of what it is to be.
type halfway struct{}

func (halfway) Link() losses.Link                              { return losses.Sigmoid }
func (l halfway) Eval(grad []float32, b *losses.Batch) float64 { return losses.EvalRows(l, grad, b) }
func (halfway) Row(grad, x []float32, t losses.Target) (l float64) {
	for k, x := range x {
		m := float64(x)
		if t.Class == int32(k) {
			m = -m
		}
		l += math.Exp(m / 2)
		if grad != nil {
			grad[k] = float32(math.Exp(m/2) / 4 * m / float64(x))
		}
	}
	return l
}

// copying is a sampler that takes memory in every call.
type copying struct{ sampling.All }

func (copying) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	pos, neg := dst.Split(c)
	dst.Keep(pos, slices.Clone(neg))
}

func TestCheckLooksAtPartsOfOnesOwn(t *testing.T) {
	slow, wrong, again := rpn.OneStage(), rpn.OneStage(), rpn.Objectness()
	slow.Sampler, wrong.Cls, again.Cls = copying{}, halfway{}, halfway{}
	list := []strategy.Strategy{
		{Name: "slow", Dense: &strategy.Dense{Config: slow}},
		{Name: "wrong", Dense: &strategy.Dense{Config: wrong}},
		{Name: "again", RPN: &strategy.RPN{Config: again}, ROI: &strategy.ROI{Config: roi.SecondStage()}},
	}
	var found checked
	err := found.lookAt("own.yaml", list)
	require.Error(t, err)
	assert.Regexp(t, `^own.yaml: strategy wrong, dense.cls: classification loss command.halfway: row \d \(class -?\d.*\), column \d: the gradient is \S+, and \S+ by finite differences of the value; [^\n]*$`, err.Error())
	assert.Equal(t, []string{"strategy slow, dense.sampler: sampler command.copying: it allocates memory in every call, once warm as well, 1 times: sampling.Scratch keeps memory in the Sample"}, found.warnings)
	assert.NoError(t, new(checked).lookAt("own.yaml", list[:1]))
}
