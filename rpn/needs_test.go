package rpn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// witness keeps all candidates and a copy of what it was shown.
type witness struct {
	need sampling.Need
	seen *sampling.Candidates
}

func (w witness) Needs() sampling.Need { return w.need }

func (w witness) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	seen := *c
	seen.Hardness = append([]float32(nil), c.Hardness...)
	seen.BoxHardness = append([]float32(nil), c.BoxHardness...)
	seen.Gradient = append([]float32(nil), c.Gradient...)
	*w.seen = seen
	sampling.All{}.Sample(dst, c, rng)
}

// A stage shows a sampler what it declares, computed here by hand from the
// formulas of cross entropy and L1 over encoded boxes, and nothing else.
func TestASamplerIsShownWhatItDeclaresAndNothingElse(t *testing.T) {
	pyramid := anchors.Pyramid{Levels: []anchors.Level{{Stride: 16, Sizes: []float32{16}}}, Ratios: []float32{1}, Offset: 0.5}
	boxes := pyramid.Append(nil, 32, 32)
	const classes = 2
	truth := anchors.Truth{Box: []anchors.Box{{1, 1, 15, 16}}, Class: []int32{1}}
	rng := rand.New(rand.NewPCG(1, 1))
	random := func(n int) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(rng.NormFloat64())
		}
		return v
	}
	logits, deltas := random(len(boxes)*classes), random(len(boxes)*4)
	shown := func(need sampling.Need) sampling.Candidates {
		var seen sampling.Candidates
		c := OneStage()
		c.Sampler, c.Cls, c.Box, c.ClsWeight, c.BoxWeight = witness{need, &seen}, losses.CE{}, losses.L1{}, 3, 0.5
		batch := Batch{
			Classes: classes, Anchors: anchors.Candidates{Box: boxes}, Images: []Image{{ID: 1, Truth: truth}},
			Logits: logits, Deltas: deltas, Key: sampling.Key{Seed: 1},
			GradLogits: make([]float32, len(logits)), GradDeltas: make([]float32, len(deltas)),
		}
		var work Work
		c.Step(&work, &batch)
		return seen
	}
	fields := func(c sampling.Candidates) map[sampling.Need]bool {
		return map[sampling.Need]bool{
			sampling.NeedIoU: len(c.IoU) > 0, sampling.NeedBox: len(c.Box) > 0, sampling.NeedTruthClass: len(c.TruthClass) > 0,
			sampling.NeedTruth: c.Truth != nil, sampling.NeedHardness: len(c.Hardness) > 0,
			sampling.NeedBoxHardness: len(c.BoxHardness) > 0, sampling.NeedGradient: len(c.Gradient) > 0,
			sampling.NeedScore: len(c.Score) > 0, sampling.NeedDecoded: len(c.Decoded) > 0,
		}
	}
	for need := range fields(sampling.Candidates{}) {
		for other, there := range fields(shown(need)) {
			assert.Equal(t, other == need, there, fmt.Sprintf("need %b, field of %b", need, other))
		}
	}

	ce := func(i int, class int32) (loss, gradient float64) {
		for k := range int32(classes) {
			x := float64(logits[i*classes+int(k)])
			if k == class {
				x = -x
			}
			loss += math.Log1p(math.Exp(x))
			gradient = math.Hypot(gradient, 1/(1+math.Exp(-x)))
		}
		return loss, gradient
	}
	labels := shown(0).GT
	require.Contains(t, labels, int32(0), "an anchor is positive")
	class := func(i int) int32 {
		if labels[i] < 0 {
			return -1
		}
		return truth.Class[labels[i]]
	}
	alone, both, gradient, iou := shown(sampling.NeedHardness), shown(sampling.NeedHardness|sampling.NeedBoxHardness), shown(sampling.NeedGradient), shown(sampling.NeedIoU)
	for i, box := range boxes {
		if labels[i] < -1 {
			continue // ignored
		}
		loss, size := ce(i, class(i))
		assert.InDelta(t, loss, alone.Hardness[i], 1e-5)
		assert.InDelta(t, 3*loss, both.Hardness[i], 1e-5, "weighed as it is added to the box loss")
		assert.InDelta(t, size, gradient.Gradient[i], 1e-5)
		assert.InDelta(t, anchors.IoU(box, truth.Box[0]), iou.IoU[i], 1e-6)
		want := 0.0
		if labels[i] >= 0 {
			g, w, h := truth.Box[0], float64(box.Width()), float64(box.Height())
			for k, target := range []float64{
				(float64(g[0]+g[2])/2 - float64(box[0]+box[2])/2) / w, (float64(g[1]+g[3])/2 - float64(box[1]+box[3])/2) / h,
				math.Log(float64(g.Width()) / w), math.Log(float64(g.Height()) / h),
			} {
				want += 0.5 * math.Abs(float64(deltas[4*i+k])-target)
			}
		}
		assert.InDelta(t, want, both.BoxHardness[i], 1e-5, "row %d", i)
	}
}
