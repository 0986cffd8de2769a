package detector

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/small/nn"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// truthOnly keeps the ground truth that joined the proposals, which alone has
// an IoU of exactly 1. The regions are then constants, whatever the weights.
type truthOnly struct{}

func (truthOnly) Needs() sampling.Need { return sampling.NeedIoU }

func (truthOnly) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	pos, _ := dst.Split(c)
	dst.Keep(slices.DeleteFunc(pos, func(i int32) bool { return c.IoU[i] != 1 }), nil)
}

// The step's loss is a function of the weights only where what it is taken
// over is. Every anchor is; so is the sum over the hardest of them, which stays
// continuous where two candidates swap places.
func TestOneStageGradientIsThatOfItsLoss(t *testing.T) {
	focal, softmax := rpn.OneStage(), denseStage()
	softmax.Cls, softmax.Sampler = losses.SoftmaxCE{}, sampling.All{}
	for name, c := range map[string]rpn.Config{"focal, all": focal, "ce, hard negatives": denseStage(), "softmax, all": softmax} {
		for _, norm := range []bool{false, true} {
			cfg := tiny()
			cfg.Norm = norm
			d := NewOneStage(cfg, c, classes, rand.New(rand.NewPCG(1, 2)))
			t.Run(name, func(t *testing.T) { checkGradient(t, d, "", all) })
		}
	}
}

// Proposals are constants to the gradient but not to the loss: a change of the
// trunk moves them. With ground truth alone as regions that effect is gone, and
// the gradient of every weight, the trunk's included, is the derivative of the
// two losses' sum.
func TestTwoStageGradientIsThatOfItsLossOverFixedRegions(t *testing.T) {
	first, second := rpn.Objectness(), roi.SecondStage()
	first.Sampler, second.Sampler = sampling.All{}, truthOnly{}
	second.PerClass = true
	d := NewTwoStage(tiny(), first, second, classes, rand.New(rand.NewPCG(1, 2)))
	checkGradient(t, d, "", all)
}

func TestTheGradientIsThatOfItsLossOnAnyPyramid(t *testing.T) {
	for _, levels := range [][]anchors.Level{
		{{Stride: 8, Sizes: []float32{8}}, {Stride: 16, Sizes: []float32{16}}},
		{{Stride: 16, Sizes: []float32{12}}},
		{{Stride: 4, Sizes: []float32{9}}, {Stride: 8, Sizes: []float32{10, 13}}, {Stride: 16, Sizes: []float32{24}}},
		{{Stride: 4, Sizes: []float32{9, 11}}, {Stride: 8, Sizes: []float32{13}}, {Stride: 16, Sizes: []float32{24}}},
	} {
		cfg := tiny()
		cfg.Pyramid.Levels = levels
		first, second := rpn.Objectness(), roi.SecondStage()
		first.Sampler, second.Sampler = sampling.All{}, truthOnly{}
		first.Assigner = anchors.NewMaxIoU(0.3, 0.2) // so that every level has positives
		checkGradient(t, NewTwoStage(cfg, first, second, classes, rand.New(rand.NewPCG(1, 2))), "", all)
		dense := denseStage()
		dense.Assigner = first.Assigner
		checkGradient(t, NewOneStage(cfg, dense, classes, rand.New(rand.NewPCG(1, 2))), "", all)
	}
}

// With regions that are proposals, the weights that do not move them can be
// checked all the same: those of the second stage's head, against its loss.
func TestSecondStageGradientIsThatOfItsLossOverProposals(t *testing.T) {
	first, second := rpn.Objectness(), roi.SecondStage()
	second.Sampler = sampling.All{}
	d := NewTwoStage(tiny(), first, second, classes, rand.New(rand.NewPCG(1, 2)))
	checkGradient(t, d, "roi.", func(s []Stage) float64 { return s[1].Cls + s[1].Box })
}

func all(stages []Stage) float64 {
	sum := 0.0
	for _, s := range stages {
		sum += s.Cls + s.Box
	}
	return sum
}

// checkGradient compares the gradient of every parameter array whose name has
// the prefix with central differences of the loss, along the gradient and
// along a random direction. Arithmetic is float32 and ReLU has a kink, so they
// agree to some percent of the slope.
func checkGradient(t *testing.T, d Detector, prefix string, loss func([]Stage) float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	for _, p := range d.Params() {
		if strings.HasPrefix(p.Name, "head.") || strings.HasPrefix(p.Name, "roi.") {
			p.Normal(rng, 0.3) // an untrained head is almost blind to its input
		}
	}
	b, key := images(1, 2), sampling.Key{Seed: 1}
	stages := d.Step(b, key)
	require.NotZero(t, stages[len(stages)-1].Balance.UsedPositives)
	params, grads := d.Params(), gradients(d)
	checked := 0
	for i, p := range params {
		if !strings.HasPrefix(p.Name, prefix) {
			continue
		}
		checked++
		norm := length(grads[i])
		require.NotZero(t, norm, "%s has no gradient", p.Name)
		for _, direction := range [][]float32{scaled(grads[i], 1/norm), unit(rng, len(p.Value))} {
			const h = 1e-4
			slope := (along(d, p, direction, h, b, key, loss) - along(d, p, direction, -h, b, key, loss)) / (2 * h)
			assert.InDelta(t, dot(direction, grads[i]), slope, 0.03*norm+1e-4, p.Name)
		}
	}
	assert.NotZero(t, checked)
}

// along returns the loss with p moved by h in a direction.
func along(d Detector, p *nn.Param, direction []float32, h float32, b Batch, key sampling.Key, loss func([]Stage) float64) float64 {
	before := append([]float32(nil), p.Value...)
	defer func() { copy(p.Value, before) }()
	for k, v := range direction {
		p.Value[k] += h * v
	}
	return loss(d.Step(b, key))
}

func length(x []float32) float64 { return math.Sqrt(dot(x, x)) }

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func scaled(x []float32, by float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(by * float64(v))
	}
	return out
}

func unit(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return scaled(x, 1/length(x))
}
