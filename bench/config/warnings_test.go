package config

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/sampling"
)

// told lists the traps that are warned of, with strategy and place.
func told(list []Warning) (told []string) {
	for _, w := range list {
		told = append(told, fmt.Sprintf("%s: %s: %s", w.Strategy, w.Where, w.Trap))
	}
	return told
}

func TestTheDefaultComparisonHasNoTrapAndTheOneOfRegionProposalsFocalAfterSampling(t *testing.T) {
	c, err := Preset("default")
	require.NoError(t, err)
	assert.Empty(t, told(c.Warnings()))
	c, err = Preset("rpn")
	require.NoError(t, err)
	assert.Equal(t, []string{"512 + focal: rpn.cls: focal_after_sampling"}, told(c.Warnings()))
}

func TestADenseHeadOverAllAnchorsNeedsAPriorBias(t *testing.T) {
	text := `
detector: {prior: %v}
strategies:
  - {name: all, dense: {cls: ce}}
  - {name: softmax, dense: {cls: softmax_ce}}
  - {name: importance, dense: {cls: ce, sampler: importance}}
  - {name: first stage, rpn: {sampler: all}, roi: {}}
  - {name: sampled, rpn: {}, roi: {sampler: all}}
  - {name: mined, dense: {cls: ce, sampler: hard_negative}}
  - {name: ranked, dense: {cls: rank_sort}}
`
	assert.Empty(t, parsed(t, fmt.Sprintf(text, 0.49)).Warnings())
	c := parsed(t, fmt.Sprintf(text, 0.5))
	assert.Equal(t, []string{
		"all: dense.cls: no_prior_bias", "softmax: dense.cls: no_prior_bias", "importance: dense.cls: no_prior_bias", "first stage: rpn.cls: no_prior_bias",
	}, told(c.Warnings()))
	assert.Equal(t, "all: dense.cls: detector.prior 0.5 is no prior bias: at first the negatives drown the positives; remedy: detector.prior 0.01", c.Warnings()[0].String())
}

// own is a sampler of a user's own that does not say how it thins.
type own struct{}

func (own) Needs() sampling.Need { return 0 }

func (own) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) { dst.Keep(dst.Split(c)) }

func TestASamplerThatDoesNotSayMayKeepAll(t *testing.T) {
	c := parsed(t, "detector: {prior: 0.5}\nstrategies: [{name: own, dense: {cls: ce}}]")
	c.Strategies[0].Dense.Sampler = own{}
	list := c.Warnings()
	require.Len(t, list, 1)
	assert.Equal(t, "own: dense.cls: detector.prior 0.5 is no prior bias: at first the negatives drown the positives if sampler config.own keeps them all, which it does not say (sampling.Thinner); remedy: detector.prior 0.01", list[0].String())
	c.Strategies[0].Dense.Sampler = sampling.NewISRP(own{})
	require.Len(t, c.Warnings(), 1)
	assert.Contains(t, c.Warnings()[0].Detail, "if sampler config.own keeps them all")
	c.Detector.Prior = 0.01
	assert.Empty(t, c.Warnings())
}

func parsed(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("c.yaml", []byte(text))
	require.NoError(t, err)
	return c
}
