package dump

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/likeness"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// assigned is a plan's samplers, whose stages have these assigners.
func assigned(assigners ...anchors.Assigner) (list []Sampler) {
	for _, a := range assigners {
		of := *plainStage()
		of.Assigner = a
		list = append(list, Sampler{Name: registry.Name(a), Sampler: sampling.HardNegative{Ratio: 3}, Cls: losses.Focal{Alpha: 0.25, Gamma: 2}, Stage: &of})
	}
	return list
}

func by(a anchors.Assigner) Options {
	return Options{Assigner: func(int, losses.Link) (anchors.Assigner, anchors.Coder) { return a, plainStage().Coder }}
}

// What a plan of several finds of each is what is found of it alone.
func TestASamplerGoesByTheLabelsOfItsOwnStagesAssigner(t *testing.T) {
	arrays := newHeadState(losses.Sigmoid, stateClasses, plainStage().Coder).arrays(stateClasses, [4]float32{1, 1, 1, 1})
	loose, strict, predicting := anchors.NewMaxIoU(0.5, 0.4), anchors.NewMaxIoU(0.75, 0.3), anchors.NewTaskAligned()
	again := anchors.NewMaxIoU(0.75, 0.3)
	plan := Plan{Losses: []Loss{{"ce", losses.CE{}}}, Samplers: assigned(loose, strict, predicting, again), Batch: 2}
	r := replayed(t, loaded(t, Options{}, arrays...), plan)
	require.Len(t, r.Others, 2, "equal assigners label once")
	labels := append([]Labels{r.Labels}, r.Others...)
	for s, a := range []anchors.Assigner{loose, strict, predicting, again} {
		alone := replayed(t, loaded(t, by(a), arrays...), Plan{Losses: plan.Losses, Samplers: assigned(nil)[:0], Batch: 2})
		assert.Equal(t, alone.Labels, labels[r.Samplers[s].Labels])
		assert.Equal(t, a, alone.Assigner)

		own := plan.Samplers[s]
		own.Stage = plainStage()
		want := replayed(t, loaded(t, by(a), arrays...), Plan{Losses: plan.Losses, Samplers: []Sampler{own}, Batch: 2}).Samplers[0]
		want.Labels = r.Samplers[s].Labels
		assert.InDeltaSlice(t, want.Mass, r.Samplers[s].Mass, 1e-12)
		want.Mass = r.Samplers[s].Mass
		assert.Equal(t, want, r.Samplers[s])
	}
	assert.NotEqual(t, labels[0].Positives, labels[1].Positives)
	assert.NotEqual(t, labels[0].Ignored, labels[1].Ignored)
	assert.Equal(t, []int{0, 1, 2, 1}, []int{r.Samplers[0].Labels, r.Samplers[1].Labels, r.Samplers[2].Labels, r.Samplers[3].Labels})
	first := replayed(t, loaded(t, by(loose), arrays...), Plan{Losses: plan.Losses, Batch: 2})
	assert.Equal(t, first.Losses, r.Losses, "losses go by the first sampler's")
}

// Weights are compared over what either assigner lets count, which is 0 where the
// own one ignores it.
func TestWeightsUnderSeveralLabelsAreComparedOverTheSameCandidates(t *testing.T) {
	arrays := newHeadState(losses.Sigmoid, stateClasses, plainStage().Coder).arrays(stateClasses, [4]float32{1, 1, 1, 1})
	assigners := []anchors.Assigner{anchors.NewMaxIoU(0.5, 0.3), anchors.NewMaxIoU(0.8, 0.45)}
	samplers := assigned(assigners...)
	for s := range samplers {
		samplers[s].Sampler, samplers[s].Cls = sampling.All{}, losses.CE{}
	}
	r := replayed(t, loaded(t, Options{}, arrays...), Plan{Losses: []Loss{{"focal", losses.Focal{Alpha: 0.25, Gamma: 2}}}, Samplers: samplers})

	weights, unlike := make([][]float32, 3), 0 // the last AdaBoost's, under the first labels
	var of [2]*Dump
	for s, a := range assigners {
		of[s] = loaded(t, by(a), arrays...)
	}
	for i := range of[0].Images {
		var m [2]Image
		var size [2][]float32
		for s := range of {
			require.NoError(t, of[s].Read(&m[s], i))
			_, gradient, err := of[s].Measure(Loss{"ce", losses.CE{}}.Cls, i)
			require.NoError(t, err)
			size[s] = gradient
		}
		for c := range m[0].Class {
			if m[0].Class[c] != m[1].Class[c] {
				unlike++
			}
			if m[0].Class[c] == anchors.Ignored && m[1].Class[c] == anchors.Ignored {
				continue
			}
			for s := range of {
				weights[s] = append(weights[s], size[s][c])
			}
			boost := 0.0
			if class := m[0].Class[c]; class != anchors.Ignored {
				boost = losses.AdaBoostWeight(margin(losses.Sigmoid, m[0].Logits[c*stateClasses:(c+1)*stateClasses], class))
			}
			weights[2] = append(weights[2], float32(boost))
		}
	}
	want := likeness.Compare([]string{"a", "b", "adaboost"}, weights)
	require.Less(t, want.Spearman[0][1], 0.999)
	assert.Equal(t, want.Candidates, r.Similar.Candidates)
	assert.Greater(t, want.Candidates, r.Candidates)
	assert.InDelta(t, want.Spearman[0][1], r.Similar.Spearman[1][2], 1e-12)
	assert.InDelta(t, want.Spearman[1][2], r.Similar.Spearman[2][3], 1e-12)
	assert.Equal(t, want.Top[0][1], r.Similar.Top[1][2])
	assert.Equal(t, unlike, r.Unlike)
	assert.NotZero(t, unlike)
	for _, row := range r.Similar.Spearman {
		for _, v := range row {
			assert.False(t, math.IsNaN(v))
		}
	}
}

// An assigner that looks at predicted boxes labels otherwise where its stage decodes
// them otherwise, and another does not.
func TestEqualAssignersOfStagesThatDecodeOtherwiseLabelApart(t *testing.T) {
	arrays := newHeadState(losses.Sigmoid, stateClasses, plainStage().Coder).arrays(stateClasses, [4]float32{1, 1, 1, 1})
	for a, want := range map[anchors.Assigner]int{anchors.NewTaskAligned(): 1, anchors.NewMaxIoU(0.5, 0.4): 0} {
		samplers := assigned(a, a)
		samplers[1].Stage.Coder.MaxScale = 0.01
		r := replayed(t, loaded(t, Options{}, arrays...), Plan{Samplers: samplers})
		assert.Len(t, r.Others, want, samplers[0].Name)
	}
}

func TestTheDumpsOwnLabelsHoldForEverySampler(t *testing.T) {
	d := loaded(t, Options{}, trained(2, 200, 3, losses.Sigmoid)...)
	samplers := assigned(anchors.NewMaxIoU(0.5, 0.4), anchors.NewATSS())
	r := replayed(t, d, Plan{Samplers: samplers})
	assert.Empty(t, r.Others)
	assert.Nil(t, r.Assigner)
	assert.Zero(t, r.Unlike)
	for _, s := range r.Samplers {
		assert.Zero(t, s.Labels)
	}
}

func TestASamplerWhoseAssignerLacksSomethingIsRefused(t *testing.T) {
	arrays := newHeadState(losses.Sigmoid, stateClasses, plainStage().Coder).arrays(stateClasses, [4]float32{1, 1, 1, 1})
	d := loaded(t, Options{}, arrays...)
	assert.EqualError(t, d.CheckSampler(assigned(anchors.NewATSS())[0]),
		"dump: assigner atss of atss needs to know the anchors' levels, which this dump does not hold: write anchor_strides, anchor_sizes, anchor_ratios and image_size in place of boxes")
	assert.ErrorContains(t, loaded(t, Options{}, with(arrays, Array{Name: "deltas"})...).CheckSampler(assigned(anchors.NewTaskAligned())[0]), "assigner task_aligned of task_aligned needs the predicted boxes, which this dump does not hold: write deltas")
	assert.NoError(t, d.CheckSampler(assigned(anchors.NewTaskAligned())[0]))
}

func TestLabelsWithoutBackgroundNameTheirAssigner(t *testing.T) {
	arrays := newHeadState(losses.Sigmoid, stateClasses, plainStage().Coder).arrays(stateClasses, [4]float32{1, 1, 1, 1})
	_, err := Replay(loaded(t, Options{}, arrays...), Plan{Samplers: assigned(anchors.NewMaxIoU(0.5, 0.4), everything{})})
	assert.ErrorContains(t, err, "all 450 candidates that count are positive under assigner dump.everything")
}

// everything is positive.
type everything struct{}

func (everything) Needs() anchors.Need { return 0 }

func (everything) Assign(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth) {
	dst.GT, dst.IoU = make([]int32, len(c.Box)), make([]float32, len(c.Box))
}
