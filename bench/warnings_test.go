package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/losses"
)

// told lists the traps that are warned of, with strategy and place.
func told(list []config.Warning) (told []string) {
	for _, w := range list {
		told = append(told, fmt.Sprintf("%s: %s: %s", w.Strategy, w.Where, w.Trap))
	}
	return told
}

func TestWhatTrainingLackedIsWarnedOfInTheSummary(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	study := compared(t, tinyData+`
training: {images: 16, batch: 4, warmup: 0, checkpoints: 1}
strategies:
  - {name: sane, dense: {}}
  - {name: unreachable, dense: {assigner: {type: max_iou, pos_iou: 1, neg_iou: 0.9, forced: none}, sampler: hard_negative, cls: ce}}
  - {name: unbalanced, rpn: {sampler: {type: random, num: 400}}, roi: {sampler: {type: ohem, num: 16}, cls: softmax_focal}}
`, Options{Seeds: 2})
	assert.Equal(t, []string{
		"unreachable: dense.assigner: unmatched_truth", "unreachable: dense.sampler: few_positives", "unreachable: dense.sampler: no_negatives",
		"unbalanced: roi.cls: focal_after_mining", "unbalanced: rpn.sampler: few_positives",
	}, told(slices.DeleteFunc(study.Summary.Warnings, func(w config.Warning) bool { return w.Where == "roi.sampler" })))
	for i, stages := range [][]string{{"dense"}, {"dense"}, {"rpn", "roi"}} {
		s := &study.Summary.Strategies[i]
		require.Len(t, s.Stages, len(stages))
		for k := range stages {
			assert.Equal(t, 32, s.Stages[k].Scarcity.Images, "two runs of 16 images")
			var sum losses.Scarcity
			sum.Add(study.Records[2*i].Run.Stages[k].Scarcity)
			sum.Add(study.Records[2*i+1].Run.Stages[k].Scarcity)
			assert.Equal(t, sum, s.Stages[k].Scarcity)
		}
	}
	unreachable := study.Summary.Strategies[1].Stages[0].Scarcity
	assert.Equal(t, unreachable.Truths, unreachable.Unmatched)
	assert.Equal(t, 32, unreachable.NoNegatives, "hard negatives come with positives")
}
