package summary

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// concluded summarises strategies whose AP at half and at the end of training,
// of seeds runs each, is about what is given.
func concluded(t *testing.T, seeds int, data Data, aps map[string][2]float64, change ...func(*trainer.Run)) *Summary {
	t.Helper()
	c := config.Config{}
	rng := rand.New(rand.NewPCG(1, 2))
	var runs []*trainer.Run
	for _, name := range []string{"a", "b", "c"} {
		ap, ok := aps[name]
		if !ok {
			continue
		}
		c.Strategies = append(c.Strategies, strategy.Strategy{Name: name})
		for seed := range seeds {
			noise := 0.002 * rng.NormFloat64()
			r := run(name, uint64(seed+1), max(0, ap[1]+noise), max(0, ap[1]+noise-0.001), max(0, ap[1]+noise+0.001))
			r.Images = 1000
			r.Curve = []trainer.Point{{}, {Images: 500, AP: max(0, ap[0]+noise)}, {Images: 1000, AP: r.AP}}
			r.Time = trainer.Time{TrainS: 50, EvaluateS: 10}
			for _, f := range change {
				f(r)
			}
			runs = append(runs, r)
		}
	}
	strategies, e, _, err := summarizeStrategies(&c, runs, nil)
	require.NoError(t, err)
	s := &Summary{Strategies: strategies, Data: data, Seeds: make([]uint64, seeds)}
	s.conclude(setting{Config: &c}, e, runs)
	return s
}

func TestTheVerdictNamesTheOneToUse(t *testing.T) {
	s := concluded(t, 5, Data{}, map[string][2]float64{"a": {.20, .30}, "b": {.25, .40}, "c": {.1, .2}}, balanced(map[string]float64{"a": 3, "b": 5, "c": 7}))
	v := s.Verdict
	assert.Equal(t, stats.Use, v.Outcome)
	assert.Regexp(t, `^Use b: (9|10)\.\d AP above a, the next \(95% interval \d+\.\d to \d+\.\d\), at 1000 images a run; the best of 3 with 99% confidence, 5 seeds\.$`, v.Headline)
	assert.Equal(t, []string{"b"}, v.MayBe)
	assert.True(t, s.Strategies[1].MayBeBest)
	assert.False(t, s.Strategies[0].MayBeBest)
	assert.Len(t, s.Pairs, 3)
	assert.NotEmpty(t, v.Why)
	assert.Equal(t, "b learned from 5.0 negatives a positive, which made 50% of its classification gradient; c, the furthest behind, from 7.0 and 50%.", v.Why[0])
	assert.Empty(t, v.Change)
}

func TestTheVerdictNamesThoseThatAreNotToldApart(t *testing.T) {
	s := concluded(t, 3, Data{TestImages: 100}, map[string][2]float64{"a": {.3, .4}, "b": {.3, .4}, "c": {.1, .2}})
	assert.Equal(t, stats.NotToldApart, s.Verdict.Outcome)
	assert.ElementsMatch(t, []string{"a", "b"}, s.Verdict.MayBe)
	assert.Regexp(t, `^[ab] or [ab]: not told apart with 99% confidence at 1000 images a run, 3 seeds\.$`, s.Verdict.Headline)
	require.NotNil(t, s.Verdict.More)
	assert.Regexp(t, `^(About \d+ seeds .* would tell: about .* of one core more|More seeds alone will not tell: .*)\.$`, s.Verdict.Outlook)
	if m := s.Verdict.More; m.Seeds > 3 {
		assert.InDelta(t, 2*float64(m.Seeds-3), m.Minutes, 1e-9, "a minute a run, of both")
	}
}

// Who reads that thousands of seeds would tell has no advice.
func TestALeadThatNobodyTrainsForIsSaidToBeSmall(t *testing.T) {
	s := concluded(t, 4, Data{TestImages: 100}, map[string][2]float64{"a": {.3, .4}, "b": {.3, .4001}, "c": {.3, .3965}, "d": {.1, .2}})
	v := s.Verdict
	require.Equal(t, stats.NotToldApart, v.Outcome)
	require.Len(t, v.MayBe, 3)
	require.Equal(t, "c", v.MayBe[2])
	require.Greater(t, v.More.Seeds, manySeeds)
	assert.Regexp(t, `^[ab] is 0\.\d AP ahead of [ab], which about \d+ seeds \(\d+ (to \d+|or more)\) would tell: if that is all, either will do\. About \d+ seeds \(\d+ to \d+\) would tell it from c\.$`, v.Outlook)
	assert.Less(t, v.More.Rest.Seeds, manySeeds)

	v.More.Rest, v.MayBe = nil, v.MayBe[:2]
	assert.True(t, strings.HasSuffix(v.outlook(s), "either will do."))
	v.More.Seeds = manySeeds
	assert.True(t, strings.HasPrefix(v.outlook(s), "About 100 seeds "), v.outlook(s))
	assert.Equal(t, "c, d and e", others([]string{"c", "d", "e"}))
	assert.Equal(t, "the 4 others", others([]string{"c", "d", "e", "f"}))
}

// What is hard to tell of one strategy is not said of another, which is far behind.
func TestWhoIsToldByMoreSeedsIsNamedBesideWhoIsNot(t *testing.T) {
	apart := map[string][3]float64{"a": {.28, .16, .20}, "b": {.20, .27, .15}, "c": {.001, .002, .003}}
	s := concluded(t, 3, Data{TestImages: 12}, map[string][2]float64{"a": {0, 0}, "b": {0, 0}, "c": {0, 0}}, func(r *trainer.Run) {
		r.AP = apart[r.Strategy][r.Seed-1]
		r.Curve = []trainer.Point{{}, {Images: 1000, AP: r.AP}}
		off := map[string]float64{"a": .03, "b": -.03}[r.Strategy]
		r.Resamples = []float64{r.AP - off, r.AP + off, r.AP - off, r.AP + off}
	})
	v := &s.Verdict
	require.Equal(t, []string{"a", "b", "c"}, v.MayBe)
	assert.Regexp(t, `^More seeds alone will not tell a from b: the choice of 12 test images leaves ± \d+\.\d AP\. About \d seeds \(\d+ to \d+\) would tell it from c\.$`, v.Outlook)
	require.NotNil(t, v.More.Rest)
	assert.Equal(t, []string{"c"}, v.More.Rest.Of)

	v.More.Seeds, v.More.Low, v.More.High, v.More.Rest.Of = 400, 300, 500, []string{"b"}
	assert.Regexp(t, `^About 400 seeds \(300 to 500\) would tell a from c\. About .* would tell it from b\.$`, v.outlook(s))
	v.More.Forecast = stats.Forecast{}
	assert.Regexp(t, `^No number of seeds is known to tell a from c\. About .* would tell it from b\.$`, v.outlook(s))
}

// A difference is known to be none beyond 100 points, whatever two seeds may say.
func TestADifferenceStaysWithinWhatItCanBe(t *testing.T) {
	c := config.Config{Strategies: []strategy.Strategy{{Name: "a"}, {Name: "b"}}}
	runs := []*trainer.Run{run("a", 1, .9), run("a", 2, .3), run("b", 1, .2), run("b", 2, .8)}
	strategies, e, _, err := summarizeStrategies(&c, runs, nil)
	require.NoError(t, err)
	require.Greater(t, e.Final.Differences[0].High, 1.0)
	e.Floor = -10 // so that it is ranked
	s := &Summary{Strategies: strategies}
	s.conclude(setting{Config: &c}, e, runs)
	for _, d := range []stats.Estimate{*s.Strategies[1].Difference, s.Pairs[0].Estimate, s.Verdict.Lead.Estimate} {
		assert.Equal(t, []float64{-1, 1}, []float64{d.Low, d.High})
	}
}

// -1 is a difference like any other.
func TestADifferenceThatIsNoneIsNotInTheSummary(t *testing.T) {
	s := concluded(t, 3, Data{}, map[string][2]float64{"a": {.1, .3}, "b": {.1, .4}, "c": {.1, .5}}, func(r *trainer.Run) {
		if r.Strategy == "c" {
			r.Seed += 10
		}
	})
	require.Len(t, s.Pairs, 1)
	assert.Equal(t, []string{"a", "b"}, []string{s.Pairs[0].A, s.Pairs[0].B})
	assert.Equal(t, "c", s.Verdict.Leader)
	assert.Nil(t, s.Verdict.Lead)
	text, err := json.Marshal(s.Pairs)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "-1,")
}

func TestNothingLearnedNamesNoWinnerAnywhere(t *testing.T) {
	s := concluded(t, 5, Data{MedianSide: 7}, map[string][2]float64{"a": {.001, .002}, "b": {.004, .012}, "c": {0, 0}})
	v := s.Verdict
	assert.Equal(t, stats.NoConclusion, v.Outcome)
	assert.Equal(t, stats.NothingLearned, v.Reason)
	assert.Contains(t, v.Headline, "No conclusion: nothing was learned at 1000 images a run")
	assert.Contains(t, v.Headline, "half of the objects are smaller than 7 pixels")
	assert.Contains(t, strings.Join(v.Change, "; "), "larger images")
	assert.Contains(t, strings.Join(v.Change, "; "), "10000 images a run")
	assert.False(t, v.Learned())
	assert.Empty(t, s.Pairs)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	for _, word := range []string{`"leader"`, `"lead"`, `"may_be_best":true`} {
		assert.NotContains(t, string(text), word)
	}
	for _, st := range s.Strategies {
		assert.Nil(t, st.Difference)
	}
	assert.NotContains(t, strings.Join(v.Change, "; "), "boxes")

	v = concluded(t, 5, Data{MedianSide: 7}, map[string][2]float64{"a": {0, 0}, "b": {0, 0}}, func(r *trainer.Run) {
		r.Broken = r.Seed == 1
		r.Boxes = "of 30 boxes 12 reach out of their images"
	}).Verdict
	assert.Equal(t, stats.NothingLearned, v.Reason)
	assert.Equal(t, "see how the program writes boxes (a #2: of 30 boxes 12 reach out of their images)", v.Change[0])
	assert.Greater(t, len(v.Change), 1)
}

// The highest mean may be known less well than the next, which was learned.
func TestWhatOneStrategyLearnedIsShownBesideAHigherMean(t *testing.T) {
	wide := func(r *trainer.Run) {
		r.Resamples = []float64{r.AP - .001, r.AP + .001, r.AP - .001, r.AP + .001}
		if r.Strategy == "a" {
			r.Resamples = []float64{r.AP - .04, r.AP + .04, r.AP - .03, r.AP + .03}
		}
	}
	s := concluded(t, 3, Data{TestImages: 8}, map[string][2]float64{"a": {.02, .055}, "b": {.01, .05}}, wide)
	v := s.Verdict
	assert.Equal(t, stats.NotToldApart, v.Outcome, v.Headline)
	assert.True(t, v.Learned())
	assert.Empty(t, v.Unranked)
	at := func(name string) stats.Estimate {
		return s.Strategies[slices.IndexFunc(s.Strategies, func(s Strategy) bool { return s.Strategy == name })].AP
	}
	assert.Greater(t, at("a").Mean, at("b").Mean)
	assert.Less(t, at("a").Low, v.Floor)
	assert.Greater(t, at("b").Low, v.Floor)
}

func TestAFigureThatReadsAsTheFloorHasTwoDecimals(t *testing.T) {
	v := Verdict{Decision: stats.Decision{Reason: stats.NothingLearned}, Floor: 0.0204, Unranked: nothingLearned}
	said := v.because(setting{}, &Summary{}, stats.Estimate{Mean: 0.0196}, "at 9 images a run")
	assert.Contains(t, said, "the best AP, 1.96, is not above the 2.04 of a hardly trained network")
	v.Floor = 0.021
	assert.Contains(t, v.because(setting{}, &Summary{}, stats.Estimate{Mean: 0.0196}, "at 9 images a run"), "the best AP, 2.0, is not above the 2.1 of")
}

// With few test images nothing is concluded, and it is said what to do: to test on more
// of those that there are, or to find more.
func TestFewTestImagesAreSaidToBeFew(t *testing.T) {
	few := func(r *trainer.Run) {
		r.TestImages = 1
		r.Resamples = []float64{r.AP, r.AP, r.AP, r.AP}
	}
	v := concluded(t, 3, Data{TestImages: 8}, map[string][2]float64{"a": {.02, .35}, "b": {.01, .05}}, few).Verdict
	assert.Equal(t, "No conclusion: a leads at 1000 images a run, by 1 test image with objects: how far others would move each AP is not known from fewer than 10.", v.Headline)
	assert.Equal(t, []string{"test on more images with objects, 10 at least: annotate them, or hold out more of those for training"}, v.Change)
	assert.Empty(t, v.Outlook)
	limited := setting{Config: &config.Config{}}
	limited.Folder.MaxTest = 8
	assert.Equal(t, []string{"test on more images (--max-test, now 8)"}, v.change(limited, &Summary{Data: Data{TestImages: 8}}, nil))
}

// A mean above the floor whose interval reaches it is not said to be nothing: few
// test images may be the cause.
func TestWhatIsNotShownToBeLearnedIsNotCalledNothing(t *testing.T) {
	few := func(r *trainer.Run) { r.Resamples = []float64{r.AP - .04, r.AP + .04, r.AP - .03, r.AP + .03} }
	s := concluded(t, 3, Data{TestImages: 8}, map[string][2]float64{"a": {.02, .055}, "b": {.01, .05}}, few)
	v := s.Verdict
	assert.Equal(t, stats.NothingLearned, v.Reason)
	assert.Regexp(t, `^No conclusion: it is not shown at 1000 images a run that anything was learned; the best AP, 5\.\d ± \d+\.\d, may be no more than the 2\.0 of a hardly trained network\.$`, v.Headline)
	assert.Equal(t, "it is not shown that anything was learned", v.Unranked)
	folder := setting{Config: &config.Config{}}
	folder.Folder.MaxTest = 8
	assert.Equal(t, "test on more images (--max-test, now 8)", v.change(folder, s, nil)[0])
	folder.Folder.MaxTest = 9
	assert.Contains(t, v.change(folder, s, nil)[0], "train longer", "there are no more")
	v.Unranked, folder.Folder.MaxTest = nothingLearned, 8
	assert.Contains(t, v.change(folder, s, nil)[0], "train longer", "more images would not help")
}

// What an untrained network reaches is no learning.
func TestTheFloorIsAboveTheUntrainedNetwork(t *testing.T) {
	s := concluded(t, 5, Data{}, map[string][2]float64{"a": {.06, .06}, "b": {.07, .07}}, func(r *trainer.Run) { r.UntrainedAP = .06 })
	assert.Equal(t, stats.NothingLearned, s.Verdict.Reason)
	assert.InDelta(t, .08, s.Verdict.Floor, 1e-12)
}

func TestOneSeedConcludesNothing(t *testing.T) {
	s := concluded(t, 1, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .5}})
	assert.Equal(t, stats.OneSeed, s.Verdict.Reason)
	assert.Contains(t, s.Verdict.Headline, "No conclusion: one seed")
	assert.Contains(t, s.Verdict.Change[0], "--seeds 3 --resume")
	assert.True(t, s.Verdict.Learned(), "figures may be ranked, as what was seen")
}

func TestAnOrderThatTurnsConcludesNothing(t *testing.T) {
	s := concluded(t, 5, Data{}, map[string][2]float64{"a": {.35, .38}, "b": {.2, .45}})
	assert.Equal(t, stats.Turned, s.Verdict.Reason)
	assert.Contains(t, s.Verdict.Headline, "b leads at 1000 images a run, a did at half of that")
	s = concluded(t, 5, Data{}, map[string][2]float64{"a": {.43, .45}, "b": {.2, .4}})
	assert.Equal(t, stats.Turning, s.Verdict.Reason)
	assert.Contains(t, s.Verdict.Headline, "b will at twice that")
}

func TestALeaderWithDivergedRunsConcludesNothing(t *testing.T) {
	s := concluded(t, 5, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .5}}, func(r *trainer.Run) {
		if r.Strategy == "b" && r.Seed == 5 {
			r.Diverged, r.Failed = true, "diverged at step 3"
		}
	})
	assert.Equal(t, stats.LeaderFailed, s.Verdict.Reason)
	assert.Equal(t, []string{"lower the leader's learning rate, or use --tune"}, s.Verdict.Change)
	s = concluded(t, 5, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .5}}, func(r *trainer.Run) {
		if r.Strategy == "b" && r.Seed >= 4 {
			r.Broken, r.Failed = true, "no GPU here"
		}
	})
	assert.Equal(t, stats.LeaderFailed, s.Verdict.Reason)
	assert.Contains(t, s.Verdict.Headline, "but for runs of its own that failed")
	assert.Equal(t, []string{"see why runs failed, and do them again with --resume"}, s.Verdict.Change)
}

// balanced gives the last stage of each strategy so many negatives a positive, and half
// of the gradient; none to a strategy that is not named.
func balanced(negatives map[string]float64) func(*trainer.Run) {
	return func(r *trainer.Run) {
		r.Stages = nil
		if n, told := negatives[r.Strategy]; told {
			r.Stages = []trainer.StageFigures{{Stage: "dense", UsedPositives: 2, UsedNegatives: 2 * n, NegativeGrad: 0.5}}
		}
	}
}

func TestWhyLeavesOutWhatWasNotMeasured(t *testing.T) {
	for other, want := range map[float64]string{
		5: "b learned from 3.0 negatives a positive; a, the furthest behind, from 5.0.",
		3: "b learned from 3.0 negatives a positive, as did a, the furthest behind.",
	} {
		s := concluded(t, 3, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .6}}, balanced(map[string]float64{"a": other, "b": 3}), func(r *trainer.Run) {
			r.Stages[0].NegativeGrad = trainer.Unknown
		})
		require.NotEmpty(t, s.Verdict.Why)
		assert.Equal(t, want, s.Verdict.Why[0])
	}
}

// Equal numbers explain nothing, and are said to be equal.
func TestWhyComparesWhatWasMeasuredOfBoth(t *testing.T) {
	s := concluded(t, 3, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .6}}, balanced(map[string]float64{"a": 3, "b": 3}))
	assert.Equal(t, "b learned from 3.0 negatives a positive, which made 50% of its classification gradient, as did a, the furthest behind.", s.Verdict.Why[0])
	s = concluded(t, 3, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .6}}, balanced(map[string]float64{"a": 3, "b": 3}), func(r *trainer.Run) {
		if r.Strategy == "a" {
			r.Stages[0].NegativeGrad = 0.9
		}
	})
	assert.Equal(t, "b learned from 3.0 negatives a positive, which made 50% of its classification gradient; a, the furthest behind, from 3.0 and 90%.", s.Verdict.Why[0])
}

// Who is furthest behind may not say what it learned from.
func TestWhyIsAboutTheFurthestBehindOfAll(t *testing.T) {
	for told, want := range map[string]string{
		"ab": "c is the furthest behind b; what c learned from was not measured.",
		"ac": "c is the furthest behind b; what b learned from was not measured.",
		"a":  "c is the furthest behind b; what b and c learned from was not measured.",
	} {
		counts := map[string]float64{}
		for _, name := range told {
			counts[string(name)] = 3
		}
		s := concluded(t, 3, Data{}, map[string][2]float64{"a": {.2, .3}, "b": {.3, .6}, "c": {.05, .1}}, balanced(counts))
		assert.Equal(t, want, s.Verdict.Why[0], told)
		assert.Regexp(t, `^AP by size of object: small (59|60)\.\d against (9|10)\.\d, `, s.Verdict.Why[1], "of c, not of a")
	}
}

func TestTheMomentAtHalfTheBudgetIsFound(t *testing.T) {
	curve := func(images ...int) []*trainer.Run {
		r := &trainer.Run{}
		for _, n := range images {
			r.Curve = append(r.Curve, trainer.Point{Images: n})
		}
		return []*trainer.Run{r}
	}
	assert.Equal(t, 500, halfway(curve(0, 250, 500, 750, 1000)))
	assert.Equal(t, 450, halfway(curve(0, 450, 1000)))
	assert.Zero(t, halfway(curve(0, 1000)))
	assert.Zero(t, halfway(curve(0, 300, 700, 1000)), "nothing is near")
	assert.Zero(t, halfway(nil))

	fine, rare := curve(0, 250, 500, 750, 1000), curve(0, 450, 500, 1000)
	assert.Equal(t, 500, halfway(append(fine, rare...)), "that both have")
	assert.Zero(t, halfway(append(fine, curve(0, 450, 1000)...)), "they share none")
	rare[0].Failed, rare[0].Diverged = "diverged", true
	rare[0].Curve = rare[0].Curve[:2]
	assert.Equal(t, 500, halfway(append(rare, fine...)), "of those that came to their end")
}

func TestFiguresAndDifferencesAreInPoints(t *testing.T) {
	assert.Equal(t, []string{"12.3", "0.0", "100.0", "–", "–"}, []string{ap(0.1234), ap(0.0004), ap(1), ap(-1), ap(math.NaN())})
	assert.Equal(t, []string{"1.2", "0.0", "0.0", "-0.1", "-100.0"}, []string{ahead(0.0123), ahead(0.0004), ahead(-0.0004), ahead(-0.0006), ahead(-1)})
}

// The leader, of the highest mean, may be a little behind the next on the seeds
// that both have, or share none with it.
func TestALeadThatIsNoneIsSaid(t *testing.T) {
	lead := stats.Estimate{Mean: -0.0003, Seeds: 2}
	v := Verdict{Decision: stats.Decision{Leader: "a", MayBe: []string{"a", "b"}, Lead: &stats.Difference{A: "a", B: "b", Estimate: lead}}, More: &More{}}
	v.More.Seeds = manySeeds + 1
	assert.Equal(t, "a is 0.0 AP ahead of b, which about 101 seeds would tell: if that is all, either will do.", v.outlook(&Summary{}))
	v.Lead = nil
	assert.Equal(t, "About 101 seeds would tell: about a minute of one core more.", v.outlook(&Summary{}))
}

func TestOfManyThatAreNotToldApartTheFirstAreNamed(t *testing.T) {
	assert.Equal(t, "a, b or c", alternatives([]string{"a", "b", "c"}))
	names := []string{"a", "b", "c", "d", "e"}
	assert.Equal(t, "a, b or 3 others", alternatives(names))
	assert.Equal(t, []string{"a", "b", "c", "d", "e"}, names)
}

func TestAConfidenceIsNeverCertainty(t *testing.T) {
	assert.Equal(t, "99%", sure(0.99))
	assert.Equal(t, "99.9%", sure(0.999))
	assert.Equal(t, "99.99%", sure(0.99999))
}

func TestAHeadlineNamesStrategiesOfFewerRuns(t *testing.T) {
	s := Summary{
		Strategies: []Strategy{{Strategy: "a", Runs: 4}, {Strategy: "b", Runs: 4}, {Strategy: "c", Runs: 4}},
		Seeds:      []uint64{1, 2, 3, 4},
		Excluded:   []stats.Exclusion{{Strategy: "a", Seed: 1}, {Strategy: "a", Seed: 2}, {Strategy: "c", Seed: 3}},
	}
	v := Verdict{Decision: stats.Decision{Outcome: stats.NotToldApart, MayBe: []string{"a", "b"}, Confidence: 0.99}, Images: 100}
	assert.Equal(t, "a or b: not told apart with 99% confidence at 100 images a run, 4 seeds; of a without 2 of 4 runs, which stopped or have no AP.",
		v.say(setting{}, &s, stats.Estimate{}))
}
