package claims

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

func TestVerdictsFollowFromOutcomes(t *testing.T) {
	gain := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains"}
	little := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Little, Says: "it brings little"}
	for _, c := range []struct {
		claim Claim
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
		v, err := c.claim.Judge([]evidence.Experiment{made(c.lead, c.seeds)})
		require.NoError(t, err)
		assert.Equal(t, c.want, v.Word, "lead %v, %d seeds: %v", c.lead, c.seeds, v.Judged)
		assert.Len(t, v.Judged, 3*len(c.claim.Contrasts), "at three budgets")
		for _, j := range v.Judged {
			assert.InDelta(t, c.lead, j.Estimate.Mean, 0.5)
			if c.seeds >= stats.MinSeeds {
				assert.LessOrEqual(t, j.All.Low, j.Estimate.Low, "what holds at once is wider")
			}
		}
	}
	claim := claimOf(gain)
	v, err := claim.Judge([]evidence.Experiment{{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}})
	require.NoError(t, err)
	assert.Equal(t, "not run", v.Word)
	require.Len(t, v.Judged, 1)
	assert.True(t, v.Judged[0].Unrun)
	assert.False(t, v.Judged[0].Ran())

	one := made(10, 6)
	one.Runs = slices.DeleteFunc(one.Runs, func(r trainer.Run) bool { return r.Strategy == "512 + ce" })
	constant := Contrast{Experiment: "rpn", A: "512 + ce", Constant: 50, Measure: evidence.NegativeLoss, Expect: Above, Says: "most of it is negatives'"}
	for _, asked := range []Contrast{gain, constant} {
		claim := claimOf(asked)
		v, err := claim.Judge([]evidence.Experiment{one})
		require.NoError(t, err)
		assert.Equal(t, "not decided", v.Word)
		for _, j := range v.Judged {
			assert.Equal(t, []string{"512 + ce"}, j.Lacks, "others of the experiment are there")
			assert.False(t, j.Unrun || j.Ran())
		}
	}

	missing := Contrast{Experiment: "roi", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains there"}
	for lead, want := range map[float64]string{10: "supported in part", -10: "refuted in part"} {
		claim := claimOf(gain, missing)
		v, err := claim.Judge([]evidence.Experiment{made(lead, 6), {Stored: study.Stored{Experiment: study.Experiment{Name: "roi", Preset: "roi"}}}})
		require.NoError(t, err)
		assert.Equal(t, want, v.Word, "lead %v: %v", lead, v.Judged)
	}
	assert.Equal(t, "depends", word(true, true, true))
}

// What stands beside a claim is shown and decides nothing.
func TestWhatIsBesideAClaimDecidesNothing(t *testing.T) {
	gain := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains"}
	beside := Contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: Above, Says: "all gain", Beside: true}
	claim := claimOf(gain, beside)
	list := []evidence.Experiment{made(10, 6)}
	v, err := claim.Judge(list)
	require.NoError(t, err)
	assert.Equal(t, "supported", v.Word, "though all are behind")
	assert.Equal(t, Fails, v.Judged[5].Outcome, "in the table it says what came of it")

	alone, err := new(claimOf(gain)).Judge(list)
	require.NoError(t, err)
	for i := range alone.Judged {
		assert.Equal(t, alone.Judged[i].All, v.Judged[i].All, "nor does it widen what the claim is judged by")
	}
}

// What a study of a folder's images leaves out is not asked of it, and not missing.
func TestAClaimIsNotAskedOfAFolderWhereItNeedsScenes(t *testing.T) {
	gain := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains"}
	faint, other, states := gain, gain, gain
	faint.Experiment, other.Experiment, states.Experiment = "rpn-faint", "rpn-sizes", "boosting"
	of := func(contrasts []Contrast, data string) Verdict {
		folder := made(10, 6)
		folder.Origin.Data = data
		list := []evidence.Experiment{folder, {Stored: study.Stored{Experiment: study.Experiment{Name: "rpn-faint", Scenes: true}}},
			{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn-sizes"}}}, {Stored: study.Stored{Experiment: study.Experiment{Name: "boosting", States: true}}}}
		v, err := new(claimOf(contrasts...)).Judge(list)
		require.NoError(t, err)
		return v
	}
	whole := []Contrast{gain, faint, faint, states}
	v := of(whole, "photos")
	assert.Equal(t, "supported", v.Word)
	assert.Equal(t, []string{"rpn-faint", "boosting"}, v.LeftOut)
	assert.Len(t, v.Judged, 3)
	v = of(append(whole, other), "photos")
	assert.Equal(t, "supported in part", v.Word, "what a folder's images can be trained on is missing")
	v = of(whole, "")
	assert.Equal(t, "supported in part", v.Word)
	assert.Empty(t, v.LeftOut, "of generated scenes all is asked")
	v = of([]Contrast{faint, states}, "photos")
	assert.Equal(t, "not run", v.Word)
	assert.Empty(t, v.Judged)
}

// A claim about so many negatives for a positive is not judged where there are others.
func TestAClaimIsJudgedWhereItsRatioIs(t *testing.T) {
	gain := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains", Negatives: 1000}
	for negatives, aside := range map[float64]bool{50: true, 330: true, 340: false, 1062: false, 2990: false, 3010: true} {
		list := []evidence.Experiment{made(10, 6)}
		for i := range list[0].Runs {
			list[0].Runs[i].Stages = []trainer.StageFigures{{Stage: "rpn", Positives: 2, Negatives: 2 * negatives}}
		}
		claim := claimOf(gain)
		v, err := claim.Judge(list)
		require.NoError(t, err)
		for _, j := range v.Judged {
			assert.Equal(t, aside, j.Aside(), "1:%v", negatives)
			assert.Equal(t, Holds, j.Outcome, "which is said either way")
			if aside {
				assert.InDelta(t, negatives, j.Seen, 1e-9)
			}
		}
		assert.Equal(t, map[bool]string{true: "not decided", false: "supported"}[aside], v.Word, "1:%v", negatives)
	}
}

// To gain no point is another outcome than to be behind, and refutes as well.
func TestToGainNoPointIsNotToBeBehind(t *testing.T) {
	gain := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains"}
	more := Contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: Above, Says: "all gain"}
	for _, c := range []struct {
		of   []Contrast
		lead float64
		word string
		came []Outcome
	}{
		{[]Contrast{gain}, 0, "refuted", []Outcome{Slight}},
		{[]Contrast{gain}, -10, "refuted", []Outcome{Fails}},
		{[]Contrast{gain, more}, 10, "depends", []Outcome{Holds, Fails}},
		{[]Contrast{gain, more}, -10, "depends", []Outcome{Holds, Fails}},
	} {
		claim := claimOf(c.of...)
		v, err := claim.Judge([]evidence.Experiment{made(c.lead, 12)})
		require.NoError(t, err)
		assert.Equal(t, c.word, v.Word, "%v", c.lead)
		for _, j := range v.Judged {
			assert.Contains(t, c.came, j.Outcome)
		}
		for _, o := range c.came {
			assert.True(t, slices.ContainsFunc(v.Judged, func(j Judged) bool { return j.Outcome == o }), "%s", o)
		}
	}
}

func TestAVerdictIsOfAllOutcomesOfItsContrasts(t *testing.T) {
	at := func(c *Contrast, outcome Outcome) Judged { return Judged{Contrast: c, Outcome: outcome} }
	rpn, long := &Contrast{Experiment: "rpn", A: "x", B: "y"}, &Contrast{Experiment: "rpn-long", A: "x", B: "y"}
	aside := &Contrast{Experiment: "rpn", A: "x", B: "z", Beside: true}
	v := Verdict{Judged: []Judged{at(rpn, Holds), at(rpn, Holds), at(rpn, Slight), at(long, Holds), at(long, Unclear), at(aside, Fails)}}
	assert.Equal(t, "depends", v.decide(), "what gains no point does not hold")
	v.Judged = []Judged{at(rpn, Fails), at(rpn, Fails), at(long, Slight), at(aside, Holds)}
	assert.Equal(t, "refuted", v.decide())
	v.Judged = append(v.Judged, Judged{Contrast: aside, Unrun: true, Outcome: Unclear})
	assert.Equal(t, "refuted", v.decide(), "beside the claim nothing is missing")
	v.Judged = append(v.Judged, Judged{Contrast: long, Unrun: true, Outcome: Unclear})
	assert.Equal(t, "refuted in part", v.decide())

	var budgets []int
	v = Verdict{Judged: []Judged{at(rpn, Holds), at(rpn, Holds), at(long, Fails)}}
	for of := range v.ByContrast() {
		budgets = append(budgets, len(of))
	}
	assert.Equal(t, []int{2, 1}, budgets)
}
