package conform

import (
	"math"
	"math/rand/v2"

	"detsample/anchors"
	"detsample/sampling"
)

// of fills every field of an image's candidates: of n about so large shares are
// positive and ignored, over five ground truths of three classes.
func of(rng *rand.Rand, n int, positive, ignored float64) *sampling.Candidates {
	const classes = 3
	c := &sampling.Candidates{
		GT: make([]int32, n), IoU: make([]float32, n), Box: make([]anchors.Box, n), Hardness: make([]float32, n),
		BoxHardness: make([]float32, n), Gradient: make([]float32, n), Decoded: make([]anchors.Box, n),
		Classes: classes, Score: make([]float32, classes*n), TruthClass: []int32{0, 1, 2, 0, 1},
	}
	c.Truth = &anchors.Truth{Class: c.TruthClass}
	for range c.TruthClass {
		c.Truth.Box = append(c.Truth.Box, someBox(rng))
	}
	for i := range n {
		c.GT[i], c.IoU[i] = anchors.Negative, 0.4*rng.Float32()
		c.Box[i], c.Decoded[i] = someBox(rng), someBox(rng)
		c.Hardness[i], c.Gradient[i] = rng.Float32(), rng.Float32()
		switch u := rng.Float64(); {
		case u < positive:
			c.GT[i], c.IoU[i] = rng.Int32N(int32(len(c.TruthClass))), 0.5+0.5*rng.Float32()
			c.Decoded[i], c.BoxHardness[i] = c.Truth.Box[c.GT[i]], rng.Float32()
			c.Decoded[i][0] += 5 * rng.Float32()
		case u < positive+ignored:
			c.GT[i], c.IoU[i] = anchors.Ignored, 0.45
		}
		for k := range classes {
			c.Score[classes*i+k] = rng.Float32() * rng.Float32() / 4
		}
	}
	return c
}

func someBox(rng *rand.Rand) anchors.Box {
	x, y := 50*rng.Float32(), 50*rng.Float32()
	return anchors.Box{x, y, x + 4 + 20*rng.Float32(), y + 4 + 20*rng.Float32()}
}

// image is the candidates of an image with what messages call it.
type image struct {
	what string
	*sampling.Candidates
}

// images are what a sampler meets: ordinary ones, rare ones, and those of a network
// that diverges.
func images(rng *rand.Rand) []image {
	list := []image{
		{"an image with a few positives", of(rng, 400, 0.02, 0.1)},
		{"an image with many positives", of(rng, 300, 0.5, 0)},
		{"an image without positives", of(rng, 300, 0, 0.1)},
		{"an image of positives alone", of(rng, 50, 1, 0)},
		{"an image whose candidates are all ignored", of(rng, 30, 0, 1)},
		{"an image without candidates", of(rng, 0, 0, 0)},
		{"an image with a single candidate", of(rng, 1, 0, 0)},
		{"an image whose losses, gradients and scores are all equal", of(rng, 200, 0.05, 0)},
		{"an image with losses, gradients and scores that are no numbers", of(rng, 200, 0.05, 0)},
	}
	equal, bad := list[len(list)-2], list[len(list)-1]
	for i := range equal.GT {
		equal.Hardness[i], equal.Gradient[i], equal.BoxHardness[i] = 0.5, 0.5, 0
	}
	for i := range equal.Score {
		equal.Score[i] = 0.5
	}
	for i := range bad.GT {
		if v := [...]float32{0, float32(math.NaN()), float32(math.Inf(1))}[i%3]; v != 0 {
			bad.Hardness[i], bad.Gradient[i], bad.BoxHardness[i], bad.Score[i] = v, v, v, v
		}
	}
	return list
}

// given is what of c a sampler is given.
func given(c *sampling.Candidates, need sampling.Need) (g sampling.Candidates) {
	g.GT = c.GT
	for flag, give := range map[sampling.Need]func(){
		sampling.NeedIoU:         func() { g.IoU = c.IoU },
		sampling.NeedBox:         func() { g.Box = c.Box },
		sampling.NeedTruthClass:  func() { g.TruthClass = c.TruthClass },
		sampling.NeedTruth:       func() { g.Truth = c.Truth },
		sampling.NeedHardness:    func() { g.Hardness = c.Hardness },
		sampling.NeedBoxHardness: func() { g.BoxHardness = c.BoxHardness },
		sampling.NeedGradient:    func() { g.Gradient = c.Gradient },
		sampling.NeedScore:       func() { g.Classes, g.Score = c.Classes, c.Score },
		sampling.NeedDecoded:     func() { g.Decoded = c.Decoded },
	} {
		if need&flag != 0 {
			give()
		}
	}
	return g
}
