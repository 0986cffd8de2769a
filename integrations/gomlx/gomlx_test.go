package gomlx

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/train"
	"github.com/gomlx/gomlx/pkg/ml/train/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

const side = 64

var pyramid = anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16, 24}}}, Ratios: []float32{1}, Offset: 0.5}

// dense returns a stage over the anchors of an image, of so many classes.
func dense(c rpn.Config, classes int) *Dense {
	return &Dense{Config: c, Classes: classes, Seed: 1, Anchors: anchors.Candidates{
		Box: pyramid.Append(nil, side, side), Grid: pyramid.Grids(side, side), Width: side, Height: side,
	}}
}

// annotated returns images of a few objects.
func annotated(rng *rand.Rand, n, classes int) []rpn.Image {
	images := make([]rpn.Image, n)
	for i := range images {
		images[i].ID = uint64(i)
		for range 3 {
			x, y, s := 48*rng.Float32(), 48*rng.Float32(), 12+8*rng.Float32()
			images[i].Truth.Box = append(images[i].Truth.Box, anchors.Box{x, y, x + s, y + s})
			images[i].Truth.Class = append(images[i].Truth.Class, int32(rng.IntN(classes)))
		}
	}
	return images
}

// output returns what a head might put out: scores sure and unsure, boxes near
// and far.
func output(rng *rand.Rand, d *Dense, images int) (logits, deltas *tensors.Tensor) {
	values := func(columns int, scale float64) *tensors.Tensor {
		v := make([]float32, images*len(d.Anchors.Box)*columns)
		for i := range v {
			v[i] = float32(scale * rng.NormFloat64())
		}
		return tensors.FromFlatDataAndDimensions(v, images, len(d.Anchors.Box), columns)
	}
	return values(d.Classes, 4), values(4, 1)
}

// derived evaluates a loss and its gradients by the predictions, by GoMLX's own
// differentiation.
func derived(t *testing.T, loss train.LossFn, labels []*tensors.Tensor, logits, deltas *tensors.Tensor) (float32, []float32, []float32) {
	t.Helper()
	args := []any{logits, deltas}
	for _, l := range labels {
		args = append(args, l)
	}
	exec, err := graph.NewExec(simplego.GetBackend(), func(in []*graph.Node) []*graph.Node {
		value := loss(in[2:], in[:2])
		return append([]*graph.Node{value}, graph.Gradient(value, in[:2]...)...)
	})
	require.NoError(t, err)
	defer exec.Finalize()
	out, err := exec.Exec(args...)
	require.NoError(t, err)
	return tensors.ToScalar[float32](out[0]), tensors.MustCopyFlatData[float32](out[1]), tensors.MustCopyFlatData[float32](out[2])
}

func changed(c rpn.Config, change func(*rpn.Config)) rpn.Config {
	change(&c)
	return c
}

// GoMLX's own differentiation of the losses written as nodes gives what detsample
// computes, and so does what is handed over by HostLoss.
func TestLossesAndGradientsAreThoseOfGoMLX(t *testing.T) {
	for name, c := range map[string]struct {
		config  rpn.Config
		classes int
	}{
		"sampled cross entropy":     {rpn.Objectness(), 1},
		"focal loss, all anchors":   {rpn.OneStage(), 3},
		"alpha-balanced":            {changed(rpn.OneStage(), func(c *rpn.Config) { c.Cls = losses.AlphaCE{Alpha: 0.75} }), 3},
		"focal loss, another slope": {changed(rpn.OneStage(), func(c *rpn.Config) { c.Cls = losses.Focal{Alpha: -1, Gamma: 1.5} }), 2},
		"focal loss of gamma 0":     {changed(rpn.OneStage(), func(c *rpn.Config) { c.Cls = losses.Focal{Alpha: 0.25} }), 2},
		"L1":                        {changed(rpn.OneStage(), func(c *rpn.Config) { c.Box = losses.SmoothL1{} }), 2},
		"SmoothL1 of beta 1, weights of stages": {changed(rpn.OneStage(), func(c *rpn.Config) {
			c.Box, c.BoxWeight, c.ClsWeight = losses.SmoothL1{Beta: 1}, 3, 0.5
		}), 2},
		"sampled, another coder": {changed(rpn.OneStage(), func(c *rpn.Config) {
			c.Sampler, c.Coder = sampling.NewRandom(32, 0.5), anchors.NewCoder(10, 10, 5, 5)
		}), 2},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		d := dense(c.config, c.classes)
		images := annotated(rng, 3, c.classes)
		logits, deltas := output(rng, d, len(images))
		asNodes, err := d.TargetLoss()
		require.NoError(t, err, name)
		const step = 7
		want, wantLogits, wantDeltas := derived(t, asNodes, d.Targets(step, images), logits, deltas)
		labels, v, err := d.Gradients(step, images, logits, deltas)
		require.NoError(t, err, name)
		assert.InEpsilon(t, want, v.Cls+v.Box, 1e-5, name)
		got, gotLogits, gotDeltas := derived(t, HostLoss, labels, logits, deltas)
		assert.Equal(t, float32(v.Cls+v.Box), got, name)
		assert.Equal(t, tensors.MustCopyFlatData[float32](labels[1]), gotLogits, "what is handed over arrives as it is")
		assert.Equal(t, tensors.MustCopyFlatData[float32](labels[2]), gotDeltas)
		near(t, wantLogits, gotLogits, name+": logits")
		near(t, wantDeltas, gotDeltas, name+": deltas")
		assert.Positive(t, v.Balance.Positives, name)
	}
}

// near asserts that two gradients differ by no more than 1e-5 of the largest.
func near(t *testing.T, want, got []float32, what string) {
	t.Helper()
	most, off := 0.0, 0.0
	for i := range want {
		most = max(most, math.Abs(float64(want[i])))
		off = max(off, math.Abs(float64(want[i]-got[i])))
	}
	assert.Positive(t, most, what)
	assert.LessOrEqual(t, off, 1e-5*most, what)
}

// What the loss is multiplied by behind HostLoss reaches the network.
func TestALossBehindHostLossIsPartOfTheGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	d := dense(rpn.OneStage(), 2)
	images := annotated(rng, 2, 2)
	logits, deltas := output(rng, d, 2)
	labels, v, err := d.Gradients(1, images, logits, deltas)
	require.NoError(t, err)
	tripled := func(labels, predictions []*graph.Node) *graph.Node {
		return graph.MulScalar(HostLoss(labels, predictions), 3)
	}
	value, got, _ := derived(t, tripled, labels, logits, deltas)
	assert.InEpsilon(t, 3*(v.Cls+v.Box), value, 1e-6)
	want := tensors.MustCopyFlatData[float32](labels[1])
	for i := range want {
		want[i] *= 3
	}
	near(t, want, got, "logits")
}

func TestWhatIsNotWrittenAsNodesIsNamed(t *testing.T) {
	for says, c := range map[string]rpn.Config{
		"looks at what the head put out":          changed(rpn.OneStage(), func(c *rpn.Config) { c.Cls, c.Sampler = losses.CE{}, sampling.OHEM{Num: 16} }),
		"classification loss losses.GHMC is not":  changed(rpn.OneStage(), func(c *rpn.Config) { c.Cls = losses.GHMC{Bins: 10} }),
		"SmoothL1 alone is written as nodes, not": changed(rpn.OneStage(), func(c *rpn.Config) { c.Box = losses.GIoU{} }),
		"cross entropy with weights of classes":   changed(rpn.OneStage(), func(c *rpn.Config) { c.Cls = losses.CE{ClassWeight: []float64{2}} }),
		"sampler":                                 changed(rpn.OneStage(), func(c *rpn.Config) { c.Sampler = nil }),
	} {
		_, err := dense(c, 2).TargetLoss()
		assert.ErrorContains(t, err, says)
	}
}

func TestAHeadThatDoesNotFitItsAnchorsIsAnError(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	d := dense(rpn.OneStage(), 2)
	images := annotated(rng, 2, 2)
	logits, deltas := output(rng, d, 2)
	_, _, err := d.Gradients(1, images, deltas, logits)
	assert.ErrorContains(t, err, "the model's logits are (Float32)[2 128 4]: expected float32 of (images, anchors, columns), [2 128 2]")
	assert.ErrorContains(t, err, "the model's deltas are (Float32)[2 128 2]")
	_, _, err = d.Gradients(1, images[:1], logits, deltas)
	assert.ErrorContains(t, err, "[1 128 2]")
}

// repeated is a source of one batch, so many times: pixels that show where the
// objects are.
type repeated struct {
	images []rpn.Image
	left   int
}

func (r *repeated) Name() string { return "repeated" }
func (r *repeated) Reset()       {}

func (r *repeated) Next() ([]*tensors.Tensor, []rpn.Image, error) {
	if r.left--; r.left < 0 {
		return nil, nil, io.EOF
	}
	x := make([]float32, len(r.images)*side)
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, len(r.images), side)}, r.images, nil
}

// trained trains a network of one matrix under a strategy and returns the losses
// of its steps and its weights.
func trained(t *testing.T, c rpn.Config, asNodes bool, steps int) (of []float64, weights []float32) {
	t.Helper()
	backend := simplego.GetBackend()
	d := dense(c, 2)
	ctx := context.New()
	require.NoError(t, ctx.SetRNGStateFromSeed(5))
	model := func(ctx *context.Context, x *graph.Node) (logits, deltas *graph.Node) {
		of := func(name string, columns int) *graph.Node {
			w := ctx.Checked(false).VariableWithValue(name, make([]float32, side*128*columns)).ValueGraph(x.Graph())
			return graph.Reshape(graph.Dot(x, graph.Reshape(w, side, 128*columns)), -1, 128, columns)
		}
		return of("scores", 2), of("boxes", 4)
	}
	data := &Dataset{Source: &repeated{annotated(rand.New(rand.NewPCG(9, 10)), 2, 2), steps}, Dense: d}
	loss, err := d.TargetLoss()
	if !asNodes {
		loss = HostLoss
		data.Forward, err = context.NewExec(backend, ctx, model)
		data.OnStep = func(step uint64, v losses.Value) {
			assert.Equal(t, uint64(len(of)+1), step)
			of = append(of, v.Cls+v.Box)
		}
	}
	require.NoError(t, err)
	trainer := train.NewTrainer(backend, ctx, func(ctx *context.Context, _ any, in []*graph.Node) []*graph.Node {
		logits, deltas := model(ctx, in[0])
		return []*graph.Node{logits, deltas}
	}, loss, optimizers.StochasticGradientDescent().WithLearningRate(0.02).WithDecay(false).Done(), nil, nil)
	loop := train.NewLoop(trainer)
	if asNodes {
		loop.OnStep("loss", 0, func(_ *train.Loop, m []*tensors.Tensor) error {
			of = append(of, float64(tensors.ToScalar[float32](m[0])))
			return nil
		})
	}
	_, err = loop.RunEpochs(data, 1)
	require.NoError(t, err)
	for _, name := range []string{"scores", "boxes"} {
		w, err := ctx.GetVariableByScopeAndName("/", name).Value()
		require.NoError(t, err)
		weights = append(weights, tensors.MustCopyFlatData[float32](w)...)
	}
	return of, weights
}

// Both ways train the same network, step by step.
func TestBothWaysTrainTheSameNetwork(t *testing.T) {
	for _, c := range []rpn.Config{rpn.OneStage(), changed(rpn.OneStage(), func(c *rpn.Config) {
		c.Cls, c.Sampler, c.ClsWeight = losses.CE{}, sampling.NewRandom(24, 0.5), 0.2
	})} {
		want, wantWeights := trained(t, c, true, 12)
		got, gotWeights := trained(t, c, false, 12)
		require.Len(t, got, 12)
		require.Len(t, want, 12)
		assert.Less(t, got[11], 0.9*got[0], "it learns")
		for i := range want {
			assert.InEpsilon(t, want[i], got[i], 1e-4, i)
		}
		near(t, wantWeights, gotWeights, fmt.Sprintf("%T", c.Sampler))
	}
}

// Mining by loss needs what the head put out in this very step.
func TestHardExamplesAreMinedInTheLoop(t *testing.T) {
	got, _ := trained(t, changed(rpn.OneStage(), func(c *rpn.Config) {
		c.Cls, c.Sampler = losses.CE{}, sampling.HardNegative{Ratio: 3}
	}), false, 15)
	assert.Less(t, got[14], 0.9*got[0])
}
