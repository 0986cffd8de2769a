package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// runsOf makes runs of rows of values by strategy and seed; NaN for none.
func runsOf(names []string, values [][]float64) []Run {
	var runs []Run
	for i, row := range values {
		for s, v := range row {
			if !math.IsNaN(v) {
				runs = append(runs, Run{Strategy: names[i], Seed: uint64(s + 1), Value: v})
			}
		}
	}
	return runs
}

func compared(t require.TestingT, names []string, values [][]float64) *Comparison {
	c, err := Compare(names, runsOf(names, values))
	require.NoError(t, err)
	return c
}

var nan = math.NaN()

// Two strategies borrow from nobody: R's t.test(a, b, paired = TRUE).
func TestTwoStrategiesHaveTheirOwnT(t *testing.T) {
	c := compared(t, []string{"a", "b"}, [][]float64{{10, 12, 11, 14}, {9, 12, 8, 11}})
	d := c.Between(0, 1)
	assert.Equal(t, []any{"a", "b", 4, false}, []any{d.A, d.B, d.Seeds, d.ImagesOnly})
	assert.InDelta(t, 1.75, d.Mean, 1e-12)
	assert.InDelta(t, 1.5, d.SD, 1e-12)
	assert.InDelta(t, 3.182446305284263*1.5/2, d.Half(), 1e-9)
	r := c.Between(1, 0)
	assert.Equal(t, []any{"b", "a", -1.75, -d.High, -d.Low}, []any{r.A, r.B, r.Mean, r.Low, r.High})
}

// With variances that are all alike, the residual variance of the two-way
// table has all its degrees of freedom.
func TestVariancesThatAreAlikeArePooled(t *testing.T) {
	values := [][]float64{{1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {-1, -1, -1, -1}}
	c := compared(t, []string{"a", "b", "c", "d"}, values)
	require.True(t, math.IsInf(c.prior.freedom, 1))
	residual := 3 * 4 * (1 - 3.0/4/3) / 9 // a, b and c are orthogonal: each less a quarter of their sum
	assert.InDelta(t, residual, c.prior.scale/2, 1e-12)
	for _, d := range c.Differences {
		assert.InDelta(t, 2.2621571628540993*math.Sqrt(2*residual/4), d.Half(), 1e-9, "Student's 0.975 quantile with 9 degrees")
	}
}

func TestOneSeedIsNoEvidence(t *testing.T) {
	runs := []Run{
		{Strategy: "a", Seed: 1, Value: 0.3, Resamples: []float64{0.28, 0.3, 0.32}},
		{Strategy: "b", Seed: 1, Value: 0.1, Resamples: []float64{0.08, 0.1, 0.12}},
	}
	c, err := Compare([]string{"a", "b"}, runs)
	require.NoError(t, err)
	assert.True(t, c.Means[0].ImagesOnly)
	assert.InDelta(t, 4.302652729911275*0.02, c.Means[0].Half(), 1e-9, "over images alone, two degrees of freedom")
	assert.True(t, c.Differences[0].ImagesOnly)
	assert.InDelta(t, 0, c.Differences[0].Half(), 1e-12)
	assert.Nil(t, c.Simultaneous(0.95))
	for _, b := range c.Best(0.95) {
		assert.True(t, b.MayBe)
		assert.True(t, math.IsInf(b.Low, -1) && math.IsInf(b.High, 1))
	}
	assert.Equal(t, OneSeed, Decide(Evidence{Final: c}).Reason)
	assert.Nil(t, c.SeedsFor(1, []string{"a", "b"}))
	assert.Nil(t, c.SeedsToTell(0.95))
}

// A strategy with one seed borrows the variance of those with more.
func TestUnequalSeeds(t *testing.T) {
	c := compared(t, []string{"a", "b", "c"}, [][]float64{{1, 2, 3, 4, 3}, {2, 2, 4, 3, nan}, {9, nan, nan, nan, nan}})
	assert.Equal(t, []int{5, 4, 1}, []int{c.Means[0].Seeds, c.Means[1].Seeds, c.Means[2].Seeds})
	assert.Equal(t, 4, c.Between(0, 1).Seeds)
	assert.Equal(t, stat.Mean([]float64{-1, 0, -1, 1}, nil), c.Between(0, 1).Mean, "over the seeds that both have")
	assert.Equal(t, 1, c.Between(1, 2).Seeds)
	assert.InDelta(t, 2.0/3+0.25, c.Between(0, 1).SD*c.Between(0, 1).SD, 1e-9)
	assert.Zero(t, c.prior.freedom, "of one difference's variance")
	assert.True(t, c.Between(0, 2).ImagesOnly, "nothing to be borrowed")
	assert.False(t, c.Means[2].ImagesOnly)
	assert.Greater(t, c.Means[2].Half(), c.Means[0].Half())

	c = compared(t, []string{"a", "b", "c", "d"}, [][]float64{{1, 2, 3, 4, 3}, {2, 2, 4, 3, 3}, {3, 1, 5, 2, 4}, {9, nan, nan, nan, nan}})
	assert.False(t, c.Between(0, 3).ImagesOnly, "borrowed from the three others")
	assert.Greater(t, c.Between(0, 3).Half(), c.Between(0, 1).Half())
}

func TestStrategiesWithoutACommonSeed(t *testing.T) {
	c := compared(t, []string{"a", "b"}, [][]float64{{1, 2, 3, nan, nan, nan}, {nan, nan, nan, 7, 8, 10}})
	assert.Equal(t, Estimate{Mean: -1, Low: -1, High: -1}, c.Between(0, 1).Estimate)
	assert.Equal(t, Estimate{Mean: -1, Low: -1, High: -1}, c.Between(1, 0).Estimate)
	for _, b := range c.Best(0.95) {
		assert.True(t, b.MayBe, "what cannot be compared excludes nobody")
	}
}

func TestWhatIsNotAveragedIsNamed(t *testing.T) {
	runs := []Run{
		{Strategy: "b", Seed: 2, Value: 0.2, Failed: "diverged after 40 steps"},
		{Strategy: "a", Seed: 1, Value: 0.3}, {Strategy: "a", Seed: 2, Value: nan},
		{Strategy: "b", Seed: 1, Value: 0.1},
	}
	c, err := Compare([]string{"a", "b"}, runs)
	require.NoError(t, err)
	assert.Equal(t, []Exclusion{{"a", 2, "the figure is not defined"}, {"b", 2, "diverged after 40 steps"}}, c.Excluded)
	assert.Equal(t, 0.1, c.Means[1].Mean)
}

func TestMistakesInTheRuns(t *testing.T) {
	a := Run{Strategy: "a", Seed: 1}
	for _, c := range []struct {
		names []string
		runs  []Run
		want  string
	}{
		{[]string{"a", "a"}, nil, `two strategies are named "a"`},
		{[]string{"b"}, []Run{a}, `a run is of strategy "a", which is not among those compared`},
		{[]string{"a"}, []Run{a, a}, `two runs are of strategy "a" and seed 1`},
		{[]string{"a"}, []Run{a, {Strategy: "a", Seed: 2, Resamples: []float64{1}}, {Strategy: "a", Seed: 3, Resamples: []float64{1, 2}}}[1:], `strategy "a", seed 3: 2 resamples, another run has 1: their test images cannot be paired`},
	} {
		_, err := Compare(c.names, c.runs)
		assert.EqualError(t, err, c.want)
	}
}

func TestARunWithoutResamplesLeavesTheImagesOutForAll(t *testing.T) {
	runs := []Run{
		{Strategy: "a", Seed: 1, Value: 1, Resamples: []float64{1, 2}}, {Strategy: "a", Seed: 2, Value: 2, Resamples: []float64{1, 3}},
		{Strategy: "b", Seed: 1, Value: 1}, {Strategy: "b", Seed: 2, Value: 3, Resamples: []float64{1, 2}},
	}
	for range runs {
		runs = append(runs[1:], runs[0])
		c, err := Compare([]string{"a", "b"}, runs)
		require.NoError(t, err)
		for _, d := range append(c.own, c.apart...) {
			assert.Zero(t, d.images.whole)
		}
	}
}

func TestDrawsThatAreNotDefinedForAllAreLeftOutForAll(t *testing.T) {
	c, err := Compare([]string{"a", "b"}, []Run{
		{Strategy: "a", Seed: 1, Value: 1, Resamples: []float64{1, nan, 3, 5}},
		{Strategy: "b", Seed: 1, Value: 1, Resamples: []float64{2, 7, nan, 3}},
	})
	require.NoError(t, err)
	assert.Len(t, c.own[0].images.means, 2)
	assert.InDelta(t, 8, c.own[0].images.whole, 1e-12)
}

// generated draws a table of 2 to 5 strategies, 1 to 6 seeds, resamples and
// missing runs.
func generated(t *rapid.T) (names []string, runs []Run) {
	strategies, seeds := rapid.IntRange(2, 5).Draw(t, "strategies"), rapid.IntRange(1, 6).Draw(t, "seeds")
	resamples := rapid.IntRange(0, 1).Draw(t, "resampled") * 6
	value := rapid.Map(rapid.IntRange(0, 1024), func(n int) float64 { return float64(n) / 1024 }) // to which 3 is added exactly
	for i := range strategies {
		names = append(names, string(rune('a'+i)))
		for s := range seeds {
			r := Run{Strategy: names[i], Seed: uint64(s), Value: value.Draw(t, "value"), Resamples: make([]float64, resamples)}
			for k := range r.Resamples {
				r.Resamples[k] = value.Draw(t, "resample")
			}
			if rapid.IntRange(0, 9).Draw(t, "there") > 0 {
				runs = append(runs, r)
			}
		}
	}
	return names, runs
}

// changed returns the runs with another scale and origin.
func changed(runs []Run, f func(float64) float64) []Run {
	var list []Run
	for _, r := range runs {
		r.Value = f(r.Value)
		resamples := make([]float64, len(r.Resamples))
		for k, x := range r.Resamples {
			resamples[k] = f(x)
		}
		r.Resamples = resamples
		list = append(list, r)
	}
	return list
}

func TestAnotherOriginMovesMeansAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names, runs := generated(t)
		before, err := Compare(names, runs)
		require.NoError(t, err)
		after, err := Compare(names, changed(runs, func(x float64) float64 { return x + 3 }))
		require.NoError(t, err)
		for i, e := range before.Means {
			if e.Seeds > 0 {
				assert.InDelta(t, e.Mean+3, after.Means[i].Mean, 1e-9)
				assert.InDelta(t, e.Half(), after.Means[i].Half(), 1e-6*(1+e.Half()))
			}
		}
		for k, d := range before.Differences {
			assert.InDelta(t, d.Mean, after.Differences[k].Mean, 1e-9)
			assert.InDelta(t, d.Half(), after.Differences[k].Half(), 1e-6*(1+d.Half()))
		}
	})
}

func TestAnotherScaleScalesAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names, runs := generated(t)
		before, err := Compare(names, runs)
		require.NoError(t, err)
		after, err := Compare(names, changed(runs, func(x float64) float64 { return 100 * x }))
		require.NoError(t, err)
		for k, d := range before.Differences {
			if d.Seeds > 0 {
				assert.InDelta(t, 100*d.Low, after.Differences[k].Low, 1e-5*(1+d.Half()))
				assert.InDelta(t, 100*d.High, after.Differences[k].High, 1e-5*(1+d.Half()))
			}
		}
		for i, e := range before.Means {
			if e.Seeds > 0 {
				assert.InDelta(t, 100*e.High, after.Means[i].High, 1e-5*(1+e.Half()))
			}
		}
	})
}

// What is said of a strategy does not depend on where it stands.
func TestTheOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names, runs := generated(t)
		order := rapid.Permutation(names).Draw(t, "order")
		before, err := Compare(names, runs)
		require.NoError(t, err)
		after, err := Compare(order, rapid.Permutation(runs).Draw(t, "runs"))
		require.NoError(t, err)
		assert.Equal(t, before.prior, after.prior)
		position := map[string]int{}
		for i, name := range order {
			position[name] = i
		}
		for i, a := range names {
			assert.Equal(t, before.Means[i], after.Means[position[a]])
			for j, b := range names {
				if i != j {
					assert.Equal(t, before.Between(i, j), after.Between(position[a], position[b]))
				}
			}
		}
	})
}

// Strategies that always move together say no more of the deviation of AP over
// seeds than one does.
func TestStrategiesThatMoveTogetherBorrowNothing(t *testing.T) {
	c := compared(t, []string{"a", "b", "c"}, [][]float64{{1, 2, 4, 3}, {2, 3, 5, 4}, {0, 1, 3, 2}})
	own := stat.StdDev([]float64{1, 2, 4, 3}, nil)
	assert.InDelta(t, 3.182446305284263*own/2, c.Means[0].Half(), 1e-9, "three degrees of freedom")
	assert.Zero(t, c.Between(0, 1).Half())
}
