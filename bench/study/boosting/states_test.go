package boosting

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/curves"
	"detsample/bench/strategy"
	"detsample/losses"
)

// The loss that belongs to a weight is that of the formulas, which package
// curves draws.
func TestLossFollowsFromTheWeight(t *testing.T) {
	for text, cls := range map[string]losses.Cls{
		"ce": losses.CE{}, "focal,alpha=0.25,gamma=2": losses.Focal{Alpha: 0.25, Gamma: 2}, "focal,alpha=0.5,gamma=0.5": losses.Focal{Alpha: 0.5, Gamma: 0.5},
		"alpha_ce,alpha=0.75": losses.AlphaCE{Alpha: 0.75},
	} {
		c, err := curves.Loss(text)
		require.NoError(t, err)
		for _, margin := range []float64{-4, -1, 0, 0.5, 3} {
			p := c.At(true, margin)
			assert.InEpsilon(t, p.Loss, p.Gradient*lossPerGradient(cls, margin), 1e-3, "%s at %v", text, margin)
		}
	}
}

func TestWeightsAreKeptOfLossesThatAreKnown(t *testing.T) {
	c := &config.Config{Strategies: []strategy.Strategy{{Name: "a", Dense: &strategy.Dense{}}, {Name: "b", Dense: &strategy.Dense{}}}}
	for i := range c.Strategies {
		c.Strategies[i].Dense.SetDefaults()
		c.Strategies[i].Dense.Cls = losses.CE{}
	}
	c.Strategies[1].Dense.Cls = losses.QualityFocal{}
	_, err := NewWatcher(c)
	assert.EqualError(t, err, "strategy b has the loss losses.QualityFocal: the loss of a weight is known of ce, alpha_ce, focal and ghm_c")
	c.Strategies[1].Dense.Cls = losses.CE{}
	c.Strategies[1].Dense.Assigner = anchors.NewMaxIoU(0.9, 0.1)
	_, err = NewWatcher(c)
	assert.EqualError(t, err, "strategies a and b have other assigners: weights are laid beside each other on the same positives")
	c.Strategies[1].Dense = nil
	_, err = NewWatcher(c)
	assert.ErrorContains(t, err, "strategy b is no one-stage detector")
}
