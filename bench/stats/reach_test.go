package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestImagesNeededAreInterpolated(t *testing.T) {
	e := func(mean, half float64) Estimate {
		return Estimate{Mean: mean, Low: mean - half, High: mean + half, Seeds: 3}
	}
	none := Estimate{Mean: -1, Low: -1, High: -1}
	along := [][]Estimate{{e(0, 0), e(3, 1), none}, {e(1, 0.5), e(3, 1), e(2, 0)}, {e(3, 0.5), e(3, 1), e(1, 0)}}
	list := Reach(2, []float64{0, 100, 200}, along)
	assert.Equal(t, Reached{At: 150, Low: 125, High: 175}, list[0])
	assert.Equal(t, Reached{At: 0, Low: 0, High: 0}, list[1], "from the start")
	assert.Equal(t, Reached{At: 100, Low: 100, High: 100}, list[2], "where it was first measured")
	assert.True(t, math.IsInf(Reach(3.2, []float64{0, 100, 200}, along)[0].At, 1), "more than the whole training")
	assert.InDelta(t, 100+100*(3.2-1.5)/2, Reach(3.2, []float64{0, 100, 200}, along)[0].Low, 1e-9, "but it may have been")
	assert.Nil(t, Reach(1, nil, nil))

	between := [][]Estimate{{e(0, 0)}, {none}, {e(4, 1)}}
	assert.Equal(t, 100.0, Reach(2, []float64{0, 50, 200}, between)[0].At, "past a moment at which only others were measured")
}
