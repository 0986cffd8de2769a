package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/strategy"
)

// Fewer regions starve fewer images, and leave positives of crowded ones without room:
// where that is more, the regions stay.
func TestFewerRegionsAreNotAdvisedWhereMorePositivesLackRoom(t *testing.T) {
	set := objectsOf(75, 97, 400, 400, 4, 20, 40)
	set.Images = append(set.Images, objectsOf(76, 3, 400, 400, 60, 20, 40).Images...)
	s, err := strategy.Parse("s.yaml", []byte("name: two\nrpn: {sampler: all, cls: ce}\nroi: {sampler: {type: random, num: 512, positive_fraction: 0.25}}\n"))
	require.NoError(t, err)
	c, _ := FromStrategies(byDefault(), []strategy.Strategy{s})
	adv := topics(analysed(t, set, c))["regions of the second stage"]
	assert.True(t, adv.Keep, adv)
	assert.Equal(t, "Keep 512 regions an image at 1:3 in two.", adv.Advice)
	assert.Equal(t, "images with fewer positives than room", adv.Before[2].Name)
}
