package summary

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// twoStages is a strategy whose stages have the given gradients.
func twoStages(name string, first, second trainer.TrunkGradient) Strategy {
	return Strategy{Strategy: name, Stages: []trainer.StageFigures{{Stage: "rpn", Trunk: first}, {Stage: "roi", Trunk: second}}}
}

func configured(names ...string) *config.Config {
	var c config.Config
	for _, name := range names {
		s := strategy.Strategy{Name: name, RPN: &strategy.RPN{}, ROI: &strategy.ROI{}}
		s.RPN.SetDefaults()
		s.ROI.SetDefaults()
		s.RPN.BoxWeight = 2
		c.Strategies = append(c.Strategies, s)
	}
	return &c
}

func TestLossesOfDifferentSizeAreWarnedOf(t *testing.T) {
	same := trainer.TrunkGradient{Cls: 0.004, Box: 0.002}
	list := warnings(setting{Config: configured("a", "b", "c")}, []Strategy{
		twoStages("a", trainer.TrunkGradient{Cls: 0.001, Box: 0.0001}, same),
		twoStages("b", trainer.TrunkGradient{Cls: 0.0035, Box: 0.025}, same),
		twoStages("c", trainer.TrunkGradient{Cls: 0.0008, Box: 0.0001}, same),
	}, nil)
	require.Len(t, list, 3)
	assert.Equal(t, "b", list[0].Strategy)
	assert.Equal(t, LossScale, list[0].Trap)
	assert.Equal(t, "rpn.box", list[0].Where)
	assert.Contains(t, list[0].Detail, `is 250 times that of "a"`)
	assert.Equal(t, "scale: matched, or box_weight 0.008", list[0].Remedy)
	assert.Equal(t, []string{"c", "rpn.cls"}, []string{list[1].Strategy, list[1].Where})
	assert.Contains(t, list[1].Detail, `is 0.23 times that of "b"`, "of all before it, the one that is furthest")
	assert.Equal(t, "rpn.box", list[2].Where)
}

// A preset's weights were matched on its own images, so that to match on these is a
// remedy; where it was on these, strategies have grown apart after it, and it is none.
func TestLossesThatWereMatchedAreToBeMatchedOnTheirImages(t *testing.T) {
	gradients := trainer.TrunkGradient{Cls: 0.001, Box: 0.0001}
	a, b := twoStages("a", gradients, gradients), twoStages("b", trainer.TrunkGradient{Cls: 0.001, Box: 0.025}, gradients)
	const reason = "matched to a at the trunk over 800 images of generated scenes: as written"
	for _, matched := range []*Strategy{&a, &b} {
		matched.ScaleReason = reason
		list := warnings(setting{Config: configured("a", "b")}, []Strategy{a, b}, nil)
		require.Len(t, list, 1)
		assert.Equal(t, `at the trunk its gradient is 250 times that of "a" over the training, although weights were chosen before it (`+reason+")", list[0].Detail)
		assert.Equal(t, "scale: matched, if that was on other images, or box_weight 0.008", list[0].Remedy)
		matched.ScaleReason = ""
	}
}

func TestLossesOfAboutOneSizeAreNot(t *testing.T) {
	assert.Empty(t, warnings(setting{Config: configured("a", "b", "c", "d")}, []Strategy{
		twoStages("a", trainer.TrunkGradient{Cls: 1, Box: 1}, trainer.TrunkGradient{Cls: 100, Box: 100}),
		twoStages("b", trainer.TrunkGradient{Cls: 4, Box: 1}, trainer.TrunkGradient{Cls: 50, Box: 300}),
		{Strategy: "c", Stages: []trainer.StageFigures{{Stage: "dense", Trunk: trainer.TrunkGradient{Cls: 1e6, Box: 1e6}}}}, // no stage to compare
		twoStages("d", trainer.TrunkGradient{}, trainer.TrunkGradient{Cls: 100}),                                            // not measured; no boxes
	}, nil))
}

func TestTheMeanOverSeedsIsOfEveryGradient(t *testing.T) {
	var runs []*trainer.Run
	for seed, at := range []float64{1, 3} {
		r := run("base", uint64(seed), 0.1)
		r.Stages[0].Trunk = trainer.TrunkGradient{Cls: at, Box: 10 * at, Both: 100 * at}
		runs = append(runs, r)
	}
	assert.Equal(t, trainer.TrunkGradient{Cls: 2, Box: 20, Both: 200}, summarized(runs...)[0].Stages[0].Trunk)
}

func TestTheSpreadIsThatOfTheLossThatDiffersMost(t *testing.T) {
	same := trainer.TrunkGradient{Cls: 0.004, Box: 0.002}
	a, b := twoStages("a", trainer.TrunkGradient{Cls: 0.5, Box: 0.25}, same), twoStages("b", trainer.TrunkGradient{Cls: 1, Box: 0.0625}, same)
	assert.Equal(t, &Spread{Where: "rpn.box", Times: 4, Largest: "a", Smallest: "b"}, lossScale([]Strategy{a, b}))
	assert.Equal(t, &Spread{Where: "rpn.box", Times: 4, Largest: "a", Smallest: "b"}, lossScale([]Strategy{b, a}))
	assert.Equal(t, &Spread{Where: "rpn.cls", Times: 1, Largest: "a", Smallest: "c"}, lossScale([]Strategy{{Strategy: "c", Stages: a.Stages}, a}))
	assert.Nil(t, lossScale([]Strategy{a}), "nothing to compare with")
	assert.Nil(t, lossScale([]Strategy{{Strategy: "c", Stages: []trainer.StageFigures{{Stage: "dense", Trunk: same}}}, a}), "nor another stage")
}
