package rpn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// predictive are the assigners that judge candidates by their predictions.
func predictive() map[string]anchors.Assigner {
	return map[string]anchors.Assigner{
		"simota": anchors.NewSimOTA(), "ota": anchors.NewOTA(), "task_aligned": anchors.NewTaskAligned(),
		"dynamic_soft": anchors.NewDynamicSoft(), "hungarian": anchors.NewHungarian(),
	}
}

func TestStepGivesAssignersThePredictionsOfEachImage(t *testing.T) {
	for name, assigner := range predictive() {
		t.Run(name, func(t *testing.T) {
			c := OneStage()
			c.Assigner = assigner
			require.NoError(t, c.Validate())
			for _, cls := range []losses.Cls{losses.Focal{Alpha: 0.25, Gamma: 2}, losses.SoftmaxCE{}} {
				c.Cls = cls
				var w Work
				b := step(&c, 3, 3, 4, 5, 6)
				v := c.Step(&w, b)
				assert.False(t, v.Cls != v.Cls || v.Box != v.Box)
				assert.NotZero(t, v.Balance.Positives)
				n := len(b.Anchors.Box)
				for i := range b.Images {
					alone := expected(&c, b, i)
					for k := range n {
						assert.Equal(t, classOf(alone.GT[k], b.Images[i].Truth.Class), w.class[i*n+k], "image %d, anchor %d", i, k)
					}
				}
				for _, g := range append(b.GradLogits, b.GradDeltas...) {
					require.False(t, g != g)
				}
			}
		})
	}
}

func TestStepPassesSoftTargetsToTheLoss(t *testing.T) {
	for name, assigner := range predictive() {
		t.Run(name, func(t *testing.T) {
			c := OneStage()
			c.Assigner, c.Cls, c.Sampler, c.Norm = assigner, losses.QualityFocal{Beta: 2}, sampling.All{}, losses.ByFixed{PerImage: 1}
			var w Work
			b := step(&c, 3, 1, 3, 4, 5, 6)
			v := c.Step(&w, b)
			n, want, soft := len(b.Anchors.Box), 0.0, 0
			for i := range b.Images {
				a := expected(&c, b, i)
				for k, g := range a.GT {
					if g == anchors.Ignored {
						continue
					}
					target := losses.Hard(classOf(g, b.Images[i].Truth.Class))
					if len(a.Quality) > 0 {
						target.Quality = a.Quality[k]
						if g >= 0 {
							soft++
						}
					}
					row := (i*n + k) * 3
					want += c.Cls.(losses.Pointwise).Row(nil, b.Logits[row:row+3], target)
				}
			}
			assert.InEpsilon(t, want/float64(len(b.Images)), v.Cls, 1e-5)
			if name == "task_aligned" || name == "dynamic_soft" {
				assert.NotZero(t, soft)
			} else {
				assert.Zero(t, soft)
			}
		})
	}
}

func TestAStepThatAssignsByPredictionsStaysOffTheHeap(t *testing.T) {
	for name, assigner := range predictive() {
		c := OneStage()
		c.Assigner = assigner
		var w Work
		b := step(&c, 3, 3, 4, 5, 6)
		c.Step(&w, b)
		assert.Zero(t, testing.AllocsPerRun(5, func() { c.Step(&w, b) }), name)
	}
}

// expected assigns the anchors of image i of the batch by themselves.
func expected(c *Config, b *Batch, i int) *anchors.Assignment {
	n, columns := len(b.Anchors.Box), c.Cls.Link().Columns(b.Classes)
	var e stage.Evidence
	heads := stage.Heads{
		Classes: b.Classes, Candidates: b.Anchors.Box,
		Logits: b.Logits[i*n*columns : (i+1)*n*columns], Deltas: b.Deltas[4*i*n : 4*(i+1)*n], BoxColumns: 4,
	}
	view := b.Anchors
	view.Classes, view.Score, view.Decoded = b.Classes, e.Scores(c.terms(), heads), e.Decoded(c.terms(), heads)
	a := new(anchors.Assignment)
	c.Assigner.Assign(a, &view, &b.Images[i].Truth)
	return a
}

func classOf(gt int32, class []int32) int32 {
	if gt < 0 {
		return gt
	}
	return class[gt]
}
