package summary

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// run is a finished run with the given AP and resamples.
func run(name string, seed uint64, ap float64, resamples ...float64) *trainer.Run {
	return &trainer.Run{
		Strategy: name, Seed: seed, Figures: trainer.Figures{AP: ap, AP50: ap, AP75: ap, APS: ap, APM: ap, APL: ap, AR100: ap},
		Curve:   []trainer.Point{{Images: 0}, {Images: 10, AP: ap}},
		Classes: []trainer.ClassFigures{{Class: "c", AP: ap, AP50: ap}},
		Stages:  []trainer.StageFigures{{Stage: "dense", Positives: 10 * ap}},
		Time:    trainer.Time{StepMS: 4}, Resamples: resamples,
	}
}

func summarized(runs ...*trainer.Run) []Strategy {
	c := config.Config{Strategies: []strategy.Strategy{{Name: "base"}, {Name: "other", LRReason: "swept"}}}
	s, _, _, err := summarizeStrategies(&c, runs, nil)
	if err != nil {
		panic(err)
	}
	return s
}

// A share that one run does not tell has no mean.
func TestAShareThatIsNotMeasuredStaysUnknown(t *testing.T) {
	one, two := run("base", 1, 0.3), run("base", 2, 0.3)
	one.Stages[0].NegativeLoss, two.Stages[0].NegativeLoss = 0.5, 0.75
	one.Stages[0].NegativeGrad, two.Stages[0].NegativeGrad = 0.5, trainer.Unknown
	s := summarized(one, two)[0].Stages[0]
	assert.Equal(t, []float64{0.625, trainer.Unknown}, []float64{s.NegativeLoss, s.NegativeGrad})
	one.Stages[0].NegativeLoss, two.Stages[0].NegativeLoss = trainer.Unknown, 0.75
	assert.Equal(t, float64(trainer.Unknown), summarized(one, two)[0].Stages[0].NegativeLoss)
}

// Over the resamples the differences are 0.2, 0.1 and 0.3, of variance 0.01;
// Student's quantile for the two degrees of freedom is 4.3027.
func TestOneSeedHasAnIntervalOverTestImagesAlone(t *testing.T) {
	s := summarized(run("base", 1, 0.3, 0.2, 0.4, 0.3), run("other", 1, 0.5, 0.4, 0.5, 0.6))
	assert.Nil(t, s[0].Difference, "the first strategy differs from nothing")
	d := s[1].Difference
	require.NotNil(t, d)
	assert.InDelta(t, 0.2, d.Mean, 1e-12)
	assert.Zero(t, d.SD)
	assert.True(t, d.ImagesOnly)
	assert.InDelta(t, 0.2-0.43026527, d.Low, 1e-7)
	assert.InDelta(t, 0.2+0.43026527, d.High, 1e-7)
	assert.InDelta(t, 0.5-0.43026527, s[1].AP.Low, 1e-7)
	assert.Equal(t, stats.Estimate{Mean: 0.5, Low: 0.5, High: 0.5, Seeds: 1, ImagesOnly: true}, s[1].AP50, "over seeds alone, of which there is one")
	assert.Equal(t, "swept", s[1].LRReason)
}

func TestSeedsArePairedWhateverTheirOrder(t *testing.T) {
	s := summarized(
		run("other", 2, 0.7, 0.6, 0.8), run("base", 1, 0.3, 0.3, 0.3),
		run("base", 2, 0.4, 0.4, 0.4), run("other", 1, 0.5, 0.6, 0.6))
	d := s[1].Difference
	assert.InDelta(t, 0.25, d.Mean, 1e-12)
	assert.InDelta(t, 0.0707106781, d.SD, 1e-9)
	assert.False(t, d.ImagesOnly)
	assert.Greater(t, d.Half(), s[1].AP50.Half()*0.2)
	assert.InDelta(t, 0.6, s[1].AP.Mean, 1e-12)
	assert.Equal(t, []CurvePoint{{Images: 0}, {Images: 10, AP: 0.6, Low: 0.5, High: 0.7}}, s[1].Curve)
	assert.InDelta(t, 6, s[1].Stages[0].Positives, 1e-12)
	assert.Equal(t, 2, s[1].Runs)
}

func TestEqualRunsDoNotDiffer(t *testing.T) {
	s := summarized(run("base", 1, 0.3, 0.2, 0.4), run("other", 1, 0.3, 0.2, 0.4))
	assert.Equal(t, &stats.Estimate{Seeds: 1, ImagesOnly: true}, s[1].Difference, "pairing removes the test images' share")
}

func TestUndefinedFiguresAreLeftOutOfMeans(t *testing.T) {
	a, b := run("base", 1, 0.2), run("base", 2, 0.4)
	a.APS, a.APL, b.APL = -1, -1, -1
	a.Classes[0].AP, a.Curve[0].AP = -1, -1
	s := summarized(a, b)[0]
	assert.Equal(t, 0.4, s.APS.Mean)
	assert.Equal(t, stats.Estimate{Mean: -1, Low: -1, High: -1}, s.APL)
	assert.Equal(t, 0.4, s.Classes[0].AP)
	assert.InDelta(t, 0.3, s.AP.Mean, 1e-12)
}

func TestAResampleWithoutObjectsIsLeftOut(t *testing.T) {
	s := summarized(run("base", 1, 0.3, 0.2, -1, 0.4, 0.3), run("other", 1, 0.5, 0.4, -1, 0.5, 0.6))
	assert.InDelta(t, 0.2-0.43026527, s[1].Difference.Low, 1e-7)
	assert.InDelta(t, 0.3-0.43026527, s[0].AP.Low, 1e-7)
}

// early is a run that diverged before its first checkpoint.
func early(name string, seed uint64) *trainer.Run {
	r := run(name, seed, 0.01)
	r.Curve, r.Failed, r.Stages, r.Diverged = r.Curve[:1], "diverged at step 3", nil, true
	return r
}

func TestARunThatDivergedEarlyHasNoPartInTheMeans(t *testing.T) {
	s := summarized(run("base", 1, 0.3), run("base", 2, 0.4), run("other", 1, 0.5), early("other", 2))
	other := s[1]
	assert.Equal(t, 0.5, other.AP.Mean)
	assert.Equal(t, 0.5, other.Classes[0].AP)
	assert.Equal(t, 5.0, other.Stages[0].Positives, "the stages too are those of the other run")
	assert.Equal(t, []string{"diverged at step 3"}, other.Failed)
	assert.Equal(t, 2, other.Runs)
	assert.Equal(t, []CurvePoint{{}, {Images: 10, AP: 0.5, Low: 0.5, High: 0.5}}, other.Curve)
	assert.InDelta(t, 0.2, other.Difference.Mean, 1e-12, "over the seed that both have")
	assert.Equal(t, 1, other.Difference.Seeds)
}

func TestAStrategyWhoseRunsAllDivergedHasNoFigures(t *testing.T) {
	s := summarized(early("base", 1), run("other", 1, 0.5))
	assert.Equal(t, stats.Estimate{Mean: -1, Low: -1, High: -1}, s[0].AP)
	assert.Empty(t, s[0].Stages)
	assert.Empty(t, s[0].Classes)
	assert.Nil(t, s[1].Difference)
	text, err := json.Marshal(s[1])
	require.NoError(t, err)
	assert.Contains(t, string(text), `"difference":null`)
}

// late is a run that diverged after its last checkpoint.
func late(name string, seed uint64, ap float64) *trainer.Run {
	r := run(name, seed, ap)
	r.Failed, r.Diverged = "diverged at step 300", true
	r.Curve = []trainer.Point{{}, {Images: 8, AP: ap}}
	r.Time.StepMS = 40
	return r
}

func TestARunThatDivergedLateHasNoPartInTheMeansEither(t *testing.T) {
	s := summarized(run("base", 1, 0.3), run("other", 1, 0.5), run("other", 2, 0.5), late("other", 3, 0.02))
	other := s[1]
	for _, e := range []stats.Estimate{other.AP, other.AP50, other.AP75, other.APS, other.APM, other.APL, other.AR100} {
		assert.Equal(t, []float64{0.5, 2}, []float64{e.Mean, float64(e.Seeds)})
	}
	assert.Equal(t, []trainer.ClassFigures{{Class: "c", AP: 0.5, AP50: 0.5}}, other.Classes)
	assert.Equal(t, []CurvePoint{{}, {Images: 10, AP: 0.5, Low: 0.5, High: 0.5}}, other.Curve)
	assert.Equal(t, 5.0, other.Stages[0].Positives)
	assert.Equal(t, 4.0, other.StepMS)
	assert.InDelta(t, 0.2, other.Difference.Mean, 1e-12)
	assert.Equal(t, []string{"diverged at step 300"}, other.Failed)
}

// What is known of a strategy whose runs all diverged is how they went, and no
// figure of its end.
func TestAStrategyWhoseRunsAllDivergedLateShowsHowItTrained(t *testing.T) {
	broken := run("other", 3, 0.9)
	broken.Broken, broken.Failed = true, "no GPU here"
	one, two := late("other", 1, 0.1), late("other", 2, 0.3)
	two.Curve = append(two.Curve, trainer.Point{Images: 9, AP: 0.4})
	other := summarized(run("base", 1, 0.3), one, two, broken)[1]
	assert.Equal(t, -1.0, other.AP.Mean)
	assert.Nil(t, other.Difference)
	assert.Empty(t, other.Classes)
	require.Len(t, other.Curve, 2, "as far as all came")
	assert.Equal(t, 8, other.Curve[1].Images)
	assert.InDelta(t, 0.2, other.Curve[1].AP, 1e-12)
	assert.InDelta(t, 2, other.Stages[0].Positives, 1e-12)
	assert.Equal(t, 40.0, other.StepMS)
}

// A program of one's own may evaluate a run at other moments than the next one.
func TestACurveIsOfTheMomentsThatAllRunsHave(t *testing.T) {
	a, b := run("base", 1, 0.4), run("base", 2, 0.6)
	a.Curve = []trainer.Point{{}, {Images: 4, AP: 0.1}, {Images: 5, AP: 0.2}, {Images: 10, AP: 0.4}}
	b.Curve = []trainer.Point{{}, {Images: 5, AP: 0.4}, {Images: 6, AP: 0.9}, {Images: 10, AP: 0.6}}
	runs := []*trainer.Run{a, b}
	curve := summarized(runs...)[0].Curve
	require.Len(t, curve, 3)
	assert.Equal(t, []int{0, 5, 10}, []int{curve[0].Images, curve[1].Images, curve[2].Images})
	assert.InDelta(t, 0.3, curve[1].AP, 1e-12)
	assert.Equal(t, []float64{0.2, 0.4}, []float64{curve[1].Low, curve[1].High})

	require.Equal(t, 5, halfway(runs))
	assert.Equal(t, []float64{0.2, 0.4, 0.9}, []float64{at(5)(a), at(5)(b), at(6)(b)})
	assert.Equal(t, -1.0, at(6)(a))
}

func TestImagesNeededAreOfEachStrategysOwnMoments(t *testing.T) {
	base, other := run("base", 1, 0.4), run("other", 1, 0.5)
	base.Curve = []trainer.Point{{}, {Images: 5, AP: 0.2}, {Images: 10, AP: 0.4}}
	other.Curve = []trainer.Point{{}, {Images: 4, AP: 0.4}, {Images: 10, AP: 0.5}}
	s := Summary{Strategies: summarized(base, other)}
	require.NoError(t, s.reach([]*trainer.Run{base, other}))
	require.Len(t, s.Strategies[0].Reached, 5)
	assert.InDelta(t, 2.5, *s.Strategies[0].Reached[0].Images, 1e-9)
	assert.InDelta(t, 1, *s.Strategies[1].Reached[0].Images, 1e-9)
	assert.InDelta(t, 4, *s.Strategies[1].Reached[3].Images, 1e-9)
}

func TestARunThatLearnedNothingCountsWithItsFigures(t *testing.T) {
	flat := run("other", 1, 0.001)
	flat.Failed = "ends no better than the untrained network"
	s := summarized(run("base", 1, 0.3), flat)
	assert.InDelta(t, -0.299, s[1].Difference.Mean, 1e-12)
}

func TestOtherSeedsAreNotPaired(t *testing.T) {
	s := summarized(run("base", 1, 0.3), run("other", 2, 0.5))
	assert.Nil(t, s[1].Difference)
}

func TestAStrategyWithoutRunsIsLeftOut(t *testing.T) {
	s := summarized(run("other", 1, 0.5))
	require.Len(t, s, 1)
	assert.Equal(t, "other", s[0].Strategy)
}
