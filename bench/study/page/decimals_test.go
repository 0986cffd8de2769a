package page

import (
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// What is read of a bound agrees with what it decided.
func TestABoundNearALimitHasTheDecimalsThatTellItApart(t *testing.T) {
	for _, c := range []struct {
		expect    claims.Expectation
		low, high float64
		want      string
	}{
		{claims.Above, -1.7, 0.96, "(-1.7 to +0.96): no point gained"},
		{claims.Above, -1.7, 0.996, "(-1.7 to +0.996): no point gained"},
		{claims.Above, -1.7, 1.04, "(-1.7 to +1.0): not decided"},
		{claims.Above, 0.04, 2.26, "(+0.04 to +2.3): holds"},
		{claims.Above, -0.04, 2.26, "(0.0 to +2.3): not decided"},
		{claims.Below, -2.26, -0.04, "(-2.3 to -0.04): holds"},
		{claims.Below, -0.97, 2, "(-0.97 to +2.0): no point gained"},
		{claims.Above, -2.26, -0.04, "(-2.3 to -0.04): fails"},
		{claims.Below, 0.04, 2.26, "(+0.04 to +2.3): fails"},
		{claims.Differs, -0.4, 0.97, "(-0.4 to +0.97): no point gained"},
		{claims.Little, -0.97, 0.98, "(-1.0 to +0.98): holds"},
		{claims.Little, -2.03, 0.98, "(-2.0 to +0.98): holds"},
		{claims.Little, -0.97, 1.04, "(-1.0 to +1.0): not decided"},
		{claims.Little, 1.03, 2, "(+1.03 to +2.0): fails"},
		{claims.Differs, 0.01, 0.3, "(+0.01 to +0.3): holds"},
		{claims.Above, math.Inf(-1), math.Inf(1), "(– to –): not decided"},
	} {
		all := stats.Range{Low: c.low, High: c.high}
		j := claims.Judged{Contrast: &claims.Contrast{A: "focal", B: "ce", Expect: c.expect}, All: all, Outcome: c.expect.Judge(all, 1),
			Estimate: stats.Estimate{Mean: 0.5, Low: 0.2, High: 0.8, Seeds: 4}}
		assert.Equal(t, "+0.5 ± 0.3 "+c.want, cellOf(&j))
	}
	rank := claims.Judged{Contrast: &claims.Contrast{A: "focal", Constant: 0.9, Measure: evidence.RankWithAdaBoost, Expect: claims.Above}, All: stats.Range{Low: 0.003, High: 0.2},
		Outcome: claims.Holds, Estimate: stats.Estimate{Mean: 0.05, Low: 0.04, High: 0.06, Seeds: 4}}
	assert.Equal(t, "0.95 (0.94 to 0.96; at once 0.903 to 1.00): holds", cellOf(&rank))
}

// A difference that is told from none does not read as one that is as wide as it is
// large.
func TestADifferenceThatIsToldReadsSo(t *testing.T) {
	near := stats.Estimate{Mean: -0.94, Low: -1.83, High: -0.05, Seeds: 12}
	a := apart{experiment: "dense", images: 800, Estimate: near}
	assert.Equal(t, "-0.9 ± 0.9 after 800 (`dense`)", a.cell())
	a.told = true
	assert.Equal(t, "**-0.94 ± 0.89** after 800 (`dense`)", a.cell())

	v := claims.Verdict{Judged: []claims.Judged{{Contrast: &claims.Contrast{Experiment: "dense", A: "focal", B: "ce"}, Images: 800, Estimate: near, All: stats.Range{Low: -2.8, High: -0.01}}}}
	list := axesOf(t)
	assert.Equal(t, "focal is behind ce by 0.94 ± 0.89 AP (`dense`, 800 images, 12 seeds)", strongestIn(&v, list))
	v.Judged[0].Estimate.High = 0.05
	assert.Equal(t, "focal is behind ce by 0.9 ± 0.9 AP, not told apart (`dense`, 800 images, 12 seeds)", strongestIn(&v, list))

	c := evidence.Contest{Names: []string{"ce", "focal"}, Means: []stats.Estimate{{Seeds: 12}, {Seeds: 12}}, May: []string{"ce"}, Next: "focal",
		Ahead: stats.Estimate{Mean: 0.94, Low: 0.05, High: 1.83, Seeds: 12}}
	assert.Equal(t, "**ce**, ahead of focal by 0.94 ± 0.89", inCell(&c))
	assert.Equal(t, "+0.04 to +2.0", sided(stats.Range{Low: 0.04, High: 2}, 1))
	assert.Equal(t, "0.0 to +2.0", sided(stats.Range{Low: -0.04, High: 2}, 1))
}

func TestTheBoundsOfThePageReadAsTheyDecide(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := keptOf(t, keptIn)
	all, found := claims.All(), 0
	for i := range all {
		v, err := all[i].Judge(list)
		require.NoError(t, err)
		for k := range v.Judged {
			j := &v.Judged[k]
			if j.Estimate.Seeds == 0 {
				continue // has no runs, at this budget or at all
			}
			cell := regexp.MustCompile(`(?:\(|at once )([-+.0-9]+) to ([-+.0-9]+)\): (.+)$`).FindStringSubmatch(cellOf(j))
			require.NotNil(t, cell, cellOf(j))
			var read [2]float64
			for n := range read {
				read[n], err = strconv.ParseFloat(cell[n+1], 64)
				require.NoError(t, err)
				if j.By().Correlation {
					read[n] -= j.Constant
				}
			}
			assert.EqualValues(t, cell[3], j.Expect.Judge(stats.Range{Low: read[0], High: read[1]}, j.By().Least), cellOf(j))
			found++
		}
	}
	assert.Greater(t, found, 50)
}

func TestWhatRoundsToNothingHasNoSign(t *testing.T) {
	assert.Equal(t, "0.0", number(-0.04, 1))
	assert.Equal(t, "-0.04", number(-0.04, 2))
	assert.Equal(t, "-0.1", number(-0.06, 1))
	assert.Equal(t, "0", number(math.Copysign(0, -1), 0))
}
