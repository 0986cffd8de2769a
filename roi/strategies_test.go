package roi

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

const classes = 3

// picture is an image of the given ID with its proposals, which depend on the
// ID alone: some near its objects, some anywhere.
func picture(id uint64) Image {
	rng := rand.New(rand.NewPCG(id, 11))
	image := Image{ID: id}
	box := func() anchors.Box {
		x, y := 40*rng.Float32(), 40*rng.Float32()
		return anchors.Box{x, y, x + 8 + 16*rng.Float32(), y + 8 + 16*rng.Float32()}
	}
	for range 1 + rng.IntN(3) {
		image.Truth.Box = append(image.Truth.Box, box())
		image.Truth.Class = append(image.Truth.Class, rng.Int32N(classes))
	}
	for range 30 {
		b := image.Truth.Box[rng.IntN(len(image.Truth.Box))]
		if rng.IntN(3) > 0 {
			b = box()
		}
		for k := range b {
			b[k] += 4*rng.Float32() - 2
		}
		image.Proposals = append(image.Proposals, b)
	}
	return image
}

// head returns n random outputs that depend on the seed alone.
func head(seed uint64, n int) []float32 {
	rng := rand.New(rand.NewPCG(seed, 13))
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(rng.NormFloat64())
	}
	return s
}

// join resets w and joins the pictures of the given IDs.
func join(c *Config, w *Work, ids ...uint64) {
	w.Reset(classes)
	for _, id := range ids {
		image := picture(id)
		c.Join(w, image)
	}
}

// step joins the pictures, samples, and returns the head's output for the
// sample, with gradient buffers full of NaN.
func step(c *Config, w *Work, ids ...uint64) *Batch {
	join(c, w, ids...)
	columns := c.Cls.Link().Columns(classes)
	var mined, moved []float32
	if c.Mines() {
		for _, id := range ids {
			image := picture(id)
			n := len(image.Proposals)
			if c.JoinTruth {
				n += len(image.Truth.Box)
			}
			mined = append(mined, head(id, n*columns)...)
			moved = append(moved, head(id+50, n*c.BoxColumns(classes))...)
		}
	}
	c.Sample(w, mined, moved, sampling.Key{Seed: 1, Step: 2, Stage: sampling.StageROI})
	n := len(w.ROIs())
	b := &Batch{Logits: head(100, n*columns), Deltas: head(200, n*c.BoxColumns(classes))}
	b.GradLogits, b.GradDeltas = make([]float32, len(b.Logits)), make([]float32, len(b.Deltas))
	for _, s := range [][]float32{b.GradLogits, b.GradDeltas} {
		for i := range s {
			s[i] = float32(math.NaN())
		}
	}
	return b
}

func strategies() map[string]Config {
	standard, perClass, ohem, focal, ghm := SecondStage(), SecondStage(), SecondStage(), SecondStage(), SecondStage()
	standard.Sampler = sampling.NewRandom(16, 0.25)
	perClass.Sampler, perClass.PerClass, perClass.JoinTruth = sampling.NewRandom(16, 0.5), true, false
	ohem.Sampler, ohem.BoxNorm, ohem.BoxWeight = sampling.OHEM{Num: 12}, losses.ByPositives{}, 3
	focal.Sampler, focal.Cls, focal.Box, focal.PerClass = sampling.All{}, losses.Focal{Alpha: 0.25, Gamma: 2}, losses.GIoU{}, true
	ghm.Sampler, ghm.Cls, ghm.Norm = sampling.All{}, losses.GHMC{Bins: 10}, losses.ByValid{}
	return map[string]Config{"standard": standard, "per class": perClass, "ohem": ohem, "focal": focal, "ghm": ghm}
}

func forEveryStrategy(t *testing.T, test func(t *testing.T, c *Config)) {
	for name, c := range strategies() {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.Validate())
			test(t, &c)
		})
	}
}
