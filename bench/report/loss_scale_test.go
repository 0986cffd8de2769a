package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/summary"
)

func TestTheSizesOfLossesAreShown(t *testing.T) {
	rows := stages(&summary.Summary{Strategies: []summary.Strategy{fake{strategies: []string{"a"}, seeds: 1}.study(t).Summary.Strategies[0]}})
	assert.Equal(t, []string{"0.0123", "0.00456"}, []string{rows[0].Cls, rows[0].Box})
	assert.Equal(t, dash, gradient(0))
	assert.Equal(t, "It differs by up to 37.1 times: rpn.box of b over that of a.",
		lossScale(&summary.Spread{Where: "rpn.box", Times: 37.07, Largest: "b", Smallest: "a"}))
	assert.Empty(t, lossScale(nil))
}
