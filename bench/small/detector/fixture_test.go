package detector

import (
	"math/rand/v2"
	"testing"

	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

const (
	side    = 32 // of the images, in pixels
	classes = 2
)

// tiny is a network of two levels that a test can afford to differentiate.
func tiny() Config {
	c := Default()
	c.Channels, c.Depth, c.HeadDepth = 8, 1, 1
	c.Proposals, c.ROISize, c.ROIHidden = 30, 3, 8
	c.MinScore, c.Detections = 0.001, 20
	c.Pyramid = anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 4, Sizes: []float32{8}}, {Stride: 8, Sizes: []float32{16}}},
		Ratios: []float32{1, 2},
		Offset: 0.5,
	}
	return c
}

// images is a batch of noise in which every object is a square of its class's
// colour. The IDs count up from first, and an image depends on its ID alone.
func images(first uint64, n int) Batch {
	b := Batch{Width: side, Height: side, Images: make([]Image, n)}
	for i := range b.Images {
		id := first + uint64(i)
		rng := rand.New(rand.NewPCG(id, 3))
		m := Image{ID: id, Pix: make([]uint8, 3*side*side)}
		for p := range m.Pix {
			m.Pix[p] = uint8(100 + rng.IntN(56))
		}
		for range 1 + rng.IntN(2) {
			x, y, size, class := rng.IntN(16), rng.IntN(16), 8+rng.IntN(8), rng.IntN(classes)
			for v := y; v < y+size; v++ {
				for u := x; u < x+size; u++ {
					m.Pix[3*(v*side+u)+class] = 255
				}
			}
			m.Truth.Box = append(m.Truth.Box, anchors.Box{float32(x), float32(y), float32(x + size), float32(y + size)})
			m.Truth.Class = append(m.Truth.Class, int32(class))
		}
		b.Images[i] = m
	}
	return b
}

// denseStage is a dense strategy without randomness.
func denseStage() rpn.Config {
	c := rpn.OneStage()
	c.Sampler, c.Cls = sampling.HardNegative{Ratio: 3, MinNegatives: 8}, losses.CE{}
	return c
}

// fewAnchors is a region proposal network that draws a part of the anchors.
func fewAnchors() rpn.Config {
	c := rpn.Objectness()
	c.Sampler = sampling.NewRandom(16, 0.5)
	return c
}

// oneStage and twoStage are detectors of the two kinds, untrained.
func oneStage(seed uint64) Detector {
	return NewOneStage(tiny(), denseStage(), classes, rand.New(rand.NewPCG(seed, 0)))
}

func twoStage(seed uint64) Detector {
	return NewTwoStage(tiny(), fewAnchors(), roi.SecondStage(), classes, rand.New(rand.NewPCG(seed, 0)))
}

// mining is a two-stage detector whose second stage runs twice a step, first
// to learn which regions are hard.
func mining(seed uint64) Detector {
	second := roi.SecondStage()
	second.Sampler = sampling.OHEM{Num: 16}
	return NewTwoStage(tiny(), fewAnchors(), second, classes, rand.New(rand.NewPCG(seed, 0)))
}

func forEveryDetector(t *testing.T, test func(t *testing.T, untrained func(seed uint64) Detector)) {
	for name, untrained := range map[string]func(uint64) Detector{"one-stage": oneStage, "two-stage": twoStage, "mining": mining} {
		t.Run(name, func(t *testing.T) { test(t, untrained) })
	}
}

// gradients returns a copy of every gradient of d and zeroes them.
func gradients(d Detector) [][]float32 {
	var all [][]float32
	for _, p := range d.Params() {
		all = append(all, append([]float32(nil), p.Grad...))
		clear(p.Grad)
	}
	return all
}
