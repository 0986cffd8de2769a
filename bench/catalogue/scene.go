package catalogue

import (
	"math"
	"math/rand/v2"
	"slices"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// extent is the side of the example's image.
const extent = 128

// objects are a large and a middling one, which overlap, and a tiny one.
var objects = anchors.Truth{
	Box:   []anchors.Box{{12, 16, 100, 92}, {84, 70, 122, 118}, {16, 106, 26, 116}},
	Class: []int32{0, 0, 0},
}

// pyramid returns three levels of anchors, whose sizes are given in strides.
func pyramid(sizes, ratios []float32) anchors.Pyramid {
	p := anchors.Pyramid{Ratios: ratios, Offset: 0.5}
	for _, stride := range []int{8, 16, 32} {
		level := anchors.Level{Stride: stride}
		for _, size := range sizes {
			level.Sizes = append(level.Sizes, size*float32(stride))
		}
		p.Levels = append(p.Levels, level)
	}
	return p
}

// predicted gives candidates a detector's boxes, two thirds of the way to the
// object that each overlaps most, and scores by how well these fit.
func predicted(p anchors.Pyramid) anchors.Candidates {
	c := *new(anchors.Field).At(p, extent, extent)
	c.Classes = 1
	for _, box := range c.Box {
		best := bestOf(box)
		for k := range box {
			if anchors.IoU(box, best) > 0 {
				box[k] += (best[k] - box[k]) * 2 / 3
			}
		}
		c.Decoded = append(c.Decoded, box)
		c.Score = append(c.Score, 0.02+0.9*anchors.IoU(box, best))
	}
	return c
}

// bestOf returns the object that a box overlaps most.
func bestOf(box anchors.Box) anchors.Box {
	return slices.MaxFunc(objects.Box, func(a, b anchors.Box) int {
		return int(math.Copysign(1, float64(anchors.IoU(box, a)-anchors.IoU(box, b))))
	})
}

// state is a moment of training: candidates, who is positive, and what the head
// says of each.
type state struct {
	sampling.Candidates
	logit []float32
}

// newState returns a state in which candidates that overlap an object have
// higher logits, with deviations that are drawn by a fixed seed.
func newState() state {
	c := predicted(pyramid([]float32{2, 2.5, 3.2}, []float32{0.7, 1, 1.4, 2}))
	var label anchors.Assignment
	anchors.NewMaxIoU(0.5, 0.4).Assign(&label, &c, &objects)
	rng := rand.New(rand.NewPCG(1, 2))
	s := state{Candidates: sampling.Candidates{
		GT: label.GT, IoU: label.IoU, Box: c.Box, TruthClass: objects.Class, Truth: &objects, Classes: 1, Decoded: c.Decoded,
	}}
	for i, gt := range s.GT {
		x := -4 + 6*float64(s.IoU[i]) + 1.4*rng.NormFloat64()
		p, box := sigmoid(x), 0.0
		miss := p
		if gt >= 0 {
			miss, box = 1-p, 1-float64(anchors.IoU(c.Decoded[i], objects.Box[gt]))
		}
		s.logit = append(s.logit, float32(x))
		s.Score = append(s.Score, float32(p))
		s.Hardness = append(s.Hardness, float32(-math.Log(1-miss)))
		s.Gradient = append(s.Gradient, float32(miss))
		s.BoxHardness = append(s.BoxHardness, float32(box))
	}
	return s
}

// weightsOf returns the mean weight that a sampler gives each candidate, over so
// many draws.
func (s *state) weightsOf(sampler sampling.Sampler, draws uint64) []float64 {
	mean := make([]float64, len(s.GT))
	var source sampling.Source
	one := make([]sampling.Sample, 1)
	for step := range draws {
		key := sampling.Key{Seed: 1, Step: step}
		if b, ok := sampler.(sampling.Batched); ok {
			b.SampleBatch(one, []sampling.Candidates{s.Candidates}, []sampling.Key{key}, &source)
		} else {
			sampler.Sample(&one[0], &s.Candidates, source.At(key))
		}
		for j, i := range one[0].Index {
			mean[i] += float64(one[0].Weight[j]) / float64(draws)
		}
	}
	return mean
}

// effects returns the size of a loss's gradient over that of cross entropy for
// each candidate. A loss with a memory has seen the batch so many times.
func (s *state) effects(l losses.Cls, times int) []float64 {
	columns := 1
	if l.Link() == losses.Softmax {
		columns = 2 // object and background
	}
	b := losses.Batch{Columns: columns, Exact: true, State: losses.NewState(l, columns)}
	for i, gt := range s.GT {
		b.Class = append(b.Class, min(gt, 0))
		b.Logits = append(b.Logits, s.logit[i])
		if columns == 2 {
			b.Logits = append(b.Logits, 0)
		}
	}
	grad := make([]float32, len(b.Logits))
	for range times {
		l.Eval(grad, &b)
	}
	effects := make([]float64, len(s.GT))
	for i := range effects {
		effects[i] = math.Abs(float64(grad[i*columns])) / float64(s.Gradient[i])
	}
	return effects
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
