package sampling_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/bench/small/detector"
	"detsample/bench/small/nn"
	"detsample/rpn"
	"detsample/sampling"
)

// watcher keeps every candidate and remembers what it saw of each image.
type watcher struct {
	sampling.All
	seen *[]sampling.Candidates
}

func (watcher) Needs() sampling.Need { return sampling.NeedScore }

func (w watcher) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	*w.seen = append(*w.seen, sampling.Candidates{GT: slices.Clone(c.GT), Classes: c.Classes, Score: slices.Clone(c.Score)})
	w.All.Sample(dst, c, rng)
}

// squares is a batch of noise with squares of two colours.
func squares(rng *rand.Rand, n, side int) detector.Batch {
	b := detector.Batch{Width: side, Height: side}
	for range n {
		m := detector.Image{ID: rng.Uint64(), Pix: make([]uint8, 3*side*side)}
		for p := range m.Pix {
			m.Pix[p] = uint8(80 + rng.IntN(100))
		}
		for range 1 + rng.IntN(3) {
			size, class := 7+rng.IntN(14), rng.IntN(2)
			x, y := rng.IntN(side-size), rng.IntN(side-size)
			for v := y; v < y+size; v++ {
				for u := x; u < x+size; u++ {
					m.Pix[3*(v*side+u)+class] = uint8(170 + rng.IntN(80))
				}
			}
			m.Truth.Box = append(m.Truth.Box, anchors.Box{float32(x), float32(y), float32(x + size), float32(y + size)})
			m.Truth.Class = append(m.Truth.Class, int32(class))
		}
		b.Images = append(b.Images, m)
	}
	return b
}

// TestImportanceKeepsTheGradientOfADetectorInTraining trains a one-stage
// detector under focal loss and then looks at the gradient of its weights,
// along random directions: a direction's effect on every logit comes from
// moving all the weights along it.
func TestImportanceKeepsTheGradientOfADetectorInTraining(t *testing.T) {
	if testing.Short() {
		t.Skip("trains")
	}
	const side, classes, steps, directions, draws = 48, 2, 300, 8, 2000
	var seen []sampling.Candidates
	cfg, dense := detector.Default(), rpn.OneStage()
	cfg.Channels, cfg.Depth, cfg.HeadDepth = 8, 1, 1
	cfg.Pyramid.Ratios = []float32{0.5, 0.75, 1, 1.5, 2}
	dense.Sampler = watcher{seen: &seen}
	rng := rand.New(rand.NewPCG(3, 4))
	d := detector.NewOneStage(cfg, dense, classes, rng)
	optimiser := nn.NewAdam(d.Params(), nn.DefaultAdam())
	first, last := 0.0, 0.0
	for step := range steps {
		v := d.Step(squares(rng, 2, side), sampling.Key{Step: uint64(step)})
		optimiser.Step(0.003)
		if step < 20 {
			first += v[0].Cls
		} else if step >= steps-20 {
			last += v[0].Cls
		}
	}
	assert.Less(t, last, 0.7*first, "it has learnt")

	batch := squares(rng, 2, side)
	logits := func() [][]float32 {
		seen = seen[:0]
		d.Step(batch, sampling.Key{})
		for _, p := range d.Params() {
			clear(p.Grad)
		}
		var all [][]float32
		for _, c := range seen {
			x := make([]float32, len(c.Score))
			for i, p := range c.Score {
				x[i] = float32(math.Log(float64(p)) - math.Log1p(-float64(p)))
			}
			all = append(all, x)
		}
		return all
	}
	base := logits()
	gts := slices.Clone(seen)
	effect := make([][][]float32, directions) // of each direction on each image's logits
	for j := range directions {
		move := func(by float32) {
			r := rand.New(rand.NewPCG(5, uint64(j)))
			for _, p := range d.Params() {
				for i := range p.Value {
					p.Value[i] += by * float32(r.NormFloat64())
				}
			}
		}
		move(1e-3)
		effect[j] = logits()
		move(-1e-3)
	}
	var images []state
	for m, c := range gts {
		class := make([]int32, len(c.GT))
		for i, g := range c.GT {
			class[i] = g
			if g >= 0 {
				class[i] = batch.Images[m].Truth.Class[g]
			}
		}
		images = append(images, focalState(c.GT, class, base[m], classes, directions, func(j, i int) float64 {
			return float64(effect[j][m][i]-base[m][i]) * 1e3
		}))
	}
	for _, budget := range []int{512, 128} {
		checkUnbiased(t, images, budget, draws)
	}
}
