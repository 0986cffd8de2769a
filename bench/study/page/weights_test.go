package page

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/strategy"
)

// At other weights of the classification loss.
const (
	quarter = ", weight x.25"
	fourth  = ", weight x4"
)

// What is compared at other weights, on a dense head and in the region proposal network.
var (
	weighed = []string{"ce", "focal", "ssd 3:1", "ohem 64"}
	anchors = []string{"512 + ce", "512 + focal", "all + focal"}
)

// moved is the most that sixteen times the weight moves one of the strategies.
func (q quoted) moved(experiment string, strategies []string, images int) float64 {
	var by []float64
	for _, name := range strategies {
		by = append(by, math.Abs(q.ahead(experiment, name+fourth, name+quarter, images).Mean))
	}
	return slices.Max(by)
}

// movedBefore is the same on the way to the end.
func (q quoted) movedBefore(experiment string, strategies []string) (most float64) {
	moments := q.find(experiment).Moments()
	for _, images := range moments[:len(moments)-1] {
		most = max(most, q.moved(experiment, strategies, images))
	}
	return most
}

// Nothing but the weight of a strategy's classification loss differs.
func TestOtherWeightsAreAllThatDiffers(t *testing.T) {
	q := quoting(t, "docs", "answers.md")
	for experiment, plain := range map[string]string{"dense-weight": "dense", "faint-weight": "dense-faint"} {
		c, err := q.find(experiment).Config()
		require.NoError(t, err)
		of, err := q.find(plain).Config()
		require.NoError(t, err)
		assert.Equal(t, of.Scenes, c.Scenes, experiment)
		assert.Equal(t, of.Detector, c.Detector, experiment)
		assert.Equal(t, of.Training.Batch, c.Training.Batch, experiment)
		assert.Equal(t, of.Training.Average, c.Training.Average, experiment)
		require.Len(t, c.Strategies, 2*len(weighed))
		for i, name := range weighed {
			low, high := c.Strategies[2*i], c.Strategies[2*i+1]
			assert.Equal(t, [2]string{name + quarter, name + fourth}, [2]string{low.Name, high.Name})
			light, heavy := *low.Dense, *high.Dense
			assert.InEpsilon(t, 16*light.ClsWeight, heavy.ClsWeight, 1e-3, "%s: %s", experiment, name)
			k := slices.IndexFunc(of.Strategies, func(s strategy.Strategy) bool { return s.Name == name })
			plain := *of.Strategies[k].Dense
			if of.Scale == config.AsWritten { // what matching found is stored
				assert.InEpsilon(t, plain.ClsWeight, heavy.ClsWeight/4, 1e-2, "%s: %s", experiment, name)
				assert.Equal(t, plain.BoxWeight, light.BoxWeight, "%s: %s", experiment, name)
			}
			assert.Equal(t, light.BoxWeight, heavy.BoxWeight)
			for _, d := range []*strategy.Dense{&light, &heavy, &plain} {
				d.ClsWeight, d.BoxWeight = 1, 1
			}
			assert.Equal(t, plain, light, "%s: %s", experiment, name)
			assert.Equal(t, light, heavy, "%s: %s", experiment, name)
		}
	}
}

// What docs/answers.md says of other weights on a dense head is what the runs say.
func TestTheAnswersQuoteOtherWeights(t *testing.T) {
	q := quoting(t, "docs", "answers.md")
	q.run("many negatives", func(q quoted) {
		const experiment = "dense-weight"
		end := q.final(experiment)
		seeds := q.ahead(experiment, "focal"+quarter, "ssd 3:1"+quarter, end).Seeds
		q.says("At a quarter of the matched weight and at four times it ([`dense-weight`](study/experiments.md#dense-weight), %d seeds) 3:1 is %s and %s ahead of focal loss after %d images, and OHEM 64 %s and %s; at the matched weight they are %s and %s ahead", seeds,
			q.by(experiment, "ssd 3:1"+quarter, "focal"+quarter, end), q.by(experiment, "ssd 3:1"+fourth, "focal"+fourth, end), end,
			q.by(experiment, "ohem 64"+quarter, "focal"+quarter, end), q.by(experiment, "ohem 64"+fourth, "focal"+fourth, end),
			q.by("dense", "ssd 3:1", "focal", end), q.by("dense", "ohem 64", "focal", end))
		least := math.Inf(1)
		for _, mined := range []string{"ssd 3:1", "ohem 64"} {
			for _, all := range []string{"ce", "focal"} {
				for _, of := range []string{quarter, fourth} {
					for _, other := range []string{quarter, fourth} {
						least = min(least, q.ahead(experiment, mined+of, all+other, end).Mean)
					}
				}
			}
		}
		q.says("Whichever two weights are set against each other, what mines is at least %.1f ahead of cross entropy and of focal loss, and sixteen times the weight moves no strategy by more than %.1f", least, q.moved(experiment, weighed, end))
	})
	q.run("little left to gain", func(q quoted) {
		const experiment = "faint-weight"
		end := q.final(experiment)
		assert.Equal(q.t, q.final("dense-faint"), 4*end)
		q.says("after a quarter of `dense-faint`'s images ([`faint-weight`](study/experiments.md#faint-weight)) focal loss is %s and %s ahead of 3:1, %s and %s of OHEM 64, and %s and %s of cross entropy",
			q.by(experiment, "focal"+quarter, "ssd 3:1"+quarter, end), q.by(experiment, "focal"+fourth, "ssd 3:1"+fourth, end),
			q.by(experiment, "focal"+quarter, "ohem 64"+quarter, end), q.by(experiment, "focal"+fourth, "ohem 64"+fourth, end),
			q.by(experiment, "focal"+quarter, "ce"+quarter, end), q.by(experiment, "focal"+fourth, "ce"+fourth, end))
		q.says("there sixteen times the weight moves a strategy by up to %.1f on the way and %.1f at the end", q.movedBefore(experiment, weighed), q.moved(experiment, weighed, end))
	})
	q.run("region proposals", func(q quoted) {
		const experiment = "rpn-weight"
		end := q.final(experiment)
		assert.Equal(q.t, q.final("rpn-faint"), 4*end)
		q.says("At a quarter and at four times the weight of the network's classification loss ([`rpn-weight`](study/experiments.md#rpn-weight), %d seeds, a quarter of `rpn-faint`'s images) focal loss is %s and %s ahead of cross entropy, both on 512 anchors, and focal loss on all anchors %s and %s behind that on 512",
			q.find(experiment).SeedsRun(), q.by(experiment, "512 + focal"+quarter, "512 + ce"+quarter, end), q.by(experiment, "512 + focal"+fourth, "512 + ce"+fourth, end),
			q.by(experiment, "512 + focal"+quarter, "all + focal"+quarter, end), q.by(experiment, "512 + focal"+fourth, "all + focal"+fourth, end))
		q.says("sixteen times the weight moves one of the three by up to %.1f on the way and %.1f at the end", q.movedBefore(experiment, anchors), q.moved(experiment, anchors, end))
	})
}

// The weights of rpn-weight are those of rpn-faint, but for the one that differs.
func TestOtherWeightsOfRegionProposalsAreAllThatDiffers(t *testing.T) {
	q := quoting(t, "docs", "answers.md")
	c, err := q.find("rpn-weight").Config()
	require.NoError(t, err)
	of, err := q.find("rpn-faint").Config()
	require.NoError(t, err)
	assert.Equal(t, of.Scenes, c.Scenes)
	assert.Equal(t, of.Detector, c.Detector)
	assert.Equal(t, [2]any{of.Training.Batch, of.Training.Average}, [2]any{c.Training.Batch, c.Training.Average})
	require.Len(t, c.Strategies, 2*len(anchors))
	for i, name := range anchors {
		plain := of.Strategies[slices.IndexFunc(of.Strategies, func(s strategy.Strategy) bool { return s.Name == name })]
		for k, times := range []float64{0.25, 4} {
			s := c.Strategies[2*i+k]
			assert.Equal(t, name+[]string{quarter, fourth}[k], s.Name)
			assert.Equal(t, plain.ROI, s.ROI, s.Name)
			assert.Equal(t, plain.LR, s.LR, s.Name)
			rpn := *s.RPN
			assert.InEpsilon(t, times*plain.RPN.ClsWeight, rpn.ClsWeight, 1e-6, s.Name)
			rpn.ClsWeight = plain.RPN.ClsWeight
			assert.Equal(t, *plain.RPN, rpn, s.Name)
		}
	}
}
