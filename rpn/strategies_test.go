package rpn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

var pyramid = anchors.Pyramid{
	Levels: []anchors.Level{{Stride: 8, Sizes: []float32{12}}, {Stride: 16, Sizes: []float32{24}}},
	Ratios: []float32{0.5, 1},
	Offset: 0.5,
}

const side = 32 // of the images, in pixels

// step is a batch of images of the given IDs under c, with random objects and
// outputs that depend on the ID alone, and gradient buffers full of NaN.
func step(c *Config, classes int, ids ...uint64) *Batch {
	b := &Batch{
		Classes: classes,
		Anchors: anchors.Candidates{Box: pyramid.Append(nil, side, side), Grid: pyramid.Grids(side, side)},
		Key:     sampling.Key{Seed: 1, Step: 2, Stage: sampling.StageRPN},
	}
	n, columns := len(b.Anchors.Box), c.Cls.Link().Columns(classes)
	for _, id := range ids {
		rng := rand.New(rand.NewPCG(id, 7))
		image := Image{ID: id}
		for range rng.IntN(4) {
			x, y := 20*rng.Float32(), 20*rng.Float32()
			image.Truth.Box = append(image.Truth.Box, anchors.Box{x, y, x + 6 + 12*rng.Float32(), y + 6 + 12*rng.Float32()})
			image.Truth.Class = append(image.Truth.Class, rng.Int32N(int32(max(classes, 2))))
		}
		if id%2 == 0 {
			image.Truth.Ignore = []anchors.Box{{0, 0, 16, 16}}
		}
		b.Images = append(b.Images, image)
		for range n * columns {
			b.Logits = append(b.Logits, float32(2*rng.NormFloat64()))
		}
		for range n * 4 {
			b.Deltas = append(b.Deltas, float32(rng.NormFloat64()))
		}
	}
	b.GradLogits, b.GradDeltas = nans(len(b.Logits)), nans(len(b.Deltas))
	return b
}

func nans(n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(math.NaN())
	}
	return s
}

// strategies are configurations that between them use every link, norm and
// kind of sampler.
func strategies() map[string]Config {
	objectness, oneStage, ssd, ohem, ghm := Objectness(), OneStage(), OneStage(), OneStage(), OneStage()
	objectness.Sampler = sampling.NewRandom(16, 0.5)
	ssd.Sampler, ssd.Cls = sampling.HardNegative{Ratio: 3, MinNegatives: 5}, losses.SoftmaxCE{}
	ssd.BoxNorm = losses.BySampled{}
	ohem.Sampler, ohem.Cls, ohem.Box, ohem.BoxWeight = sampling.OHEM{Num: 12}, losses.CE{}, losses.GIoU{}, 2
	ohem.Norm, ohem.BoxNorm = losses.ByFixed{PerImage: 12}, losses.ByPositives{}
	ghm.Cls, ghm.Norm = losses.GHMC{Bins: 10}, losses.ByValid{}
	return map[string]Config{"objectness": objectness, "one-stage": oneStage, "ssd": ssd, "ohem": ohem, "ghm": ghm}
}

func forEveryStrategy(t *testing.T, test func(t *testing.T, c *Config)) {
	for name, c := range strategies() {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.Validate())
			test(t, &c)
		})
	}
}
