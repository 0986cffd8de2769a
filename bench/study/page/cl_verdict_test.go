package page

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
	v, err := claim.judge([]evidence.Experiment{{Stored: study.Stored{Experiment: study.Experiment{Name: "rpn", Preset: "rpn"}}}})
	require.NoError(t, err)
	assert.Equal(t, "not decided", v.Word)
	require.Len(t, v.Judged, 1)
	assert.True(t, v.Judged[0].Unrun)
	assert.False(t, v.Judged[0].ran())

	one := made(10, 6)
	one.Runs = slices.DeleteFunc(one.Runs, func(r trainer.Run) bool { return r.Strategy == "512 + ce" })
	constant := contrast{Experiment: "rpn", A: "512 + ce", Constant: 50, Measure: evidence.NegativeLoss, Expect: above, Says: "most of it is negatives'"}
	for _, asked := range []contrast{gain, constant} {
		claim := claimOf(asked)
		v, err := claim.judge([]evidence.Experiment{one})
		require.NoError(t, err)
		assert.Equal(t, "not decided", v.Word)
		for _, j := range v.Judged {
			assert.Equal(t, []string{"512 + ce"}, j.Lacks, "others of the experiment are there")
			assert.False(t, j.Unrun || j.ran())
		}
	}

	missing := contrast{Experiment: "roi", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains there"}
	for lead, want := range map[float64]string{10: "supported in part", -10: "refuted in part"} {
		claim := claimOf(gain, missing)
		v, err := claim.judge([]evidence.Experiment{made(lead, 6), {Stored: study.Stored{Experiment: study.Experiment{Name: "roi", Preset: "roi"}}}})
		require.NoError(t, err)
		assert.Equal(t, want, v.Word, "lead %v: %v", lead, v.Judged)
	}
	assert.Equal(t, "depends", word(true, true, true))
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
	assert.Equal(t, fails, v.Judged[5].Outcome, "in the table it says what came of it")

	alone, err := new(claimOf(gain)).judge(list)
	require.NoError(t, err)
	for i := range alone.Judged {
		assert.Equal(t, alone.Judged[i].All, v.Judged[i].All, "nor does it widen what the claim is judged by")
	}
}

// To gain no point is another outcome than to be behind, and refutes as well.
func TestToGainNoPointIsNotToBeBehind(t *testing.T) {
	gain := contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: above, Says: "it gains"}
	more := contrast{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: above, Says: "all gain"}
	for _, c := range []struct {
		of   []contrast
		lead float64
		word string
		came []outcome
	}{
		{[]contrast{gain}, 0, "refuted", []outcome{slight}},
		{[]contrast{gain}, -10, "refuted", []outcome{fails}},
		{[]contrast{gain, more}, 10, "depends", []outcome{holds, fails}},
		{[]contrast{gain, more}, -10, "depends", []outcome{holds, fails}},
	} {
		claim := claimOf(c.of...)
		v, err := claim.judge([]evidence.Experiment{made(c.lead, 12)})
		require.NoError(t, err)
		assert.Equal(t, c.word, v.Word, "%v", c.lead)
		for _, j := range v.Judged {
			assert.Contains(t, c.came, j.Outcome)
		}
		for _, o := range c.came {
			assert.True(t, slices.ContainsFunc(v.Judged, func(j judged) bool { return j.Outcome == o }), "%s", o)
		}
	}
}

func TestAVerdictIsOfAllOutcomesOfItsContrasts(t *testing.T) {
	at := func(c *contrast, outcome outcome) judged { return judged{contrast: c, Outcome: outcome} }
	rpn, long := &contrast{Experiment: "rpn", A: "x", B: "y"}, &contrast{Experiment: "rpn-long", A: "x", B: "y"}
	aside := &contrast{Experiment: "rpn", A: "x", B: "z", Beside: true}
	v := verdict{Judged: []judged{at(rpn, holds), at(rpn, holds), at(rpn, slight), at(long, holds), at(long, unclear), at(aside, fails)}}
	assert.Equal(t, "depends", v.decide(), "what gains no point does not hold")
	v.Judged = []judged{at(rpn, fails), at(rpn, fails), at(long, slight), at(aside, holds)}
	assert.Equal(t, "refuted", v.decide())
	v.Judged = append(v.Judged, judged{contrast: long, Unrun: true, Outcome: unclear})
	assert.Equal(t, "refuted in part", v.decide())

	var budgets []int
	v = verdict{Judged: []judged{at(rpn, holds), at(rpn, holds), at(long, fails)}}
	for of := range v.contrasts() {
		budgets = append(budgets, len(of))
	}
	assert.Equal(t, []int{2, 1}, budgets)
}
