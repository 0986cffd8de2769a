package page

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/boosting"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

func TestAnIntervalDecidesAPrediction(t *testing.T) {
	for _, c := range []struct {
		expect    expectation
		low, high float64
		want      outcome
	}{
		{above, 0.1, 3, holds}, {above, -2, 0.9, slight}, {above, -2, -0.1, fails}, {above, -2, 0, slight}, {above, -2, 1.1, unclear}, {above, -0.1, 5, unclear},
		{below, -3, -0.1, holds}, {below, -0.9, 2, slight}, {below, 0.1, 2, fails}, {below, -1.1, 2, unclear},
		{little, -0.9, 0.9, holds}, {little, 1.1, 3, fails}, {little, -3, -1.1, fails}, {little, 0.5, 1.5, unclear},
		{differs, 0.1, 0.5, holds}, {differs, -4, -1, holds}, {differs, -0.5, 0.5, slight}, {differs, -0.5, 1.5, unclear},
	} {
		assert.Equal(t, c.want, c.expect.judge(stats.Range{Low: c.low, High: c.high}, 1), "%+v", c)
	}
}

// made returns runs in which a strategy leads another by some points, with
// seeds that differ little.
func made(lead float64, seeds int) evidence.Experiment {
	s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}
	for seed := range seeds {
		for k, name := range []string{"512 + ce", "512 + focal", "all + ce", "all + focal"} {
			ap := 0.3 + 0.002*float64(seed*(k+1)%3)
			if name == "512 + focal" {
				ap += lead / 100
			}
			s.Runs = append(s.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 800,
				Figures: trainer.Figures{AP: ap}, Curve: []trainer.Point{{Images: 0}, {Images: 200, AP: ap - 0.1}, {Images: 400, AP: ap - 0.05}, {Images: 800, AP: ap}}})
		}
	}
	return s
}

func claimOf(contrasts ...contrast) claim { return claim{9, "Something is so.", contrasts} }

func TestVerdictsFollowFromOutcomes(t *testing.T) {
	gain := contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains"}
	little := contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: little, Says: "it brings little"}
	for _, c := range []struct {
		claim claim
		lead  float64
		seeds int
		want  string
	}{
		{claimOf(gain), 10, 6, "supported"},
		{claimOf(gain), -10, 6, "refuted"},
		{claimOf(gain, little), 10, 6, "depends"},
		{claimOf(gain), 10, 2, "not decided"},
		{claimOf(little), 0, 6, "supported"},
	} {
		v, err := c.claim.judge([]evidence.Experiment{made(c.lead, c.seeds)})
		require.NoError(t, err)
		assert.Equal(t, c.want, v.Word, "lead %v, %d seeds: %s", c.lead, c.seeds, reasons(&v))
		assert.Len(t, v.Judged, 3*len(c.claim.Contrasts), "at three budgets")
		for _, j := range v.Judged {
			assert.InDelta(t, c.lead, j.Estimate.Mean, 0.5)
			if c.seeds >= stats.MinSeeds {
				assert.LessOrEqual(t, j.All.Low, j.Estimate.Low, "what holds at once is wider")
			}
		}
	}
	claim := claimOf(gain)
	v, err := claim.judge([]evidence.Experiment{{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}})
	require.NoError(t, err)
	assert.Equal(t, "not decided", v.Word)
	assert.Equal(t, []reason{{"no stored runs of", []string{"`rpn`"}}}, reasons(&v))

	one := made(10, 6)
	one.Runs = slices.DeleteFunc(one.Runs, func(r trainer.Run) bool { return r.Strategy == "512 + ce" })
	constant := contrast{Experiment: "rpn", A: "512 + ce", Constant: 50, Measure: evidence.NegativeLoss, Expect: above, Says: "most of it is negatives'"}
	for _, asked := range []contrast{gain, constant} {
		claim := claimOf(asked)
		v, err := claim.judge([]evidence.Experiment{one})
		require.NoError(t, err)
		assert.Equal(t, []reason{{"no stored runs of", []string{"512 + ce in `rpn`"}}}, reasons(&v), "others of the experiment are there")
		var b strings.Builder
		writeClaim(&b, &v, false)
		assert.Contains(t, b.String(), "| no stored runs of 512 + ce in `rpn` | 0 | – | – | – |")
	}

	missing := contrast{Experiment: "roi", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains there"}
	for lead, want := range map[float64]string{10: "supported in part", -10: "refuted in part"} {
		claim := claimOf(gain, missing)
		v, err := claim.judge([]evidence.Experiment{made(lead, 6), {Stored: study.Stored{Experiment: study.Experiment{Name: "roi", Preset: "roi"}}}})
		require.NoError(t, err)
		assert.Equal(t, want, v.Word, "lead %v: %s", lead, reasons(&v))
	}
	assert.Equal(t, "depends", word(true, true, true))
}

func TestEveryContrastIsOfStrategiesThatAreRun(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	trained := func(e study.Experiment) (names []string) {
		cfg, err := e.Config()
		require.NoError(t, err)
		for i := range cfg.Strategies {
			names = append(names, cfg.Strategies[i].Name)
		}
		return names
	}
	all := claims()
	require.Len(t, all, 7)
	for _, c := range all {
		for _, x := range c.Contrasts {
			e := experiment(t, x.Experiment)
			assert.Contains(t, e.Claims, c.Number, x.Experiment)
			names := append(trained(e), boosting.AdaBoost, boosting.LogitBoost, "")
			if x.Measure == paperOrder {
				k := slices.IndexFunc(sweeps(), func(s sweep) bool { return s.experiment == x.Experiment })
				require.GreaterOrEqual(t, k, 0, x.Experiment)
				names = append(names, sweeps()[k].of)
			}
			assert.Contains(t, names, x.A)
			assert.Contains(t, names, x.B)
		}
	}
	list := keptOf(t, keptIn)
	for _, c := range all {
		v, err := c.judge(list)
		require.NoError(t, err)
		for _, j := range v.Judged {
			assert.True(t, !j.ran() || j.Estimate.Seeds >= stats.MinSeeds, "%s: %s: the measure %q is of no run", j.Experiment, j.Says, j.by().Name)
		}
	}
	for _, s := range sweeps() {
		assert.Subset(t, trained(experiment(t, s.experiment)), s.strategies)
		assert.Len(t, s.published, len(s.strategies))
		for _, c := range s.causes {
			assert.ElementsMatch(t, s.strategies, trained(experiment(t, c.experiment)), c.experiment)
		}
	}
}

func TestARankCorrelationIsOfSeedsThatHaveAll(t *testing.T) {
	s := sweeps()[0]
	stored := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
	for seed := range 3 {
		for i, name := range s.strategies {
			ap := s.published[i] / 100
			if seed == 2 && i == 0 {
				continue // a run is missing
			}
			stored.Runs = append(stored.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 8,
				Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap}})
		}
	}
	e, err := s.rank(&stored)
	require.NoError(t, err)
	assert.Equal(t, 2, e.Seeds)
	assert.InDelta(t, 1, e.Mean, 1e-9)
}

// The order of a sweep is judged beside its differences, where training ends.
func TestAnOrderIsJudged(t *testing.T) {
	order := contrast{Experiment: "alpha", A: "alphas", Measure: paperOrder, Expect: above, Says: "they come in order"}
	for _, c := range []struct {
		sign int
		word string
		says string
	}{{1, "supported", "the rank correlation of the AP of alphas with the paper's is 1.00 after 800 images (`alpha`)"},
		{-1, "refuted", "the rank correlation of the AP of alphas with the paper's is -1.00 after 800 images (`alpha`)"}} {
		alphas := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
		w := sweeps()[0]
		for seed := range 4 {
			for k, name := range w.strategies {
				ap := 0.4 + float64(c.sign)*w.published[k]/1000 + 0.0001*float64(seed)
				alphas.Runs = append(alphas.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 800, Figures: trainer.Figures{AP: ap},
					Curve: []trainer.Point{{Images: 400, AP: 0.3}, {Images: 800, AP: ap}}})
			}
		}
		claim := claimOf(order)
		v, err := claim.judge([]evidence.Experiment{alphas})
		require.NoError(t, err)
		require.Len(t, v.Judged, 1, "at the end")
		assert.Equal(t, c.word, v.Word)
		assert.Equal(t, c.says, reasons(&v)[0].Of[0][len("they come in order: "):])
		assert.InDelta(t, float64(c.sign), v.Judged[0].Estimate.Mean, 1e-6)
	}
}

// What stands beside a claim is shown and decides nothing.
func TestWhatIsBesideAClaimDecidesNothing(t *testing.T) {
	gain := contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains"}
	beside := contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: above, Says: "all gain", Beside: true}
	claim := claimOf(gain, beside)
	list := []evidence.Experiment{made(10, 6)}
	v, err := claim.judge(list)
	require.NoError(t, err)
	assert.Equal(t, "supported", v.Word, "though all are behind")
	require.Len(t, reasons(&v), 2)
	assert.Equal(t, "beside the claim", reasons(&v)[1].Word)
	assert.Contains(t, reasons(&v)[1].Of[0], "all gain: all + focal is behind 512 + focal by 10")
	assert.Contains(t, strongest(&v, list), "beside the claim, all + focal is behind")
	assert.Equal(t, "*holds*: 512 + focal is ahead of 512 + ce (`rpn`)", decidedBy(&v))
	assert.Equal(t, fails, v.Judged[5].Outcome, "in the table it says what came of it")

	alone, err := new(claimOf(gain)).judge(list)
	require.NoError(t, err)
	for i := range alone.Judged {
		assert.Equal(t, alone.Judged[i].All, v.Judged[i].All, "nor does it widen what the claim is judged by")
	}
}

// A claim's intervals hold at once for what it asks, and for no other pair of the experiment.
func TestAClaimIsJudgedBesideItsOwnContrasts(t *testing.T) {
	gain := contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains"}
	list := []evidence.Experiment{made(10, 6)}
	alone, err := new(claimOf(gain)).judge(list)
	require.NoError(t, err)
	c, err := list[0].Compare(evidence.AP, "", 800)
	require.NoError(t, err)
	k := slices.IndexFunc(c.Differences, func(d stats.Difference) bool { return d.A == "512 + ce" && d.B == "512 + focal" })
	all := c.Simultaneous(1 - 0.05/3)[k]
	end := alone.Judged[2].All
	assert.Less(t, end.High-end.Low, all.High-all.Low, "of three budgets and one pair, not six")
	assert.Equal(t, c.SimultaneousOf([][2]int{{1, 0}}, 1-0.05/3)[0], end)
	back := gain
	back.A, back.B = gain.B, gain.A
	both, err := new(claimOf(gain, back)).judge(list)
	require.NoError(t, err)
	assert.Equal(t, end, both.Judged[2].All, "the same pair the other way round is no other")
	assert.InDelta(t, -end.Low, both.Judged[5].All.High, 1e-9)
}

// To gain no point is said apart from being behind, and refutes as well.
func TestToGainNoPointIsNotToBeBehind(t *testing.T) {
	gain := contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains"}
	more := contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: above, Says: "all gain"}
	for _, c := range []struct {
		of   []contrast
		lead float64
		word string
		why  []string
	}{
		{[]contrast{gain}, 0, "refuted", []string{"no point gained"}},
		{[]contrast{gain}, -10, "refuted", []string{"fails"}},
		{[]contrast{gain, more}, 10, "depends", []string{"holds", "fails"}},
		{[]contrast{gain, more}, -10, "depends", []string{"holds", "fails"}},
	} {
		claim := claimOf(c.of...)
		v, err := claim.judge([]evidence.Experiment{made(c.lead, 12)})
		require.NoError(t, err)
		assert.Equal(t, c.word, v.Word, "%v", c.lead)
		var why []string
		for _, r := range reasons(&v) {
			why = append(why, r.Word)
		}
		assert.Equal(t, c.why, why)
		for _, w := range c.why {
			assert.Contains(t, decidedBy(&v), "*"+w+"*: ")
		}
	}
}

// What a verdict follows from says which way, in which experiments and at which rates, and
// when where it was not so at every budget.
func TestWhatDecidesSaysWhichWayWhereAndWhen(t *testing.T) {
	at := func(c *contrast, images int, mean float64, outcome outcome) judged {
		return judged{contrast: c, Images: images, Estimate: stats.Estimate{Mean: mean}, Outcome: outcome}
	}
	rpn, long := &contrast{Experiment: "rpn", A: "x", B: "y"}, &contrast{Experiment: "rpn-long", A: "x", B: "y"}
	aside := &contrast{Experiment: "rpn", A: "x", B: "z", Beside: true}
	unlike := at(long, 1600, 2, holds)
	unlike.Rates = [2]float64{1, 2}
	v := verdict{claim: new(claim), Judged: []judged{
		at(rpn, 100, 2, holds), at(rpn, 200, 2, holds), at(rpn, 400, -0.1, slight),
		unlike, unlike, at(long, 3200, 0.5, unclear),
		at(aside, 100, -5, fails),
	}}
	assert.Equal(t, "*holds*: x is ahead of y (`rpn` after 100 and 200; `rpn-long` after 1600 and 1600, at rates of 1 and 2). *no point gained*: x less y (`rpn` after 400)", decidedBy(&v))
	assert.Equal(t, "depends", v.decide(), "what gains no point does not hold")

	little := &contrast{Experiment: "roi", A: "x", B: "y", Expect: little}
	differs := &contrast{Experiment: "roi", A: "x", B: "z", Expect: differs}
	v = verdict{claim: new(claim), Judged: []judged{at(little, 100, -3, fails), at(little, 200, 3, fails), at(little, 400, 4, fails), at(differs, 100, -0.1, slight), at(differs, 200, 0.1, slight)}}
	assert.Equal(t, "*fails*: x is behind y (`roi` after 100); x is ahead of y (`roi` after 200 and 400). *no point gained*: x less z (`roi`)", decidedBy(&v))
	assert.Equal(t, "refuted", v.decide())

	untrained := &contrast{Experiment: "boosting", A: "ce", Measure: evidence.EasyLessPositive, Trained: "ce", Untrained: true}
	whole := &contrast{Experiment: "dense", A: "ce", Measure: evidence.NegativeLoss, Constant: 50}
	rank := &contrast{Experiment: "boosting", A: "focal", Measure: evidence.RankWithAdaBoost, Trained: "ce", Constant: 0.9}
	nearer := &contrast{Experiment: "boosting", A: "focal", B: "ce", Measure: evidence.DivergenceFromAdaBoost, Trained: "ce", Expect: below}
	v = verdict{Judged: []judged{at(untrained, 0, 80, holds), at(whole, 100, -20, fails), at(rank, 100, 0.05, holds), at(rank, 200, -0.1, fails), at(nearer, 200, -0.1, holds)}}
	assert.Equal(t, "*holds*: easy negatives have more of ce's loss than positives (`boosting` before training); "+
		"the rank correlation of focal with AdaBoost where ce trains is above 0.9 (`boosting` after 100); focal is nearer than ce to AdaBoost's weights where ce trains (`boosting` after 200). "+
		"*fails*: negatives' share of ce's loss is below 50% (`dense` over the whole training); the rank correlation of focal with AdaBoost where ce trains is below 0.9 (`boosting` after 200)", decidedBy(&v))
	assert.Equal(t, "–", decidedBy(new(verdict)))
}

// Seeds that do not say how far a figure varies leave it without ±.
func TestOneSeedHasNoInterval(t *testing.T) {
	one := made(10, 1)
	for i := range one.Runs {
		ap := one.Runs[i].AP
		one.Runs[i].Resamples = []float64{ap - 0.001, ap, ap + 0.001, ap}
	}
	list := axesOf(t, one)
	gain := claimOf(contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains"})
	v, err := gain.judge(list)
	require.NoError(t, err)
	assert.Equal(t, "not decided", v.Word)
	var b strings.Builder
	writeClaim(&b, &v, false)
	require.NoError(t, writeAnswers(&b, list))
	require.NoError(t, writeExperiment(&b, evidence.Find(list, "rpn"), map[string][]byte{}))
	b.WriteString(strongest(&v, list))
	assert.NotContains(t, b.String(), "±")
	assert.Contains(t, b.String(), "| 800 | 1 | +10.0: not decided | +10.0: not decided | +10.0: not decided |")
	assert.Contains(t, b.String(), "512 + focal is ahead of 512 + ce by 10.0 AP, not told apart (`rpn`, 800 images, 1 seed)")
	assert.Contains(t, b.String(), "| 800: not told apart |")
}

func TestAnOrderThatIsNotThePapersIsNamed(t *testing.T) {
	s := sweep{"alpha", "alphas", "Alpha", lin, []string{"alpha .25", "alpha .5", "alpha .75"}, []float64{10.8, 30.2, 31.1},
		[]cause{{"alpha-scale", "losses as written", "matched scale"}, {"alpha-descent", "gradient descent besides", "Adam"}}}
	experiment := func(name string, means map[string]float64) evidence.Experiment {
		kept := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name, Preset: "alpha"}}}
		for seed := range 4 {
			for name, ap := range means {
				ap += 0.001 * float64(seed*len(name)%3)
				kept.Runs = append(kept.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 8, LR: 0.004,
					Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap},
					Stages: []trainer.StageFigures{{Stage: "dense", Positives: 1, UsedPositives: 1, NegativeLoss: 0.25, NegativeGrad: 0.5}}})
			}
		}
		return kept
	}
	kept := experiment("alpha", map[string]float64{"alpha .25": 0.35, "alpha .5": 0.36, "alpha .75": 0.30})
	comparison, err := s.compare(&kept)
	require.NoError(t, err)
	wide := experiment("alpha", map[string]float64{"alpha .25": 0.35, "alpha .5": 0.36, "alpha .75": 0.30, "alpha .9": 0.1, "alpha .99": 0.7})
	others, err := s.compare(&wide)
	require.NoError(t, err)
	whole, err := wide.Compare(evidence.AP, "", 8)
	require.NoError(t, err)
	for k, d := range others.Differences {
		at := slices.IndexFunc(whole.Differences, func(o stats.Difference) bool { return o.A == d.A && o.B == d.B })
		assert.Equal(t, whole.Differences[at], d, "a figure has one interval")
		row, all := others.Simultaneous(0.95)[k], whole.Simultaneous(0.95)[at]
		assert.Less(t, row.High-row.Low, all.High-all.Low, "settings that the paper's row lacks are no part of what holds at once")
	}
	list := disagreements(&s, &kept, comparison, nil)
	require.Len(t, list, 2, ".25 is below .5 here too: %v", list)
	assert.Regexp(t, `^alpha \.75 is 0\.9 better than alpha \.5 in the paper, and 6\.\d worse here `, list[0], "little in the paper, and turned here")
	assert.Regexp(t, `^alpha \.75 is 20\.3 better than alpha \.25 in the paper, and 5\.\d worse here \(4\.\d to 5\.\d\): `+
		`alpha \.75 trained at a rate of 0\.004, with 25% of its loss and 50% of its gradient from negatives; alpha \.25 .* negatives\.$`, list[1])

	against := map[string]float64{"alpha .25": 0.35, "alpha .5": 0.36, "alpha .75": 0.30}
	like := map[string]float64{"alpha .25": 0.30, "alpha .5": 0.34, "alpha .75": 0.36}
	even := map[string]float64{"alpha .25": 0.30, "alpha .5": 0.30, "alpha .75": 0.30}
	for _, c := range []struct {
		scale, descent map[string]float64
		want           string
	}{
		{like, against, `With losses as written the difference is \+6\.\d \(\+5\.\d to \+6\.\d\), the paper's order: here it was turned by matched scale\.$`},
		{against, like, `With losses as written the difference is -5\.\d \(-5\.\d to -4\.\d\): that is not what turned it\. ` +
			`With gradient descent besides the difference is \+6\.\d .*, the paper's order: here it was turned by Adam\.$`},
		{even, like, `which does not decide\. With gradient descent besides the difference is \+6\.\d .*, the paper's order: here it was turned by matched scale or Adam\.$`},
		{even, nil, `With losses as written the difference is \+?-?0\.\d \(-\d\.\d to \+\d\.\d\), which does not decide\.$`},
	} {
		tried, err := tryCauses(&s, []evidence.Experiment{experiment("alpha-scale", c.scale), experiment("alpha-descent", c.descent)})
		require.NoError(t, err)
		text := disagreements(&s, &kept, comparison, tried)[1]
		assert.Regexp(t, c.want, text)
	}

	for i := range kept.Runs {
		if r := &kept.Runs[i]; r.Strategy == "alpha .5" {
			r.Diverged, r.Failed = true, "a loss of NaN"
		}
	}
	var b strings.Builder
	diverged := axesOf(t)
	*evidence.Find(diverged, "alpha") = kept
	require.NoError(t, writeSweep(&b, &s, diverged))
	assert.Contains(t, b.String(), "| alpha .25 | 10.8 | 35.")
	assert.Regexp(t, `\| alpha \.25 \|.*\| yes \|`, b.String())
	assert.NotRegexp(t, `\| alpha \.5 \|.*\| yes \|`, b.String(), "what diverged in every run is not the best")
}

func TestAPictureTellsItsDifferencesApart(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := keptOf(t, keptIn)
	for _, c := range claims() {
		v, err := c.judge(list)
		require.NoError(t, err)
		headings := map[string]*contrast{}
		for i := range v.Judged {
			x := v.Judged[i].contrast
			if other, ok := headings[heading(x)]; ok {
				assert.Equal(t, *other, *x, "%d: %s", c.Number, heading(x))
			}
			headings[heading(x)] = x
		}
		picture, err := drawClaim(&v)
		require.NoError(t, err)
		if picture != nil {
			assert.NotContains(t, string(picture), `x="-`, "%d: nothing begins left of the edge", c.Number)
		}
	}
}

// The pages in the repository are what the runs beside them give, to the byte.
func TestThePagesAreThoseOfTheStoredRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for _, there := range []string{keptIn, filepath.Join(keptIn, "cells")} {
		files := pageOf(t, there)
		require.Contains(t, files, File)
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join(there, name))
			require.NoError(t, err)
			assert.True(t, string(want) == string(got), "%s is not that of the runs: write it with detsample study --only page --out %s", name, there)
		}
	}
}

func TestAPageOfNothingSaysWhatIsMissing(t *testing.T) {
	files, err := pageIn(t.TempDir())
	require.NoError(t, err)
	page := string(files[File])
	for _, e := range all(t) {
		assert.Contains(t, page[strings.Index(page, "### Not run yet"):], "`"+e.Called()+"`")
	}
	assert.NotContains(t, page, "**Supported")
	assert.Len(t, files, 1, "no pictures of nothing")
}

func TestAPageOfAFolderIsNotOneOfScenes(t *testing.T) {
	dir := t.TempDir()
	rpn := filepath.Join(dir, "rpn")
	require.NoError(t, os.CopyFS(rpn, os.DirFS(filepath.Join(keptIn, "rpn"))))
	require.NoError(t, os.WriteFile(filepath.Join(rpn, "origin.json"), []byte(`{"numerics": "ours", "machine": "mine", "data": "photos/cars"}`), 0o644))
	files, err := pageIn(dir)
	require.NoError(t, err)
	page := string(files[File])
	assert.True(t, strings.HasPrefix(page, "# The study on the images of photos/cars: OHEM or focal loss?\n"))
	assert.Contains(t, page, "small networks on the images of photos/cars, each")
	require.NoError(t, os.WriteFile(filepath.Join(dir, File), files[File], 0o644))
	require.NoError(t, Write(dir), "over one that it wrote itself")
	_, missing, _ := strings.Cut(page, "### Not run yet")
	assert.Contains(t, missing, "`roi/roi`")
	assert.NotContains(t, missing, "`missing-5`", "that is about scenes")
	assert.NotContains(t, missing, "`boosting`")
}

func TestAnIntervalAsNarrowAsAskedDoesNotAskForFewerSeeds(t *testing.T) {
	j := judged{contrast: &contrast{}, All: stats.Range{Low: -2.4, High: -0.2}, Estimate: stats.Estimate{Mean: -1.3, Low: -1.97, High: -0.63, Seeds: 12}}
	const has = "-2.4 to -0.2 allows both answers, ± 0.67 AP with 12 seeds"
	assert.Equal(t, has, lack(&j))
	for _, c := range []struct {
		forecast stats.Forecast
		want     string
	}{
		{stats.Forecast{Seeds: 10}, ", as narrow as ± 0.75 asks"},
		{stats.Forecast{Seeds: 12}, ", as narrow as ± 0.75 asks"},
		{stats.Forecast{Seeds: 13}, ", ± 0.75 would take 13"},
		{stats.Forecast{ImagesHalf: 0.8}, ", and no number of seeds gives ± 0.75: the test images leave ± 0.80"},
	} {
		j.Forecast = &c.forecast
		assert.Equal(t, has+c.want, lack(&j))
	}
}
