package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// gathered is a batch of two images, the first with one positive and one
// negative sampled of four candidates, the second with one negative of two,
// over a head that wrote a row for every candidate.
func gathered(b *Batch) Output {
	box := anchors.Box{0, 0, 10, 10}
	truth := anchors.Truth{Box: []anchors.Box{{2, 0, 12, 10}}, Class: []int32{1}}
	b.Reset()
	b.Add(Image{
		Candidates: []anchors.Box{box, box, box, box},
		GT:         []int32{anchors.Negative, 0, anchors.Ignored, anchors.Negative},
		Truth:      &truth,
		Sample:     &sampling.Sample{Index: []int32{0, 1}, Weight: []float32{0.5, 3}, Positives: 1},
		PerClass:   true,
	}, func(i int) int32 { return int32(i) })
	b.Add(Image{
		Candidates: []anchors.Box{box, box},
		GT:         []int32{anchors.Negative, anchors.Negative},
		Truth:      &anchors.Truth{},
		Sample:     &sampling.Sample{Index: []int32{1}, Weight: []float32{2}},
	}, func(int) int32 { return 5 })
	return Output{
		Class:  []int32{anchors.Negative, 1, anchors.Ignored, anchors.Negative, anchors.Negative, anchors.Negative},
		Logits: []float32{1, -1, 0, 2, 9, 9, 9, 9, 9, 9, -2, 0.5}, GradLogits: make([]float32, 12), Columns: 2,
		Deltas: make([]float32, 48), GradDeltas: make([]float32, 48), BoxColumns: 8,
	}
}

func TestEvalWeighsEachRowAndDividesByTheNorms(t *testing.T) {
	var b Batch
	config := terms()
	config.Norm, config.BoxNorm, config.BoxWeight = losses.BySampled{}, losses.ByValid{}, 7
	out := gathered(&b)
	row := func(class int32, logits ...float32) float64 {
		return losses.CE{}.Row(nil, logits, losses.Target{Class: class})
	}
	giou := losses.GIoU{}.Row(nil, [4]float32{0, 0, 10, 10}, [4]float32{2, 0, 12, 10})
	for range 2 { // evaluating changes nothing that a second evaluation sees
		v := b.Eval(config, out)
		want := (0.5*row(anchors.Negative, 1, -1) + 3*row(1, 0, 2) + 2*row(anchors.Negative, -2, 0.5)) / 3
		assert.InEpsilon(t, want, v.Cls, 1e-6)
		assert.InEpsilon(t, 7*3*giou/5, v.Box, 1e-6)
		assert.Equal(t, losses.Balance{
			Positives: 1, Negatives: 4, UsedPositives: 1, UsedNegatives: 2,
			LossPositives: v.Balance.LossPositives, LossNegatives: v.Balance.LossNegatives,
			GradPositives: v.Balance.GradPositives, GradNegatives: v.Balance.GradNegatives,
			Scarcity: losses.Scarcity{Images: 2, Truths: 1},
		}, v.Balance)
		assert.InEpsilon(t, v.Cls, v.Balance.LossPositives+v.Balance.LossNegatives, 1e-6)
		assert.InEpsilon(t, row(1, 0, 2), v.Balance.LossPositives, 1e-6)
	}
	for i, g := range out.GradDeltas {
		inSlot := i >= 8+4 && i < 8+8 // row 1, class 1
		assert.True(t, inSlot || g == 0, "delta %d", i)
	}
	assert.NotZero(t, out.GradDeltas[12])
}

// Two of three images have no positive in their sample, which Caffe's
// normalisers count.
func TestImagesWithoutPositivesAreCounted(t *testing.T) {
	var b Batch
	gathered(&b)
	b.Add(Image{
		Candidates: []anchors.Box{{0, 0, 4, 4}, {0, 0, 4, 4}}, GT: []int32{0, anchors.Negative},
		Truth:  &anchors.Truth{Box: []anchors.Box{{0, 0, 4, 4}}, Class: []int32{0}},
		Sample: &sampling.Sample{Index: []int32{1}, Weight: []float32{1}},
	}, func(int) int32 { return 5 })
	assert.Equal(t, 2, b.count.Empty)
	assert.Equal(t, []losses.Count{
		{Images: 1, Candidates: 4, Valid: 3, Sampled: 2, Positives: 1},
		{Images: 1, Candidates: 2, Valid: 2, Sampled: 1, Empty: 1},
		{Images: 1, Candidates: 2, Valid: 2, Sampled: 1, Empty: 1},
	}, []losses.Count{b.parts[0].count, b.parts[1].count, b.parts[2].count})
}

func TestABoxIsWeighedByItsBoxWeightAndNotAtAllWithoutArea(t *testing.T) {
	whole, flat := anchors.Box{0, 0, 10, 10}, anchors.Box{3, 3, 3, 8}
	for _, c := range []struct {
		candidate, truth anchors.Box
		boxWeight        []float32
		want             float32
	}{
		{whole, whole, nil, 5},
		{whole, whole, []float32{0.25}, 0.25},
		{whole, flat, nil, 0},
		{flat, whole, []float32{0.25}, 0},
	} {
		var b Batch
		b.Reset()
		b.Add(Image{
			Candidates: []anchors.Box{c.candidate}, GT: []int32{0}, Truth: &anchors.Truth{Box: []anchors.Box{c.truth}},
			Sample: &sampling.Sample{Index: []int32{0}, Weight: []float32{5}, BoxWeight: c.boxWeight, Positives: 1},
		}, func(int) int32 { return 0 })
		assert.Equal(t, []float32{c.want}, b.boxWeight)
		assert.Equal(t, []float32{5}, b.weight)
	}
}

func TestAResetBatchHasForgottenEverything(t *testing.T) {
	var b Batch
	out := gathered(&b)
	b.Eval(terms(), out)
	b.Reset()
	v := b.Eval(terms(), out)
	assert.Zero(t, v)
	assert.Equal(t, make([]float32, len(out.GradLogits)), out.GradLogits)
	assert.Equal(t, make([]float32, len(out.GradDeltas)), out.GradDeltas)

	var fresh Batch
	fresh.Reset()
	assert.Zero(t, fresh.Eval(terms(), out), "no rows is not all rows")
}
