package chart

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/plot/vg"

	"detsample/bench/looks"
	"detsample/bench/stats"
)

func TestDashesAreToldApartByMarksToo(t *testing.T) {
	seen := map[string]looks.Dashes{}
	for kind := looks.Solid; int(kind) < looks.Kinds; kind++ {
		mark, _ := Look{Dashes: kind}.mark()
		shape := fmt.Sprintf("%T", mark.Shape)
		assert.NotContains(t, seen, shape, "dashes %d have the mark of %d", kind, seen[shape])
		seen[shape] = kind
	}
	_, ok := LookOf("ce").mark()
	assert.False(t, ok, "a solid line has none")
}

// What test images alone say covers too seldom to be drawn beside others.
func TestOnlyIntervalsOverSeedsAreDrawn(t *testing.T) {
	for want, e := range map[bool]stats.Estimate{true: {Seeds: 3, Low: 1, High: 2}, false: {Seeds: 1, ImagesOnly: true, Low: 1, High: 2}} {
		assert.Equal(t, want, bounded(e))
		c := Curve{Images: []int{1, 2}, Means: []stats.Estimate{e, e}}
		assert.Equal(t, want, c.Band() != nil)
	}
	assert.False(t, bounded(stats.Estimate{}))
	assert.False(t, bounded(stats.Estimate{Seeds: 3, Low: 1, High: math.Inf(1)}))
	assert.False(t, bounded(stats.Estimate{Seeds: 3, Low: math.NaN(), High: 1}))
}

func TestNamesAtTheEndsOfCurvesAreApart(t *testing.T) {
	at := []vg.Length{100, 99, 98, 50}
	spread(at, 14, 0, 200)
	for i := range len(at) - 1 {
		assert.GreaterOrEqual(t, float64(at[i]-at[i+1]), 13.9)
	}
	assert.InDelta(t, 99, float64(at[1]), 1, "about where the curves end")
	assert.EqualValues(t, 50, at[3])

	low := []vg.Length{22, 21, 20}
	spread(low, 14, 20, 200)
	assert.InDeltaSlice(t, []float64{48, 34, 20}, []float64{float64(low[0]), float64(low[1]), float64(low[2])}, 0.1, "none is under the axis")

	high := []vg.Length{99, 98, 97}
	spread(high, 14, 0, 100)
	assert.InDeltaSlice(t, []float64{100, 86, 72}, []float64{float64(high[0]), float64(high[1]), float64(high[2])}, 0.1, "none is over the picture's edge")
	alone := []vg.Length{120}
	spread(alone, 14, 0, 100)
	assert.EqualValues(t, 100, alone[0])
}

// In a narrow plot the end's label is as wide as half of the axis.
func TestImagesOfManyDigitsAreWrittenInThousandsWithoutRoom(t *testing.T) {
	labels := func(end float64, room bool) (list []string) {
		for _, tick := range budgets(end, room) {
			list = append(list, tick.Label)
		}
		return list
	}
	assert.Equal(t, []string{"0", "77k", "154k"}, labels(153600, false))
	assert.Equal(t, []string{"0", "38400", "76800", "153600"}, labels(153600, true))
	assert.Equal(t, []string{"0", "19200", "38400"}, labels(38400, false))
	assert.Equal(t, []string{"0", "307200", "614400", "1228800"}, labels(1228800, true))
}
