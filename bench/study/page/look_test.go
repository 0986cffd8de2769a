package page

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"

	"detsample/bench/looks"
)

func TestStrategiesThatAreDrawnTogetherLookDifferent(t *testing.T) {
	for _, e := range all(t) {
		c, err := e.Config()
		require.NoError(t, err)
		var curves []curve
		for i := range c.Strategies {
			name := c.Strategies[i].Name
			curves = append(curves, curve{label: name, look: lookOf(name)})
		}
		for _, h := range charted(curves) {
			who := map[string]string{}
			for _, l := range h.curves {
				look := fmt.Sprint(l.look)
				assert.NotContains(t, who, look, "%s: %s looks like %s", e.Name, l.label, who[look])
				who[look] = l.label
			}
		}
	}
}

// The same has the same colour, in whichever picture and by whichever name.
func TestAHueIsOfWhatAStrategyWeighsBy(t *testing.T) {
	for name, as := range map[string]string{
		"512 + ce": "ce", "rpn 512 + ce": "512 + ce", "128 + ce": "ce", "all + focal": "focal", "rpn all + focal": "focal",
		"gamma 2, alpha .25": "focal", "alpha .75": "alpha-ce .75", "gamma 0, alpha .75": "alpha-ce .75", "3:1": "ssd 3:1",
	} {
		assert.Equal(t, lookOf(as).Hue, lookOf(name).Hue, name)
	}
	assert.Equal(t, lookOf("512 + ce"), lookOf("rpn 512 + ce"))
	assert.Equal(t, lookOf("focal"), lookOf("gamma 2, alpha .25"))
	hues := map[int]bool{}
	for _, name := range rivals {
		hues[lookOf(name).Hue] = true
	}
	assert.Len(t, hues, len(rivals), "dots have no dashes")
}

func TestDashesAreToldApartByMarksToo(t *testing.T) {
	seen := map[string]looks.Dashes{}
	for kind := looks.Solid; int(kind) < looks.Kinds; kind++ {
		mark, _ := look{Dashes: kind}.mark()
		shape := fmt.Sprintf("%T", mark.Shape)
		assert.NotContains(t, seen, shape, "dashes %d have the mark of %d", kind, seen[shape])
		seen[shape] = kind
	}
	_, ok := lookOf("ce").mark()
	assert.False(t, ok, "a solid line has none")
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

func TestManyCurvesAreDividedAmongCharts(t *testing.T) {
	named := func(names ...string) (list []curve) {
		for _, name := range names {
			list = append(list, curve{label: name})
		}
		return list
	}
	titles := func(charts []chart) (list []string) {
		for _, h := range charts {
			list = append(list, h.title)
		}
		return list
	}
	assert.Equal(t, []string{"AP"}, titles(charted(named("a", "b", "c"))))
	gammas := charted(named("gamma 2, alpha .25", "gamma 2, alpha .5", "gamma 0, alpha .75", "gamma .5, alpha .25", "gamma .5, alpha .5", "gamma .5, alpha .75", "gamma 5, alpha .5"))
	assert.Equal(t, []string{"AP, gamma 0", "AP, gamma .5", "AP, gamma 2", "AP, gamma 5"}, titles(gammas))
	require.Len(t, gammas[1].curves, 3)
	assert.Equal(t, "alpha .25", gammas[1].curves[0].label)
	assert.Len(t, gammas[1].behind, 7)
	weights := charted(named("gamma 2, weight .177", "gamma 2, weight .122", "gamma 0, weight .177", "gamma 0, weight .122", "gamma 1, weight .1", "gamma 1, weight .2", "gamma 1, weight .3"))
	assert.Equal(t, []string{"AP, gamma 0", "AP, gamma 1", "AP, gamma 2"}, titles(weights))
	assert.Equal(t, "weight .177", weights[2].curves[0].label)
	alone := charted(named("alpha .75", "alpha .1", "alpha .25", "alpha .5", "alpha .9", "alpha .99", "alpha .999"))
	assert.Equal(t, "AP, alpha .1", alone[0].title)
	assert.Len(t, alone, 7)
}
