package page

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/chart"
)

func TestStrategiesThatAreDrawnTogetherLookDifferent(t *testing.T) {
	for _, e := range all(t) {
		c, err := e.Config()
		require.NoError(t, err)
		var curves []chart.Curve
		for i := range c.Strategies {
			name := c.Strategies[i].Name
			curves = append(curves, chart.Curve{Name: name, Label: name})
		}
		for _, h := range charted(curves) {
			who := map[string]string{}
			for _, l := range h.Curves {
				look := fmt.Sprint(chart.LookOf(l.Name))
				assert.NotContains(t, who, look, "%s: %s looks like %s", e.Name, l.Label, who[look])
				who[look] = l.Label
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
		assert.Equal(t, chart.LookOf(as).Hue, chart.LookOf(name).Hue, name)
	}
	assert.Equal(t, chart.LookOf("512 + ce"), chart.LookOf("rpn 512 + ce"))
	assert.Equal(t, chart.LookOf("focal"), chart.LookOf("gamma 2, alpha .25"))
	hues := map[int]bool{}
	for _, name := range rivals {
		hues[chart.LookOf(name).Hue] = true
	}
	assert.Len(t, hues, len(rivals), "dots have no dashes")
}

func TestManyCurvesAreDividedAmongCharts(t *testing.T) {
	named := func(names ...string) (list []chart.Curve) {
		for _, name := range names {
			list = append(list, chart.Curve{Label: name})
		}
		return list
	}
	titles := func(charts []chart.Chart) (list []string) {
		for _, h := range charts {
			list = append(list, h.Title)
		}
		return list
	}
	assert.Equal(t, []string{"AP"}, titles(charted(named("a", "b", "c"))))
	gammas := charted(named("gamma 2, alpha .25", "gamma 2, alpha .5", "gamma 0, alpha .75", "gamma .5, alpha .25", "gamma .5, alpha .5", "gamma .5, alpha .75", "gamma 5, alpha .5"))
	assert.Equal(t, []string{"AP, gamma 0", "AP, gamma .5", "AP, gamma 2", "AP, gamma 5"}, titles(gammas))
	require.Len(t, gammas[1].Curves, 3)
	assert.Equal(t, "alpha .25", gammas[1].Curves[0].Label)
	assert.Len(t, gammas[1].Behind, 7)
	weights := charted(named("gamma 2, weight .177", "gamma 2, weight .122", "gamma 0, weight .177", "gamma 0, weight .122", "gamma 1, weight .1", "gamma 1, weight .2", "gamma 1, weight .3"))
	assert.Equal(t, []string{"AP, gamma 0", "AP, gamma 1", "AP, gamma 2"}, titles(weights))
	assert.Equal(t, "weight .177", weights[2].Curves[0].Label)
	alone := charted(named("alpha .75", "alpha .1", "alpha .25", "alpha .5", "alpha .9", "alpha .99", "alpha .999"))
	assert.Equal(t, "AP, alpha .1", alone[0].Title)
	assert.Len(t, alone, 7)
}
