package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

func TestRecommendedAnchorsReachMoreObjectsAndAreMeasuredAsAssigned(t *testing.T) {
	set := random(11, 200)
	c := byDefault()
	c.Pyramid.Levels = []anchors.Level{{Stride: 4, Sizes: []float32{5, 6}}, {Stride: 8, Sizes: []float32{90, 100}}}
	before := analysed(t, set, c)
	require.NotNil(t, before.Fitted)
	assert.Greater(t, before.Fitted.Half, share(before.All.Half, before.All.Objects))
	for l := range c.Pyramid.Levels {
		c.Pyramid.Levels[l].Sizes = before.Fitted.Levels[l].Sizes
	}
	c.Pyramid.Ratios = before.Fitted.Ratios
	after := analysed(t, set, c)
	assert.InDelta(t, before.Fitted.Half, share(after.All.Half, after.All.Objects), 1e-9, "what was promised is what the assigner gives")
}
